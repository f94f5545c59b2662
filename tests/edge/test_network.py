import pytest
from django.core.cache import cache
from django.db import connection
from django.test import RequestFactory

from edge.limits import allow, forget_expired
from edge.network import client_address, network_key, network_of


def request_from(peer: str, forwarded: str = ""):
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    return RequestFactory().get("/", REMOTE_ADDR=peer, **headers)


def test_a_forwarded_address_is_worth_nothing_without_a_proxy_of_ours():
    assert client_address(request_from("198.51.100.7", "203.0.113.9")) == "198.51.100.7"


def test_behind_one_proxy_only_its_own_entry_counts(settings):
    settings.TRUSTED_PROXIES = 1

    assert client_address(request_from("10.0.0.1", "1.2.3.4, 203.0.113.9")) == "203.0.113.9"


def test_behind_two_proxies_the_outermost_of_ours_is_believed(settings):
    settings.TRUSTED_PROXIES = 2

    assert client_address(request_from("10.0.0.1", "6.6.6.6, 203.0.113.9, 10.0.0.2")) == "203.0.113.9"


@pytest.mark.parametrize("junk", ["", "unknown", "<script>", "1.2.3.4:80", "\x00"])
def test_junk_in_the_header_is_no_address(settings, junk):
    settings.TRUSTED_PROXIES = 1

    assert client_address(request_from("10.0.0.1", junk)) in {"", "10.0.0.1"}


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", "203.0.113.0/24"),
        ("", ""),
    ],
)
def test_a_network_is_a_24_or_a_64(address, network):
    assert network_of(address) == network


def test_the_key_of_a_network_does_not_contain_the_address():
    key = network_key(request_from("203.0.113.9"))

    assert key == network_key(request_from("203.0.113.200"))
    assert "203" not in key[:3]
    assert len(key) == 32


def test_fifty_forwarded_addresses_from_one_peer_count_as_one(db):
    answers = [allow(request_from("203.0.113.9", f"10.9.8.{n}"), "x", limit=5, seconds=60) for n in range(50)]

    assert answers.count(True) == 5


def test_another_network_has_its_own_count(db):
    for _ in range(3):
        allow(request_from("203.0.113.9"), "y", limit=2, seconds=60)

    assert allow(request_from("198.51.100.1"), "y", limit=2, seconds=60)


@pytest.mark.django_db
def test_what_was_counted_is_forgotten_when_its_time_is_over():
    cache.set("limit:old", 3, timeout=-5)
    cache.set("limit:running", 1, timeout=60)

    forget_expired()

    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM cache")
        assert [key for (key,) in cursor.fetchall() if "limit:" in key] == [":1:limit:running"]

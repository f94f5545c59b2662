import pytest
from django.core.cache import cache
from django.db import connection
from django.test import RequestFactory

from config.checks import header_has_one_spelling
from edge.network import WIDER, allow, client_address, forget_expired, network_key, network_of, wider_key


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


@pytest.mark.parametrize(
    "entry",
    [
        "203.0.113.9", "203.0.113.9:51234", '"203.0.113.9:51234"', "for=203.0.113.9", 'For="203.0.113.9:80";proto=https',
        "proto=https; by=10.0.0.1; for=203.0.113.9", "::ffff:203.0.113.9", "[::ffff:203.0.113.9]:80", "64:ff9b::203.0.113.9",
    ],
)  # fmt: skip
def test_an_entry_may_name_the_port_and_the_way_it_came(settings, entry):
    settings.TRUSTED_PROXIES = 1

    assert client_address(request_from("10.0.0.1", f"6.6.6.6, {entry}")) == "203.0.113.9"


@pytest.mark.parametrize(
    "entry", ["2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:443", 'for="[2001:db8::1]:47"', "2001:db8::1%eth0"]
)
def test_an_entry_may_be_an_ipv6_address_however_it_is_written(settings, entry):
    settings.TRUSTED_PROXIES = 1

    assert client_address(request_from("10.0.0.1", entry)) == "2001:db8::1"


def test_the_operator_names_the_header_that_the_proxy_writes(settings):
    settings.TRUSTED_PROXIES, settings.CLIENT_ADDRESS_HEADER = 1, "ClientAddress"
    headers = {"HTTP_X_FORWARDED_FOR": "6.6.6.6", "HTTP_CLIENTADDRESS": "203.0.113.9"}

    assert client_address(RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", **headers)) == "203.0.113.9"


@pytest.mark.parametrize(
    ("proxies", "header", "said"),
    [
        (0, "X-Forwarded-For", 0),
        (1, "X-Forwarded-For", 1),
        (1, "X_Real_IP", 1),
        (1, "ClientAddress", 0),
        (2, "Forwarded", 0),
    ],
)
def test_a_header_with_two_spellings_is_named_before_it_is_deployed(settings, proxies, header, said):
    settings.TRUSTED_PROXIES, settings.CLIENT_ADDRESS_HEADER = proxies, header

    assert [one.id for one in header_has_one_spelling(None)] == said * ["edge.W001"]


NO_ADDRESS = ["unknown", "for=unknown", "_hidden", "for=_x", "<script>", "\x00", "[", "[]:80", "999.1.1.1", "::" * 500]


@pytest.mark.parametrize("entry", NO_ADDRESS)
def test_who_has_no_address_is_neither_everybody_nor_free(settings, db, entry):
    settings.TRUSTED_PROXIES = 1

    def ask(browser: str, name: str = "z") -> bool:
        headers = {"HTTP_X_FORWARDED_FOR": f"6.6.6.6, {entry}", "HTTP_USER_AGENT": browser}
        return allow(RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", **headers), name, limit=3, seconds=3600)

    assert client_address(request_from("10.0.0.1", entry)) == ""
    assert [ask("one") for _n in range(4)] == [True, True, True, False]
    assert ask("another")
    assert sum(ask(f"browser {n}") for n in range(50)) < 3 * WIDER
    settings.TRUSTED_PROXIES = 0
    assert ask("with an address")


def test_without_any_address_a_limit_holds(db):
    """As behind a Unix socket."""
    answers = [allow(request_from(""), "x", limit=3, seconds=3600) for _n in range(5)]

    assert answers == [True, True, True, False, False]


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", "203.0.113.0/24"),
        ("2002:cb00:7109::1", "203.0.113.0/24"),
        ("fe80::1%eth0", "fe80::/64"),
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


def test_many_networks_of_one_site_have_few_limits_together(db):
    answers = [
        allow(request_from(f"2001:db8:1:{n:x}::1"), "v6", limit=2, seconds=3600) for n in range(32) for _n in range(2)
    ]

    assert answers.count(True) == 2 * WIDER
    assert allow(request_from("2001:db8:2::1"), "v6", limit=2, seconds=3600)


def test_keys_of_one_wider_network_begin_alike():
    one, other, far = (network_key(request_from(f"2001:db8:{net}::1")) for net in ("1:1", "1:2", "2:1"))

    assert one != other
    assert wider_key(one) == wider_key(other) != wider_key(far)
    assert {len(key) for key in (one, other, far)} == {32}


@pytest.mark.django_db
def test_what_was_counted_is_forgotten_when_its_time_is_over():
    cache.set("limit:old", 3, timeout=-5)
    cache.set("limit:running", 1, timeout=60)

    forget_expired()

    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM cache")
        assert [key for (key,) in cursor.fetchall() if "limit:" in key] == [":1:limit:running"]

"""Whatever a stranger sends, nothing here falls over: 4xx, never 5xx, on every public address. `make bench NAME=fuzz` sends
more of it, in every role."""

from itertools import cycle

import pytest
from django.test import Client

from comments.models import WordRule
from tests.addresses import World, patterns
from tests.factories import create_image
from tests.hostile import COOKIE_VALUES, COOKIES, HEADERS, HOSTS, NAMES, VALUES, as_sent, send

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def every_public_address(module_database):
    world = World()
    found = sorted({world.address(pattern) for pattern in patterns() if not pattern.startswith("admin/")})
    assert len(found) > 40
    return found


@pytest.fixture
def public(every_public_address, module_files):
    """The addresses of everybody, in a world in which each of them leads to something."""
    return every_public_address


client = Client(enforce_csrf_checks=True)


def fails(method, address, **sent):
    """A visit of its own, so that what one has left behind does not keep the next from getting through."""
    client.cookies.clear()
    return send(client, method, address, **sent).status_code >= 500


@pytest.mark.parametrize("name", HEADERS)
def test_no_header_makes_a_page_fail(name, public):
    values = cycle(HOSTS if name == "Host" else VALUES)
    for method, address in zip(cycle(["GET", "POST", "HEAD"]), public, strict=False):
        value = next(values)
        assert not fails(method, address, headers={name: value}), (method, address, name, value[:80])


@pytest.mark.parametrize("value", ["http://[", "http://[bad/", "http://evil.example:x/", "\xff"])
def test_no_address_that_is_none_makes_a_page_fail(value, public):
    for address in public:
        assert not fails("POST", address, headers={"Origin": value}), address
        assert not fails("POST", address, headers={"Referer": value}), address
        assert not fails("GET", address, query={"next": value}), address
        assert not fails("POST", address, form={"next": value}), address


@pytest.mark.parametrize("name", COOKIES)
def test_no_cookie_makes_a_page_fail(name, public):
    values = cycle(COOKIE_VALUES)
    for method, address in zip(cycle(["GET", "POST", "HEAD"]), public, strict=False):
        value = next(values)
        assert not fails(method, address, headers={"Cookie": f"{name}={value}"}), (method, address, value[:80])


@pytest.mark.parametrize("name", NAMES)
def test_no_query_makes_a_page_fail(name, public):
    values = cycle(VALUES)
    for address in public:
        value = next(values)
        assert not fails("GET", address, query={name: value}), (address, name, value[:80])


def test_no_path_makes_a_page_fail(public):
    ends = [
        "%",
        "%00",
        "%ff%fe",
        "%ED%A0%80",
        "%2e%2e%2f" * 9,
        "\\",
        "9" * 400,
        "²",
        "٣",
        "\u202e",
        "'\"><",
        ";a=b",
        "//",
        "a" * 4000,
    ]
    for n, address in enumerate(public):
        before = address.rstrip("/").rpartition("/")[0]
        for end in (ends[n % len(ends)], ends[(n + 5) % len(ends)], "%00"):
            for path in (f"{before}/{end}/", f"{address}{end}"):
                assert not fails("GET", as_sent(path)), path[:200]


@pytest.mark.parametrize("turn", range(4))
def test_no_field_of_a_form_makes_a_page_fail(turn, public):
    for n, address in enumerate(public):
        value = VALUES[(n + turn * 17) % len(VALUES)]
        fields = dict.fromkeys(
            [*NAMES, "body", "name", "email", "captcha_0", "captcha_1", "mark", "decision", "version"], value
        )
        assert not fails("POST", address, form=fields, headers={"Sec-Fetch-Site": "same-origin"}), (address, value[:80])


def test_an_empty_name_of_a_field_is_none(client, administrator):
    rule = WordRule.objects.first()
    client.force_login(administrator)

    assert client.get(f"/admin/comments/wordrule/{rule.pk}/change/?_to_field=").status_code == 200


def test_a_picture_whose_focus_was_emptied_comes_back_with_its_form(client, administrator):
    image = create_image()
    client.force_login(administrator)

    answer = client.post(f"/admin/articles/image/{image.pk}/change/", {"focus_x": "", "focus_y": "", "alt": ""})

    assert answer.status_code == 200

import pytest
from django.test import Client

from tests.addresses import World, patterns
from tests.test_permissions import unrendered  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.once]


# Takes over a second the first time: everything the site can hold is made, and every address asked.
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "X"])
def test_a_page_knows_no_method_but_looking_and_sending(method, unrendered):  # noqa: F811
    world, client = World(), Client(enforce_csrf_checks=True)
    client.force_login(world.user)

    for pattern in sorted(set(patterns())):
        answer = client.generic(method, world.address(pattern), b"a=b", "application/x-www-form-urlencoded")
        assert (answer.status_code, answer.get("Allow", "")[:9]) == (405, "GET, HEAD"), pattern


def test_what_is_only_looked_at_takes_no_form(client):
    world = World()
    for pattern in (
        "healthz",
        "robots.txt",
        "sitemap.xml",
        "sitemap-<section>.xml",
        "media/<path:name>",
        "articles/feed.xml",
    ):
        answer = client.post(world.address(pattern))
        assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD"), pattern


@pytest.mark.parametrize("debug", [True, False])
def test_what_is_sent_to_an_address_without_its_slash_is_sent_nowhere(client, settings, debug):
    settings.DEBUG = debug

    assert client.get("/newsletter").headers["Location"] == "/newsletter/"
    assert client.post("/newsletter", {"email": "rosa@example.net"}).status_code == 404
    assert client.post("/no-such-page", {"email": "rosa@example.net"}).status_code == 404

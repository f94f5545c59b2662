"""What shared caches keep is the same for everybody, and no stranger can put anything into it."""

import pytest
from django.conf import settings

from tests.addresses import World, patterns

pytestmark = pytest.mark.django_db
STRANGE = {
    "host": "testserver:666",
    "x-forwarded-host": "evil.example",
    "x-original-url": "/admin/",
    "hx-request": "true",
}


@pytest.fixture
def public(client):
    """Path and answer of every page that may be kept, as a stranger gets it."""
    world = World()
    answers = {address: client.get(address) for address in map(world.address, set(patterns()))}
    kept = {address: answer for address, answer in answers.items() if "public" in answer.get("Cache-Control", "")}
    assert len(kept) > 15
    return kept


def words(answer) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_nothing_about_a_person_is_in_a_page_that_is_kept(client, public, administrator):
    client.force_login(administrator)
    client.post("/admin/comments/desk/undo/")  # leaves a message for her

    for address, answer in public.items():
        hers = client.get(address)
        assert words(hers) == words(answer), address
        assert not hers.cookies, address
        assert not hers.has_header("Vary"), address


def test_no_header_of_a_request_stands_in_a_page_that_is_kept(client, public):
    for address, answer in public.items():
        assert words(client.get(address, headers=STRANGE)) == words(answer), address


def test_a_feed_and_the_sitemap_begin_at_our_own_address(client):
    World()
    for address in ("/articles/feed.xml", "/sitemap.xml", "/sitemap-articles.xml"):
        assert f"//{settings.BASE_URL.partition('//')[2]}/" in client.get(address).content.decode()

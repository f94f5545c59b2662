"""The sitemap as sitemaps.org 0.9 wants it: what stands in it, under which dates, and what it costs."""

from datetime import datetime, timedelta
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.utils import timezone

from articles.models import Article, Topic
from edge import sitemaps
from tests.addresses import World
from tests.factories import create_article, create_topic
from tests.test_machines import LISTED

pytestmark = pytest.mark.django_db
SCHEMA = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def read(client, address="/sitemap.xml"):
    """(address, date) of every entry; breaks when a rule of sitemaps.org is broken."""
    answer = client.get(address.removeprefix(settings.BASE_URL))
    assert answer.status_code == 200, address
    root = ElementTree.fromstring(answer.content)
    assert root.tag in {f"{SCHEMA}urlset", f"{SCHEMA}sitemapindex"}
    assert len(answer.content) < 50_000_000
    entries = [(each.findtext(f"{SCHEMA}loc"), each.findtext(f"{SCHEMA}lastmod")) for each in root]
    assert 0 < len(entries) <= 50_000
    assert len(set(entries)) == len(entries)
    for found, changed in entries:
        assert found.startswith(settings.BASE_URL + "/"), found
        assert len(found) < 2048, found
        assert changed is None or datetime.fromisoformat(changed).tzinfo, found
    return entries


def whole(client):
    return dict(entry for part, _date in read(client) for entry in read(client, part))


def test_the_sitemap_names_every_page_that_may_be_listed_and_no_other(client):
    world = World()

    found = whole(client)

    for pattern in LISTED:
        if "<str:month>" not in pattern:
            assert settings.BASE_URL + world.address(pattern) in found, pattern
    for address in found:
        page = client.get(address.removeprefix(settings.BASE_URL))
        assert page.status_code == 200, address
        assert "noindex" not in page.content.decode(), address


@pytest.mark.parametrize("status", ["draft", "scheduled", "archived", "tomorrow"])
def test_what_is_not_published_leaves_no_date_anywhere(client, status):
    article = create_article(published=True, slug="hidden-slug")
    later = timezone.now() + timedelta(days=1)
    fields = (
        {"published_at": later} if status == "tomorrow" else {"status": status, "is_live": False, "publish_at": later}
    )
    Article.objects.filter(pk=article.pk).update(**fields)

    found = whole(client)

    assert not [address for address in found if "hidden-slug" in address]
    assert found[f"{settings.BASE_URL}/"] is None
    assert found[settings.BASE_URL + article.writers.get().get_absolute_url()] is None
    assert found[settings.BASE_URL + article.topic.get_absolute_url()] is None


def test_a_date_is_the_last_real_change(client):
    changed = timezone.now() - timedelta(days=3)
    article = create_article(published=True, published_at=changed - timedelta(days=9), updated_at=changed)
    Topic.objects.filter(pk=article.topic_id).update(guide_updated_at=changed - timedelta(days=1))

    found = whole(client)

    stamp = changed.isoformat(timespec="seconds")
    assert found[settings.BASE_URL + article.get_absolute_url()] == found[f"{settings.BASE_URL}/"] == stamp
    assert found[settings.BASE_URL + article.topic.get_absolute_url()][:10] == f"{changed - timedelta(days=1):%Y-%m-%d}"
    dates = {part: date for part, date in read(client) if "articles" in part}
    assert [*dates.values()] == [stamp]


def test_parts_hold_what_they_may_and_together_all_of_it(client, monkeypatch):
    monkeypatch.setattr(sitemaps, "PER_PART", 3)
    topics = [create_topic() for _n in range(10)]

    parts = [part for part, _date in read(client) if "sitemap-topics" in part]
    held = [read(client, part) for part in parts]

    assert max(map(len, held)) == 3
    assert {address for part in held for address, _date in part} == {
        settings.BASE_URL + t.get_absolute_url() for t in topics
    }


@pytest.mark.parametrize(
    "address", ["articles.xml?p=99999", "articles.xml?p=x", "articles.xml?p=" + "9" * 99, "no.xml"]
)
def test_a_part_that_there_is_not_is_not_found(client, address):
    assert client.get(f"/sitemap-{address}").status_code == 404


def test_the_index_and_a_part_cost_the_same_queries_for_many(client, django_assert_max_num_queries):
    for _n in range(5):
        create_article(published=True)

    with django_assert_max_num_queries(6):
        assert client.get("/sitemap.xml").status_code == 200
    with django_assert_max_num_queries(2):
        assert client.get("/sitemap-articles.xml").status_code == 200


def test_who_has_it_is_told_so(client):
    create_article(published=True)
    tag = client.get("/sitemap-articles.xml")["ETag"]

    assert client.get("/sitemap-articles.xml", headers={"If-None-Match": tag}).status_code == 304

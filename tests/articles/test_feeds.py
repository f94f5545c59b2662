"""Feeds as RFC 4287 wants them."""

from datetime import datetime
from xml.etree import ElementTree

import pytest

from articles.models import Article, Authorship, Series
from tests.factories import create_article, create_topic, create_writer

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


def read(client, address="/articles/feed.xml"):
    return ElementTree.fromstring(client.get(address).content)


def entries(feed):
    return feed.findall(f"{ATOM}entry")


def breaches(feed):
    """Which rules of RFC 4287 a feed breaks, by the number of their sections."""
    broken = []
    for element in [feed, *entries(feed)]:
        once = [len(element.findall(ATOM + name)) == 1 for name in ("id", "title", "updated")]
        broken += [] if all(once) else ["4.1.1, 4.1.2: one id, title and updated each"]
        broken += [] if ":" in element.findtext(f"{ATOM}id", "") else ["4.2.6: an id is an absolute IRI"]
        dates = [element.findtext(ATOM + name) for name in ("updated", "published")]
        broken += ["3.3: dates of RFC 3339"] if any(d and not datetime.fromisoformat(d).tzinfo for d in dates) else []
        authors = element.findall(f"{ATOM}author") or feed.findall(f"{ATOM}author")
        broken += [] if authors else ["4.1.2: an author"]
        broken += [] if all(author.findtext(f"{ATOM}name") for author in authors) else ["3.2.1: a name"]
        links = [link.get("href", "") for link in element.findall(f"{ATOM}link")]
        broken += [] if all(link.startswith("http") for link in links) else ["4.2.7: where a link leads"]
    broken += [] if feed.find(f"{ATOM}link[@rel='self']") is not None else ["4.1.1: a link to itself"]
    ids = [entry.findtext(f"{ATOM}id") for entry in entries(feed)]
    return broken + ([] if len(ids) == len(set(ids)) else ["4.1.1: an entry once"])


def test_every_feed_keeps_the_rules(client):
    topic = create_topic()
    article = create_article(published=True, topic=topic)
    create_article(published=True, topic=topic).authorships.all().delete()
    Series.objects.create(title="A series", slug="a-series").parts.create(article=article)

    for address in ("/articles/feed.xml", f"/topics/{topic.slug}/feed.xml", "/series/a-series/feed.xml"):
        feed = read(client, address)
        assert entries(feed), address
        assert not breaches(feed), address


def test_a_summary_is_the_words_that_were_typed(client):
    create_article(published=True, summary="Below 90 <b or> 140 & more")

    summary = entries(read(client))[0].find(f"{ATOM}summary")

    assert summary.get("type", "text") == "text"
    assert summary.text == "Below 90 <b or> 140 & more"


def test_an_article_stays_the_same_entry_when_its_address_changes(client):
    article = create_article(published=True)
    topic = article.topic
    before = read(client).find(f"{ATOM}entry/{ATOM}id").text, read(client, f"/topics/{topic.slug}/feed.xml")

    Article.objects.filter(pk=article.pk).update(slug="another-address")
    type(topic).objects.filter(pk=topic.pk).update(slug="another-topic")

    after = read(client).find(f"{ATOM}entry/{ATOM}id").text, read(client, "/topics/another-topic/feed.xml")
    assert before[0] == after[0]
    assert before[1].findtext(f"{ATOM}id") == after[1].findtext(f"{ATOM}id")


def test_two_writers_are_two_authors(client):
    article = create_article(published=True, writer=create_writer(name="Ada"))
    Authorship.objects.create(article=article, writer=create_writer(name="Ben"), position=1)

    assert [author.findtext(f"{ATOM}name") for author in entries(read(client))[0].findall(f"{ATOM}author")] == [
        "Ada",
        "Ben",
    ]

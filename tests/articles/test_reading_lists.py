"""The home page, lists, feeds and the sitemap: what stands in them, and what never does."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.utils import timezone

from articles.models import Article, FrontPage
from questions.models import Question
from tests.factories import create_article, create_comment, create_image, create_thread, create_topic

pytestmark = pytest.mark.django_db


def text(client, address):
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def everywhere(article):
    """Every address that may list an article."""
    writer = article.writers.get()
    topic = article.topic.get_absolute_url()
    return [
        *("/", "/articles/", f"/articles/?topic={article.topic.slug}", topic, f"{topic}feed.xml", "/articles/feed.xml"),
        *("/sitemap-articles.xml", writer.get_absolute_url(), f"{writer.get_absolute_url()}?show=reviewed", "/topics/"),
    ]


@pytest.mark.parametrize("status", ["draft", "submitted", "in_review", "approved", "scheduled", "archived", "tomorrow"])
def test_what_is_not_published_stands_in_no_byte_of_any_list(client, status):
    article = create_article(published=True, title="HIDDEN-TITLE", summary="HIDDEN-SUMMARY", slug="hidden-slug")
    FrontPage(lead=article).save()
    if status == "tomorrow":
        Article.objects.filter(pk=article.pk).update(published_at=timezone.now() + timedelta(days=1))
    else:
        Article.objects.filter(pk=article.pk).update(status=status, is_live=False, publish_at=timezone.now())

    for address in everywhere(article):
        html = text(client, address)
        assert "HIDDEN" not in html, address
        assert "hidden-slug" not in html, address


def test_what_is_published_stands_in_every_list(client):
    article = create_article(published=True, title="A title")

    for address in everywhere(article):
        if "reviewed" not in address and address not in {"/topics/", "/sitemap-articles.xml"}:
            assert "A title" in text(client, address), address
    assert f"<loc>{settings.BASE_URL}{article.get_absolute_url()}</loc>" in text(client, "/sitemap-articles.xml")


def test_the_editor_chooses_what_leads(client):
    chosen = create_article(published=True, title="Chosen", published_at=timezone.now() - timedelta(days=400))
    for _n in range(9):
        create_article(published=True)
    FrontPage(lead=chosen).save()

    html = text(client, "/")

    assert html.count(chosen.get_absolute_url()) == 1
    assert html.index("Chosen") < html.index("Latest")


def test_without_a_choice_the_newest_leads_and_stands_there_once(client):
    create_article(published=True, published_at=timezone.now() - timedelta(days=2))
    newest = create_article(published=True)

    html = text(client, "/")

    assert html.count(newest.get_absolute_url()) == 1
    assert html.index(newest.title) < html.index("Latest")


def test_featured_topics_are_the_editors_or_the_fullest(client):
    full, featured = create_topic(name="Full topic"), create_topic(name="Featured topic")
    create_article(published=True, topic=full)
    assert "Featured topic" not in text(client, "/")

    front = FrontPage()
    front.save()
    front.topics.add(featured)

    assert "Featured topic" in text(client, "/")


def test_an_empty_site_has_a_home_page(client):
    assert "Nothing is published yet" in text(client, "/")
    assert "Nothing here yet" in text(client, "/articles/")
    assert "Nothing here yet" in text(client, "/topics/")


def test_the_home_page_shows_approved_questions_only(client):
    for status in ["approved", "pending"]:
        thread = create_thread(title=f"Title {status}")
        thread.opening = create_comment(thread=thread, status=status, body=f"Body {status}")
        thread.save()
        Question.objects.create(title=f"Title {status}", slug="a", thread=thread)

    html = text(client, "/")

    assert "Title approved" in html
    assert "pending" not in html


def test_articles_come_twenty_a_page_and_newest_first(client):
    for n in range(21):
        create_article(published=True, title=f"Number {n:02}", published_at=timezone.now() - timedelta(days=n))

    first, second = text(client, "/articles/"), text(client, "/articles/?page=2")

    assert first.index("Number 00") < first.index("Number 19")
    assert "Number 20" not in first
    assert "Number 20" in second


def test_articles_of_one_topic_include_those_of_its_subtopics_and_those_beside_it(client):
    parent, other = create_topic(), create_topic()
    below = create_article(published=True, title="Below", topic=create_topic(parent=parent))
    beside = create_article(published=True, title="Beside", topic=other)
    beside.other_topics.add(parent, below.topic)
    create_article(published=True, title="Elsewhere", topic=other)

    html = text(client, f"/articles/?topic={parent.slug}")

    assert "Below" in html
    assert html.count(">Beside<") == 1
    assert "Elsewhere" not in html


@pytest.mark.parametrize("topic", ["nothing", "%00", "a%20b", "%F0%9F%92%A9", "'%20OR%201=1", "%ff%fe", "x" * 3000])
def test_a_topic_that_there_is_not_is_not_found(client, topic):
    assert client.get(f"/articles/?topic={topic}").status_code == 404


@pytest.mark.parametrize("address", ["/", "/articles/", "/articles/feed.xml"])
def test_a_list_costs_the_same_for_many_articles(client, address, django_assert_max_num_queries):
    topic = create_topic()
    for _n in range(12):
        create_article(published=True, topic=topic, image=create_image())

    with django_assert_max_num_queries(11):
        text(client, address)


@pytest.mark.parametrize("address", ["/", "/articles/", "/topics/", "/articles/feed.xml"])
def test_lists_are_public_and_leave_no_trace(client, address):
    response = client.get(address)

    assert "public" in response["Cache-Control"]
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")


def test_a_feed_names_author_and_dates(client):
    article = create_article(published=True)

    feed = text(client, "/articles/feed.xml")

    assert f"<name>{article.writers.get().name}</name>" in feed
    assert "<published>" in feed
    assert f'href="{settings.BASE_URL}{article.get_absolute_url()}"' in feed


def test_a_feed_stays_a_feed_whatever_a_text_holds(client):
    odd = "A\x0b\x01\x1f\ufffe\uffff<&]]>\u2028 title"
    topic = create_topic(name=odd)
    article = create_article(published=True, title=odd, summary=odd, topic=topic)
    article.writers.update(name=odd)

    for address in ["/articles/feed.xml", f"/topics/{topic.slug}/feed.xml"]:
        assert ElementTree.fromstring(text(client, address)).tag.endswith("feed")


def test_the_sitemaps_newest_date_is_one_query(client, django_assert_max_num_queries):
    for _n in range(5):
        create_article(published=True)

    with django_assert_max_num_queries(10):
        assert "sitemap-articles.xml" in text(client, "/sitemap.xml")

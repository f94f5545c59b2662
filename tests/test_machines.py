"""What machines read of every page that anybody may open: title, description, address, pictures, robots."""

import json
import re
from datetime import datetime
from html.parser import HTMLParser
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

import pytest
from django.conf import settings
from django.utils import timezone

from pages.models import SiteSettings
from tests.addresses import World, patterns
from tests.factories import create_article, create_comment, create_topic

pytestmark = pytest.mark.django_db
# Pages of many readers that stand for themselves; others are steps, own pages and old versions.
LISTED = ["", "articles/", "articles/<slug:slug>/", "topics/", "topics/<slug:slug>/", "series/<slug:slug>/"]
LISTED += ["writers/<slug:slug>/", "questions/", "questions/<int:pk>-<slug:slug>/", "newsletter/", "<slug:slug>/"]
LISTED += ["comments/transparency/", "comments/transparency/<str:month>/"]
LD = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


class Head(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.metas, self.rels, self.h1, self.title, self.links, self._in = {}, {}, 0, "", [], ""
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self._in = tag
        self.h1 += tag == "h1"
        if tag == "meta":
            self.metas.setdefault(given.get("name") or given.get("property"), []).append(given.get("content"))
        if tag == "link":
            self.rels.setdefault(given["rel"], []).append(given.get("href"))
        if tag == "a" and "nofollow" not in (given.get("rel") or ""):
            self.links.append(given.get("href") or "")

    def handle_data(self, data):
        self.title += data if self._in == "title" and "</" not in data else ""

    def handle_endtag(self, tag):
        self._in = ""

    def is_listed(self):
        return "noindex" not in " ".join(self.metas.get("robots", []))


@pytest.fixture
def world():
    return World()


@pytest.fixture
def heads(client, world):
    found = {}
    for pattern in sorted(set(patterns())):
        if not pattern.startswith("admin/"):
            answer = client.get(world.address(pattern))
            if answer.status_code == 200 and b"<html" in answer.getvalue():
                found[pattern] = Head(answer.content.decode()), answer
    assert len(found) > 25
    return found


def test_every_page_that_is_listed_says_what_it_is(heads):
    for pattern, (head, answer) in heads.items():
        assert head.title.strip(" ·"), pattern
        assert head.h1 == 1, pattern
        if pattern not in LISTED:
            continue
        path = answer.wsgi_request.path
        [canonical], [description] = head.rels["canonical"], head.metas["description"]
        assert canonical == settings.BASE_URL + path, pattern
        assert description.strip(), pattern
        assert "<" not in description, pattern
        assert head.metas["og:url"] == [canonical], pattern
        assert head.metas["og:description"] == [description], pattern
        for name in ("title", "type", "site_name", "image", "image:width", "image:height", "image:alt"):
            assert head.metas[f"og:{name}"][0].strip(), (pattern, name)
        assert head.metas["og:image"][0].startswith(settings.BASE_URL), pattern
        assert head.rels["alternate"][-1].endswith("feed.xml"), pattern


def test_search_engines_list_the_pages_that_stand_for_themselves(heads):
    shown = {pattern for pattern, (head, answer) in heads.items() if head.is_listed() and "X-Robots-Tag" not in answer}

    assert shown == set(LISTED)


def test_robots_may_fetch_whatever_a_page_leads_them_to(client, heads):
    robots = RobotFileParser()
    robots.parse(client.get("/robots.txt").content.decode().splitlines())

    assert robots.site_maps() == [f"{settings.BASE_URL}/sitemap.xml"]
    assert not robots.can_fetch("*", "/admin/")
    for pattern in LISTED:
        head = heads[pattern][0]
        forbidden = [link for link in head.links if link.startswith("/") and not robots.can_fetch("*", link)]
        assert not forbidden, pattern


@pytest.mark.parametrize("number", ["99", "0", "-1", "abc", "1.5", "9" * 5000, "%00", "%ff"])
def test_a_page_that_a_list_does_not_have_is_not_found(client, reader, number):
    article = create_article(published=True)
    client.force_login(reader)
    lists = ["/articles/", "/topics/", "/questions/", article.writers.get().get_absolute_url(), "/me/"]
    for address in lists:
        assert client.get(f"{address}?page=1").status_code == 200, address
        assert client.get(f"{address}?page={number}").status_code == 404, address


def test_the_canonical_address_of_a_page_of_a_list_keeps_its_number_and_nothing_else(client):
    for n in range(101):
        create_topic(name=f"Topic {n}")

    head = Head(client.get("/topics/?page=2&utm_source=x").content.decode())

    assert head.rels["canonical"] == [f"{settings.BASE_URL}/topics/?page=2"]
    assert Head(client.get("/topics/?page=1&x=y").content.decode()).rels["canonical"] == [
        f"{settings.BASE_URL}/topics/"
    ]


def test_a_page_that_is_not_there_has_no_address_to_keep(client):
    assert "canonical" not in client.get("/articles/nothing/").content.decode()


def test_a_description_is_plain_words_whatever_they_are(client):
    article = create_article(published=True, summary='Is "5 < 6" & so on?')

    page = client.get(article.get_absolute_url()).content.decode()

    assert re.search(r'<meta property="og:description" content="Is &quot;5 &lt; 6&quot; &amp; so on\?">', page)


@pytest.mark.parametrize("address", ["/favicon.ico", "/apple-touch-icon.png", "/manifest.webmanifest"])
def test_what_browsers_ask_for_by_themselves_is_there(client, address):
    answer = client.get(address)

    assert answer.status_code == 200
    assert not answer.cookies


def test_the_manifest_names_the_site_and_pictures_that_exist(client):
    SiteSettings(name="Kind words").save()

    manifest = client.get("/manifest.webmanifest").json()

    assert manifest["name"] == "Kind words"
    for icon in manifest["icons"]:
        assert client.get(icon["src"]).status_code == 200


def test_keepers_of_passwords_are_led_to_the_page_where_one_changes_it(client):
    assert client.get("/.well-known/change-password")["Location"] == "/accounts/password/change/"


def test_security_txt_keeps_rfc_9116(client):
    SiteSettings(contact_email="safe@example.org").save()

    lines = dict(line.split(": ", 1) for line in client.get("/.well-known/security.txt").content.decode().splitlines())

    assert lines["Contact"] == "mailto:safe@example.org"
    assert timezone.now() < datetime.fromisoformat(lines["Expires"])
    assert urlsplit(lines["Canonical"]).path == "/.well-known/security.txt"


def test_what_is_told_in_json_keeps_what_search_engines_require(client, world):
    """Google's rules for Article, BreadcrumbList and QAPage: what must be there, and where it may lead."""
    create_comment(thread=world.question.thread, status="approved")
    addresses = [world.article.get_absolute_url(), world.article.topic.get_absolute_url()]
    pages = [client.get(address).content.decode() for address in [*addresses, world.question.get_absolute_url()]]
    article, topic, question = [json.loads(LD.search(page)[1]) for page in pages]

    told = article["mainEntity"]
    assert (told["@type"], len(told["headline"]) <= 150) == ("Article", True)
    assert all(author["name"] and author["url"].startswith("http") for author in told["author"])
    assert datetime.fromisoformat(told["datePublished"]).tzinfo
    for page in (article, topic):
        steps = page["breadcrumb"]["itemListElement"]
        assert [step["position"] for step in steps] == [*range(1, len(steps) + 1)]
        assert all(step["name"] and step["item"].startswith("http") for step in steps)
    asked = question["mainEntity"]
    assert (question["@type"], asked["@type"], asked["answerCount"]) == ("QAPage", "Question", 1)
    assert asked["name"]
    for answer in asked["suggestedAnswer"]:
        assert answer["text"]
        assert answer["url"].startswith(settings.BASE_URL + world.question.get_absolute_url())

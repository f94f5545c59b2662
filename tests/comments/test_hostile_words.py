"""Strings that break software, in every field a reader can fill, on every page that shows them.

The two public lists are not part of the project; where they lie beside the checkout, all of them are tried.
"""

import json
from functools import partial
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from comments.decisions.comments import approve
from comments.models import Comment
from comments.text.rendering import as_html
from comments.text.signing import OWN_COMMENT
from edge.letters import clean_line, clean_text, is_seen
from questions.models import Question
from tests.clock import is_quick
from tests.comments.typing import ask, comment_data, post
from tests.factories import create_comment, create_thread, create_topic

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
OF_OUR_OWN = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</title></textarea><img src=x onerror=alert(1)>",
    "<!--<script>",
    '" onfocus="alert(1)" autofocus="',
    "javascript:alert(1)",
    "https://example.org/\"onmouseover='alert(1)'",
    "www.example.org/<svg/onload=alert(1)>",
    "{{ 7|add:7 }}{% load i18n %}",
    "%s %d %(name)s {0} {name}",
    "\u202egnp.exe\u2066",
    "Zalgo: H\u0337e\u0336",
    "\ufdfd" * 30,
    "\u2028\u2029line",
    "👩‍⚕️🏳️‍🌈",
    "עברית ועוד English",
    "<a " * 500,
    "&" * 2000 + ";",
    "(" * 1500 + "www.a.b",
    "x" * 3000,
    "@" * 2000,
]
SCRIPTS = {"application/ld+json"}
OWN = ("/static/", "/admin/jsi18n/")


def listed(name):
    path = DATA / name
    if not path.exists():
        return []
    text = path.read_text(encoding="utf-8")
    return json.loads(text) if name.endswith(".json") else text.splitlines()


def all_strings():
    strings = [*listed("naughty_strings.json"), *listed("xss_payloads.txt")]
    if not strings:
        pytest.skip(f"the lists of hostile strings are not at {DATA}")
    return strings


class Watch(HTMLParser):
    """Finds whatever a reader's words must never become: elements that run or load, handlers, other schemes."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        own = tag == "script" and (attrs.get("type") in SCRIPTS or (attrs.get("src") or "").startswith(OWN))
        if tag in {"script", "iframe", "object", "embed", "style", "base"} and not own:
            self.found.append(tag)
        for name, value in attrs.items():
            scheme = (value or "").strip().partition(":")[0].lower()
            if name.startswith("on") or (
                name in {"href", "src", "action"} and scheme in {"javascript", "data", "vbscript"}
            ):
                self.found.append(f"{tag} {name}={value}")


def is_harmless(html):
    watch = Watch()
    watch.feed(html)
    watch.close()
    return watch.found == []


def test_no_listed_string_becomes_anything_but_words():
    assert [text for text in all_strings() if not is_harmless(as_html(clean_text(text)))] == []


def test_cleaning_never_fails_and_leaves_no_trap():
    for text in [*all_strings(), "\ud800 half", "a\0b", "\r\n\r"]:
        clean_text(text).encode()
        line = clean_line(text)
        assert "\n" not in line
        assert "\u202e" not in line


@pytest.mark.parametrize("text", ["", " \n", "\u200b", "\u202e\u2066", "\u00a0"])
def test_invisible_words_say_nothing(text):
    assert not is_seen(clean_text(text))


@pytest.mark.django_db
@pytest.mark.parametrize("text", OF_OUR_OWN, ids=range(len(OF_OUR_OWN)))
def test_hostile_words_pass_the_door_and_are_shown_as_words(client, text):
    topic = create_topic()
    ask(title=text[:150], name=text[:60], body=text, topic=topic.slug)
    comment = Comment.objects.get()
    pages = [client.get(OWN_COMMENT.to(comment.pk))]
    approve(comment, by=None)
    question = Question.objects.get()
    reply = post(question.thread, parent="", name=text[:60], body=text)
    approve(Comment.objects.latest("id"), by=None)

    pages += [
        client.get(address)
        for address in (question.get_absolute_url(), "/questions/", f"/questions/?topic={topic.slug}")
    ]
    pages.append(client.get(f"/comments/threads/{question.thread_id}/add/?reply_to={Comment.objects.latest('id').pk}"))

    assert reply.status_code == 302
    assert [page.status_code for page in pages] == [200] * len(pages)
    assert [page.request["PATH_INFO"] for page in pages if not is_harmless(page.content.decode())] == []


@pytest.mark.django_db
def test_every_listed_string_can_stand_on_one_page_and_in_structured_data(client):
    thread = create_thread()
    question = Question.objects.create(title="All of them", slug="all", thread=thread)
    thread.opening = create_comment(thread=thread, status="approved")
    thread.save()
    strings = [text for text in map(clean_text, all_strings()) if is_seen(text)]
    size = len(strings) // 50 + 1
    for start in range(50):
        text = "\n".join(strings[start * size : (start + 1) * size])
        create_comment(thread=thread, status="approved", name=clean_line(strings[start * 3])[:60], body=text)

    page = client.get(question.get_absolute_url()).content.decode()

    assert is_harmless(page)
    block = page.partition('<script type="application/ld+json">')[2].partition("</script>")[0]
    assert len(json.loads(block)["mainEntity"]["suggestedAnswer"]) == 50


@pytest.mark.django_db
def test_hostile_words_in_a_form_with_errors_come_back_as_words():
    thread = create_thread()
    for text in OF_OUR_OWN:
        page = post(thread, name=text, email=text, body=text, parent=text, mark=text, captcha_0=text, captcha_1=text)

        assert page.status_code in {409, 422}
        assert is_harmless(page.content.decode())


@pytest.mark.django_db
@pytest.mark.parametrize(
    "field", ["name", "email", "body", "parent", "mark", "hurried", "homepage", "captcha_0", "captcha_1"]
)
def test_a_nul_in_any_field_is_no_accident(field):
    thread = create_thread()
    data = comment_data(thread)

    answer = post(thread, **{**data, field: f"{data.get(field, '')}\0"})

    assert answer.status_code in {302, 422}
    assert "\0" not in answer.content.decode()


@pytest.mark.django_db
def test_bytes_that_are_no_unicode_are_no_accident():
    thread = create_thread()
    body = b"name=%ff%fe&email=a%40example.net&title=%ed%a0%80&body=%c3%28&topic=%00%ff&mark=%ff&captcha_0=%ff&captcha_1=%ff"

    answers = [
        Client().post(address, body, content_type="application/x-www-form-urlencoded")
        for address in (reverse("comments:add", args=[thread.pk]), reverse("questions:ask"))
    ]

    assert [answer.status_code for answer in answers] == [422, 422]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        "/questions/?topic=%00", "/questions/?topic=%ff", "/questions/?page=%00", "/questions/1-%ff/", "/questions/ask/?topic=%00%ff",
        "/comments/threads/1/add/?reply_to=%00", "/comments/threads/1/add/?reply_to=99999999999999999999", "/comments/own/%ff/",
        "/comments/mail/%00/", "/comments/99999999999999999999/replies/", "/questions/99999999999999999999-x/",
    ],
)  # fmt: skip
def test_bad_addresses_are_no_accident(client, path):
    assert client.get(path).status_code in {200, 404}


@pytest.mark.parametrize(
    "text", ["<a " * 1600, "(" * 4900, "&" * 5000, "www." * 1250, "http://" * 700, "a@" * 2500, "\n" * 5000]
)
def test_the_longest_words_are_shown_in_a_moment(text):
    assert is_quick(partial(as_html, text), 0.2)

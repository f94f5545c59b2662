"""What readers see of a link is where it leads."""

import json
import re
from html import unescape
from pathlib import Path

import pytest

from comments.decisions.comments import approve
from comments.desk.highlight import marked
from comments.intake.checks import Writing, look_at
from comments.letters.comment_letters import write_reply
from comments.text.rendering import as_html, as_text
from edge.models import Letter
from questions.models import Question
from tests.comments.typing import ask
from tests.factories import create_comment

TEMPLATES = Path(__file__).resolve().parents[2] / "site" / "templates"
LINK = re.compile(r'<a href="([^"]*)"( rel="nofollow ugc")?><bdi dir="ltr">([^<]*)</bdi></a>')
LEADS = {
    "https://example.org/a": ("https://example.org/a", "https://example.org/a"),
    "www.example.org/a": ("http://www.example.org/a", "www.example.org/a"),
    "example.org": ("http://example.org", "example.org"),
    "HTTPS://Example.ORG/Path": ("https://example.org/Path", "https://example.org/Path"),
    "https://example.org:8443/a": ("https://example.org:8443/a", "https://example.org:8443/a"),
    "https://mayoclinic.org@evil.example/x": ("https://evil.example/x", "https://evil.example/x"),
    "https://mayoclinic.org:443@evil.example": ("https://evil.example", "https://evil.example"),
    "www.mayoclinic.org@evil.example/x": ("http://evil.example/x", "evil.example/x"),
    "https://mayoclinic.org%2F@evil.example/": ("https://evil.example/", "https://evil.example/"),
    "https://evil.example\\@mayoclinic.org": ("https://evil.example/@mayoclinic.org", "https://evil.example/@mayoclinic.org"),
    "https://evil.example\\.mayoclinic.org": ("https://evil.example/.mayoclinic.org", "https://evil.example/.mayoclinic.org"),
    "https://%65vil.example/": ("https://evil.example/", "https://evil.example/"),
    "https://аррlе.com/": ("https://xn--l-7sbq6ba.com/", "https://xn--l-7sbq6ba.com/"),
    "https://mayoclinıc.org": ("https://xn--mayoclinc-2pb.org", "https://xn--mayoclinc-2pb.org"),
    "https://good.org∕.evil.example": (
        "https://good.xn--org-vc2a.evil.example",
        "https://good.xn--org-vc2a.evil.example",
    ),
    "https://straße.example": ("https://xn--strae-oqa.example", "https://xn--strae-oqa.example"),
    "https://evil。example": ("https://evil.example", "https://evil.example"),
    "https://ｅｖｉｌ.example": ("https://evil.example", "https://evil.example"),
    "https://ev\u200bil.exam\u00adple": ("https://evil.example", "https://evil.example"),
    "https://evil.example/\u202egro.cinilcoyam": ("https://evil.example/gro.cinilcoyam", "https://evil.example/gro.cinilcoyam"),
    "\u202ehttps://evil.example/a": ("https://evil.example/a", "https://evil.example/a"),
    "www.good.example/?to=https://evil.example": (
        "http://www.good.example/?to=https%3A%2F%2Fevil.example",
        "www.good.example/?to=https://evil.example",
    ),
    "rosa@example.org": ("mailto:rosa@example.org", "rosa@example.org"),
    "rosa@еxample.org": ("mailto:rosa@xn--xample-2of.org", "rosa@xn--xample-2of.org"),
}  # fmt: skip
NO_LINKS = [
    "https://0x7f.1/", "https://3232235777/", "http://[::1]/", "https:///evil.example",
    "https://\\evil.example", "https://a..b", "javascript:alert(1)", "hxxps://evil.example", "https://" + "x" * 70 + ".org",
    "ftp://ftp.example.gov/pub", "javascript://example.com/%0aalert(1)", "hxxp://example.com", "intent:\\\\example.org",
    "rosa@example.org/you",
]  # fmt: skip


@pytest.mark.parametrize(("typed", "leads"), LEADS.items(), ids=ascii)
def test_what_is_seen_of_a_link_is_where_it_leads(typed, leads):
    [(href, rel, seen)] = LINK.findall(as_html(f"Look: {typed}"))

    assert (unescape(href), unescape(seen)) == leads
    assert bool(rel) == (not href.startswith("mailto:"))
    assert as_text(f"Look: {typed}") == f"Look: {leads[1]}"


@pytest.mark.parametrize("typed", NO_LINKS, ids=ascii)
def test_what_leads_nowhere_we_could_name_is_no_link(typed):
    assert as_html(typed) == f"<p>{typed}</p>"
    assert as_text(typed) == typed


@pytest.mark.parametrize("typed", [typed for typed in LEADS if typed.startswith(("http", "www"))], ids=ascii)
def test_the_moderators_card_names_the_same_host(typed):
    [(href, _rel, _seen)] = LINK.findall(as_html(typed))

    about = next(signal.about for signal in look_at(Writing(body=typed)) if signal.code == "links")

    assert about == re.split("[:/?]", re.sub(r"^https?://(www\.)?", "", href))[0]


def test_what_ends_a_sentence_is_no_part_of_a_link():
    html = as_html("(See https://example.org/Pain_(nerve), or https://example.org/b.)")

    assert [href for href, _rel, _seen in LINK.findall(html)] == [
        "https://example.org/Pain_(nerve)",
        "https://example.org/b",
    ]


@pytest.mark.parametrize(
    "sentence", ["“{}”.", "«{}»", "„{}“", "Do you know {}?", "{}…", "看 {}。", "（{}）", "({}), then", "[{}]!"]
)
def test_no_sign_around_a_link_is_taken_for_a_part_of_it(sentence):
    assert 'href="https://example.org/a"' in as_html(sentence.format("https://example.org/a"))


def test_a_long_address_is_cut_in_its_path_and_never_in_its_host():
    host = "www.mayoclinic.org.login.account." + "secure." * 10 + "evil.example"
    [(href, _rel, seen)] = LINK.findall(as_html(f"https://{host}/{'a' * 100}/end"))

    assert href.endswith("a/end")
    assert seen.startswith(f"https://{host}/aaa")
    assert seen.endswith("a/end")
    assert "…" in seen
    assert len(seen) < len(host) + 70


@pytest.mark.parametrize("text", ["take \u202e05\u202c mg", "\u2067never closed", "\u202bnor this\u2069"], ids=ascii)
def test_no_text_turns_around_what_it_says_or_what_stands_beside_it(text):
    shown = [as_html(text), as_text(text), marked(text, [(2, 4)])]

    assert not [html for html in shown if re.search("[\u202a-\u202e\u2066-\u2069]", html)]


def test_hebrew_and_arabic_keep_the_marks_that_they_need():
    text = "התקשרו \u202a+972-54-000\u202c \u200fעכשיו"

    assert as_text(text) == text


def test_heaps_of_marks_from_before_cover_nothing():
    heap = "Z" + "\u0351\u036b\u0343\u036a\u0302\u036b\u033d"

    assert all(len(shown) < len(as_html("Z")) + 5 for shown in (as_html(heap), as_text(heap), marked(heap)))


@pytest.mark.django_db
def test_the_same_is_seen_in_lists_letters_and_structured_data(client):
    ask(body="Read https://mayoclinic.org@evil.example/x")
    opening = Question.objects.get().thread.opening
    approve(opening, by=None)
    answer = create_comment(thread=opening.thread, body="Or www.good.org@evil.example", status="approved")

    pages = {
        path: client.get(path).content.decode()
        for path in (
            opening.thread.address, "/questions/", f"/comments/threads/{opening.thread_id}/add/?reply_to={answer.pk}",
            f"/comments/{answer.pk}/report/",
        )
    }  # fmt: skip

    assert [path for path, page in pages.items() if "mayoclinic" in page or "good.org" in page] == []
    block = pages[opening.thread.address].partition('<script type="application/ld+json">')[2].partition("</script>")[0]
    assert json.loads(block)["mainEntity"]["text"] == "Read https://evil.example/x"


@pytest.mark.django_db
def test_a_letter_about_an_answer_quotes_what_readers_see():
    asked = create_comment(status="approved", wants_mail=True)
    write_reply(create_comment(parent=asked, status="approved", body="https://good.org@evil.example"), asked)

    assert "https://evil.example" in Letter.objects.get().text
    assert "good.org" not in Letter.objects.get().text


def test_no_template_shows_a_readers_text_as_it_came():
    """`as_html` or `as_words`; only what the desk compares and marks goes another way, see highlight.py."""
    shown = re.compile(
        r"{{\s*[\w.]*\b(?:comment|opening|parent|root|version)\.body\b(?!\|as_(?:words|html))|words=[\w.]*\.body\b(?!\|as_words)"
    )

    assert [path.name for path in TEMPLATES.rglob("*.*") if shown.search(path.read_text(encoding="utf-8"))] == []

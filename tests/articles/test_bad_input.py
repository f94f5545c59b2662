"""Hostile, huge and unusual texts on every way into an article: the form, by itself, the page of two texts, the history."""

import json
import re
import time
from html.parser import HTMLParser
from pathlib import Path
from random import Random

import pytest

from articles.models import Article
from articles.workflow.saving import adopt, restore, write
from tests.articles.article_form import form_data, url
from tests.factories import create_article, create_user

# Two public lists of bad input.
DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
HOSTILE = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "<svg/onload=alert(1)>", '"><iframe src=//evil.example>',
    '<a href="java\tscript:alert(1)">x</a>', "<p style=position:fixed>x</p>", "<math><mi//xlink:href='data:x,<script>1'>",
    "<details open ontoggle=alert(1)>", "<!--<img src='--><img src=x onerror=alert(1)//'>", "</textarea><script>alert(1)</script>",
    "\x08\ufffe", "\u202e\u2066 txet", "{{ 7|add:7 }}{% load x %}", "' OR 1=1 --", "𝕳𝖊𝖑𝖑𝖔 🏳️‍🌈 Z̸̢a̷l̶g̵o", "[1]" * 50,
]  # fmt: skip


class Dangers(HTMLParser):
    """What of a page would run or ask another host; what stands there as words does neither."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        attrs = {name: "".join((value or "").split()).lower() for name, value in attrs}
        own = tag == "script" and (attrs.get("src", "").startswith("/static/") or attrs.get("type") in OWN_TYPES)
        own |= tag == "script" and attrs.get("src", "").startswith("/admin/jsi18n/")
        if (tag in {"script", "object", "embed", "base"} and not own) or any(name.startswith("on") for name in attrs):
            self.found.append((tag, attrs))
        for name in ("src", "href", "action", "formaction", "srcset", "xlink:href"):
            value = attrs.get(name, "")
            if value.startswith(("javascript:", "vbscript:", "data:text")) or (
                name.startswith("src") and "//" in value
            ):
                self.found.append((tag, attrs))


OWN_TYPES = {"importmap", "application/json", "application/ld+json"}  # data, which no browser runs


def hostile_words():
    if not DATA.is_dir():
        pytest.skip(f"the lists of hostile strings are not at {DATA}")
    naughty = json.loads((DATA / "naughty_strings.json").read_text(encoding="utf-8"))
    return [*naughty, *(DATA / "xss_payloads.txt").read_text(encoding="utf-8").splitlines()]


def runs_nothing(page):
    dangers = Dangers()
    dangers.feed(page)
    assert dangers.found == []


def keep(client, article, **fields):
    answer = client.post(url("autosave", article.pk), form_data(article, window="a1", **fields))
    article.refresh_from_db()
    return answer


def each_page(client, article):
    for name in ("change", "preview", "compare", "history"):
        yield client.get(url(name, article.pk)).content.decode()


def test_hostile_html_runs_nowhere_whatever_way_it_came(client, writer, editor, draft):
    bad = " ".join(HOSTILE)
    client.force_login(writer)
    keep(client, draft, body=f"<p>{bad}</p>", summary=bad[:290], key_points=bad, title="A title")
    for page in each_page(client, draft):
        runs_nothing(page)
    client.post(url("restore", draft.pk, 1))
    client.post(url("restore", draft.pk, 2))
    opened = form_data(Article.objects.get(pk=draft.pk), summary=f"Mine {bad}"[:300], body=f"<p>Mine {bad}</p>")
    client.force_login(editor)
    draft.refresh_from_db()
    keep(client, draft, summary=f"Hers {bad}"[:300], body=f"<p>Hers {bad}</p>")
    client.force_login(writer)
    clash = client.post(url("change", draft.pk), opened)

    assert clash.status_code == 409
    # What was typed stands in the page once more as a field's value, so that nothing is lost: escaped.
    runs_nothing(re.sub(r"<textarea[^>]*>.*?</textarea>", "", clash.content.decode(), flags=re.S))
    assert "</textarea><script" not in clash.content.decode()


# Takes seconds: two lists of thousands of lines go through all that is done with a text.
@pytest.mark.once
def test_every_line_of_two_public_lists_of_bad_input_runs_nowhere(client, editor, draft):
    client.force_login(editor)
    words = hostile_words()
    for begin in range(0, len(words), 400):
        some = words[begin : begin + 400]
        answer = keep(client, draft, body="".join(f"<p>{word}</p>" for word in some), key_points="\n".join(some))
        assert answer.status_code == 200
        runs_nothing(Article.objects.get(pk=draft.pk).content["body"])
        for page in each_page(client, draft):
            runs_nothing(page)


def test_a_text_of_two_megabytes_is_refused_kindly_and_the_rest_is_kept(client, writer, draft):
    client.force_login(writer)

    answer = keep(client, draft, body=f"<p>{'long ' * 400_000}</p>", summary="Kept all the same.")

    ((label, why),) = answer.json()["errors"]
    assert (answer.status_code, label) == (200, "Text")
    assert "the most an article can hold" in why
    content = Article.objects.get(pk=draft.pk).content
    assert (content["body"], content["summary"]) == ("<p>Text.</p>", "Kept all the same.")


def test_what_is_longer_than_any_form_is_refused_and_nothing_is_changed(client, writer, draft):
    client.force_login(writer)

    answer = keep(client, draft, body="x" * 6_000_000)

    # The page's script says that it is too long, and keeps it.
    assert answer.status_code == 400
    assert draft.revisions.count() == 1


# Takes over a second, as saving so long a text does.
@pytest.mark.once
@pytest.mark.parametrize("alphabet", ["abcdefgh", "אבגדהוזחטי"])
def test_ten_thousand_words_of_any_script_go_through_all_of_it_in_good_time(client, editor, alphabet):
    chance = Random(4)
    words = ["".join(chance.choices(alphabet, k=5)).strip() or "x" for _n in range(10_000)]
    blocks = [f"<p>{' '.join(words[n : n + 50])}.</p>" for n in range(0, 10_000, 50)]
    article = create_article(body="".join(blocks), title=words[0])
    adopt(article, by=editor)
    client.force_login(editor)
    opened = article.edition
    began = time.thread_time()

    mine, theirs = [*blocks], [*blocks]
    mine[3], theirs[150] = f"<p>{words[7]} {alphabet[0]}</p>", f"<p>{words[8]} {alphabet[1]}</p>"
    assert keep(client, article, body="".join(theirs)).status_code == 200
    answer = keep(client, article, body="".join(mine), started_from=opened)
    pages = [client.get(url(name, article.pk), {"from": 1}) for name in ("compare", "history", "change")]
    first = article.revisions.get(number=1)

    assert answer.json()["merged"]
    both = [*blocks]
    both[3], both[150] = mine[3], theirs[150]
    assert Article.objects.get(pk=article.pk).content["body"] == "".join(both)
    assert [page.status_code for page in pages] == [200, 200, 200]
    assert first.content["body"] == "".join(blocks)
    assert time.thread_time() - began < 8


def test_restoring_cleans_what_an_older_program_let_through(editor):
    article = create_article()
    adopt(article, by=editor)
    old = article.revisions.get()
    type(old).objects.filter(pk=old.pk).update(full={**old.full, "body": "<p>Old.</p><script>alert(1)</script>"})
    other = create_user(role="Editor")
    write(
        article, {**Article.objects.get(pk=article.pk).content, "body": "<p>New.</p>"}, by=other, since=article.edition
    )
    article = Article.objects.get(pk=article.pk)

    restore(article, article.revisions.get(number=1), by=editor)

    assert Article.objects.get(pk=article.pk).content["body"] == "<p>Old.</p>"

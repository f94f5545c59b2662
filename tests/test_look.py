"""The promises of stylesheet, templates and form pack (docs/decisions/0005-look.md)."""

import gzip
import re
from pathlib import Path

import brotli
import pytest
from crispy_forms.utils import render_crispy_form
from django import forms
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

SITE = Path(__file__).resolve().parent.parent / "site"
TEMPLATES = sorted(path for name in ("templates", "parts") for path in (SITE / name).rglob("*.html"))
PUBLIC = [path for path in TEMPLATES if "mail" not in path.relative_to(SITE).parts[1]]


class Story(forms.Form):
    name = forms.CharField(label="Name", help_text="As you like to be called.")
    body = forms.CharField(label="Text", widget=forms.Textarea)
    place = forms.CharField(label="Place", required=False)
    often = forms.ChoiceField(label="How often", choices=[("week", "Weekly")], widget=forms.RadioSelect)
    key = forms.CharField(widget=forms.HiddenInput)

    def clean(self) -> None:
        raise forms.ValidationError("These do not fit together.")


def compressed(*names: str) -> int:
    return sum(len(gzip.compress(Path(finders.find(name)).read_bytes(), 9)) for name in names)


def test_the_stylesheets_of_the_public_pages_stay_under_15_kb():
    assert compressed("css/prose.css", "css/site.css") < 15_000


def test_the_scripts_of_the_public_pages_stay_under_35_kb():
    assert compressed("django_htmx/htmx-2.min.js", "js/site.js", "js/drafts.js") < 35_000


def files_of(page: str) -> set[str]:
    """Every static file that a page names, in its import map, too, and what these import by a path."""
    named = set(re.findall(r"/static/([\w./-]+)", page))
    for name in list(named):
        text = Path(finders.find(name)).read_text(encoding="utf-8")
        imported = re.findall(r"(?:\bfrom\s*|@import url\()[\"'](?:\./)?([\w-]+\.(?:js|css))[\"']", text)
        named |= {str(Path(name).parent / path) for path in imported}
    return named


def test_the_first_page_of_a_writers_day_stays_under_250_kb(client, writer):
    """Static files leave as brotli at its best, which takes seconds; at 9 they are a little larger, never smaller."""
    client.force_login(writer)
    page = client.get("/admin/articles/article/add/").content
    files = [Path(finders.find(name)).read_bytes() for name in files_of(page.decode())]

    assert len(files) > 20
    assert len(gzip.compress(page)) + sum(len(brotli.compress(file, quality=9)) for file in files) < 250_000


@pytest.mark.parametrize(
    "name", ["css/prose.css", "css/site.css", "css/admin.css", "js/site.js", "js/drafts.js", "js/admin.js"]
)
def test_nothing_is_asked_of_another_host(name):
    text = Path(finders.find(name)).read_text(encoding="utf-8")

    assert not re.search(r"url\(|@import|https?://", text)


@pytest.mark.parametrize("path", PUBLIC, ids=lambda path: path.relative_to(SITE).as_posix())
def test_no_template_carries_inline_style_or_script(path):
    html = path.read_text(encoding="utf-8")
    scripts = re.findall(r"<script(?![^>]*(?:\ssrc=|application/(?:ld\+)?json))", html)

    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", html)
    assert not scripts


SENTENCE = re.compile(r"{% blocktranslate([^%]*)%}(.*?){% endblocktranslate %}", re.DOTALL)
A_TIME = re.compile(r'(\w+)=\S+\|date:"(?:DATETIME_FORMAT|TIME_FORMAT)"')


def test_no_sentence_ends_with_a_time():
    """A time may end with a full stop of its own: 8 a.m."""
    sentences = [
        found for path in SITE.rglob("templates/**/*.*") for found in SENTENCE.findall(path.read_text("utf-8"))
    ]
    timed = [(name, words) for opening, words in sentences for name in A_TIME.findall(opening)]
    assert len(timed) > 10

    assert [words for name, words in timed if f"{{{{ {name} }}}}." in words] == []


def test_each_error_is_tied_to_its_field_and_linked_from_the_summary():
    html = render_crispy_form(Story({"key": "k"}))

    assert '<a href="#id_name">Name: This field is required.</a>' in html
    assert '<a href="#id_often_field">How often: This field is required.</a>' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_error"' in html
    assert "<li>These do not fit together.</li>" in html


def test_optional_fields_say_so_and_required_ones_carry_no_mark():
    html = render_crispy_form(Story())

    assert html.count("(optional)") == 1
    assert "*" not in html
    assert 'class="error-summary"' not in html


def test_what_was_typed_is_escaped_in_the_form_that_comes_back():
    html = render_crispy_form(Story({"name": '"><script>alert(1)</script>', "body": "</textarea><script>"}))

    assert "<script>" not in html


@pytest.mark.parametrize("name", ["400.html", "500.html"])
def test_the_bare_error_pages_need_neither_request_nor_database(name):
    assert "<h1>" in render_to_string(name)


@pytest.mark.parametrize(
    ("name", "initials"), [("Nadia Okafor", "NO"), ("jun", "J"), ("Ana de la Cruz", "AC"), ("<b", "&lt;")]
)
def test_an_avatar_shows_first_and_last_initial(name, initials):
    assert f">{initials}</span>" in render_to_string("site/avatar.html", {"name": name, "photo": None, "size": ""})

"""Parts of pages by Jinja2: escaped, in the page's language, lean, and kept by all that they are made of."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import caches
from django.template import engines
from django.utils.translation import override, templatize
from jinja2 import UndefinedError
from jinja2.ext import extract_from_ast

from edge import parts
from edge.parts import render_kept

PARTS = Path(settings.SITE_DIR) / "parts"
TEMPLATES = sorted(PARTS.rglob("*.html"))


def rendered(source, **context):
    return engines["parts"].from_string(source).render(context)


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("<ul>\n  <li>\n    One\n    two\n  </li>\n</ul>\n", "<ul><li>One two</li></ul>"),
        ("<p>\n  {% if true %}\n    Yes\n  {% endif %}\n</p>", "<p>Yes</p>"),
        ('<a\n  class="x"\n  href="y"\n>Z</a>', '<a class="x" href="y">Z</a>'),
        ("<b>{{ 1 }}\n{{ 2 }}</b> <i>3</i>", "<b>1 2</b> <i>3</i>"),
    ],
)
def test_one_element_a_line_weighs_nothing(source, html):
    assert rendered(source) == html


def test_what_it_is_given_is_escaped():
    assert rendered("{{ words }}", words="<b>&") == "&lt;b&gt;&amp;"


def test_a_name_that_nobody_gave_is_a_mistake():
    with pytest.raises(UndefinedError):
        rendered("{{ wrods }}", words="")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(PARTS).as_posix())
def test_each_of_its_texts_is_found_for_translation(path):
    source = path.read_text(encoding="utf-8")

    texts = [text for _line, _name, text in extract_from_ast(engines["parts"].env.parse(source), ["_"])]

    assert [text for text in texts if text not in templatize(source)] == []


@pytest.fixture
def made(monkeypatch):
    """What was rendered, and not taken from memory."""
    caches["pages"].clear()
    made = []

    def render(name, context):
        made.append(context)
        return f"<p>{context['words']}</p>"

    monkeypatch.setattr(parts, "render", render)
    return made


def test_the_same_is_rendered_once_and_another_value_is_another_part(made):
    for words in ("one", "one", "two", "one"):
        assert render_kept("a.html", {"words": words}) == f"<p>{words}</p>"

    assert made == [{"words": "one"}, {"words": "two"}]


def test_each_language_has_its_own(made):
    for language in ("en", "ar", "en"):
        with override(language):
            render_kept("a.html", {"words": "one"})

    assert len(made) == 2

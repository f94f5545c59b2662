"""What writers, editors and reviewers see of the page of an article: prose as readers get it, nothing over an alarm, and the
buttons that matter in view."""

import pytest
from playwright.sync_api import Page

from tests.browser.newsroom_places import ARTICLES, addresses

pytestmark = [pytest.mark.browser, pytest.mark.once]

# What somebody sees of each kind of element, but for what follows from the width of the page around it.
LOOKS = """place => Object.fromEntries(
  ["h2", "h3", "p", "a[href*=example]", "li", "th", "td", "caption", "figcaption", "blockquote", "sup.note", "sup.note a", ".notes",
   ".notes h2", ".when", ".when h2", ".callout", ".video__poster"].map(kind => {
    const element = document.querySelector(`${place} ${kind}`);
    if (!element) return [kind, "not there"];
    const style = getComputedStyle(element);
    const names = ["display", "color", "backgroundColor", "fontFamily", "fontSize", "fontStyle", "fontWeight", "lineHeight",
      "textAlign", "textDecorationLine", "textTransform", "letterSpacing", "listStyleType", "paddingBlockStart",
      "paddingInlineStart", "borderBlockEnd", "borderInlineStart", "borderStartStartRadius", "verticalAlign"];
    return [kind, names.map(name => style[name]).join(" ")];
  }))"""


def looks(page: Page, path: str, place: str) -> dict[str, str]:
    page.goto(path)
    return page.evaluate(LOOKS, place)


def test_who_reviews_sees_the_typography_of_readers(visit, site):
    there = addresses(site)
    page = visit(by="reviewer")

    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        public = looks(page, f"{ARTICLES}{there['in_review']}/preview/", "article.prose")
        assert "not there" not in public.values()
        assert looks(page, f"{ARTICLES}{there['in_review']}/change/", ".field-text .prose") == public


def test_differences_have_the_typography_of_readers(visit, site):
    there = addresses(site)
    page = visit(by="editor")
    boxes = {".when": 'aside[data-callout="help"]', ".callout": 'aside[data-callout="questions"]'}

    public = looks(page, f"{ARTICLES}{there['full']}/preview/", "article.prose")
    page.goto(f"{ARTICLES}{there['full']}/compare/")
    page.evaluate(
        "boxes => Object.entries(boxes).forEach(([looks, written]) => document.querySelector(written).classList.add(looks.slice(1)))",
        boxes,
    )
    shown = page.evaluate(LOOKS, ".diff__words")

    same = {"h2", "h3", "p", "li", "th", "td", "caption", "figcaption", "blockquote", ".when", ".callout"}
    assert {kind: shown[kind] for kind in same} == {kind: public[kind] for kind in same}

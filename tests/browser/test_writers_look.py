"""What writers, editors and reviewers see of the page of an article: prose as readers get it, nothing over an alarm, and the
buttons that matter in view."""

import pytest
from playwright.sync_api import Page, expect

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


# Of every piece of the line that says how it stands, and of its buttons: whether a finger that points at it meets it.
MET = """() => {
  const bar = document.querySelector(".write-bar");
  const pieces = [...document.querySelectorAll("#writing [data-line], #writing [data-names], #writing button")];
  return pieces.filter(piece => piece.textContent.trim()).map(piece => {
    const { left, right, top, bottom } = piece.getBoundingClientRect();
    const spots = [[left + 4, top + 4], [(left + right) / 2, (top + bottom) / 2], [right - 4, bottom - 4]];
    const isMet = spots.every(([x, y]) => bar.contains(document.elementFromPoint(x, y)) && y > 0 && y < innerHeight);
    const isHit = piece.tagName !== "BUTTON" || piece.contains(document.elementFromPoint(...spots[1]));
    return [piece.textContent.trim(), isMet && isHit];
  });
}"""


def test_nothing_covers_an_alarm_at_any_width(visit, site):
    there = addresses(site)
    page = visit(by="editor")
    page.goto(f"{ARTICLES}{there['full']}/change/")
    page.get_by_role("toolbar", name="What the text can hold").wait_for()
    page.context.set_offline(True)
    page.get_by_label("Summary").fill("Nobody knows whether this arrives.")
    page.get_by_role("button", name="Try again").wait_for()
    page.evaluate("document.querySelector('[data-names]').textContent = 'Also here: Nadia Okafor'")

    for width in (320, 360, 480, 639, 640, 767, 768, 1023, 1024, 1280, 1920):
        page.set_viewport_size({"width": width, "height": 800})
        for share in (0, 0.2, 0.5, 1):
            page.evaluate("share => scrollTo(0, share * document.querySelector('.write__text').offsetHeight)", share)
            met = dict(page.evaluate(MET))
            assert len(met) == 3
            if share:
                assert all(met.values()), (width, share, met)
    page.context.set_offline(False)


def test_a_short_paragraph_with_a_drop_cap_keeps_the_next_one_clear(visit):
    page = visit()
    page.goto("/articles/a-day-with-a-carer/")
    gap = page.evaluate("""() => {
      const first = document.querySelector(".prose--cap > p");
      first.textContent = "Short.";
      const next = document.createElement("p");
      next.textContent = "And so is this.";
      first.after(next);
      const lines = parseFloat(getComputedStyle(first).lineHeight) * 3;
      return next.getBoundingClientRect().top - first.getBoundingClientRect().top - lines;
    }""")
    assert gap >= 0


def test_the_phones_toolbar_says_at_which_end_there_is_more(visit, site):
    page = visit(by="editor")
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{ARTICLES}{addresses(site)['full']}/change/")
    before, behind = page.locator(".prose-menubar__more").first, page.locator(".prose-menubar__more").last
    expect(behind).to_be_visible()
    expect(before).to_be_hidden()
    for _press in range(4):
        if behind.is_visible():
            behind.click()
            page.wait_for_timeout(600)
    expect(behind).to_be_hidden()
    expect(before).to_be_visible()
    page.set_viewport_size({"width": 1280, "height": 740})
    expect(before).to_be_hidden()
    page.locator(".prose-menubar [data-name=embed]").click()
    expect(page.get_by_role("dialog", name="Video")).to_contain_text("YouTube or Vimeo.")


IN_VIEW = """names => names.map(name => {
  const button = [...document.querySelectorAll("button")].find(one => one.textContent.trim() === name);
  const { left, right, top, bottom } = button.getBoundingClientRect();
  const there = button.contains(document.elementFromPoint((left + right) / 2, (top + bottom) / 2));
  return left >= 0 && right <= innerWidth && top >= 0 && bottom <= innerHeight && there;
})"""


@pytest.mark.parametrize("java_script", [True, False])
def test_the_buttons_that_matter_stay_in_view(visit, site, java_script):
    there = addresses(site)
    steps = {
        ("editor", "submitted"): ["Send back", "Approve without medical review", "Publish now", "Archive", "Save"],
        ("editor", "published"): ["Archive"],
        ("reviewer", "in_review"): ["Send back", "Pass medical review"],
    }
    for (person, article), names in steps.items():
        page = visit(by=person, java_script=java_script)
        for width, height in ((360, 740), (768, 1000), (1280, 800), (1920, 1000)):
            page.set_viewport_size({"width": width, "height": height})
            page.goto(f"{ARTICLES}{there[article]}/change/")
            for _end in range(3):
                assert all(page.evaluate(IN_VIEW, names)), (person, article, width)
                page.mouse.wheel(0, 1500)
                page.wait_for_timeout(100)


def test_what_the_first_change_of_a_reviewed_text_brings_about_comes_into_view_with_it(visit, site):
    page = visit(by="editor")
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{ARTICLES}{addresses(site)['reviewed']}/change/")
    effect = page.locator("[data-effect]")
    expect(page.locator("#before-change")).to_contain_text("has reviewed exactly this text")
    expect(effect).to_be_empty()

    page.locator("#id_summary").press("End")
    page.keyboard.type("!")

    expect(effect).to_contain_text("has reviewed exactly this text")
    assert page.evaluate("document.querySelector('[data-effect]').getBoundingClientRect().bottom < innerHeight")
    effect.get_by_role("button", name="Close").click()
    expect(effect).to_have_count(0)

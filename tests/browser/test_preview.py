"""The page to come beside the text, what is hard to use on it, and the link for somebody without an account."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.checks import WCAG, axe_findings, bring_axe, watch

pytestmark = [pytest.mark.browser, pytest.mark.once]
SEEN = "iframe[data-seen]"


def begin(page: Page, title: str, *paragraphs: str) -> None:
    page.goto("/admin/articles/article/add/")
    page.get_by_label("Title").fill(title)
    steps.write_in_editor(page, list(paragraphs))
    expect(page.locator("#writing [data-line]")).to_have_text(re.compile("^Saved"))


def findings(page: Page) -> list[str]:
    bring_axe(page)
    return axe_findings(page, {"runOnly": WCAG})


def test_the_page_stands_beside_the_text_and_follows_each_save(visit, site):
    page = visit(by="writer")
    problems = watch(page, site.url)
    begin(page, "Beside itself", *(f"Paragraph {n} of a long text." for n in range(8)))
    toggle = page.get_by_role("button", name="Preview beside")
    toggle.click()
    frame = page.frame_locator(SEEN)
    expect(frame.get_by_role("heading", level=1)).to_have_text("Beside itself")
    expect(page.locator(SEEN)).to_have_attribute("title", "The article as readers will see it")
    inside = page.locator(SEEN).element_handle().content_frame()
    inside.evaluate("scrollTo({top: 300, behavior: 'instant'})")

    page.locator(".field-body [contenteditable=true] > p").last.click()
    page.keyboard.type(" And more.")
    expect(frame.get_by_text("And more.")).to_be_attached()

    assert page.locator(SEEN).element_handle().content_frame().evaluate("scrollY") == 300
    expect(page.locator("#beside iframe")).to_have_count(1)
    expect(page.locator(".field-body [contenteditable=true]")).to_be_focused()
    page.reload()
    expect(frame.get_by_text("And more.")).to_be_attached()  # it is remembered
    frame.locator("main").press("Escape")
    expect(toggle).to_be_focused()
    expect(toggle).to_have_attribute("aria-expanded", "false")
    expect(page.locator("#beside")).to_have_count(0)
    page.set_viewport_size({"width": 900, "height": 800})
    expect(toggle).to_be_hidden()
    expect(page.get_by_role("link", name="Preview", exact=True)).to_have_attribute("target", "_blank")
    assert problems == []


def test_what_is_hard_to_use_is_counted_and_each_place_can_be_reached(visit, site):
    page = visit(by="writer")
    problems = watch(page, site.url)
    begin(page, "With traps", "LOUD WORDS ARE HARD TO READ FOR MOST PEOPLE HERE", "- A list that ends with nothing")
    page.get_by_role("button", name="Preview beside").click()

    expect(page.frame_locator(SEEN).get_by_text("ends with nothing")).to_be_attached()
    summary = page.locator(".beside__checks summary")
    expect(summary).to_have_text("2 problems for people with disabilities")
    expect(page.locator("#beside [role=status]")).to_have_text("2 problems for people with disabilities")
    summary.press("Enter")
    assert [found for found in findings(page) if "beside" in found] == []
    page.get_by_role("button", name=re.compile("capitals")).press("Enter")
    marked = page.frame_locator(SEEN).locator("[data-problem]:focus")
    expect(marked).to_contain_text("LOUD WORDS")
    assert problems == []


TRAPS = """<main><h1>Title</h1><article class="prose">
<h3 data-is="headingSkips">Small</h3><h2 data-is="headingEmpty"> </h2><h2>Fine</h2><h3>Fine</h3>
<p data-is="headingBold"><strong>Looks like a heading</strong></p><p><strong>A sentence.</strong> And more.</p>
<img data-is="alt" src="x.png"><img data-is="altFile" src="x.png" alt="IMG_123.jpg"><img src="x.png" alt="">
<figure><img data-is="altCaption" src="x.png" alt="A hand"><figcaption>A hand</figcaption></figure>
<a data-is="linkEmpty" href="/a"></a><a data-is="linkVague" href="/b">Click here</a><a data-is="linkVague" href="/b">here.</a>
<a data-is="linkAddress" href="/c">https://example.org/c</a><a href="/d">Sleep</a><a data-is="linkTwice" href="/e">sleep</a>
<a href="/d">Sleep</a><a href="/f"><img src="x.png" alt="The map"></a><sup><a href="#ref-1">1</a></sup>
<table data-is="tableHead"><tbody><tr><td>1</td></tr></tbody></table>
<table><tbody><tr><th></th><th>Dose</th><th data-is="tableHeadEmpty"></th></tr></tbody></table>
<p data-is="listTyped">1. One</p><p>2. Two</p><p>3. Three</p><p>- alone</p><p>Text</p>
<ul><li>One</li><li data-is="listEmpty"></li></ul><div><li data-is="listNone">x</li></div>
<p data-is="language" lang="english!">Hi</p><p lang="pt-BR">Oi</p><p data-is="capitals">THIS IS ALL TOO LOUD FOR MANY PEOPLE</p><p>NASA and WHO</p>
</article></main>"""


def test_the_rules_find_what_they_are_for_and_nothing_else(visit):
    page = visit()
    page.goto("/about/")

    found = page.evaluate(
        """async (html) => {
          const { problemsIn } = await import("/static/js/accessible.js");
          document.body.innerHTML = html;
          const wanted = [...document.querySelectorAll("[data-is]")].map((e) => e.dataset.is);
          const found = problemsIn(document);
          return [wanted, found.map(({rule}) => rule), found.filter(({rule, element}) => element.dataset.is !== rule).length];
        }""",
        TRAPS,
    )

    assert found[1] == found[0]
    assert found[2] == 0


def test_somebody_without_an_account_reads_along_until_the_link_is_revoked(visit, site):
    page = visit(by="writer")
    begin(page, "For a friend", "Read this, please.")
    page.reload()
    page.get_by_text("Make a link", exact=True).click()
    page.get_by_label("For whom").fill("Aunt Rosa")
    page.get_by_role("button", name="Make the link").click()
    field = page.get_by_label("Address of the preview for Aunt Rosa")
    address = field.input_value()

    friend = visit()
    problems = watch(friend, site.url)
    friend.goto(address)

    expect(friend.get_by_role("complementary", name="About this preview")).to_contain_text("A preview for Aunt Rosa.")
    expect(friend.get_by_text("Read this, please.")).to_be_visible()
    friend.locator("#write").get_by_role("link", name="Add a comment").scroll_into_view_if_needed()
    friend.get_by_label("4 stars").check(force=True)
    friend.get_by_role("button", name="Rate", exact=True).click()
    expect(friend.get_by_text("This works on the page that readers see.")).to_be_visible()
    expect(friend.locator("#write").get_by_role("link", name="Add a comment")).to_be_visible()
    assert friend.context.cookies() == []
    assert findings(friend) == []
    assert problems == []
    page.get_by_role("button", name="Revoke").click()
    expect(page.get_by_text("Revoked: it leads nowhere any more.")).to_be_visible()
    friend.reload()
    expect(friend.get_by_role("heading", level=1)).to_have_text("There is no preview here")

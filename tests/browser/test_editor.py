"""The writers' editor in a real browser, under our strict policy: what is typed, pasted and picked is what is stored."""

import pytest
from playwright.sync_api import expect

from tests.browser.checks import watch
from tests.browser.steps import picture

pytestmark = pytest.mark.once

AREA = ".ProseMirror[contenteditable]"
# What the clipboard holds when somebody copies from these programs.
GOOGLE_DOCS = (
    '<meta charset="utf-8"><b style="font-weight:normal;" id="docs-internal-guid-1"><p style="line-height:1.38">'
    '<span style="font-weight:400">Plain </span><span style="font-weight:700">bold</span>'
    '<span style="font-style:italic"> slanted</span></p></b>'
)
WORD = (
    "<p class=MsoNormal>Hello <b>bold</b></p>"
    "<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·<span>&nbsp; </span></span>one</p>"
    "<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>·<span>&nbsp; </span></span>two</p>"
    '<p>See<a href="#_ftn1">*</a><img src="file:///C:/a.png"><img src="https://elsewhere.example/x.png" onerror="window.ran=1">'
    "<script>window.ran=1</script></p>"
)
PASTE = """([area, html]) => {
  const data = new DataTransfer();
  data.setData("text/html", html);
  data.setData("text/plain", "x");
  document.querySelector(area).dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
}"""


@pytest.fixture
def writing(site, visit):
    """The form for a new article, and what goes wrong in it."""
    page = visit(by="writer")
    problems = watch(page, site.url)
    page.goto("/admin/articles/article/add/")
    expect(page.locator(AREA)).to_have_attribute("aria-labelledby", "id_body_label")
    yield page
    assert problems == []


def stored(page):
    return page.locator("textarea[name=body]").input_value()


def test_the_editor_has_a_name_and_keeps_its_spaces(writing):
    expect(writing.get_by_role("textbox", name="Text:")).to_be_visible()
    # The editor's own style is in force: its hash in the policy is still the right one.
    assert writing.locator(AREA).evaluate("area => getComputedStyle(area).whiteSpace") == "break-spaces"


def test_typing_makes_clean_html(writing):
    keys = writing.keyboard
    writing.locator(AREA).click()
    keys.type("Words ")
    keys.press("Control+b")
    keys.type("that matter")
    keys.press("Control+b")
    keys.type(" [1].")
    keys.press("Enter")
    keys.press("Control+Alt+2")
    keys.type("A heading")
    keys.press("Enter")
    keys.type("- one")

    assert stored(writing) == (
        "<p>Words <strong>that matter</strong> [1].</p><h2>A heading</h2><ul><li><p>one</p></li></ul>"
    )


def test_text_from_google_docs_keeps_its_emphasis_and_nothing_else(writing):
    writing.evaluate(PASTE, [AREA, GOOGLE_DOCS])

    assert stored(writing) == "<p>Plain <strong>bold</strong><em> slanted</em></p>"


def test_text_from_word_keeps_its_lists_and_asks_no_other_host(writing):
    writing.evaluate(PASTE, [AREA, WORD])

    assert stored(writing) == (
        "<p>Hello <strong>bold</strong></p><ul><li><p>one</p></li><li><p>two</p></li></ul><p>See*</p>"
    )
    assert writing.evaluate("window.ran") is None


def test_a_picture_from_the_library_brings_its_words(writing):
    writing.locator(AREA).click()
    writing.locator(".prose-menubar [data-name=figure]").click()
    with writing.expect_popup() as opened:
        writing.get_by_role("button", name="Browse...").click()
    library = opened.value
    library.locator("summary").click()
    library.locator("#id_file").set_input_files([picture()])
    library.locator("#id_alt").fill("A closed eyelid")
    library.locator("#id_caption").fill("Drawn in May")
    library.get_by_role("button", name="Add").click()
    # The choice closes the window that the click would wait for, so the click comes a moment later.
    with library.expect_event("close"):
        library.evaluate("setTimeout(() => document.querySelector('.pictures .new button').click(), 100)")
    dialog = writing.get_by_role("dialog")

    expect(dialog.locator("input[name=altText]")).to_have_value("A closed eyelid")
    dialog.get_by_role("button", name="Insert").click()

    assert 'alt="A closed eyelid"' in stored(writing)
    assert "Drawn in May</figcaption>" in stored(writing)

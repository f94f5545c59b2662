"""Which way words run in the writers' editor, and what is undone at once."""

import pytest
from playwright.sync_api import expect

from edge.richtext import clean_html
from tests.browser.test_editor import AREA, PASTE, READER, stored

pytestmark = pytest.mark.once


def runs(page, place):
    return page.locator(f"{AREA} {place}").first.evaluate("element => getComputedStyle(element).direction")


# --- Direction ---------------------------------------------------------------------------------------------------------


def test_words_run_as_their_first_letter_does_and_nothing_of_it_is_stored(writing):
    keys = writing.keyboard
    keys.insert_text("1. שלום world")
    keys.press("Enter")
    keys.type("English")
    assert (runs(writing, "p:nth-child(1)"), runs(writing, "p:nth-child(2)")) == ("rtl", "ltr")
    keys.press("Enter")
    keys.type("- ")
    keys.insert_text("אב")
    assert (runs(writing, "ul"), runs(writing, "ul p")) == ("rtl", "rtl")
    keys.press("Backspace")
    keys.press("Backspace")
    keys.type("now this")
    assert runs(writing, "ul") == "ltr"

    assert stored(writing) == "<p>1. שלום world</p><p>English</p><ul><li><p>now this</p></li></ul>"


def test_a_direction_is_set_by_a_key_and_taken_back_by_it(writing):
    keys = writing.keyboard
    keys.insert_text("Aspirin זה")
    keys.press("Control+Alt+r")
    assert stored(writing) == '<p dir="rtl">Aspirin זה</p>'
    assert runs(writing, "p") == "rtl"
    button = writing.get_by_role("button", name="Other direction of writing")
    expect(button).to_have_attribute("aria-pressed", "true")
    keys.press("Enter")
    keys.insert_text("B")
    assert stored(writing) == clean_html(stored(writing)) == '<p dir="rtl">Aspirin זה</p><p dir="rtl">B</p>'
    keys.press("Control+a")
    button.click()
    assert stored(writing) == "<p>Aspirin זה</p><p>B</p>"


def test_the_direction_of_a_quotation_and_a_list_goes_with_their_words(writing):
    writing.evaluate(PASTE, [AREA, "<blockquote><p>a</p></blockquote><ul><li>b</li></ul>"])
    writing.keyboard.press("Control+a")
    writing.keyboard.press("Control+Alt+r")

    assert (
        '<blockquote dir="rtl"><p dir="rtl">a</p></blockquote><ul dir="rtl"><li><p dir="rtl">b</p></li></ul>'
        in stored(writing)
    )


def test_a_list_that_runs_from_right_to_left_stands_under_its_paragraph(writing):
    writing.evaluate(PASTE, [AREA, "<p>שלום</p><ul><li>אחת</li></ul><ol><li>שתיים</li></ol>"])
    ends = "element => [element.getBoundingClientRect().right, parseFloat(getComputedStyle(element).paddingRight)]"
    (paragraph, none), *lists = (writing.locator(f"{AREA} > {tag}").first.evaluate(ends) for tag in ("p", "ul", "ol"))

    assert none == 0
    for right, indent in lists:
        assert right == paragraph
        assert indent > 20


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        ('<p dir="rtl">שלום</p><p dir="ltr">a</p>', '<p dir="rtl">שלום</p><p>a</p>'),
        ('<p dir="ltr">שלום a</p>', '<p dir="ltr">שלום a</p>'),
        ('<ul dir="rtl"><li dir="rtl">א</li></ul>', '<ul dir="rtl"><li dir="rtl"><p>א</p></li></ul>'),
        ('<h2 dir="rtl">א</h2><p dir="auto">b</p>', '<h2 dir="rtl">א</h2><p>b</p>'),
        (
            '<table dir="rtl"><tr><td dir="rtl">א</td></tr></table>',
            '<table dir="rtl"><tbody><tr><td dir="rtl"><p>א</p></td></tr></tbody></table>',
        ),
    ],
)
def test_a_pasted_direction_is_kept_where_it_says_something(writing, pasted, kept):
    writing.evaluate(PASTE, [AREA, pasted])

    assert stored(writing).startswith(kept)


# --- Undoing -----------------------------------------------------------------------------------------------------------


def test_what_is_pasted_right_after_typing_is_undone_alone(writing):
    keys = writing.keyboard
    keys.type("Typed ")
    writing.evaluate(PASTE, [AREA, "", "pasted"])
    keys.type(" and on")
    assert stored(writing) == "<p>Typed pasted and on</p>"
    keys.press("Control+z")
    assert stored(writing) == "<p>Typed pasted</p>"
    keys.press("Control+z")
    assert stored(writing) == "<p>Typed </p>"
    keys.press("Control+Shift+z")
    assert stored(writing) == "<p>Typed pasted</p>"


@pytest.mark.parametrize(
    ("html", "plain"),
    [
        ("<p>a <b>b</b> https://example.org/x</p><p>c</p>", "x"),
        ("", "https://youtu.be/dQw4w9WgXcQ"),
        ("", "two\n\nlines"),
    ],
)
def test_whatever_is_pasted_is_undone_with_one_key(writing, html, plain):
    writing.keyboard.type("Typed")
    writing.keyboard.press("Enter")
    before = stored(writing)
    writing.evaluate(PASTE, [AREA, html, plain])
    assert stored(writing) != before
    writing.keyboard.press("Control+z")
    assert stored(writing) == before


def test_what_is_formatted_is_undone_alone(writing):
    keys = writing.keyboard
    keys.type("Words")
    keys.press("Control+a")
    keys.press("Control+b")
    assert stored(writing) == "<p><strong>Words</strong></p>"
    keys.press("Control+z")
    assert stored(writing) == "<p>Words</p>"
    keys.press("Control+Alt+2")
    keys.press("Control+z")
    assert stored(writing) == "<p>Words</p>"


DROP = """([area]) => {
  const data = new DataTransfer();
  data.setData("text/html", "<p>dropped</p>");
  const {left, bottom} = document.querySelector(`${area} p`).getBoundingClientRect();
  const known = {bubbles: true, cancelable: true, clientX: left + 2, clientY: bottom - 2, dataTransfer: data};
  document.querySelector(area).dispatchEvent(new DragEvent("drop", known));
}"""


def test_what_is_dropped_is_undone_alone(writing):
    writing.keyboard.type("Typed")
    writing.evaluate(READER)
    writing.evaluate(DROP, [AREA])
    assert "dropped" in stored(writing)
    writing.keyboard.press("Control+z")
    assert stored(writing) == "<p>Typed</p>"


def test_what_is_dropped_before_its_reader_has_come_waits_for_it_and_is_undone_alone(visit):
    page = visit(by="writer")
    held = []
    page.route("**/editor-pasted.js", lambda route: held.append(route))
    page.goto("/admin/articles/article/add/")
    with page.expect_request("**/editor-pasted.js"):
        page.locator(AREA).click()
    page.keyboard.type("Typed")
    page.evaluate(DROP, [AREA])
    assert stored(page) == "<p>Typed</p>"
    held[0].continue_()
    expect(page.locator(AREA)).to_contain_text("dropped")
    page.keyboard.press("Control+z")
    assert stored(page) == "<p>Typed</p>"


# --- Tables in tables --------------------------------------------------------------------------------------------------

FULL = "<table><tbody><tr><th>A</th><th>B</th></tr><tr><td>1</td><td>2</td></tr></tbody></table>"
PASTED = "<table><tr><td>x</td><td>y</td></tr></table>"


def in_cell(page, words):
    page.locator(f"{AREA} :is(td, th)", has_text=words).first.click()
    page.keyboard.press("End")


def test_a_table_pasted_into_a_cell_covers_no_other(writing):
    writing.evaluate(PASTE, [AREA, FULL])
    in_cell(writing, "A")
    writing.evaluate(PASTE, [AREA, PASTED])
    text = stored(writing)

    assert text.index(">2<") < text.index(">x<") < text.index(">y<")
    assert text.count("<table>") == 2
    for word in ("A", "B", "1", "2"):
        assert f">{word}<" in text
    expect(writing.locator(".editor-says")).to_contain_text("stands below this table")
    writing.keyboard.press("Control+z")
    assert "x" not in stored(writing)


def test_words_with_a_table_pasted_into_a_cell_stand_below_with_it(writing):
    writing.evaluate(PASTE, [AREA, FULL])
    in_cell(writing, "1")
    writing.evaluate(PASTE, [AREA, f"<p>before</p>{PASTED}<p>after</p>"])

    assert stored(writing).index(">2<") < stored(writing).index("before") < stored(writing).index(">x<")
    assert stored(writing).count("<table>") == 2


def test_one_cell_gives_its_words_to_where_the_cursor_is(writing):
    writing.evaluate(PASTE, [AREA, FULL])
    in_cell(writing, "1")
    writing.evaluate(PASTE, [AREA, "<table><tr><td>x</td></tr></table>"])

    assert ">1x<" in stored(writing)
    assert stored(writing).count("<table>") == 1


def test_empty_cells_are_filled(writing):
    writing.evaluate(PASTE, [AREA, FULL.replace("1", "").replace("2", "")])
    writing.locator(f"{AREA} td").first.click()
    writing.keyboard.press("Home")
    writing.evaluate(PASTE, [AREA, PASTED])

    assert "<tr><td><p>x</p></td><td><p>y</p></td></tr>" in stored(writing)
    assert ">A<" in stored(writing)
    assert stored(writing).count("<table>") == 1

"""The window for links of the writers' editor: addresses, telephone numbers, and articles of ours found by their words."""

import pytest
from playwright.sync_api import expect

from edge.richtext import clean_html
from tests.browser.checks import look_into
from tests.browser.test_editor import AREA, PASTE, stored, until

pytestmark = pytest.mark.once


def ask_for_link(page):
    page.keyboard.press("Control+k")
    dialog = page.get_by_role("dialog", name="Link")
    expect(dialog.get_by_label("Address")).to_be_focused()
    return dialog


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("112", "tel:112"),
        ("tel:+49 (0)30 / 12-34", "tel:+49301234"),
        ("0800 111 0 111", "tel:08001110111"),
        ("01.42.34.56.78", "tel:0142345678"),
        ("٩٩٧", "tel:997"),
        ("sms:741741?body=HOME", "sms:741741?body=HOME"),
        ("//example.org/x", "https://example.org/x"),
        ("example.org/x", "https://example.org/x"),
        ("192.168.0.1", "https://192.168.0.1"),
        ("help@example.org", "mailto:help@example.org"),
        ("/topics/", "/topics/"),
    ],
)
def test_what_is_typed_as_an_address_is_stored_in_one_form(writing, typed, address):
    dialog = ask_for_link(writing)
    dialog.get_by_label("Address").fill(typed)
    dialog.get_by_label("Words of the link").fill("Go")
    writing.keyboard.press("Enter")

    expect(dialog).to_have_count(0)
    assert stored(writing) == f'<p><a href="{address}">Go</a></p>'
    assert f'href="{address}"' in clean_html(stored(writing))


@pytest.mark.parametrize(
    "typed", ["nonsense", "tel:ring", "javascript:alert(1)", "ftp://example.org", "tel:*2767*3855%23"]
)
def test_what_is_no_address_is_said_and_stays_where_it_was_typed(writing, typed):
    dialog = ask_for_link(writing)
    dialog.get_by_label("Address").fill(typed)
    dialog.get_by_role("button", name="Insert").click()

    expect(dialog.get_by_role("alert")).to_contain_text("This is no address.")
    expect(dialog.get_by_label("Address")).to_have_value(typed)


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        ('<a href="tel:+49 30 12-34">call</a>', '<a href="tel:+49301234">call</a>'),
        ('<a href="//example.org/x">a</a>', '<a href="https://example.org/x">a</a>'),
        ('<a href="java\nscript:alert(1)">a</a><a href="ftp://a.example">b</a>', "ab"),
    ],
)
def test_a_pasted_link_is_seen_as_it_is_stored(writing, pasted, kept):
    writing.evaluate(PASTE, [AREA, f"<p>{pasted}</p>"])

    assert stored(writing) == f"<p>{kept}</p>"


def test_a_number_pasted_over_words_is_their_link(writing):
    writing.keyboard.type("call")
    writing.keyboard.press("Shift+Home")
    until(lambda: writing.evaluate("getSelection().toString()") == "call")
    writing.evaluate(PASTE, [AREA, "", "tel:+49(0)30-12"])

    assert stored(writing) == '<p><a href="tel:+493012">call</a></p>'


def test_an_article_of_ours_is_found_by_its_words_and_chosen_by_keys(writing):
    dialog = ask_for_link(writing)
    writing.keyboard.press("Tab")
    field = dialog.get_by_role("combobox", name="Or an article of ours")
    expect(field).to_be_focused()
    field.press_sequentially("migraine is")
    option = dialog.get_by_role("option").first
    expect(option).to_be_visible()
    title = option.inner_text()
    assert field.get_attribute("aria-expanded") == "true"
    assert field.get_attribute("aria-activedescendant") == option.get_attribute("id")
    writing.keyboard.press("Enter")
    path = dialog.get_by_label("Address").input_value()

    assert path.startswith("/articles/")
    expect(dialog.get_by_label("Words of the link")).to_have_value(title)
    dialog.get_by_role("button", name="Insert").click()
    assert stored(writing) == f'<p><a href="{path}">{title}</a></p>'


def test_escape_closes_the_list_first_and_then_the_window(writing):
    dialog = ask_for_link(writing)
    writing.keyboard.press("Tab")
    writing.keyboard.press("ArrowDown")
    expect(dialog.get_by_role("option").first).to_be_visible()
    writing.keyboard.press("Escape")
    expect(dialog.get_by_role("option")).to_have_count(0)
    expect(dialog).to_be_visible()
    writing.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


@pytest.mark.parametrize("width", [1280, 390])
def test_the_window_can_be_used_by_everybody(writing, width):
    writing.set_viewport_size({"width": width, "height": 844})
    dialog = ask_for_link(writing)
    dialog.get_by_role("combobox").click()
    expect(dialog.get_by_role("option").first).to_be_visible()
    box = dialog.get_by_role("listbox").bounding_box()

    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert look_into(writing, "dialog") == []

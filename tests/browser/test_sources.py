"""Sources in a real browser: one field, one press into the text, and the same without scripts."""

import pytest
from playwright.sync_api import expect

from tests.browser.test_writing import AREA, begin, is_saved, opened_again

pytestmark = [pytest.mark.browser, pytest.mark.once]
SAID = "#references-group [role=status]"


def test_a_source_is_found_by_its_number_and_put_into_the_text_without_a_mouse(visit):
    page = visit(by="writer")
    begin(page, "With a source found")

    page.get_by_label("Add a source").fill("https://doi.org/10.5555/TEA")
    page.keyboard.press("Enter")
    # Nobody outside is asked here: the number stays, and what is typed takes the place of its words.
    expect(page.locator(SAID)).to_contain_text("Source 1 added.")
    expect(page.locator("#id_references-0-text")).to_be_focused()
    page.keyboard.type("Gone I. Tea. 2015.")
    page.get_by_role("button", name="Insert [1] in the text").last.press("Enter")

    expect(page.locator(AREA)).to_contain_text("First paragraph.[1]")
    expect(page.locator(AREA)).to_be_focused()
    is_saved(page)
    again = opened_again(page)
    expect(again.locator("#id_references-0-text")).to_have_value("Gone I. Tea. 2015.")
    expect(again.locator("#id_references-0-doi")).to_have_value("10.5555/tea")
    again.get_by_label("Add a source").fill("doi:10.5555/tea")
    again.get_by_role("button", name="Add", exact=True).click()
    expect(again.locator(SAID)).to_have_text("This is source 1 already.")

"""Notes to the writer in a real browser: at their paragraph, without a reload, and nothing typed is lost."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.test_writing import AREA, begin, is_saved

pytestmark = [pytest.mark.browser, pytest.mark.once]


def add_note(page: Page, words: str) -> None:
    page.get_by_label("Your note").fill(words)
    page.get_by_role("button", name="Add the note").dblclick()


def test_a_note_is_written_led_to_followed_and_resolved_without_a_reload(visit):
    page = visit(by="writer")
    begin(page, "With notes")
    steps.write_in_editor(page, ["People sleep best in the dark.", "Ask your doctor when you are tired."])
    is_saved(page)
    page.reload()
    page.evaluate("window.isTheSamePage = true")
    page.locator(AREA).get_by_text("Ask your doctor").click()
    page.keyboard.press("Control+Alt+m")
    add_note(page, "For how long?")

    notes = page.locator("#remarks")
    expect(notes.locator("h2")).to_have_text("Notes (1)")
    expect(page.locator(f"{AREA} > .remarked")).to_have_text("Ask your doctor when you are tired.")
    page.locator(AREA).get_by_text("People sleep").click()
    page.keyboard.press("Home")
    page.keyboard.insert_text("As a rule: ")
    page.get_by_label("Summary").fill("Of sleep.")
    is_saved(page)
    expect(page.locator(f"{AREA} > .remarked")).to_have_text("Ask your doctor when you are tired.")
    notes.get_by_role("link", name="Ask your doctor").click()
    assert page.evaluate("getSelection().anchorNode.textContent").startswith("Ask your doctor")

    notes.get_by_role("button", name="Resolve").click()
    expect(notes).to_contain_text("1 resolved")
    expect(page.locator(".remarked")).to_have_count(0)
    assert page.evaluate("window.isTheSamePage")
    assert "remarked" not in page.evaluate("document.getElementById('id_body').value")


def test_words_of_a_note_stay_when_the_page_saves_itself_and_when_sending_fails(visit):
    page = visit(by="writer")
    begin(page, "With a note begun")
    page.reload()
    expect(page.locator("#remarks summary")).to_have_text("Note on this paragraph")
    page.locator("#remarks summary").click()
    page.get_by_label("Your note").fill("Half a")
    page.get_by_label("Summary").fill("Of notes.")
    is_saved(page)
    expect(page.get_by_label("Your note")).to_have_value("Half a")

    page.context.set_offline(True)
    add_note(page, "Half a thought")
    expect(page.locator("#remarks")).to_contain_text("Your words are still here.")
    page.context.set_offline(False)
    page.wait_for_timeout(500)
    page.reload()
    page.locator("#remarks summary").click()
    page.get_by_role("button", name="Bring it back").click()
    page.get_by_role("button", name="Add the note").click()
    expect(page.locator("#remarks")).to_contain_text("Half a thought")

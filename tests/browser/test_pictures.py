"""The picture library in a real browser: the focal point, another file for the same picture, the editor's pop-up."""

import re
from contextlib import suppress

import pytest
from playwright.sync_api import Error, expect

from tests.browser import checks, steps

pytestmark = [pytest.mark.browser, pytest.mark.once]
ALT = "A lamp at the far right"


def test_a_picture_is_given_a_focal_point_and_another_file(visit):
    page = visit(by="editor")
    problems = checks.watch(page, "http://localhost")
    number = steps.add_picture(page, ALT)

    picture = page.locator(".focus img")
    box = picture.bounding_box()
    page.mouse.click(box["x"] + box["width"] * 0.9, box["y"] + box["height"] * 0.3)
    expect(page.get_by_label("from the left")).to_have_value(re.compile("89|90|91"))
    page.get_by_label("from the top").fill("75")
    page.locator("[name=_continue]").click()
    expect(page.get_by_label("from the top")).to_have_value("75")

    page.get_by_role("link", name="Replace the picture everywhere").click()
    expect(page.locator("main, #content").first).to_contain_text("Nothing shows this picture.")
    page.get_by_label("New file").set_input_files([steps.picture(300, 900)])
    expect(page.get_by_role("img", name="The new picture")).to_be_visible()
    page.get_by_role("button", name="Replace it").click()
    expect(page.locator(".picture-side")).to_contain_text("300 × 900")
    assert checks.look_at(page) == []
    page.get_by_role("button", name="Put it back").click()
    expect(page.locator(".picture-side")).to_contain_text("640 × 400")

    page.goto(f"/admin/articles/image/?q={ALT}")
    expect(page.locator(f"a[href='/admin/articles/image/{number}/change/']").last).to_have_text(ALT)
    assert checks.look_at(page) == []
    assert problems == []


def test_a_picture_is_chosen_with_the_keyboard_and_a_new_one_at_once(visit):
    page = visit(by="editor")
    steps.add_picture(page, ALT)
    page.goto("/admin/articles/image/")
    # What the editor's dialog offers to the window that it opens.
    page.evaluate("""() => {
      window.chosen = [];
      window.CKEDITOR = {tools: {callFunction: (number, src, words) => {
        document.title = window.chosen.push([number, src, words.alternative_text]);
      }}};
    }""")

    def opened():
        with page.expect_popup() as popup:
            page.evaluate("window.open('/admin/articles/image/pick/?CKEditorFuncNum=-1', '', 'popup')")
        popup.value.wait_for_load_state()
        return popup.value

    pop_up = opened()
    expect(pop_up.get_by_role("searchbox")).to_be_focused()
    pop_up.keyboard.type("lamp")
    pop_up.keyboard.press("Enter")
    pop_up.wait_for_url(re.compile("q=lamp"))
    expect(pop_up.get_by_role("searchbox")).to_be_focused()
    pop_up.keyboard.press("ArrowDown")
    expect(pop_up.get_by_role("button", name=ALT).first).to_be_focused()
    with suppress(Error):  # the window is gone before the key is up
        pop_up.keyboard.press("Enter")
    expect(page).to_have_title("1")
    pop_up = opened()
    pop_up.get_by_text("Add a picture").click()
    pop_up.get_by_label("File").set_input_files([steps.picture()])
    pop_up.get_by_label("Decoration only").check()
    with suppress(Error):
        pop_up.get_by_role("button", name="Add and choose").click()
    expect(page).to_have_title("2")

    first, second = page.evaluate("window.chosen")
    assert (first[0], first[2], second[2]) == ("-1", ALT, "")
    assert first[1] != second[1]

"""Somebody who has never seen the site: from the log-in page to a submitted article, by mouse and by keyboard alone."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from config.demo.load import PASSWORD
from tests.browser.steps import picture
from tests.browser.test_writing import AREA, is_saved

pytestmark = [pytest.mark.browser, pytest.mark.once]
MOST_CLICKS = 12
TITLE = "A lid that will not keep still"
SUMMARY = "Why an eyelid flutters, and when to have it looked at."
TEXT = "Most of the time it is tiredness, and it goes by itself."
ALT = "A hand beside a closed eye"
DOI = "https://doi.org/10.5555/LID"
SOURCE = "Okafor N. Fluttering lids. 2024."


class Mouse:
    """Counts what a hand does with it."""

    def __init__(self, page: Page) -> None:
        self.page, self.clicks = page, 0

    def click(self, name: str | re.Pattern, role: str = "button", inside: str = "body") -> None:
        self.click_on(self.page.locator(inside).get_by_role(role, name=name, exact=isinstance(name, str)))

    def click_on(self, place: Locator) -> None:
        place.click()
        self.clicks += 1

    def open_file(self, name: str) -> None:
        """The system's own window needs another click on the file; it is counted, too."""
        self.click(name)
        self.clicks += 1
        file_is_chosen(self.page)


def choose_files(page: Page) -> None:
    """From now on: a browser that is told only as the button is pressed may hear of it too late."""
    page.on("filechooser", lambda asked: asked.set_files([picture()]))


def file_is_chosen(page: Page) -> None:
    expect(page.get_by_role("dialog").get_by_role("status")).to_have_text(picture()["name"])
    expect(page.get_by_label("What it shows")).to_be_focused()


def credentials(page: Page) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("E-mail address").fill("writer@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)


def starts_writing(page: Page) -> None:
    expect(page.get_by_role("toolbar", name="What the text can hold")).to_be_visible()
    expect(page.get_by_label("Title")).to_be_focused()


def is_submitted(page: Page) -> None:
    """All of it is there: asked of the page that opens now, on which it can only be read."""
    expect(page.locator(".messagelist")).to_contain_text("Submitted: an editor will read it.")
    expect(page.locator(".write-bar .chip")).to_have_text("submitted")
    for words in (TITLE, SUMMARY, TEXT, SOURCE, "Migraine"):
        expect(page.locator(".write")).to_contain_text(words)
    expect(page.locator(".write").get_by_role("img", name=ALT)).to_be_visible()


def test_a_newcomer_submits_an_article_with_twelve_clicks_at_most(visit, record_property):
    page = visit()
    choose_files(page)
    mouse = Mouse(page)
    credentials(page)
    mouse.click("Sign in", inside="main")
    mouse.click("Write an article", "link")
    starts_writing(page)
    page.keyboard.type(TITLE)
    mouse.click(re.compile("^Summary"), "textbox")
    page.keyboard.type(SUMMARY)
    mouse.click_on(page.locator(AREA))
    page.keyboard.type(TEXT)
    mouse.click(re.compile("^Picture"), inside=".prose-menubar")
    mouse.open_file("Choose a file")
    page.keyboard.type(ALT)
    mouse.click("Insert", inside="dialog")
    mouse.click(re.compile("^Add a source"), "textbox")
    page.keyboard.insert_text(DOI)
    page.keyboard.press("Enter")
    expect(page.locator("#id_references-0-text")).to_be_focused()
    expect(page.locator("#id_references-0-doi")).to_have_value("10.5555/lid")
    page.keyboard.type(SOURCE)
    mouse.click_on(page.get_by_role("combobox", name="Main topic"))
    page.keyboard.type("Migraine")
    mouse.click("Migraine", "option")
    mouse.click("Submit", inside=".write-bar")

    is_submitted(page)
    record_property("clicks", mouse.clicks)
    assert mouse.clicks <= MOST_CLICKS


class Keys:
    """A keyboard and nothing else. Wherever the focus goes, it can be seen, and it is never lost."""

    def __init__(self, page: Page) -> None:
        self.page, self.stops = page, 0

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def type(self, words: str) -> None:
        self.page.keyboard.type(words)

    def tab_to(self, name: str, *, back: bool = False, at_most: int = 40) -> None:
        passed = []
        for _stop in range(at_most):
            self.press("Shift+Tab" if back else "Tab")
            self.stops += 1
            here = self.page.evaluate(HERE)
            assert here["seen"], f"the focus cannot be seen on {here} after {passed[-2:]}"
            if re.match(name, here["name"]):
                return
            passed.append(here["name"])
        pytest.fail(f"{name} is not to be reached: {passed}")


# What has the focus, and whether that shows: in the window, under nothing that sticks, with a ring, an edge or a cursor.
HERE = """() => {
  const e = document.activeElement;
  const called = (e.getAttribute("aria-labelledby") ?? "").split(" ").map((id) => document.getElementById(id)?.textContent).join(" ");
  const name = (e.getAttribute("aria-label") || called.trim() || e.labels?.[0]?.textContent || e.textContent || e.value || e.title).trim().slice(0, 60);
  const box = e.getBoundingClientRect();
  const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth && box.width > 1;
  const [x, y] = [box.left + Math.min(box.width / 2, 40), Math.max(1, Math.min(innerHeight - 1, box.top + Math.min(box.height / 2, 30)))];
  const top = document.elementFromPoint(Math.max(1, Math.min(innerWidth - 1, x)), y);
  const covered = !(top && (e.contains(top) || top.contains(e) || top.closest("label")));
  const style = getComputedStyle(e);
  const marked = style.outlineStyle !== "none" || style.boxShadow !== "none" || e.matches("input, textarea, [contenteditable=true]");
  return {name, tag: e.tagName, seen: e !== document.body && inside && !covered && marked, inside, covered, marked};
}"""


def test_a_newcomer_submits_an_article_without_a_mouse(visit, record_property):
    page = visit()
    choose_files(page)
    keys = Keys(page)
    credentials(page)
    page.get_by_label("Password", exact=True).press("Enter")
    page.wait_for_url("**/admin/")
    keys.tab_to("Write an article")
    keys.press("Enter")
    starts_writing(page)
    keys.type(TITLE)
    keys.tab_to("Summary")
    keys.type(SUMMARY)
    keys.tab_to("Heading")  # the toolbar is one stop
    keys.tab_to("Text")
    keys.type(TEXT)
    keys.tab_to("Heading", back=True, at_most=1)
    for _button in range(30):
        if page.evaluate(HERE)["name"].startswith("Picture"):
            break
        keys.press("ArrowRight")
    keys.press("Enter")
    expect(page.get_by_role("dialog", name="Picture")).to_be_visible()
    if page.evaluate(HERE)["name"] != "Choose a file":
        keys.tab_to("Choose a file")
    expect(page.get_by_role("button", name="Choose a file")).to_be_focused()
    keys.press("Enter")
    file_is_chosen(page)
    keys.type(ALT)
    keys.tab_to("Insert")
    keys.press("Enter")
    expect(page.locator(AREA).get_by_role("img", name=ALT)).to_be_visible()
    expect(page.locator(AREA)).to_be_focused()
    keys.tab_to("Add a source")  # Tab leaves the text
    page.keyboard.insert_text(DOI)
    keys.press("Enter")
    expect(page.locator("#id_references-0-text")).to_be_focused()
    expect(page.locator("#id_references-0-doi")).to_have_value("10.5555/lid")
    keys.type(SOURCE)
    keys.tab_to("Main topic")
    keys.press("Enter")
    keys.type("Migraine")
    keys.press("Enter")  # before the answer comes: it takes the first, then
    expect(page.locator("#id_topic option:checked")).to_have_text("Migraine")
    is_saved(page)
    keys.tab_to("Up to the buttons")
    keys.press("Enter")
    keys.tab_to("Submit", at_most=5)
    keys.press("Enter")

    is_submitted(page)
    record_property("stops", keys.stops)

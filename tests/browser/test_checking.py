"""Before publishing, in a real browser: each point leads to its place, and what the server reads is marked in the text."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import steps

pytestmark = [pytest.mark.browser, pytest.mark.once]


def points(page: Page, words: str):
    return page.locator("#checks .point").filter(has_text=words)


def test_points_come_and_go_as_one_writes_and_each_leads_to_its_place(visit):
    page = visit(by="writer")
    page.goto("/admin/articles/article/add/")
    page.get_by_label("Title").fill("Slow hearts")
    page.get_by_label("Summary").fill("Why a slow heart is no reason to worry for most people, and when it is.")
    steps.write_in_editor(page, ["A slow heart is called bradycardia.", "It is harmless in most people [3]."])
    area, said = page.locator("#id_body_area"), page.locator("#checks [data-said]")

    expect(points(page, "points at sources that are not there")).to_be_visible()
    expect(said).to_have_text("2 things have to be mended before this can be published.")
    expect(page.locator("#checks [data-grade]")).to_have_text("The text is too short for a grade.")
    points(page, "points at sources").get_by_role("link", name="[3]").click()
    expect(page.locator(".led")).to_contain_text("It is harmless")
    expect(area).to_be_focused()

    page.locator("#checks summary", has_text="a plainer one").click()
    page.get_by_role("link", name="bradycardia").click()
    expect(page.locator(".led")).to_have_text("bradycardia")
    page.get_by_label("Mark them in the text").check()
    expect(page.locator(".mark-term")).to_have_attribute("title", "slow heartbeat")
    page.get_by_role("link", name="a main topic").click()
    expect(page.get_by_role("combobox", name="Main topic")).to_be_focused()

    steps.choose_topic(page, "Hemifacial spasm")
    page.locator("#references-group .add-row button").click()
    page.locator("#id_references-0-place").fill("3")
    page.locator("#id_references-0-text").fill("Dr A. Example, Slow hearts, 2026.")
    expect(points(page, "points at sources")).to_have_count(0)
    expect(page.locator("#checks .checks__state")).to_have_text("Nothing holds it.")
    expect(page.locator("[data-holds]")).to_be_hidden()
    # Nothing of it is part of the text.
    assert "class" not in page.locator("#id_body").input_value()


def test_what_is_hard_to_read_is_marked_from_the_beginning_and_follows_what_is_written(visit):
    page = visit(by="writer")
    page.goto("/admin/articles/article/add/")
    page.get_by_label("Title").fill("Slow hearts")
    long = f"Sometimes {'it is slow and ' * 7}that is all."
    steps.write_in_editor(page, ["😀 Bradycardia 😀 is harmless. Bradycardia passes.", f"It is harmless. {long}"])
    expect(page.locator("#writing [data-line]")).to_contain_text("Saved")
    page.get_by_label("Mark them in the text").check()
    marked, words = page.locator(".mark-term"), page.locator("#checks [data-words]")
    expect(marked).to_have_text(["Bradycardia", "Bradycardia"])

    page.reload()
    expect(marked).to_have_text(["Bradycardia", "Bradycardia"])
    expect(page.locator(".mark-long")).to_have_text(long)
    expect(words).to_contain_text("40 words")

    page.locator("#id_body_area > p").last.click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" No hypertension.")
    expect(marked).to_have_text(["Bradycardia", "Bradycardia", "hypertension"])
    expect(words).to_contain_text("42 words")
    page.get_by_label("Mark them in the text").uncheck()
    expect(marked).to_have_count(0)

"""Answers that do not come, or are none of ours: said where the reader is, in words that fit, and gone at the next try."""

import pytest
from playwright.sync_api import expect

from tests.browser import steps
from tests.browser.test_accidents import ADD, ARTICLE

FAILURES = {
    "offline": lambda route: route.abort("internetdisconnected"),
    "time-out": lambda route: route.abort("timedout"),
    "500": lambda route: route.fulfill(status=500, body="<!doctype html><h1>Error</h1>"),
    "503": lambda route: route.fulfill(status=503, body="busy"),
    "429 of a proxy": lambda route: route.fulfill(status=429, body="<html><h1>Slow down</h1></html>"),
    "page of a proxy": lambda route: route.fulfill(content_type="text/html", body="<!DOCTYPE html><h1>Log in</h1>"),
}
failing = pytest.mark.parametrize("fails", FAILURES.values(), ids=FAILURES.keys())
NOTHING_TYPED = "That did not reach us. Please try again in a moment."


@failing
def test_a_vote_that_failed_says_so_and_counts_at_the_next_press(visit, fails):
    page = visit()
    errors = []
    page.on("pageerror", lambda error: errors.append(error))
    page.goto(ARTICLE)
    button = page.locator("button[form=helpful]").first
    page.route("**/comments/helpful/", fails)

    button.click()
    footer = page.locator(".thread footer").first
    expect(footer.get_by_role("alert")).to_have_text(NOTHING_TYPED)
    page.unroute("**/comments/helpful/")
    button.click()

    expect(footer.locator("[aria-pressed=true]")).to_be_focused()
    expect(footer.get_by_role("alert")).to_have_count(0)
    assert errors == []


@failing
def test_a_form_that_did_not_come_can_be_asked_for_again(visit, fails):
    page = visit()
    page.route(f"**{ADD}", fails)
    page.goto(ARTICLE)
    page.locator(".talk .island a").first.click()
    again = page.get_by_role("button", name="Try again")
    expect(again.first).to_be_visible()

    page.unroute(f"**{ADD}")
    again.first.click()

    expect(page.locator("form.add").first).to_be_visible()


def test_a_form_that_did_not_come_comes_by_itself_with_the_connection(visit):
    page = visit()
    page.goto(ARTICLE)
    page.route(f"**{ADD}", FAILURES["offline"])
    page.locator(".talk .island a").first.click()
    expect(page.get_by_role("button", name="Try again").first).to_be_visible()

    page.unroute(f"**{ADD}")
    page.evaluate("dispatchEvent(new Event('online'))")

    expect(page.locator("form.add").first).to_be_visible()


def test_text_that_is_still_here_is_said_only_where_there_is_some(visit):
    page = visit()
    page.goto(ADD)
    page.route("**/*", FAILURES["503"])
    form = page.locator("form.add")
    submit = "form => form.dispatchEvent(new SubmitEvent('submit', {bubbles: true, cancelable: true}))"

    form.evaluate(submit)
    expect(form.get_by_role("alert")).to_have_text(NOTHING_TYPED)
    form.get_by_label("Your text", exact=True).fill("Two words")
    form.evaluate(submit)

    expect(form.get_by_role("alert")).to_contain_text("Your text is still here")


def test_a_vote_is_known_after_a_reload_and_focus_stays_with_it(visit):
    page = visit()
    page.goto(ARTICLE)
    steps.rate(page, 4, button="Rate")
    expect(page.locator("#rate [role=status]")).to_be_focused()
    page.get_by_role("button", name="Hard to understand").click()
    expect(page.locator("#helped [role=status]")).to_be_focused()

    page.reload()

    expect(page.locator("#rate")).to_contain_text("You gave 4 stars")
    expect(page.get_by_role("button", name="Hard to understand")).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("document.activeElement === document.body")


def test_focus_stays_where_an_answer_was_refused(visit):
    page = visit()
    page.goto(ARTICLE)
    refusal = "<form class=rate id=rate><span role=alert data-land>Not now.</span></form>"
    page.route("**/rate/", lambda route: route.fulfill(status=429, content_type="text/html", body=refusal))

    steps.rate(page, 4, button="Rate")

    expect(page.locator("#rate [role=alert]")).to_be_focused()

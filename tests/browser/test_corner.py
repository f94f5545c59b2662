"""The masthead's corner in the browser: no request for strangers, no shift when the island comes, and back to the page."""

from playwright.sync_api import expect

from tests.browser.conftest import log_in
from tests.browser.places import ARTICLE

SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => { for (const shift of list.getEntries()) window.shifted += shift.value; })
  .observe({ type: "layout-shift", buffered: true });
"""


def test_whoever_logs_in_comes_back_is_told_so_and_nothing_moves(visit):
    page, asked = visit(), []
    page.on("request", lambda request: asked.append(request.url) if "/me/corner/" in request.url else None)
    page.goto(ARTICLE)
    page.locator("#corner").click()
    page.locator("main").get_by_role("link", name="Sign in", exact=True).click()
    assert asked == []

    page.context.add_init_script(SHIFTS)
    log_in(page, "writer@example.org")

    expect(page.locator("#said .banner")).to_be_visible()
    assert page.url.endswith(ARTICLE)
    assert page.evaluate("window.shifted") < 0.01

    page.locator("#corner summary").press("Enter")
    page.locator("#corner").get_by_role("button", name="Sign out", exact=True).click()

    expect(page.locator("#said .banner")).to_be_visible()
    assert page.url.endswith(ARTICLE)
    expect(page.locator("a#corner")).to_be_visible()

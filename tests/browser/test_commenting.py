"""Comments are found, and the page stays where it is when the form comes."""

import pytest
from playwright.sync_api import expect

from tests.browser.places import ARTICLE

pytestmark = pytest.mark.once

SHIFTS = """
window.shifted = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("button", ["above", "below"])
def test_nothing_jumps_when_the_form_comes(visit, width, button):
    page = visit()
    page.set_viewport_size({"width": width, "height": 740})
    page.add_init_script(SHIFTS)
    # Slower than a browser takes the shift for one that the click has made.
    page.route("**/add/", lambda route: (page.wait_for_timeout(700), route.continue_()))
    page.goto(ARTICLE)
    page.locator(".to-talk a").click()
    page.locator("#comments a", has_text="Add a comment").nth(0 if button == "above" else 1).click()

    expect(page.locator("#write").get_by_label("Name", exact=True)).to_be_focused()
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    page.wait_for_timeout(200)

    assert page.evaluate("window.shifted") < 0.05

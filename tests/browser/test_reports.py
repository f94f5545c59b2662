"""What only a browser shows: forms that come in the place of a comment's links, and go again."""

import pytest
from playwright.sync_api import expect

from tests.browser.places import ARTICLE

pytestmark = pytest.mark.once


def test_a_form_in_the_place_of_links_is_left_without_losing_words(visit):
    page = visit()
    page.goto(ARTICLE)
    comment = page.locator(".thread > li").first
    for link, box in (("Report", "What should a moderator know?"), ("Reply", "Your text")):
        for typed in ("my typed words", ""):
            comment.get_by_role("link", name=link).first.click()
            if typed:
                comment.get_by_label(box).fill(typed)
            else:
                expect(comment.get_by_text("You started writing here before.")).to_be_visible()
            comment.get_by_role("link", name="Cancel").click()
            expect(comment.get_by_role("link", name=link).first).to_be_focused()
            expect(comment.get_by_role("link", name="Cancel")).to_have_count(0)

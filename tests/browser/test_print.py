"""What is on paper: the words, their sources with addresses, where and when it was printed; nothing to press."""

import pytest
from playwright.sync_api import expect

from tests.browser.places import ARTICLE, addresses

pytestmark = pytest.mark.once


@pytest.fixture
def printed(visit):
    page = visit()
    page.emulate_media(media="print")

    def open_at(path):
        page.goto(path)
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        expect(page.locator(".printed")).to_contain_text(f"{path} · printed on ")
        expect(page.locator(":is(form, button, .masthead, .toc):visible")).to_have_count(0)
        return page

    return open_at


def test_a_printed_article_has_its_words_sources_and_address_and_the_disclaimer_once(printed):
    page = printed(ARTICLE)

    for place in ("h1", ".byline", ".prose > p >> nth=0", ".sources li >> nth=0", ".bio"):
        expect(page.locator(place)).to_be_visible()
    disclaimer = page.locator(".foot p").first.text_content().strip()
    expect(page.get_by_text(disclaimer).locator("visible=true")).to_have_count(1)


def test_a_printed_question_has_its_answers(site, printed):
    page = printed(addresses(site)["question"])

    expect(page.locator(".talk .comment__body").first).to_be_visible()

"""Around the text of an article. Its contents stay in view beside it, say where one is, and come first in the order of keys;
its link can be copied."""

from playwright.sync_api import expect

ARTICLE = "/articles/behind-the-ear-microvascular-decompression/"


def test_the_contents_stay_in_view_and_say_where_one_is(visit):
    page = visit()
    page.goto(ARTICLE)
    heading = page.get_by_role("heading", name="Ask the surgeon")

    heading.scroll_into_view_if_needed()
    page.mouse.wheel(0, 400)

    expect(page.locator(".toc [aria-current]")).to_have_text("Ask the surgeon")
    expect(page.locator(".toc")).to_be_in_viewport(ratio=1)


def test_keys_lead_from_the_text_to_the_boxes_beside_what_follows_and_never_back_above_them(visit):
    page = visit()
    page.goto(ARTICLE)

    tops = page.evaluate(
        """() => [...document.querySelectorAll("main .prose, main .rail, main .sources, main .talk")]
          .map((each) => each.getBoundingClientRect().top)"""
    )

    assert tops == sorted(tops)
    assert len(tops) == 4


def test_the_link_of_an_article_can_be_copied_and_nothing_dead_is_shown_without_a_script(visit):
    page, plain = visit(), visit(java_script=False)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(ARTICLE)
    page.get_by_role("button", name="Copy the link").click()

    expect(page.locator("[data-share] [role=status]")).to_have_text("Copied.")
    assert page.evaluate("navigator.clipboard.readText()").endswith(ARTICLE)
    plain.goto(ARTICLE)
    expect(plain.get_by_role("button", name="Copy the link")).to_have_count(0)

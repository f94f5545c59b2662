"""The moderation desk with a keyboard, with two people at it, and without a script."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.checks import look_at, watch

pytestmark = pytest.mark.once

DESK = "/admin/comments/desk/"
# Each try of a test has a page of its own, so that no other's comments come in between. One question to the site makes many.
MAKE = """
from comments.models import Comment, Thread
answer = []
for _test in range(18):
    thread = Thread.objects.create(title="The desk", address="/articles/", is_public=True)
    for n in range(6):
        body = f"Card {n} says: see www.example.org"
        spots = [{"code": "links", "points": 20, "count": 1, "spots": [[16, 31]]}]
        comment = Comment.objects.create(thread=thread, name=f"Reader {n}", body=body, signals=spots, priority=20)
        comment.versions.create(number=1, body=body, signals=spots)
    answer.append(thread.pk)
"""

APPEAL = """
from accounts.models import User
from comments.decisions.appeals import open_appeal
from comments.decisions.comments import reject
from comments.models import Comment, Thread
thread = Thread.objects.create(title="The desk", address="/articles/", is_public=True)
comment = Comment.objects.create(thread=thread, name="Rosa", body="Warmth helps me.")
comment.versions.create(number=1, body=comment.body)
decision = reject(comment, by=User.objects.get(email="admin@example.org"), reason="unkind")
answer = open_appeal(decision, "I meant it kindly.").pk
"""


@pytest.fixture(scope="module")
def threads():
    return []


@pytest.fixture
def thread(site, threads):
    threads.extend([] if threads else site.ask(MAKE))
    return threads.pop()


def current(page: Page):
    return page.locator("[data-card][aria-current=true]")


def press(page: Page, key: str) -> None:
    page.keyboard.press(key)


def decided(page: Page, key: str, words: str) -> None:
    """Presses the key and waits for the line that says it is done."""
    press(page, key)
    expect(page.locator("#say")).to_have_text(words)


def still_wait(page: Page, thread: int) -> int:
    return page.request.get(f"{DESK}?thread={thread}").text().count("data-card=")


def test_a_hand_on_the_keyboard_decides_and_takes_back(site, visit, thread):
    page = visit(by="moderator")
    problems = watch(page, site.url)
    page.goto(f"{DESK}?thread={thread}")

    press(page, "j")
    expect(current(page)).to_contain_text("Card 1")
    press(page, "k")
    decided(page, "a", "Approved: Reader 0")
    expect(current(page)).to_contain_text("Card 1")
    press(page, "r")
    decided(page, "2", "Rejected: Reader 1")
    expect(current(page)).to_be_focused()
    decided(page, "s", "Marked as spam: Reader 2")
    decided(page, "z", "Taken back.")
    expect(current(page)).to_contain_text("Card 2")
    press(page, "n")
    page.keyboard.type("asrz are letters here")
    page.get_by_role("button", name="Keep the note").click()
    expect(current(page)).to_contain_text("asrz are letters here")

    assert still_wait(page, thread) == 4
    assert problems == []


def test_every_key_can_be_switched_off(visit, thread):
    page = visit(by="moderator")
    page.goto(f"{DESK}?thread={thread}")
    press(page, "?")
    page.get_by_label("Keys are on, in this browser").uncheck()
    press(page, "Escape")

    for key in "ars":
        press(page, key)
    page.reload()
    press(page, "a")

    assert still_wait(page, thread) == 6
    page.get_by_role("button", name="Keys").click()
    page.get_by_label("Keys are on, in this browser").check()


def test_two_people_do_not_read_the_same_card_and_neither_loses_a_word(visit, thread):
    hana, jonas = visit(by="moderator"), visit(by="admin")
    address = f"{DESK}?mode=zen&thread={thread}"
    with hana.expect_response("**/here/"):
        hana.goto(address)
    expect(current(hana)).to_contain_text("Card 0")
    with jonas.expect_response("**/here/"):
        jonas.goto(address)
    expect(current(jonas)).to_contain_text("Card 1")
    expect(jonas.locator("#here")).to_contain_text("Hana Lindholt is here too.")

    # Jonas opens hers all the same, and she is faster.
    jonas.goto(f"{DESK}?thread={thread}")
    expect(jonas.locator("[data-card]").first).to_contain_text("Hana Lindholt is reading this.")
    decided(hana, "a", "Approved: Reader 0")
    expect(current(hana)).to_contain_text("Card 1")
    card = jonas.locator("[data-card]").first
    card.locator("summary", has_text="Reject").click()
    card.locator("summary", has_text="Words to the person").click()
    card.get_by_label("In your own words").fill("My careful words")
    card.get_by_role("button", name="It advertises something").click()
    expect(card.get_by_role("alert")).to_contain_text("Hana Lindholt approved this")
    expect(card).to_contain_text("My careful words")
    assert still_wait(jonas, thread) == 5


@pytest.mark.parametrize("mode", ["", "&mode=zen"], ids=["a list", "single cards"])
def test_three_quick_keys_decide_one_card_and_say_so(visit, thread, mode):
    page = visit(by="moderator")
    page.goto(f"{DESK}?thread={thread}{mode}")
    expect(current(page)).to_contain_text("Card 0")

    # All in one go, so that nothing between them takes time.
    keys = "['a', 'a', 'a'].forEach((key) => document.body.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true})))"
    page.evaluate(keys)

    expect(page.locator("#hint")).to_be_visible()
    expect(current(page)).to_contain_text("Card 1")
    assert still_wait(page, thread) == 5


@pytest.mark.parametrize("mode", ["", "&mode=zen"], ids=["a list", "single cards"])
def test_what_was_decided_is_taken_back_one_after_the_other(visit, thread, mode):
    page = visit(by="moderator")
    page.goto(f"{DESK}?thread={thread}{mode}")
    decided(page, "a", "Approved: Reader 0")
    expect(current(page)).to_contain_text("Card 1")
    decided(page, "s", "Marked as spam: Reader 1")
    expect(current(page)).to_contain_text("Card 2")

    press(page, "z")
    expect(current(page)).to_contain_text("Card 1")
    page.wait_for_timeout(300)  # a second time so soon would be one press too many
    press(page, "z")
    expect(current(page)).to_contain_text("Card 0")
    page.wait_for_timeout(300)
    press(page, "z")

    expect(page.locator("#hint")).to_have_text("There is nothing to take back.")
    assert still_wait(page, thread) == 6


@pytest.mark.parametrize("queue", ["l", "i", "g"])
def test_what_was_decided_is_taken_back_from_any_queue(visit, thread, queue):
    page = visit(by="moderator")
    page.goto(f"{DESK}?thread={thread}")
    decided(page, "a", "Approved: Reader 0")

    with page.expect_navigation():
        press(page, queue)
    expect(page.locator("[data-done]")).to_contain_text("Approved: Reader 0")
    decided(page, "z", "Taken back.")

    assert still_wait(page, thread) == 6


def test_the_first_single_card_is_no_dead_end(visit, thread):
    page = visit(by="moderator")
    page.goto(f"{DESK}?thread={thread}&mode=zen")
    press(page, "j")
    expect(current(page)).to_contain_text("Card 1")
    press(page, "k")
    expect(current(page)).to_contain_text("Card 0")

    press(page, "k")

    expect(page.locator("#hint")).to_have_text("This is the first one here.")
    expect(current(page)).to_contain_text("Card 0")


def test_the_column_follows_what_is_decided(visit, thread):
    page = visit(by="moderator")
    page.goto(f"{DESK}?thread={thread}")
    waiting = page.locator("#rail [data-does=waiting] b")
    before = int(waiting.inner_text())

    decided(page, "a", "Approved: Reader 0")

    expect(waiting).to_have_text(str(before - 1))


def test_an_appeal_is_answered_with_words_and_taken_back(visit, site):
    number = site.ask(APPEAL)
    page = visit(by="moderator")
    page.goto(f"{DESK}?queue=appeals#appeal-{number}")
    expect(current(page)).to_contain_text("I meant it kindly.")

    press(page, "o")  # once it overturned at once
    expect(page.locator("#hint")).to_be_visible()
    press(page, "y")  # without a word the browser leads to the place for it
    expect(page.locator(f"#answer-{number}")).to_be_focused()
    page.keyboard.type("You are right.")
    press(page, "Escape")
    decided(page, "y", "Overturned, what was taken away is back: Rosa")
    decided(page, "z", "Taken back.")

    expect(page.locator(f"#answer-{number}")).to_have_value("You are right.")
    assert site.ask(f"from comments.models import Appeal\nanswer = Appeal.objects.get(pk={number}).outcome") == ""


def test_on_a_phone_every_queue_is_seen_whole(visit, site, thread):
    site.ask(
        f"from comments.models import Comment\nanswer = Comment.objects.filter(thread={thread}).update(is_crisis=True)"
    )
    page = visit(by="moderator")
    page.set_viewport_size({"width": 390, "height": 844})
    for mode in ("", "&mode=zen"):
        page.goto(f"{DESK}?queue=crisis{mode}")
        expect(current(page)).to_be_visible()

        queues = page.locator("#rail .queue").all()
        assert len(queues) == 6
        for queue in queues:
            box = queue.bounding_box()
            assert box["x"] >= 0
            assert box["y"] >= 0
            assert box["x"] + box["width"] <= 390


def test_what_comes_in_does_not_move_the_list(visit, site, thread):
    page = visit(by="moderator")
    page.goto(f"{DESK}?thread={thread}&order=most")
    before = page.locator("[data-cards]").inner_text()
    site.ask(
        "from comments.models import Comment\n"
        f"answer = Comment.objects.create(thread_id={thread}, name='New', body='New', priority=90).pk"
    )

    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")

    expect(page.locator("#new")).to_have_text("1 new")
    assert page.locator("[data-cards]").inner_text() == before
    page.get_by_role("link", name="1 new").click()
    expect(page.locator("[data-card]").first).to_contain_text("New")


def test_without_a_script_each_decision_takes_two_clicks_at_most(visit, thread):
    page = visit(by="moderator", java_script=False)
    page.goto(f"{DESK}?mode=zen&thread={thread}")

    page.locator("summary", has_text="Reject").click()
    page.get_by_role("button", name="It attacks a person").click()
    expect(page.locator("[data-done]")).to_contain_text("Rejected: Reader 0")
    page.get_by_role("button", name="Spam").click()
    expect(page.locator("[data-done]")).to_contain_text("Marked as spam: Reader 1")
    expect(page.locator("[data-card]")).to_contain_text("Card 2")
    page.get_by_role("button", name="Take back").click()
    assert still_wait(page, thread) == 5


def test_the_desk_is_there_for_everybody(visit, site, thread):
    page = visit(by="moderator")
    problems = watch(page, site.url)
    page.goto(f"{DESK}?mode=zen&thread={thread}")
    problems += look_at(page)
    press(page, "r")
    press(page, "w")
    problems += look_at(page)
    press(page, "Escape")
    press(page, "?")
    problems += look_at(page)

    assert not problems, "\n".join(problems)

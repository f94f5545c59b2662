"""The whole life of an article, from the writer's first word to the mail its readers asked for: on PostgreSQL with JavaScript,
on SQLite without."""

import os
import secrets

from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.conftest import Site, Visit

TOPIC, TOPIC_PAGE = "Hemifacial spasm", "/topics/hemifacial-spasm/"


class Life:
    """One run of it: everybody's browser is of the same kind, and nobody's words are another run's, nor those of a first
    try on the same site."""

    def __init__(self, site: Site, visit: Visit, *, java_script: bool) -> None:
        self.site, self.visit, self.java_script = site, visit, java_script
        run = secrets.token_hex(3)
        self.kind = f"with a script in {run}" if java_script else f"without a script in {run}"
        self.title = f"The warm cloth, {self.kind}"
        self.alt = f"A hand holding a warm cloth to a closed eye, {self.kind}"
        self.comment = f"I tried the cloth {self.kind}, and it helped for an hour."
        self.question = f"Does the cloth have to be warm, {self.kind}?"
        self.answer = f"Lukewarm is enough, {self.kind}."
        self.mail = f"mara.{run}@example.net"
        self.asker = f"asker.{self.mail}"

    def person(self, by: str = "") -> Page:
        return self.visit(by=by, java_script=self.java_script)


# What the browser does and which database answers have nothing to do with one another: one life on each.
JAVA_SCRIPT = bool(os.environ.get("DATABASE_URL"))


def test_the_whole_life_of_an_article(site, visit):
    life = Life(site, visit, java_script=JAVA_SCRIPT)
    writer, editor, reader = life.person("writer"), life.person("editor"), life.person()

    a_writer_writes_and_submits(life, writer)
    an_editor_finds_and_publishes_it(life, editor)
    a_reader_finds_it(life, reader)
    she_rates_it_and_changes_her_mind(life, reader)
    she_follows_the_topic_and_signs_up_with_one_mail(life, reader)
    the_next_article_of_the_topic_appears(life, editor)
    she_asks_and_is_answered(life, reader)
    she_comments(life, reader)
    others_do_not_see_what_waits(life)
    two_moderators_decide_and_one_is_told(life)
    the_reader_sees_her_comment(life, reader)
    she_is_told_of_the_answer(life)
    the_follower_gets_one_mail_and_stops_it(life, reader)


def a_writer_writes_and_submits(life: Life, page: Page) -> None:
    number = steps.add_picture(page, life.alt)
    steps.write_article(
        page,
        topic=TOPIC,
        title=life.title,
        summary="What warmth can do for a lid that will not rest.",
        paragraphs=["Warmth calms the lid for a while [1].", "It does not mend the nerve."],
        source="Dr A. Example, Warm cloths, 2026.",
    )
    steps.choose_picture(page, number, life.alt)
    steps.submit(page)
    expect(page.get_by_role("button", name="Publish now")).to_have_count(0)


def an_editor_finds_and_publishes_it(life: Life, page: Page) -> None:
    steps.find_on_front_page(page, "Submitted", life.title)
    steps.publish(page)


def a_reader_finds_it(life: Life, page: Page) -> None:
    steps.open_article(page, life.title, begin=TOPIC_PAGE)
    steps.open_article(page, life.title, begin="/articles/")
    expect(page.get_by_role("link", name="Nadia Okafor", exact=True).first).to_be_visible()
    expect(page.get_by_alt_text(life.alt)).to_be_visible()
    expect(page.locator(".prose sup a")).to_have_attribute("href", "#ref-1")
    expect(page.locator("#ref-1")).to_contain_text("Warm cloths, 2026")
    expect(page.locator("#comments")).to_contain_text("There are no comments yet. Be the first one to start the")


def she_rates_it_and_changes_her_mind(life: Life, page: Page) -> None:
    steps.rate(page, 4, button="Rate")
    expect(page.locator("main")).to_contain_text("You gave it 4 stars" if not life.java_script else "You gave 4 stars")
    steps.rate(page, 5, button="Change")
    expect(page.locator("#rate")).to_contain_text("5.0 from 1 reader")
    steps.open_article(page, life.title, begin="/articles/")
    expect(page.locator("#rate")).to_contain_text("5.0 from 1 reader")


def she_follows_the_topic_and_signs_up_with_one_mail(life: Life, page: Page) -> None:
    page.goto(TOPIC_PAGE)
    page.get_by_role("link", name="Get e-mail updates").first.click()
    page.locator("main").get_by_label("Your e-mail address").fill(life.mail)
    page.get_by_role("radio", name="At most once a day").check()
    steps.send(page, "Get e-mail updates")
    expect(page.locator("main")).to_contain_text("Look into your mail")
    page.goto("/newsletter/")
    page.locator("main").get_by_label("Your e-mail address").fill(life.mail)
    steps.send(page, "Sign up")
    expect(page.locator("main")).to_contain_text("Look into your mail")

    mail = life.site.outbox.wait_for(life.mail)
    page.goto(steps.link_in(mail, "/newsletter/confirm/"))
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    steps.send(page, "Yes, please")
    expect(page.locator("main li")).to_have_text([f"E-mail updates on {TOPIC}, at most once a day", "The newsletter"])
    page.get_by_role("link", name="See what you get").click()
    steps.send(page, "Save")
    expect(page.get_by_role("group", name=TOPIC).get_by_role("radio", name="At most once a day")).to_be_checked()


def the_next_article_of_the_topic_appears(life: Life, page: Page) -> None:
    steps.write_article(
        page,
        topic=TOPIC,
        title=f"The cold cloth, {life.kind}",
        summary="And what cold can do.",
        paragraphs=["Cold does less."],
        source="Dr A. Example, Cold cloths, 2026.",
    )
    steps.save(page)
    steps.publish(page)


def she_asks_and_is_answered(life: Life, page: Page) -> None:
    page.goto(TOPIC_PAGE)
    page.get_by_role("link", name="Ask a question").first.click()
    form = page.locator("form.add")
    expect(form.get_by_label("Topic")).to_have_value("hemifacial-spasm")
    form.get_by_label("Your question in one sentence").fill(life.question)
    form.get_by_label("What is behind it").fill(f"I have only cold water here, {life.kind}.")
    steps.fill(form, name="Mara", email=life.asker)
    form.get_by_label("Tell me by e-mail").check()
    steps.solve_captcha(page)
    assert steps.post(page, "Ask") < 400
    moderator = life.person("moderator")
    steps.decide(steps.open_queue(moderator, f"I have only cold water here, {life.kind}."), "Approve")

    link = steps.link_in(life.site.outbox.wait_for(life.asker), r"/comments/\d+/")
    other = life.person()
    other.goto(link)
    expect(other.locator("h1")).to_have_text(life.question)
    form = steps.open_form(other, "Answer this question", "Post answer")
    steps.fill(form, name="Theo", email=f"theo.{life.mail}", body=life.answer)
    steps.solve_captcha(other)
    assert steps.post(other, "Post answer") < 400
    steps.decide(steps.open_queue(moderator, life.answer), "Approve")


def she_comments(life: Life, page: Page) -> None:
    steps.open_article(page, life.title, begin="/articles/")
    form = steps.open_form(page, "Add a comment", "Post comment")
    steps.fill(form, name="Mara", email=life.mail, body=life.comment)
    page.get_by_label("Enter the characters shown in the image").fill("wrong")
    assert steps.post(page, "Post comment") == 422
    expect(page.locator("main")).to_contain_text("These characters did not match")
    expect(form.get_by_label("Your text")).to_have_value(life.comment)
    steps.solve_captcha(page)
    assert steps.post(page, "Post comment") < 400
    expect(page.locator("main")).to_contain_text("Thank you. A moderator reads")
    if life.java_script:
        page.get_by_role("link", name="See or change what you wrote").click()
    expect(page.get_by_role("heading", name="It waits for a moderator")).to_be_visible()
    expect(page.locator(".comment--pending")).to_contain_text(life.comment)


def others_do_not_see_what_waits(life: Life) -> None:
    page = life.person()
    steps.open_article(page, life.title, begin="/articles/")
    assert life.comment not in page.content()


def two_moderators_decide_and_one_is_told(life: Life) -> None:
    first, second = life.person("moderator"), life.person("admin")
    card, old_card = steps.open_queue(first, life.comment), steps.open_queue(second, life.comment)
    steps.decide(card, "Approve")
    expect(first.locator("[data-done]")).to_contain_text("Approved: Mara")
    steps.decide(old_card, "Spam")
    expect(second.get_by_role("alert")).to_contain_text(
        "Hana Lindholt approved this less than a minute ago. Your decision was not applied."
    )


def the_reader_sees_her_comment(life: Life, page: Page) -> None:
    steps.open_article(page, life.title, begin="/articles/")
    expect(page.locator("#comments .comment")).to_contain_text(["Mara"])
    expect(page.locator("#comments .comment")).to_contain_text([life.comment])


def she_is_told_of_the_answer(life: Life) -> None:
    assert life.answer in life.site.outbox.wait_for(life.asker, count=2).text


def the_follower_gets_one_mail_and_stops_it(life: Life, page: Page) -> None:
    mail = life.site.outbox.wait_for(life.mail, count=2)
    assert f"The cold cloth, {life.kind}" in mail.text
    assert f"The cold cloth, {life.kind}" in mail.html
    assert steps.topic_shown_outside(mail, TOPIC) == []
    stop = mail.message["List-Unsubscribe"].strip("<>")
    answer = page.context.request.post(stop, form={"List-Unsubscribe": "One-Click"})
    assert answer.ok
    page.goto(steps.link_in(mail, "/newsletter/preferences/"))
    expect(page.get_by_role("group", name="The newsletter")).to_be_visible()
    expect(page.get_by_role("group", name=TOPIC)).to_have_count(0)
    assert len(life.site.outbox.to(life.mail)) == 2

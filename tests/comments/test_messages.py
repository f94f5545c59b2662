"""A moderator's message to a person reaches her: by mail at once where she asked for it, and else the card says so."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import override_settings
from django.utils import timezone

from comments.decisions.comments import approve
from comments.desk.messages import make_first_templates
from comments.letters.comment_letters import MOST_A_DAY, write_message
from comments.models import HouseRules, Message, ReplyTemplate
from edge.mail import send_due_letters
from edge.models import Letter
from tests.comments.letters import links_in
from tests.factories import create_comment, create_user, create_writer

pytestmark = pytest.mark.django_db
DESK = "/admin/comments/desk/"


@pytest.fixture
def desk(client, moderator):
    client.force_login(moderator)
    return client


def in_danger(**fields):
    asked = timezone.now() - timedelta(hours=5)
    return create_comment(**{"is_crisis": True, "created_at": asked, "wants_mail": True, **fields})


def write_to(desk, comment, body="We have read you."):
    return desk.post(f"{DESK}{comment.pk}/message/", {"body": body}, follow=True).content.decode()


def page(desk, url=DESK):
    return desk.get(url).content.decode().replace("\xa0", " ")


@override_settings(COMMENT_MAIL_DELAY=120)
def test_a_message_to_somebody_who_asked_for_mail_leaves_at_once(desk):
    comment = in_danger(name="Rosa", email="Rosa@example.net", body="My very own words")

    assert "a letter leaves at once" in write_to(desk, comment)
    send_due_letters()

    [letter] = mail.outbox
    assert letter.to == ["rosa@example.net"]
    assert "We have read you." in letter.body
    assert "My very own words" not in letter.body + letter.subject
    assert "List-Unsubscribe" in letter.extra_headers


def test_its_link_leads_to_the_private_page_where_the_message_stands(desk, client):
    write_to(desk, in_danger())
    client.logout()

    own = next(link for link in links_in(Letter.objects.get()) if "/own/" in link or "/mine/" in link)

    assert "We have read you." in client.get(own).content.decode()


def test_it_leaves_before_everything_else_that_is_due_and_whatever_else_she_got_today(desk):
    comment = in_danger(email="rosa@example.net")
    past = timezone.now() - timedelta(hours=2)
    for n in range(MOST_A_DAY + 3):
        Letter.objects.create(key=f"reply:{n}", to="rosa@example.net", subject="An answer", text="x", send_after=past)

    write_to(desk, comment)

    assert Letter.objects.due().order_by("send_after", "id").first().key.startswith("message:")


def test_the_same_click_twice_mails_it_once(desk):
    comment = in_danger()
    for _n in range(2):
        write_to(desk, comment)

    assert Letter.objects.filter(key__startswith="message:").count() == 1


def test_a_message_to_somebody_who_is_not_in_danger_is_mailed_too(desk):
    write_to(desk, create_comment(wants_mail=True))

    assert Letter.objects.get().key.startswith("message:")


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"wants_mail": False}, "did not ask for mail"),
        ({"email": ""}, "left no address"),
        ({"email": "rösa@example.net"}, "left no address"),
    ],
)
def test_where_no_mail_reaches_her_the_card_says_so_before_anything_is_written(desk, fields, why):
    comment = in_danger(**fields)

    for url in (DESK, f"{DESK}?mode=zen&card={comment.pk}", f"{DESK}{comment.pk}/message/"):
        assert why in page(desk, url)
    assert "No letter leaves" in write_to(desk, comment)
    assert not Letter.objects.exists()


def test_where_mail_reaches_her_the_card_says_that(desk):
    comment = in_danger()

    for url in (DESK, f"{DESK}{comment.pk}/message/"):
        assert "leaves by mail at once" in page(desk, url)


def test_an_account_is_mailed_at_its_own_address(moderator):
    account = create_user(email="Rosa@example.net")
    comment = in_danger(author=account, email="")

    letter = write_message(Message.objects.create(comment=comment, by=moderator, body="Hello."))

    assert letter.to == "rosa@example.net"


@pytest.mark.parametrize(
    ("status", "goes_on"),
    [("waiting", True), ("sending", True), ("failed", True), ("in_doubt", True), ("withdrawn", True), ("sent", False)],
)
def test_the_clock_goes_on_until_a_letter_has_left(desk, status, goes_on):
    write_to(desk, in_danger())
    Letter.objects.update(status=status)

    assert ("promise--late" in page(desk)) is goes_on
    assert ("was written to" in page(desk)) is not goes_on


def test_the_clock_goes_on_when_her_message_was_never_mailed(desk):
    HouseRules.objects.create(crisis_minutes=30)
    comment = in_danger(wants_mail=False)
    write_to(desk, comment)

    assert "nothing has reached the person, 4 hours, 30 minutes after the promise" in page(desk)
    assert "promise--late" in page(desk)


@pytest.mark.parametrize("by", ["a writer", "a moderator"])
def test_a_public_answer_of_the_house_stops_the_clock(desk, moderator, by):
    comment = in_danger(status="approved", reported_at=timezone.now() - timedelta(hours=2), wants_mail=False)
    of_house = {"writer": create_writer()} if by == "a writer" else {"author": moderator}

    answer = create_comment(parent=comment, **of_house)
    assert "promise--late" in page(desk, f"{DESK}?queue=crisis")

    approve(answer, by=None)
    assert "promise--late" not in page(desk, f"{DESK}?queue=crisis")


def test_a_readers_answer_stops_no_clock(desk):
    comment = in_danger(status="approved", reported_at=timezone.now() - timedelta(hours=2))
    create_comment(parent=comment, status="approved")

    assert "promise--late" in page(desk, f"{DESK}?queue=crisis")


def test_a_question_is_answered_by_what_stands_under_it(desk, moderator):
    question = in_danger(status="approved", reported_at=timezone.now() - timedelta(hours=2))
    question.thread.opening = question
    question.thread.save()
    create_comment(thread=question.thread, status="approved", author=moderator)

    assert "promise--late" not in page(desk, f"{DESK}?queue=crisis")


def test_nobody_but_moderators_may_write_to_a_person(client, reader, writer, editor, reviewer, newsletter_editor):
    comment = in_danger()
    for person in (None, reader, writer, editor, reviewer, newsletter_editor):
        client.logout()
        if person:
            client.force_login(person)
        client.post(f"{DESK}{comment.pk}/message/", {"body": "Boo."})

    assert not Message.objects.exists()
    assert not Letter.objects.exists()


def titles(desk, comment):
    text = page(desk, f"{DESK}{comment.pk}/message/")
    return sorted(ReplyTemplate.objects.values_list("title", flat=True), key=text.index)


def test_the_words_for_the_person_herself_stand_before_those_for_somebody_close(desk):
    make_first_templates()

    assert titles(desk, in_danger())[:2] == ["You are not alone with this", "Somebody close to you is in danger"]


def test_who_worries_about_somebody_else_is_offered_the_words_for_that_first(desk):
    make_first_templates()
    comment = in_danger(signals=[{"code": "crisis", "points": 100}, {"code": "close", "points": 0}])

    assert titles(desk, comment)[:2] == ["Somebody close to you is in danger", "You are not alone with this"]

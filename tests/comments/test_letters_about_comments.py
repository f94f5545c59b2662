"""Mail about comments: wanted, after approval, few, and easy to stop."""

import re

import pytest
from django.test import Client

from comments.decisions.comments import approve, remove
from comments.letters.comment_letters import MOST_A_DAY
from comments.text.signing import STOP_MAIL
from edge.models import Letter
from tests.comments.typing import comment_data, only_comment, post
from tests.factories import create_comment, create_thread, create_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def thread():
    return create_thread(title="Living with hemifacial spasm", address="/articles/hemifacial-spasm/")


@pytest.fixture
def rosa(thread):
    return create_comment(thread=thread, status="approved", name="Rosa", email="rosa@example.net", wants_mail=True)


def letters(kind="reply"):
    return Letter.objects.filter(key__startswith=f"{kind}:")


def answer(rosa, **fields):
    return create_comment(parent=rosa, **{"name": "Tom", "email": "tom@example.net", "body": "Warmth helps.", **fields})


def test_nothing_is_mailed_before_approval(rosa, thread):
    post(thread, parent=rosa.pk, wants_mail="on")

    assert not Letter.objects.exists()


def test_an_approved_answer_is_mailed_once(rosa):
    reply = answer(rosa)
    approve(reply, by=None)
    remove(reply, by=None, reason="other")
    approve(reply, by=None)

    letter = letters().get()
    assert letter.to == "rosa@example.net"
    assert "Warmth helps." in letter.text
    assert "Tom answered you" in letter.subject


@pytest.mark.parametrize(
    "change",
    [{"wants_mail": False}, {"email": ""}, {"email": "TOM@example.net"}, {"status": "removed"}],
    ids=str,
)
def test_nobody_is_mailed_without_wish_address_or_another_person(rosa, change):
    for name, value in change.items():
        setattr(rosa, name, value)
    rosa.save()

    approve(answer(rosa), by=None)

    assert not letters().exists()


def test_the_asker_is_mailed_about_answers_to_the_question(rosa, thread):
    thread.opening = rosa
    thread.save()

    approve(create_comment(thread=thread, name="Tom"), by=None)

    assert letters().get().to == "rosa@example.net"


def test_mail_goes_to_the_accounts_present_address(rosa):
    rosa.author = create_user(email="new@example.org")
    rosa.save()

    approve(answer(rosa), by=None)

    assert letters().get().to == "new@example.org"


def test_the_writer_is_told_when_her_words_are_online_if_she_asked(thread):
    approve(create_comment(thread=thread, email="a@example.net", wants_mail=True), by=None)
    approve(create_comment(thread=thread, email="b@example.net"), by=None)

    assert [letter.to for letter in letters("online")] == ["a@example.net"]


def test_one_address_gets_few_letters_a_day(rosa):
    for _n in range(MOST_A_DAY + 3):
        approve(answer(rosa), by=None)

    assert letters().count() == MOST_A_DAY


def test_an_address_is_one_mailbox_however_it_is_spelt(thread):
    for n in range(MOST_A_DAY + 3):
        email = "".join(letter.upper() if n >> place & 1 else letter for place, letter in enumerate("rosa@example.net"))
        approve(answer(create_comment(thread=thread, status="approved", email=email, wants_mail=True)), by=None)

    assert letters().count() == MOST_A_DAY


def test_a_letter_names_the_topic_in_no_link_and_no_header(rosa):
    approve(answer(rosa), by=None)

    letter = letters().get()
    links = " ".join(re.findall(r"https?://\S+", letter.text + letter.html))
    assert "spasm" not in links
    assert "spasm" not in str(letter.headers) + letter.subject


def test_looking_at_the_stop_page_changes_nothing_and_the_button_stops(client, rosa):
    other = create_comment(email="Rosa@example.net", wants_mail=True)
    stop = STOP_MAIL.to(rosa.pk).removeprefix("/")

    page = client.get(f"/{stop}")
    rosa.refresh_from_db()
    looked = rosa.wants_mail
    client.post(f"/{stop}")

    rosa.refresh_from_db()
    other.refresh_from_db()
    assert "Stop this mail" in page.content.decode()
    assert looked
    assert not rosa.wants_mail
    assert not other.wants_mail


def test_mail_programs_can_stop_with_one_click(rosa):
    approve(answer(rosa), by=None)
    headers = letters().get().headers
    path = headers["List-Unsubscribe"].strip("<>").partition("//")[2].partition("/")[2]

    done = Client(enforce_csrf_checks=True).post(f"/{path}", {"List-Unsubscribe": "One-Click"})

    rosa.refresh_from_db()
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert done.status_code == 200
    assert not rosa.wants_mail


def test_a_forged_stop_link_stops_nothing(client, rosa):
    assert client.post(f"/comments/mail/{rosa.pk}:forged/").status_code == 404


def test_a_name_cannot_break_out_of_the_subject(rosa):
    approve(answer(rosa, name="Tom\r\nBcc: all@example.org"), by=None)

    assert "\n" not in letters().get().subject


def test_the_box_is_remembered(client, thread):
    client.post(f"/comments/threads/{thread.pk}/add/", comment_data(thread, wants_mail="on"))

    assert only_comment().wants_mail

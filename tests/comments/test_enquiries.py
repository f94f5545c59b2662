"""Readers write to the editors: a person reads it, and answers by letter."""

import pytest
from django.test import Client
from django.urls import reverse

from comments.models import Enquiry
from edge.models import Letter
from questions.models import Question
from tests.comments.typing import ask, mark_for, solved
from tests.factories import create_article

pytestmark = pytest.mark.django_db


def typed(**fields):
    words = {"subject": "fault", "text": "The search shows nothing.", "name": "Rosa", "email": "rosa@example.net"}
    return {**words, "mark": mark_for("enquiry"), **solved(), **fields}


def send(data, query=""):
    return Client().post(f"/comments/write/{query}", data, REMOTE_ADDR="10.1.1.1")


def test_a_message_names_its_article_and_is_sent_once():
    thread = create_article(published=True, slug="a-page").thread
    data = typed()
    for _n in range(2):
        assert "has arrived" in send(data, f"?thread={thread.pk}").content.decode()
    enquiry = Enquiry.objects.get()
    assert (enquiry.thread, enquiry.subject, enquiry.is_crisis) == (thread, "fault", False)


@pytest.mark.parametrize("wrong", [{"captcha_1": "zz"}, {"email": "rosa"}, {"mark": "x"}, {"subject": ""}])
def test_typed_words_stay_after_every_error(wrong):
    answer = send(typed(**wrong))
    assert answer.status_code == 422
    assert "The search shows nothing." in answer.content.decode()
    assert not Enquiry.objects.exists()


def test_one_network_may_not_send_without_end():
    assert [send(typed()).status_code for _n in range(6)] == [200] * 5 + [429]


def test_who_speaks_of_danger_is_shown_numbers():
    assert "112" in send(typed(text="I want to kill myself.")).content.decode()
    assert Enquiry.objects.get().is_crisis


@pytest.mark.parametrize(("answer", "state", "letters"), [("Mended.", "answered", 1), ("", "closed", 0)])
def test_an_editor_answers_by_letter_or_closes(admin_client, answer, state, letters):
    send(typed())
    enquiry = Enquiry.objects.get()
    assert enquiry.get_subject_display() in admin_client.get("/admin/").content.decode()
    url = reverse("admin:comments_enquiry_change", args=[enquiry.pk])
    assert admin_client.post(url, {"answer": answer}).status_code == 302
    enquiry.refresh_from_db()
    assert (enquiry.state, enquiry.answer, enquiry.answered_by is not None) == (state, answer, True)
    assert Letter.objects.count() == letters
    for letter in Letter.objects.all():
        assert letter.to == "rosa@example.net"
        assert "Mended." in letter.text
        assert "The search shows nothing." in letter.text


def test_an_article_leads_to_a_message_that_names_it(client):
    article = create_article(published=True, slug="a-page")
    link = f"/comments/write/?thread={article.thread_id}"
    assert link in client.get("/articles/a-page/").content.decode()
    assert article.title in client.get(link).content.decode()


def test_who_answers_second_keeps_her_words_and_sends_nothing(admin_client):
    send(typed())
    url = reverse("admin:comments_enquiry_change", args=[Enquiry.objects.get().pk])
    admin_client.post(url, {"answer": "The first."})

    page = admin_client.post(url, {"answer": "The second."})

    assert page.status_code == 200
    assert "Somebody else has settled this meanwhile" in page.content.decode()
    assert "The second." in page.content.decode()
    assert (Enquiry.objects.get().answer, Letter.objects.count()) == ("The first.", 1)


def test_a_question_that_waits_is_not_named_on_the_page_of_a_message(client):
    ask(title="Why does it twitch?")

    page = client.get(f"/comments/write/?thread={Question.objects.get().thread_id}")

    assert page.status_code == 200
    assert "twitch" not in page.content.decode()

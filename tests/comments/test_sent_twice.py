"""Double clicks, reloads, the back button, and sixteen of everything at once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from comments.models import Comment
from edge.letters import clean_text
from questions.models import Question
from tests.comments.typing import comment_data, only_comment, question_data, solved
from tests.factories import create_thread

AT_ONCE = 16


def at_once(requests):
    """Sends them all at the same moment, each in a thread with a connection of its own."""
    barrier = Barrier(len(requests))

    def send(request):
        address, data = request
        barrier.wait()
        try:
            return Client().post(address, data)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(requests)) as pool:
        return list(pool.map(send, requests))


@pytest.mark.django_db
def test_a_reload_after_posting_makes_no_second_comment(client):
    thread = create_thread()
    address, data = reverse("comments:add", args=[thread.pk]), comment_data(thread)

    answers = [client.post(address, data) for _n in range(3)]

    assert [answer.status_code for answer in answers] == [302] * 3
    assert only_comment().body == data["body"]


@pytest.mark.django_db
def test_other_words_in_a_form_that_was_sent_are_a_new_comment_after_a_new_captcha(client):
    thread = create_thread()
    address, data = reverse("comments:add", args=[thread.pk]), comment_data(thread)
    client.post(address, data)

    back = client.post(address, {**data, "body": "Words typed after going back"})
    fresh = back.context["form"].data
    again = client.post(address, {**fresh.dict(), **solved()})

    assert back.status_code == 422
    assert "Words typed after going back" in back.content.decode()
    assert again.status_code == 302
    assert Comment.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_the_same_form_sixteen_times_at_once_makes_one_comment_and_one_answer():
    thread = create_thread()
    data = comment_data(thread)

    answers = at_once([(reverse("comments:add", args=[thread.pk]), data)] * AT_ONCE)

    assert [answer.status_code for answer in answers] == [302] * AT_ONCE
    own = {answer["Location"].split("/")[3].partition(":")[0] for answer in answers}
    assert own == {str(only_comment().pk)}


@pytest.mark.django_db(transaction=True)
def test_the_same_question_sixteen_times_at_once_is_asked_once():
    answers = at_once([(reverse("questions:ask"), question_data())] * AT_ONCE)

    assert [answer.status_code for answer in answers] == [302] * AT_ONCE
    assert Question.objects.count() == Comment.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_solved_captcha_in_sixteen_forms_at_once_posts_one_comment():
    thread = create_thread()
    captcha = solved()
    forms = [comment_data(thread, body=f"Spam {n}", **captcha) for n in range(AT_ONCE)]

    answers = at_once([(reverse("comments:add", args=[thread.pk]), data) for data in forms])

    statuses = sorted(answer.status_code for answer in answers)
    assert statuses.count(302) == 1
    assert set(statuses) <= {302, 422}
    assert clean_text(only_comment().body).startswith("Spam")


@pytest.mark.django_db(transaction=True)
def test_the_limit_per_network_holds_at_once():
    thread = create_thread()
    forms = [comment_data(thread, body=f"Words {n}") for n in range(AT_ONCE)]

    answers = at_once([(reverse("comments:add", args=[thread.pk]), data) for data in forms])

    assert sorted(answer.status_code for answer in answers) == [302] * 5 + [429] * (AT_ONCE - 5)

"""Moderators make a question's title clearer; its state changes only where its words are decided."""

import pytest

from questions.models import Question
from tests.factories import create_comment, create_thread, create_topic

pytestmark = pytest.mark.django_db


def create_question(**fields) -> Question:
    thread = create_thread(title="Does it hurt?", address="/questions/1-does-it-hurt/")
    thread.opening = create_comment(thread=thread, body="<b>Does</b> it?")
    thread.save()
    return Question.objects.create(title="Does it hurt?", slug="does-it-hurt", thread=thread, **fields)


def test_a_moderator_gives_a_clearer_title_and_the_thread_follows(client, moderator):
    question, topic = create_question(), create_topic()
    client.force_login(moderator)

    client.post(f"/admin/questions/question/{question.pk}/change/", {"title": "Is surgery painful?", "topic": topic.pk})

    question.refresh_from_db()
    assert (question.title, question.topic, question.slug) == ("Is surgery painful?", topic, "is-surgery-painful")
    assert question.thread.title == "Is surgery painful?"
    assert question.thread.address == question.get_absolute_url()


def test_a_question_leads_to_where_its_words_are_decided(client, moderator):
    question = create_question()
    client.force_login(moderator)

    for url in ("/admin/questions/question/", f"/admin/questions/question/{question.pk}/change/"):
        page = client.get(url).content.decode()
        assert f"/admin/comments/comment/{question.thread.opening_id}/change/" in page
        assert "<b>Does</b>" not in page


def test_a_writer_may_not_rename_a_question(client, writer):
    question = create_question()
    client.force_login(writer)

    client.post(f"/admin/questions/question/{question.pk}/change/", {"title": "Mine"})

    question.refresh_from_db()
    assert question.title == "Does it hurt?"

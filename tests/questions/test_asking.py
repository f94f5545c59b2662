import pytest
from django.urls import reverse

from comments.models import Comment
from questions.models import Question
from tests.comments.typing import ask, question_data
from tests.factories import create_article, create_sanction, create_topic

pytestmark = pytest.mark.django_db


def test_a_question_waits_behind_the_same_door():
    answer = ask()

    question = Question.objects.get()
    assert answer.status_code == 302
    assert question.thread.opening.status == Comment.Status.PENDING
    assert question.thread.opening.versions.count() == question.thread.opening.decisions.count() == 1
    assert not question.is_public


def test_the_asker_sees_her_waiting_question(client):
    page = client.get(ask(title="Will it go away?")["Location"]).content.decode()

    assert "Your question" in page
    assert "Will it go away?" in page


def test_the_question_hangs_on_the_topic_she_chose():
    topic = create_topic()

    ask(topic=topic.slug)

    assert Question.objects.get().topic == topic


@pytest.mark.parametrize(
    "fault", [{"title": ""}, {"title": "x" * 151}, {"topic": "nowhere"}, {"captcha_1": "wrong"}], ids=str
)
def test_every_fault_gives_title_and_text_back(fault):
    answer = ask(**{"title": "A title to keep", "body": "Words to keep.", **fault})

    assert answer.status_code == 422
    assert "Words to keep." in answer.content.decode()
    assert ("A title to keep" in answer.content.decode()) == ("title" not in fault)
    assert not Question.objects.exists()


def test_a_new_picture_keeps_the_question(client):
    page = client.post("/questions/ask/", question_data(title="A title to keep", new_captcha="1"))

    assert page.status_code == 200
    assert "A title to keep" in page.content.decode()


def test_the_form_comes_with_the_topic_of_the_page_before(client):
    topic = create_topic(name="Migraine", slug="migraine")

    page = client.get("/questions/ask/?topic=migraine").content.decode()

    assert f'<option value="{topic.slug}" selected>Migraine</option>' in page


def test_only_topics_with_something_to_read_are_offered(client):
    create_topic(name="Rare condition")
    create_article(published=True, topic=create_topic(name="Migraine"))

    page = client.get("/questions/ask/").content.decode()

    assert "Migraine" in page
    assert "Rare condition" not in page


def test_asking_again_with_the_same_form_asks_once(client):
    data = question_data()

    answers = [client.post("/questions/ask/", data).status_code for _n in range(2)]

    assert answers == [302, 302]
    assert Question.objects.count() == 1


def test_a_question_caught_by_the_trap_is_held():
    ask(remarks="http://pills.example")

    assert (Comment.objects.get().status, Comment.objects.get().is_held) == (Comment.Status.PENDING, True)
    assert not Question.objects.get().is_public


def test_a_question_that_waits_does_not_show_by_the_topics_on_offer(client):
    topic = create_topic(name="A rare illness")
    ask(topic=topic.slug)

    assert "A rare illness" not in client.get("/questions/ask/").content.decode()


def test_whoever_may_not_write_reads_it_before_she_has_written_her_question(client, reader):
    create_sanction(user=reader)
    client.force_login(reader)

    page = client.get(reverse("questions:ask")).content.decode()

    assert "You cannot write here at present" in page
    assert "<textarea" not in page

import json

import pytest
from django.conf import settings

from comments.decisions.comments import approve
from comments.models import Comment
from questions.models import Question
from tests.comments.typing import ask, post
from tests.factories import create_comment, create_topic, create_writer

pytestmark = pytest.mark.django_db


def create_question(**fields):
    """A question that readers see."""
    question = Question.ask(name="Rosa", email="rosa@example.net", body="It twitches.", **{"title": "Why?", **fields})
    approve(question.thread.opening, by=None)
    return question


def answer(question, **fields):
    return create_comment(thread=question.thread, status="approved", **fields)


def structured(page):
    return json.loads(page.partition('<script type="application/ld+json">')[2].partition("</script>")[0])["mainEntity"]


def test_an_approved_question_has_a_page(client):
    question = create_question(title="Why does it twitch?")

    page = client.get(question.get_absolute_url())

    assert question.get_absolute_url() == f"/questions/{question.pk}-why-does-it-twitch/"
    assert "Why does it twitch?" in page.content.decode()
    assert "It twitches." in page.content.decode()
    assert "public" in page["Cache-Control"]


def test_another_spelling_of_the_address_leads_to_the_right_one(client):
    question = create_question(title="Why does it twitch?")

    moved = client.get(f"/questions/{question.pk}-something-else/")

    assert (moved.status_code, moved["Location"]) == (301, question.get_absolute_url())


@pytest.mark.parametrize("title", ["為什麼?", "???", "لماذا", "x" * 150])
def test_every_title_has_an_address(client, title):
    assert client.get(create_question(title=title).get_absolute_url()).status_code == 200


def test_readers_answer_through_the_comment_form(client):
    question = create_question()

    form = client.get(f"/comments/threads/{question.thread_id}/add/").content.decode()
    post(question.thread, body="Mine did too.", email="tom@example.net")
    approve(Comment.objects.latest("id"), by=None)

    assert "Your answer" in form
    assert "Mine did too." in client.get(question.get_absolute_url()).content.decode()


def test_answers_are_read_oldest_first(client):
    question = create_question()
    for body in ("The first answer", "The second answer"):
        answer(question, body=body)

    page = client.get(question.get_absolute_url()).content.decode()

    assert page.index("The first answer") < page.index("The second answer")


def test_an_answer_by_somebody_with_credentials_is_marked_so(client):
    writer = create_writer(name="Dr Ilse Brandt", title="neurologist", credentials="MD", is_medical_professional=True)
    question = create_question()
    answer(question, writer=writer)

    page = client.get(question.get_absolute_url()).content.decode()

    assert "comment--expert" in page
    assert "neurologist · medical professional" in page


def test_a_readers_answer_is_not(client):
    question = create_question()
    answer(question, name="Dr House")

    assert "comment--expert" not in client.get(question.get_absolute_url()).content.decode()


def test_search_engines_are_told_answers_and_not_replies(client):
    question = create_question()
    first = answer(question, body="Yes </script> & no")
    create_comment(parent=first, status="approved")
    create_comment(thread=question.thread, body="Waiting")

    entity = structured(client.get(question.get_absolute_url()).content.decode())

    assert entity["answerCount"] == 1
    assert [given["text"] for given in entity["suggestedAnswer"]] == ["Yes </script> & no"]


def test_a_question_without_answers_claims_no_page_of_answers(client):
    assert "QAPage" not in client.get(create_question().get_absolute_url()).content.decode()


def test_search_engines_find_an_answer_where_readers_find_it(client):
    question = create_question()
    given = answer(question)

    page = client.get(question.get_absolute_url()).content.decode()
    address = structured(page)["suggestedAnswer"][0]["url"]

    assert address == f"{settings.BASE_URL}{question.get_absolute_url()}#comment-{given.pk}"
    assert f'id="comment-{given.pk}"' in page


def test_other_pages_claim_no_question(client):
    create_question()

    assert "QAPage" not in client.get("/questions/").content.decode()


def test_the_list_shows_the_newest_first_with_counts_of_what_is_approved(client):
    old, new = create_question(title="The old one"), create_question(title="The new one")
    answer(old)
    create_comment(thread=new.thread)

    page = client.get("/questions/")

    listed = [(question.title, question.answers) for question in page.context["page"]]
    assert listed == [("The new one", 0), ("The old one", 1)]


def test_the_list_can_be_of_one_topic(client):
    topic = create_topic()
    create_question(title="About this", topic=topic)
    create_question(title="About that")

    page = client.get(f"/questions/?topic={topic.slug}").content.decode()

    assert "About this" in page
    assert "About that" not in page


def test_an_unknown_topic_is_not_found(client):
    assert client.get("/questions/?topic=nowhere").status_code == 404


def test_an_empty_list_says_so(client):
    assert "Nobody has asked anything here yet." in client.get("/questions/").content.decode()


def test_the_pages_cost_the_same_for_few_and_for_many(client, django_assert_num_queries):
    first = create_question(title="First", topic=create_topic())
    answer(first)
    with django_assert_num_queries(3):  # settings of the site, count, questions
        assert client.get("/questions/").status_code == 200
    with django_assert_num_queries(5):  # settings of the site, the question, answers, replies, count
        assert client.get(first.get_absolute_url()).status_code == 200
    for n in range(25):
        parent = answer(create_question(title=f"Question {n}", topic=create_topic()))
        create_comment(parent=parent, status="approved")
        create_comment(parent=answer(first, writer=create_writer()), status="approved")

    with django_assert_num_queries(3):
        assert client.get("/questions/").status_code == 200
    with django_assert_num_queries(5):
        assert client.get(first.get_absolute_url()).status_code == 200


def test_the_sitemap_lists_what_can_be_read(client):
    question = create_question(title="Readable")
    ask(title="Waiting")

    sitemap = client.get("/sitemap-questions.xml").content.decode()

    assert question.get_absolute_url() in sitemap
    assert "waiting" not in sitemap


def test_a_permalink_of_the_question_leads_to_its_page(client):
    question = create_question()
    opening = question.thread.opening

    assert client.get(opening.get_absolute_url())["Location"] == f"{question.get_absolute_url()}#comment-{opening.pk}"


def test_the_front_page_shows_the_newest_questions_first(client):
    questions = [create_question(title=f"Question number {n}?") for n in range(4)]

    shown = [thread.thread_id for thread in client.get("/").context["asked"]]

    assert shown == [question.thread_id for question in questions[:0:-1]]

"""What waits, or was refused, is in no byte that a stranger can get."""

import pytest
from django.urls import reverse
from django.utils import timezone

from comments.decisions.comments import approve, remove
from comments.models import Comment
from questions.models import Question
from tests.comments.typing import ask, post
from tests.factories import create_article, create_comment, create_thread

pytestmark = pytest.mark.django_db

SECRET = "xylophone"
HIDDEN = ["pending", "rejected", "spam", "removed"]


def everything(client, *more):
    """Bytes and addresses of every public page there is, and of every address with a number in it."""
    numbers = [*Comment.objects.values_list("pk", flat=True), 998]
    threads = [*Question.objects.values_list("thread", flat=True), 998]
    paths = ["/", "/questions/", "/questions/ask/", "/articles/", "/topics/", "/sitemap-questions.xml", *more]
    paths += [f"/comments/{n}/" for n in numbers] + [f"/comments/{n}/replies/" for n in numbers]
    paths += [f"/comments/threads/{n}/add/" for n in threads]
    answers = [client.get(path) for path in paths]
    return " ".join(answer.content.decode() + answer.headers.get("Location", "") for answer in answers)


@pytest.mark.parametrize("status", HIDDEN)
def test_a_comment_that_is_not_approved_is_nowhere(client, status):
    article = create_article(published=True)
    comment = create_comment(thread=article.thread, name=SECRET, body=SECRET, status=status)

    assert SECRET not in everything(client, article.get_absolute_url(), f"/comments/threads/{article.thread_id}/add/")
    assert client.get(comment.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("status", HIDDEN)
def test_a_question_that_is_not_approved_is_nowhere(client, status):
    ask(title=f"Why {SECRET}?", name=SECRET, body=SECRET)
    Comment.objects.update(status=status, waits_since=timezone.now() if status == "pending" else None)
    question = Question.objects.get()

    found = everything(client, question.get_absolute_url(), f"/questions/{question.pk}-x/")

    assert SECRET not in found
    assert client.get(question.get_absolute_url()).status_code == 404
    assert client.get(f"/questions/{question.pk}-x/").status_code == 404


def test_nobody_can_write_under_a_question_that_waits(client):
    ask()
    thread = Question.objects.get().thread

    answer = post(thread)

    assert answer.status_code == 409
    assert thread.title not in answer.content.decode()


def test_answers_to_a_question_that_is_taken_down_are_taken_down_with_it(client):
    ask()
    opening = Comment.objects.get()
    approve(opening, by=None)
    answer = create_comment(thread=opening.thread, status="approved", body=SECRET)
    remove(opening, by=None, reason="other")

    assert client.get(answer.get_absolute_url()).status_code == 404
    assert not Comment.objects.public().exists()


def test_waiting_and_missing_look_the_same(client):
    waiting = create_comment()

    answers = [client.get(f"/comments/{number}/") for number in (waiting.pk, waiting.pk + 1)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content


def test_no_page_shows_an_address_or_its_hash(client):
    from hashlib import md5, sha256

    create_comment(email="rosa@example.net", thread=(thread := create_thread()), status="approved")
    Question.objects.create(title="A question", slug="q", thread=thread)
    thread.opening = create_comment(email="tom@example.net", thread=thread, status="approved")
    thread.save()

    page = client.get(thread.question.get_absolute_url()).content.decode()

    assert "A question" in page
    for address in ("rosa@example.net", "tom@example.net"):
        assert address not in page
        assert md5(address.encode()).hexdigest() not in page
        assert sha256(address.encode()).hexdigest() not in page


@pytest.mark.parametrize("path", ["comments/1/", "comments/1/replies/", "questions/", "questions/1-a/"])
def test_public_pages_set_no_cookie_and_write_nothing(client, path, django_assert_num_queries):
    thread = create_thread()
    comment = create_comment(pk=1, thread=thread, status="approved")
    create_comment(parent=comment, status="approved")
    other = create_thread()
    Question.objects.create(pk=1, title="A", slug="a", thread=other)
    other.opening = create_comment(thread=other, status="approved")
    other.save()

    answer = client.get(f"/{path}")

    assert answer.status_code in {200, 302}
    assert not answer.cookies


def test_no_address_changes_anything_by_get(client, moderator):
    comment = create_comment()
    before = list(Comment.objects.values())
    client.force_login(moderator)

    for name, arguments in {"comment": [comment.pk], "replies": [comment.pk], "add": [comment.thread_id]}.items():
        client.get(reverse(f"comments:{name}", args=arguments))

    assert list(Comment.objects.values()) == before

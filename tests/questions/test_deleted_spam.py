from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.people import apply_policy
from comments.decisions.comments import mark_as_spam
from comments.models import Comment, Thread
from questions.models import Question
from tests.comments.typing import ask
from tests.factories import create_article


@pytest.mark.django_db
def test_when_a_question_that_was_spam_is_deleted_its_title_does_not_become_public(client):
    create_article(published=True)
    ask(title="Buy zzqx pills")
    thread = Thread.objects.get(title="Buy zzqx pills")
    mark_as_spam(thread.opening, by=None)
    Comment.objects.update(created_at=timezone.now() - timedelta(days=91))

    apply_policy()

    assert client.get(f"/comments/threads/{thread.pk}/add/").status_code == 404
    assert not Question.objects.exists()
    assert Thread.objects.count() == 1

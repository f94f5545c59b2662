from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from articles.models import Article, EditorialEvent
from articles.models.steps import NotAllowed, NotReady, StepRefused, WrongStep
from articles.workflow.publishing import archive, publish, publish_due, publish_when_due, reopen, schedule
from articles.workflow.reviewing import pass_review
from articles.workflow.submitting import approve, send_back, submit
from tests.factories import create_article, create_user, create_writer


def test_a_locked_account_takes_no_step(editor):
    editor.is_active = False

    with pytest.raises(NotAllowed):
        publish(create_article(status="submitted"), by=editor)


def test_an_unfinished_draft_cannot_be_submitted(writer):
    article = create_article(writer=writer.writer, body="", summary=" ")

    with pytest.raises(NotReady, match="a summary, the text"):
        submit(article, by=writer)


def test_sending_back_needs_a_note(editor):
    with pytest.raises(NotReady):
        send_back(create_article(status="submitted"), by=editor, note="  ")


def test_an_editor_may_publish_her_own_article(editor):
    article = create_article(writer=create_writer(user=editor))

    publish(article, by=editor)

    assert article.is_public


def test_publishing_opens_the_thread_and_sets_the_live_revision(editor):
    article = create_article(title="Sleep", slug="sleep")

    publish(article, by=editor)

    article.refresh_from_db()
    assert article.live_revision == article.latest_revision == article.revisions.get()
    assert (article.thread.title, article.thread.address) == ("Sleep", "/articles/sleep/")
    assert article.thread.is_public
    assert article.body_html == "<p>Text.</p>"


def test_archiving_hides_the_thread_and_publishing_again_keeps_the_first_date(editor):
    article = create_article()
    publish(article, by=editor)
    first, thread = article.published_at, article.thread

    archive(article, by=editor)
    thread.refresh_from_db()
    assert not thread.is_public

    reopen(article, by=editor)
    publish(article, by=editor)
    thread.refresh_from_db()
    assert thread.is_public
    assert (article.published_at, article.thread) == (first, thread)


def test_publishing_at_a_past_moment_publishes_now(editor):
    article = create_article()

    schedule(article, by=editor, at=timezone.now() - timedelta(minutes=1))

    assert article.status == Article.Status.PUBLISHED


def test_of_two_editors_the_slower_one_is_told(editor):
    article = create_article(status="submitted")
    late = Article.objects.get(pk=article.pk)
    publish(article, by=editor)

    with pytest.raises(WrongStep, match="Edda was faster: this article is now published"):
        send_back(late, by=create_user(role="Editor"), note="No.")

    assert EditorialEvent.objects.get().step == "publish"


def test_nobody_publishes_a_text_she_has_not_read(editor):
    from articles.workflow.saving import adopt

    article = create_article(status="submitted")
    read = Article.objects.get(pk=article.pk)
    article.summary = "Another one."
    article.save()
    adopt(article, by=editor)

    with pytest.raises(WrongStep, match="Edda has changed the text"):
        publish(read, by=create_user(role="Editor"))


def test_a_review_belongs_to_the_revision_that_was_read(reviewer):
    reviewer.writer.is_medical_professional = True
    reviewer.writer.save()
    article = create_article(status="in_review")

    review = pass_review(article, by=reviewer, scope="All of it", next_due_on=timezone.localdate())

    assert review.revision == article.latest_revision
    assert (review.reviewer, review.scope) == (reviewer.writer, "All of it")
    assert article.status == Article.Status.APPROVED


def test_nobody_reviews_her_own_article(reviewer):
    article = create_article(status="in_review", writer=reviewer.writer)
    reviewer.writer.is_medical_professional = True
    reviewer.writer.save()

    with pytest.raises(NotAllowed, match="You wrote this article"):
        pass_review(article, by=reviewer)


def test_a_review_needs_a_medical_professional_in_her_own_name(reviewer):
    reviewer.writer.is_medical_professional = False
    reviewer.writer.save()
    article = create_article(status="in_review")

    with pytest.raises(NotReady):
        pass_review(article, by=reviewer)
    with pytest.raises(NotReady):
        pass_review(article, by=reviewer, reviewer=create_writer(is_medical_professional=True, credentials="MD"))


def test_what_is_due_is_published_by_nobody_and_what_is_not_waits(db):
    due = create_article(status="scheduled", publish_at=timezone.now() - timedelta(minutes=1))
    later = create_article(status="scheduled", publish_at=timezone.now() + timedelta(minutes=1))

    assert publish_due() == 1
    assert publish_due() == 0

    due.refresh_from_db()
    later.refresh_from_db()
    assert due.is_public
    assert later.status == Article.Status.SCHEDULED
    assert due.events.get().by is None


def test_one_article_that_fails_does_not_hold_up_the_others(db, monkeypatch):
    articles = [create_article(status="scheduled", publish_at=timezone.now()) for _ in range(2)]
    failing = lambda article: 1 / 0 if article == articles[0] else publish_when_due(article)  # noqa: E731
    monkeypatch.setattr("articles.workflow.publishing.publish_when_due", failing)

    assert publish_due() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_publish_an_article_once():
    article = create_article(status="scheduled", publish_at=timezone.now())

    def work(_):
        try:
            return publish_due()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        counts = list(pool.map(work, range(2)))

    assert sum(counts) == 1
    assert article.events.count() == 1
    assert Article.objects.get().thread


def test_an_event_is_never_rewritten(editor):
    article = create_article(status="submitted")
    event = approve(article, by=editor)

    with pytest.raises(TypeError):
        event.save()


def test_every_refusal_is_a_sentence(writer):
    with pytest.raises(StepRefused, match=r"^“Publish now” is for others"):
        publish(create_article(writer=writer.writer), by=writer)

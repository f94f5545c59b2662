"""Saving what is written: by one person or by several at once, brought back from the history, or given up.

While readers see nothing of an article its columns and rows follow each save, so that lists and searches know it; later
they wait until it is published.
"""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from articles.drafts.saving import NO_WINDOW, Choices, Window, keep, merged_with_others, show, tidied
from articles.models import Article, EditorialEvent, Revision
from articles.models.steps import STEPS, WrongStep
from articles.rendering import refresh
from articles.text.content import Content
from articles.workflow.steps import change_status, lock, log, take
from articles.workflow.threads import keep_thread
from edge.richtext import clean_html

Status = Article.Status


def write(
    article: Article,
    content: Content,
    *,
    by: User,
    since: int | None,
    choices: Choices | None = None,
    is_autosave: bool = False,
    window: Window = NO_WINDOW,
) -> Revision:
    """Keeps a new content of the article; returns its revision. The latest one is then `article.latest_revision`.

    `since` is the edition that the person started from. What others have saved after it is merged with hers: her own
    text is kept as a revision, and what comes of both as the next. Where both changed the same words nothing is saved and
    Overlap is raised, unless `choices` settles each clash. Raises WrongStep when she may not change it any more.
    """
    content = {**content, "body": tidied(clean_html(content["body"]))}
    with transaction.atomic():
        now = _locked(article)
        if not now.can_be_edited_by(by):
            raise WrongStep(cannot_be_changed(now))
        before, name = now.content, window.name if is_autosave else ""
        merged = None
        if since != now.edition and content != before:
            merged = merged_with_others(now, content, by=by, since=since, choices=choices, window=window)
        turn = window.turn if is_autosave else None
        own = _revise(now, content, by=by, is_autosave=is_autosave, window=name, turn=turn)
        if merged is not None:
            _revise(now, merged, by=by, is_autosave=is_autosave, window=name)
        if not now.is_live:
            show(now, now.content, before=before)
        _copy(now, article)
        return own


def cannot_be_changed(article: Article) -> str:
    said = _("This article is %(status)s now and cannot be changed. Nothing was saved.")
    return said % {"status": article.get_status_display()}


def adopt(article: Article, *, by: User | None) -> Revision:
    """What stands in the columns and rows is the latest revision: for what comes in by another way than the desk.

    Of a published article readers see it already.
    """
    with transaction.atomic():
        now = _locked(article)
        revision = keep(now, now.shown_content(), by=by, begins_draft=False)
        refresh(now)
        if now.is_live:
            Article.objects.filter(pk=now.pk).update(live_revision=revision)
            now.live_revision = revision
            now.note_review()
        _copy(now, article)
        article.body_html = now.body_html
        keep_thread(article)
        return revision


def latest_of(article: Article, by: User | None) -> Revision:
    """The latest revision; made now when the article came in by another way than the desk."""
    return article.latest_revision or adopt(article, by=by)


def discard(article: Article, *, by: User) -> EditorialEvent:
    """What was changed since it was published does not come: the latest text is again the one that readers see."""
    with transaction.atomic():
        lock(article)
        STEPS["discard"].check(article, by)
        if article.live_revision is None:
            raise WrongStep(_("Nothing of this article is published. Nothing was done."))
        keep(article, article.live_revision.content, by=by, begins_draft=False)
        event = take(article, "discard", by=by, publish_at=None, live_revision=article.latest_revision)
        article.note_review()
        return event


def restore(article: Article, revision: Revision, *, by: User) -> Revision:
    """An earlier text is the latest again; what was latest stays in the history. Raises StepRefused as `write` does."""
    with transaction.atomic():
        lock(article)
        before = article.status
        restored = write(article, revision.content, by=by, since=article.edition)
        log(article, "restore", restored.pk, by=by, note=f"#{revision.number}", before=before)
        return restored


def _locked(article: Article) -> Article:
    return Article.objects.select_for_update(of=("self",)).select_related("latest_revision").get(pk=article.pk)


def _revise(now: Article, content: Content, *, by: User, **kept: Any) -> Revision:
    """What begins beside a published text begins as a draft."""
    edition = now.edition
    revision = keep(now, content, by=by, **kept)
    if now.edition != edition and now.status == Status.PUBLISHED:
        change_status(now, "revise", Status.DRAFT, by=by)
    return revision


def _copy(now: Article, article: Article) -> None:
    """What the caller holds is what was saved."""
    article.latest_revision, article.live_revision = now.latest_revision, now.live_revision
    article.edition, article.updated_at, article.status = now.edition, now.updated_at, now.status

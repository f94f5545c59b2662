"""Articles appear when their time has come, and go when it is over. Several workers may look at once."""

import logging
from collections.abc import Callable
from typing import Any

from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from articles.drafts.saving import show
from articles.models import Article, EditorialEvent, FormerAddress
from articles.models.queries import ArticleQuerySet
from articles.models.steps import STEPS, NotReady, StepRefused
from articles.rendering import refresh
from articles.workflow.letters import tell_planner
from articles.workflow.reviewing import note_review
from comments.models import Thread

logger = logging.getLogger(__name__)


def publish_due() -> int:
    """Publishes what is due; returns how many articles appeared. Each is published once, and one that cannot be does not
    hold up the others: whoever chose its time hears why, once."""
    return _each(Article.objects.due().order_by("publish_at", "id"), _publish)


def expire_due() -> int:
    """Archives what readers were to see until now; returns how many articles went, each once."""
    return _each(Article.objects.expired().order_by("expire_at", "id"), Article.archive_when_due)


def go_live(article: Article, by: User | None, **changes: Any) -> EditorialEvent:
    """Puts the latest text into what readers see. The verbs `publish` and `publish_when_due` say when."""
    with transaction.atomic():
        article._lock()
        if by is not None:
            STEPS["publish"].check(article, by)
        if by is not None and article.expire_at and article.expire_at <= timezone.now():
            changes = {"expire_at": None, **changes}  # she publishes what was to be over
        revision = article._latest(by)
        former_slug = article.slug if article.published_at else ""
        show(article, revision.content)
        refresh(article)
        event = article._take(
            "publish",
            by=by,
            # Keep the first date: feed readers show an article again when its date moves.
            published_at=article.published_at or timezone.now(),
            publish_at=None,
            is_live=True,
            live_revision=revision,
            updated_at=revision.created_at,
            thread=article.thread or Thread.objects.create(title=article.title, address=article.get_absolute_url()),
            **changes,
        )
        note_review(article)
        article.keep_thread()
        if former_slug and former_slug != article.slug:
            FormerAddress.objects.remember(reverse("articles:detail", args=[former_slug]), article=article)
        FormerAddress.objects.reclaim(article.get_absolute_url())
        return event


def archive(article: Article, by: User | None, note: str = "") -> EditorialEvent:
    """Takes it away from readers. The verbs `archive` and `archive_when_due` say when."""
    with transaction.atomic():
        event = article._take(
            "archive",
            by=by,
            note=note,
            publish_at=None,
            expire_at=None,
            is_live=False,
            live_revision=None,
            reviewed_on=None,
            review_due_on=None,
        )
        article.keep_thread()
        if article.published_at:
            # When it comes back with another address, this one leads there.
            FormerAddress.objects.remember(article.get_absolute_url(), article=article)
        return event


def _each(due: ArticleQuerySet, verb: Callable[[Article], object]) -> int:
    """Each is read anew: another worker may have been there since. How many the verb was done with."""
    found = (due.filter(pk=pk).first() for pk in list(due.values_list("pk", flat=True)))
    return sum(_one(article, verb) for article in found if article is not None)


def _one(article: Article, verb: Callable[[Article], object]) -> bool:
    try:
        verb(article)
    except StepRefused:
        # Another worker or an editor was faster; or it cannot be, which is written down.
        return False
    except Exception:
        logger.exception("article %s was due, and nothing was done", article.pk)
        return False
    return True


def _publish(article: Article) -> None:
    try:
        article.publish_when_due()
    except NotReady as why:
        cannot_be_published(article, str(why))
        raise
    except (StepRefused, DatabaseError):
        raise
    except Exception:
        cannot_be_published(article, _("Something went wrong. Whoever runs the site finds it in the log."))
        raise


def cannot_be_published(article: Article, why: str) -> None:
    """Writes down why a due article does not appear, and tells whoever scheduled it: once, not at each look."""
    with transaction.atomic():
        article._lock()
        told = article.events.filter(step__in=["schedule", "not_published"]).first()
        if told is not None and told.step == "not_published" and told.note == why:
            return
        status = article.status
        event = article.events.create(
            revision_id=article.latest_revision_id, step="not_published", before=status, after=status, note=why
        )
        tell_planner(article, "not_published", event)
        logger.error("article %s is due and cannot be published: %s", article.pk, why)

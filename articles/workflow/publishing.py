"""Publishing and archiving: from when to when readers see an article.

`publish_due` and `expire_due` are the worker's; several workers may look at once.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from articles.checklist import holding
from articles.models import Article, EditorialEvent, FormerAddress
from articles.models.articles import ArticleQuerySet
from articles.models.four_eyes import is_seen_by_another
from articles.models.steps import STEPS, NotReady, StepRefused, WrongStep
from articles.rendering import refresh
from articles.workflow.letters import tell_planner
from articles.workflow.saving import latest_of, show
from articles.workflow.steps import lock, log, take
from articles.workflow.submitting import require_complete
from articles.workflow.threads import keep_thread
from comments.models import Thread

logger = logging.getLogger(__name__)
PASSED = gettext_lazy("This moment has passed. Choose a later one, or archive the article now.")


def publish(article: Article, *, by: User) -> EditorialEvent:
    """Shows the latest text to readers. Raises NotReady with a sentence for each thing that is missing."""
    _require_publishable(article)
    return _go_live(article, by)


def schedule(article: Article, *, by: User, at: datetime, until: datetime | None = None) -> EditorialEvent:
    """Readers see the latest text from then on, at once when that has passed; `until` ends it, if given."""
    _require_publishable(article)
    if at <= timezone.now():
        return _go_live(article, by, expire_at=until)
    _require_order(at, until)
    return take(article, "schedule", by=by, publish_at=at, expire_at=until)


def unschedule(article: Article, *, by: User) -> EditorialEvent:
    # What is neither published nor scheduled has no end.
    end: dict[str, Any] = {} if article.is_live else {"expire_at": None}
    return take(article, "unschedule", by=by, publish_at=None, **end)


def publish_when_due(article: Article) -> EditorialEvent:
    """Its time has come. Nobody does this: somebody has scheduled it. Raises WrongStep when it is not due."""
    with transaction.atomic():
        lock(article)
        if article.status != Article.Status.SCHEDULED or not article.publish_at or article.publish_at > timezone.now():
            raise WrongStep(_("It is not time to publish this article."))
        require_complete(article)
        if not is_seen_by_another(article):
            raise NotReady(_("Four eyes: somebody else has to approve or publish these words first."))
        return _go_live(article, None)


def expire(article: Article, *, by: User, at: datetime) -> EditorialEvent:
    if at <= timezone.now():
        raise NotReady(PASSED)
    with transaction.atomic():
        lock(article)
        _require_order(article.publish_at, at)
        return take(article, "expire", by=by, expire_at=at)


def keep(article: Article, *, by: User) -> EditorialEvent:
    """The time at which it was to be archived no longer counts."""
    return take(article, "keep", by=by, expire_at=None)


def archive(article: Article, *, by: User | None, note: str = "") -> EditorialEvent:
    with transaction.atomic():
        event = take(
            article,
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
        keep_thread(article)
        # What has ended stays so, also when the article is opened again.
        article.preview_links.open().update(revoked_at=timezone.now())
        if article.published_at:
            # When it comes back with another address, this one leads there.
            FormerAddress.objects.remember(article.get_absolute_url(), article=article)
        return event


def archive_when_due(article: Article) -> EditorialEvent:
    """Its time is over. Nobody does this: somebody has said until when. Raises WrongStep when it is not over."""
    with transaction.atomic():
        lock(article)
        if article.expire_at is None or article.expire_at > timezone.now():
            raise WrongStep(_("It is not time to archive this article."))
        return archive(article, by=None)


def reopen(article: Article, *, by: User) -> EditorialEvent:
    return take(article, "reopen", by=by)


def _require_publishable(article: Article) -> None:
    require_complete(article)
    if found := holding(article, article.content):
        raise NotReady(" ".join([_("This cannot be published yet."), *map(str, found)]))


def _require_order(begin: datetime | None, end: datetime | None) -> None:
    if begin is not None and end is not None and end <= begin:
        raise NotReady(_("It would be archived before it appears. Choose a later end, or an earlier begin."))


def _go_live(article: Article, by: User | None, **changes: Any) -> EditorialEvent:
    with transaction.atomic():
        lock(article)
        if by is not None:
            STEPS["publish"].check(article, by)
        if by is not None and article.expire_at and article.expire_at <= timezone.now():
            changes = {"expire_at": None, **changes}  # she publishes what was to be over
        revision = latest_of(article, by)
        former_slug = article.slug if article.published_at else ""
        show(article, revision.content)
        refresh(article)
        event = take(
            article,
            "publish",
            by=by,
            # Keep the first date: feed readers show an article again when its date moves.
            published_at=article.published_at or timezone.now(),
            publish_at=None,
            is_live=True,
            live_revision=revision,
            updated_at=revision.created_at,
            thread=article.thread or Thread.objects.create(),
            **changes,
        )
        article.note_review()
        keep_thread(article)
        FormerAddress.objects.keep_up_with(article, former_slug)
        return event


# --- What is due -----------------------------------------------------------------------------------------------------


def publish_due() -> int:
    """Publishes what is due; returns how many articles appeared. Each is published once, and one that cannot be does not
    hold up the others: whoever chose its time hears why, once."""
    return _each(Article.objects.due().order_by("publish_at", "id"), _publish_or_tell)


def expire_due() -> int:
    """Archives what readers were to see until now; returns how many articles went, each once."""
    return _each(Article.objects.expired().order_by("expire_at", "id"), archive_when_due)


def _each(due: ArticleQuerySet, act: Callable[[Article], object]) -> int:
    """Each is read anew: another worker may have been there since. How many the act was done with."""
    found = (due.filter(pk=pk).first() for pk in list(due.values_list("pk", flat=True)))
    return sum(_one(article, act) for article in found if article is not None)


def _one(article: Article, act: Callable[[Article], object]) -> bool:
    try:
        act(article)
    except StepRefused:
        # Another worker or an editor was faster; or it cannot be, which is written down.
        return False
    except Exception:
        logger.exception("article %s was due, and nothing was done", article.pk)
        return False
    return True


def _publish_or_tell(article: Article) -> None:
    try:
        publish_when_due(article)
    except NotReady as why:
        _cannot_be_published(article, str(why))
        raise
    except (StepRefused, DatabaseError):
        raise
    except Exception:
        _cannot_be_published(article, _("Something went wrong. Whoever runs the site finds it in the log."))
        raise


def _cannot_be_published(article: Article, why: str) -> None:
    """Writes down why a due article does not appear, and tells whoever scheduled it: once, not at each look."""
    with transaction.atomic():
        lock(article)
        told = article.events.filter(step__in=["schedule", "not_published"]).first()
        if told is not None and told.step == "not_published" and told.note == why:
            return
        event = log(article, "not_published", article.latest_revision_id, by=None, note=why)
        tell_planner(article, "not_published", event)
        logger.error("article %s is due and cannot be published: %s", article.pk, why)

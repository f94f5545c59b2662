"""Taking a step: an article's status changes here and nowhere else, and each change is a line in the editorial log.

The steps themselves, who may take them and from where, are the table in `articles/models/steps.py`.
"""

from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from articles.models import Article, EditorialEvent
from articles.models.steps import STEPS, WrongStep


def take(article: Article, name: str, *, by: User | None, note: str = "", **changes: Any) -> EditorialEvent:
    """One step of the table, with what else it changes in the article's row. Raises StepRefused."""
    step = STEPS[name]
    if by is not None:
        step.check(article, by)
    return change_status(article, name, step.after or article.status, by=by, note=note, **changes)


def change_status(
    article: Article,
    step: str,
    after: str,
    *,
    by: User | None,
    note: str = "",
    revision_id: int | None = None,
    **changes: Any,
) -> EditorialEvent:
    """Compares and sets, so that of two people at once one gets a clear answer: WrongStep."""
    before = article.status
    changes["status"] = Article.Status(after)
    if "live_revision" in changes:
        changes["is_indexed"] = False  # what readers see counts, too
    with transaction.atomic():
        if not Article.objects.filter(pk=article.pk, status=before, edition=article.edition).update(**changes):
            raise WrongStep(_what_happened(article))
        for field, value in changes.items():
            setattr(article, field, value)
        return log(article, step, revision_id or article.latest_revision_id, by=by, note=note, before=before)


def log(
    article: Article, step: str, revision_id: int | None, *, by: User | None, note: str = "", before: str = ""
) -> EditorialEvent:
    """A line in the editorial log: of a change of status when `before` is given, else of what left it as it was."""
    return article.events.create(
        revision_id=revision_id, by=by, step=step, before=before or article.status, after=article.status, note=note
    )


def lock(article: Article) -> None:
    """Holds the row until the transaction ends, and reads again what others may have set meanwhile. Raises WrongStep
    when status or text changed since `article` was read."""
    same = Article.objects.select_for_update().filter(pk=article.pk, status=article.status, edition=article.edition)
    row = same.values("publish_at", "expire_at", "is_live", "live_revision_id", "published_at").first()
    if row is None:
        raise WrongStep(_what_happened(article))
    for field, value in row.items():
        setattr(article, field, value)


def _what_happened(article: Article) -> str:
    event = article.events.exclude(before=models.F("after")).select_related("by").first()
    latest = article.revisions.select_related("by").first()
    now = Article.objects.get(pk=article.pk)
    if now.status == article.status and latest is not None:
        return _("%(who)s has changed the text since you opened it. Please read it again; nothing was done.") % {
            "who": latest.by or _("Somebody")
        }
    return _("%(who)s was faster: this article is now %(status)s. Nothing was done.") % {
        "who": (event and event.by) or _("Somebody"),
        "status": now.get_status_display(),
    }

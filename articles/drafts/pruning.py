"""Pruning of old autosaves: of one window's, one after the other, the last stays.

A revision is read by going back from a later one (see `articles/models/revisions.py`), so whatever stays before a gap is told
anew how to get back from what stays behind it. Kept are the latest, those that stand there in full, those that somebody
saved by hand, and all that anything points at: what was live, what was reviewed, what a step was taken with, what a note
is about.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from articles.models import Article, Revision
from articles.text.content import Content, undo_of, undone

AFTER = timedelta(days=30)
AT_ONCE = 20  # stretches between two revisions in full, so that the worker is never long at it


def thin_due() -> int:
    """Folds what is due, a few stretches at a time; returns how many it looked at. Doing it twice does nothing twice."""
    before = timezone.now() - AFTER
    return sum(thin_oldest(before) for _n in range(AT_ONCE))


def thin_oldest(before: datetime) -> bool:
    with transaction.atomic():
        oldest = Revision.objects.unthinned().filter(created_at__lt=before).order_by("created_at").first()
        if oldest is None:
            return False
        # Whoever saves meanwhile waits.
        list(Article.objects.select_for_update(of=("self",)).filter(pk=oldest.article_id).values_list("pk"))
        thin(stretch_around(oldest), before)
        return True


def stretch_around(revision: Revision) -> list[Revision]:
    """From behind the revision in full that comes before it to the next one in full, in their order."""
    others = Revision.objects.filter(article=revision.article_id)
    in_full = others.filter(full__isnull=False)
    end = in_full.filter(number__gte=revision.number).order_by("number").values_list("number", flat=True).first()
    begin = in_full.filter(number__lt=revision.number).order_by("-number").values_list("number", flat=True).first()
    return list(others.filter(number__gt=begin or 0, number__lte=end or 0).order_by("number"))


def thin(stretch: Sequence[Revision], before: datetime) -> None:
    """The last of the stretch stands there in full; what was looked at loses the name of its window."""
    old = [revision for revision in stretch if revision.is_autosave and revision.created_at < before]
    gone = {revision.pk for revision in folded(stretch, before)} - pointed_at(revision.pk for revision in old)
    later: tuple[Revision, Content] | None = None
    was_changed = False
    for revision, content in zip(reversed(stretch), reversed(contents_of(stretch)), strict=True):
        if revision.pk in gone:
            was_changed = True
            continue
        if later is not None and was_changed:
            revision.undo = undo_of(content, later[1])
            revision.save(update_fields=["undo"])
        later, was_changed = (revision, content), False
    Revision.objects.filter(pk__in=gone).delete()
    Revision.objects.filter(pk__in=[revision.pk for revision in old]).update(window="")


def folded(stretch: Sequence[Revision], before: datetime) -> Iterable[Revision]:
    for revision, following in pairwise(stretch):
        same = (revision.by_id, revision.window) == (following.by_id, following.window)
        if revision.is_autosave and revision.window and same and following.created_at < before:
            yield revision


def contents_of(stretch: Sequence[Revision]) -> list[Content]:
    """Of each, as it was kept, without asking the database again."""
    found: list[Content] = []
    for revision in reversed(stretch):
        found.append(dict(revision.full) if revision.full is not None else undone(found[-1], revision.undo or {}))
    return found[::-1]


def pointed_at(revisions: Iterable[int]) -> set[int]:
    pks = list(revisions)
    found: set[int] = set()
    for model, name in pointers():
        rows = model._base_manager.filter(**{f"{name}__in": pks})
        found |= set(rows.values_list(name, flat=True))
    return found


@cache
def pointers() -> tuple[tuple[type[models.Model], str], ...]:
    """(model, name of its field) of everything that points at revisions, also of what is yet to be invented."""
    fields: list[Any] = Revision._meta.get_fields(include_hidden=True)
    return tuple(
        (field.related_model, field.field.name) for field in fields if field.auto_created and not field.concrete
    )

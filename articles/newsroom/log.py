"""The editorial log: who did what to which revision, the newest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from articles.models import Article, EditorialEvent
from articles.models.steps import ALSO, STEPS
from edge.day import moment_in, start_of
from edge.numbers import number_in

CHUNK = 500


@dataclass(frozen=True)
class Selection:
    """What somebody looks for. Days are the site's, and both included."""

    step: str = ""
    by: User | None = None
    article: Article | None = None
    first: date | None = None
    last: date | None = None

    def events(self) -> QuerySet[EditorialEvent]:
        asked: dict[str, Any] = {"step": self.step, "by": self.by, "article": self.article}
        if self.first:
            asked["at__gte"] = start_of(self.first)
        if self.last:
            asked["at__lt"] = start_of(self.last + timedelta(days=1))
        chosen = {name: value for name, value in asked.items() if value}
        rows = EditorialEvent.objects.filter(**chosen).select_related("by", "article", "revision")
        return rows.only(*COLUMNS).order_by("-at", "-id")

    def page(self, size: int, before: "tuple[datetime, int] | None" = None) -> list[EditorialEvent]:
        events = self.events()
        if before is not None:
            moment, number = before
            events = events.filter(Q(at__lt=moment) | Q(pk__lt=number), at__lte=moment)
        return list(events[:size])

    def all(self) -> Iterator[EditorialEvent]:
        page = self.page(CHUNK)
        while page:
            yield from page
            page = self.page(CHUNK, (page[-1].at, page[-1].pk)) if len(page) == CHUNK else []


COLUMNS = [
    *("at", "step", "before", "after", "note", "by__name", "by__email"),
    *("article__title", "article__created_at", "article__edition", "revision__number", "revision__article"),
]


def steps() -> dict[str, Any]:
    return {**{step.name: step.label for step in STEPS.values()}, **ALSO}


def who(event: EditorialEvent) -> str:
    """Whoever has left is no longer named; what happens by itself has nobody."""
    return str(event.by) if event.by else _("nobody, or somebody who has left")


def place_of(event: EditorialEvent) -> str:
    return f"{event.at.isoformat()},{event.pk}"


def read_place(text: str) -> tuple[datetime, int] | None:
    moment, _comma, last = text.rpartition(",")
    at, number = moment_in(moment), number_in(last)
    return None if at is None or number is None else (at, number)

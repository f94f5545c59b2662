"""The calendar of articles: what appears, ends and falls due, day by day."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import get_format
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from articles.models import Article
from articles.models.articles import ArticleQuerySet
from edge.day import start_of

# Of each kind, in one month; and of all, on one day before the rest is folded.
MOST, SHOWN = 400, 4
FIRST_YEAR, LAST_YEAR = 2000, 2100


@dataclass(frozen=True)
class Kind:
    """Why an article stands in the calendar. `field` says when; `chosen` which of them this person may know of."""

    name: str
    label: Any
    field: str
    chosen: Callable[[User], ArticleQuerySet]


@dataclass(frozen=True)
class Entry:
    kind: Kind
    at: date | datetime
    title: str
    url: str

    @property
    def day(self) -> date:
        return timezone.localdate(self.at) if isinstance(self.at, datetime) else self.at

    @property
    def has_time(self) -> bool:
        return isinstance(self.at, datetime)

    @property
    def is_late(self) -> bool:
        return self.kind.name != "published" and self.day < timezone.localdate()


@dataclass
class Day:
    day: date
    is_today: bool
    is_outside: bool  # of another month, to fill the week
    entries: list[Entry] = field(default_factory=list)

    @property
    def shown(self) -> list[Entry]:
        return self.entries[:SHOWN]

    @property
    def folded(self) -> list[Entry]:
        return self.entries[SHOWN:]


@dataclass
class Month:
    first: date
    weeks: list[list[Day]]
    is_cut: bool  # there is more than anybody could read

    @property
    def count(self) -> int:
        return sum(len(day.entries) for week in self.weeks for day in week)


def _scheduled(user: User) -> ArticleQuerySet:
    """When a text appears that readers do not see yet is known to those who may read it."""
    return Article.objects.filter(status=Article.Status.SCHEDULED).drafts_open_to(user)


def _expiring(user: User) -> ArticleQuerySet:
    return Article.objects.filter(expire_at__isnull=False).drafts_open_to(user)


def _live(user: User) -> ArticleQuerySet:
    return Article.objects.published()


KINDS = {
    kind.name: kind
    for kind in [
        Kind("scheduled", _("Appears"), "publish_at", _scheduled),
        Kind("published", _("Appeared"), "published_at", _live),
        Kind("expires", _("Archived by itself"), "expire_at", _expiring),
        Kind("review", _("Review due"), "review_due_on", _live),
    ]
}


def month_of(user: User, first: date, kinds: Iterable[Kind] = ()) -> Month:
    """The weeks of the month that begins on `first`, with what happens in them; one query for each kind."""
    days = list(_days(first))
    found = [list(entries(user, kind, days[0], days[-1])) for kind in kinds or KINDS.values()]
    everything = sorted(
        (entry for entries in found for entry in entries[:MOST]), key=lambda entry: (entry.has_time, str(entry.at))
    )
    today = timezone.localdate()
    by_day = {day: Day(day, day == today, day.month != first.month) for day in days}
    for entry in everything:
        by_day[entry.day].entries.append(entry)
    rows = list(by_day.values())
    weeks = [rows[n : n + 7] for n in range(0, len(rows), 7)]
    return Month(first, weeks, any(len(entries) > MOST for entries in found))


def entries(user: User, kind: Kind, first: date, last: date) -> Iterator[Entry]:
    """From the first day to the last, both included, in the site's time zone; one more than MOST at most."""
    begin: date | datetime = first
    end: date | datetime = last + timedelta(days=1)
    if kind.field != "review_due_on":
        begin, end = start_of(first), start_of(last + timedelta(days=1))
    within = {f"{kind.field}__gte": begin, f"{kind.field}__lt": end}
    articles = kind.chosen(user).filter(**within).order_by(kind.field, "id").only("title", "created_at", kind.field)
    for article in articles[: MOST + 1]:
        url = reverse("admin:articles_article_change", args=[article.pk])
        yield Entry(kind, getattr(article, kind.field), str(article), url)


def read_month(text: str) -> date | None:
    """The first day of "2026-11"; None for what is no month."""
    try:
        first = datetime.strptime(text, "%Y-%m").date()  # noqa: DTZ007  a month has no time zone
    except ValueError:
        return None
    return first if FIRST_YEAR <= first.year <= LAST_YEAR else None


def beside(first: date) -> tuple[date, date]:
    return (first - timedelta(days=1)).replace(day=1), (first + timedelta(days=31)).replace(day=1)


def weekdays() -> list[date]:
    """Seven days whose names head the columns, in the order in which a week runs where the reader lives."""
    some_sunday = date(2023, 1, 1)
    return [some_sunday + timedelta(days=first_day() + n) for n in range(7)]


def first_day() -> int:
    """0 for Sunday, 1 for Monday."""
    return int(get_format("FIRST_DAY_OF_WEEK"))


def _days(first: date) -> Iterator[date]:
    begin = first - timedelta(days=(first.isoweekday() - first_day()) % 7)
    length = (beside(first)[1] - begin).days
    yield from (begin + timedelta(days=n) for n in range(-(-length // 7) * 7))

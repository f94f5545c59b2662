"""Stale articles: those that readers see and that need somebody, the most overdue first.

Of each reason there is an index in the order in which it is read, so a page of the report costs the same however many
articles there are.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User, Writer
from articles.models import Article, Feedback, Link, Paper, Topic
from articles.models.articles import ArticleQuerySet
from edge.day import moment_in
from edge.numbers import number_in

UNTOUCHED = timedelta(days=2 * 365)  # REASONS below say it in words
CALLED_OLD = 3  # readers: one may be mistaken
# How far a download reads ahead.
CHUNK = 500


@dataclass(frozen=True)
class Reason:
    """Why an article is stale. `by` is the column that says since when: it is sorted by that, and then by number."""

    name: str
    label: Any
    by: str
    when: Callable[[], Q]


def is_overdue() -> Q:
    return Q(reviewed_on__isnull=False, review_due_on__lt=timezone.localdate())


def is_changed() -> Q:
    """Of what was changed after its review, `review_due_on` is the day from which it should be reviewed again."""
    return Q(reviewed_on=None, review_due_on__isnull=False)


def is_untouched() -> Q:
    return Q(updated_at__lte=timezone.now() - UNTOUCHED)


def has_broken_link() -> Q:
    broken = Link.articles.through._default_manager.filter(link__broken_at__isnull=False)
    return Q(pk__in=broken.values("article"))


def cites_retracted() -> Q:
    retracted = Paper.articles.through._default_manager.filter(paper__is_retracted=True)
    return Q(pk__in=retracted.values("article"))


def is_called_old() -> Q:
    """Enough readers have said so since the text was changed last."""
    written = Coalesce("article__updated_at", "article__published_at")
    said = Feedback.objects.filter(answer=Feedback.Answer.OLD, changed_at__gt=written)
    counted = said.order_by().values("article").annotate(count=Count("pk")).filter(count__gte=CALLED_OLD)
    return Q(pk__in=counted.values("article"))


REASONS = {
    reason.name: reason
    for reason in [
        Reason("overdue", _("Medical review overdue"), "review_due_on", is_overdue),
        Reason("changed", _("Updated since its review"), "review_due_on", is_changed),
        Reason("never", _("Never reviewed"), "published_at", lambda: Q(reviewed_on=None, review_due_on=None)),
        Reason("untouched", _("Text untouched for two years"), "updated_at", is_untouched),
        Reason("old", _("Out of date, say readers"), "id", is_called_old),
        Reason("links", _("Broken links"), "id", has_broken_link),
        Reason("papers", _("Retracted papers cited"), "id", cites_retracted),
    ]
}
# Those by which the whole report is sorted; the others are asked for one by one.
AGEING = ("overdue", "changed", "never", "untouched")
OF_THE_TEXT = ("links", "papers")


@dataclass(frozen=True)
class Place:
    reason: str
    value: str
    number: int

    @classmethod
    def read(cls, text: str) -> "Place | None":
        name, _comma, rest = text.partition(",")
        value, _comma, last = rest.rpartition(",")
        number = number_in(last)
        if name not in REASONS or number is None:
            return None
        return cls(name, value, number) if _moment(value, REASONS[name]) is not None else None

    def __str__(self) -> str:
        return f"{self.reason},{self.value},{self.number}"


@dataclass(frozen=True)
class Selection:
    """What somebody looks at: one reason or, with "", all by which articles age; of a topic and those below it, of a
    writer. Who only writes sees her own articles."""

    user: User
    reason: str = ""
    topic: Topic | None = None
    writer: Writer | None = None
    today: date = field(default_factory=timezone.localdate)

    def reasons(self) -> list[Reason]:
        return [REASONS[name] for name in ([self.reason] if self.reason else AGEING)]

    def page(self, size: int, after: Place | None = None) -> list[Article]:
        """At most so many articles, with `reason` and `since`; in one query for each reason that the page reaches."""
        return list(islice(self._articles(size, after), size))

    def all(self) -> Iterator[Article]:
        """Every one, read in pages, so that a long download neither fills the memory nor holds the database."""
        page = self.page(CHUNK)
        while page:
            yield from page
            page = self.page(CHUNK, place_of(page[-1])) if len(page) == CHUNK else []

    def articles(self, reason: Reason) -> ArticleQuerySet:
        found = self._scope(reason).filter(reason.when())
        if not self.reason and reason.name == "untouched":
            # Each article once: most of what nobody has touched stands under another reason already.
            found = found.filter(Q(review_due_on=None) | Q(review_due_on__gte=self.today), reviewed_on__isnull=False)
        if self.topic:
            found = found.about(*self.topic.descendants(include_self=True))
        if self.writer:
            found = found.filter(authorships__writer=self.writer)
        return found.order_by(reason.by, "id") if reason.by != "id" else found.order_by("id")

    def _scope(self, reason: Reason) -> ArticleQuerySet:
        articles = Article.objects.published()
        if not sees_all(self.user):
            return articles.written_by(self.user)
        # What the latest text holds is no business of who may not read it.
        return articles.drafts_open_to(self.user) if reason.name in OF_THE_TEXT else articles

    def _articles(self, size: int, after: Place | None) -> Iterator[Article]:
        reasons = self.reasons()
        if after is not None:
            names = [reason.name for reason in reasons]
            reasons = reasons[names.index(after.reason) :] if after.reason in names else []
        for reason in reasons:
            articles = self.articles(reason)
            if after is not None and after.reason == reason.name:
                articles = _behind(articles, reason, after)
            for article in articles.select_related("topic").prefetch_related("writers").only(*COLUMNS)[:size]:
                yield _with_reason(article, reason)


COLUMNS = [
    *("title", "slug", "status", "is_live", "topic__name", "topic__slug"),
    *("published_at", "updated_at", "reviewed_on", "review_due_on"),
]


def sees_all(user: User) -> bool:
    return user.has_perm("articles.publish_article") or user.has_perm("articles.review_article")


def reasons_of(article: Article) -> list[Reason]:
    today, limit = timezone.localdate(), timezone.now() - UNTOUCHED
    reviewed, due = article.reviewed_on is not None, article.review_due_on
    found = {
        "overdue": reviewed and due is not None and due < today,
        "changed": not reviewed and due is not None,
        "never": not reviewed and due is None,
        "untouched": article.updated_at is not None and article.updated_at <= limit,
    }
    return [REASONS[name] for name in AGEING if found[name]]


def place_of(article: Any) -> Place:
    value = getattr(article, article.reason.by)
    return Place(article.reason.name, value.isoformat() if hasattr(value, "isoformat") else "", article.pk)


def _with_reason(article: Any, reason: Reason) -> Article:
    article.reason = reason
    article.since = getattr(article, reason.by) if reason.by != "id" else None
    return article  # type: ignore[no-any-return]


def _behind(articles: ArticleQuerySet, reason: Reason, after: Place) -> ArticleQuerySet:
    if reason.by == "id":
        return articles.filter(pk__gt=after.number)
    value = _moment(after.value, reason)
    later = Q(**{f"{reason.by}__gt": value}) | Q(pk__gt=after.number)
    return articles.filter(later, **{f"{reason.by}__gte": value})


def _moment(value: str, reason: Reason) -> date | datetime | str | None:
    """The value of the column that it is sorted by; None for what cannot be one."""
    if reason.by == "id":
        return "" if not value else None
    if reason.by != "review_due_on":
        return moment_in(value)
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None

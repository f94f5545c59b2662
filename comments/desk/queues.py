"""The desk's queues: filters over indexed columns of Comment, never copies; paged by key and counted up to a limit.

What somebody looks at stands in the address of the page and nowhere else: Selection reads it from there.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import chain
from typing import Any, Self
from urllib.parse import urlencode

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from comments.models import Appeal, Comment, CommentQuerySet, HouseRules, Raid, Report, Seat, Version
from comments.models.comments import IN_DANGER, WAITS
from edge.front_page import COUNTED
from edge.letters import clean_line
from edge.mailboxes import mailbox_of
from edge.numbers import number_in

PAGE = 20
# Words are looked for in so many comments from the beginning of the queue; reading every text takes too long.
SEARCHED = 20_000
NOBODY = 10**18 - 1  # the number of no comment
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Order:
    """Two columns, as in order_by: what comes first, and the number that makes it exact. Each has an index."""

    column: str
    number: str
    title: Any = ""

    @property
    def name(self) -> str:
        return self.column.removeprefix("-")

    def place(self, comment: Comment) -> str:
        """Where the comment stands, for an address: the column's value (times in microseconds) and the number."""
        value = getattr(comment, self.name)
        if isinstance(value, datetime):
            value = (value - BEGINNING) // MICROSECOND
        return f"{value}_{comment.pk}" if value is not None else ""

    def read(self, place: str) -> tuple[Any, int] | None:
        """The opposite of `place`; None for what was not made by it."""
        try:
            value, number = (int(part) for part in place[:60].split("_"))
            moment = BEGINNING + value * MICROSECOND if self.name.endswith(("_at", "_since")) else value
        except (ValueError, OverflowError):
            return None
        return (moment, number) if abs(number) < 2**63 and abs(value) < 2**63 else None

    def backwards(self) -> Self:
        return replace(self, column=turned(self.column), number=turned(self.number))

    def behind(self, comments: CommentQuerySet, place: str) -> list[CommentQuerySet]:
        """What comes after the place, in pieces to be read one after the other.

        Thousands have the same points: its equals are one piece and the rest another, so that each is a stretch of the
        index. Hardly two have the same time.
        """
        ordered = comments.order_by(self.column, self.number)
        if not place:
            return [ordered]
        if not (read := self.read(place)):
            return [comments.none()]
        value, number = read
        later = models.Q(**{f"{self.name}__{beyond(self.column)}": value})
        higher = models.Q(**{f"id__{beyond(self.number)}": number})
        if self.name == "priority":
            return [ordered.filter(higher, priority=value), ordered.filter(later)]
        return [ordered.filter(later | higher, **{f"{self.name}__{beyond(self.column)}e": value})]


def turned(column: str) -> str:
    return column[1:] if column.startswith("-") else f"-{column}"


def beyond(column: str) -> str:
    return "lt" if column.startswith("-") else "gt"


ORDERS = {
    "oldest": Order("waits_since", "id", _("oldest first")),
    "most": Order("-priority", "id", _("most points first")),
    "fewest": Order("priority", "-id", _("fewest points first")),
}
DEFAULT_ORDER = "oldest"  # of what waits


@dataclass(frozen=True)
class Queue:
    """One kind of work. `when` is the condition of the index behind it; `empty` says that there is nothing to do."""

    slug: str
    title: Any
    when: models.Q
    order: Order
    empty: Any

    @property
    def has_key(self) -> bool:
        """Its name in the table of keys is its slug."""
        return self.slug != "all"

    @property
    def comments(self) -> CommentQuerySet:
        found = Comment.objects.dated().filter(self.when)
        return found.order_by(self.order.column, self.order.number)

    @property
    def waits(self) -> bool:
        """Whether its cards wait for a first decision; then they can be read by points too, and groups are one row."""
        return self.order == ORDERS[DEFAULT_ORDER]


NEWEST = Order("-id", "-id")
# What waits and what is online and reported: somebody in danger is no matter of points, and nobody is one of a group.
FIRST_COME = Order("open_since", "id")
QUEUES = {
    queue.slug: queue
    for queue in [
        Queue("crisis", _("Needs help now"), IN_DANGER, FIRST_COME,
              _("Nobody seems to be in danger.")),
        Queue("waiting", _("Waiting"), WAITS, ORDERS[DEFAULT_ORDER], _("Everything readers wrote has been read.")),
        Queue("reported", _("Reported"), models.Q(reported_at__isnull=False), Order("reported_at", "id"),
              _("No report is open.")),
        Queue("held", _("Held by a rule"), WAITS & models.Q(is_held=True), ORDERS[DEFAULT_ORDER],
              _("No rule holds anything.")),
        # Read from Appeal.
        Queue("appeals", _("Appeals"), models.Q(pk=None), NEWEST, _("Nobody has appealed.")),
        Queue("decided", _("Decided"), models.Q(decided_at__isnull=False), Order("-decided_at", "-id"),
              _("Nothing has been decided yet.")),
        Queue("all", _("Everything"), models.Q(), NEWEST, _("There are no comments yet.")),
    ]
}  # fmt: skip


@dataclass(frozen=True)
class Selection:
    """What the address of the desk asks for. Unknown values mean what stands here; no address is an error."""

    queue: Queue = QUEUES["waiting"]
    zen: bool = False
    sorted_by: str = DEFAULT_ORDER
    thread: int | None = None
    person: int | None = None  # the number of a comment by that person: an address may not stand in an address
    network: str = ""
    cluster: int | None = None
    words: str = ""
    after: str = ""
    before: str = ""
    card: int | None = None

    @classmethod
    def parse(cls, asked: Any) -> Self:
        """From request.GET, or the QueryDict of a Batch's filter.

        A mail address in `q` becomes the person who wrote from it: so it stands in no address that is made from this,
        in no history, no log and no Batch.
        """
        network, words = asked.get("network", ""), clean_line(asked.get("q", ""))[:200]
        numbers = {name: number_in(asked.get(name, "")) or None for name in ("thread", "person", "cluster", "card")}
        if mail := next((word for word in words.split() if "@" in word.strip("@")), ""):
            words, numbers["person"] = "", person_at(mail)
        return cls(
            queue=QUEUES.get(asked.get("queue", ""), QUEUES["waiting"]),
            zen=asked.get("mode") == "zen",
            sorted_by=asked["order"] if asked.get("order") in ORDERS else DEFAULT_ORDER,
            network=network if network.isalnum() and network.isascii() and len(network) <= 32 else "",
            words=words,
            after=asked.get("after", ""),
            before=asked.get("before", ""),
            **numbers,
        )

    @property
    def order(self) -> Order:
        return ORDERS[self.sorted_by] if self.queue.waits else self.queue.order

    @property
    def is_filtered(self) -> bool:
        return bool(self.thread or self.person or self.network or self.cluster or self.words)

    @property
    def folds(self) -> bool:
        """Whether near-identical comments are one row: where they wait, unless one looks at some of them in particular."""
        return self.queue.waits and not (self.cluster or self.person or self.words)

    def address(self, **changes: Any) -> str:
        """The query string of this selection with some things changed. Where one stood in the list is forgotten."""
        changes = {"after": "", "before": "", "card": None, **changes}
        return replace(self, **changes).query

    @property
    def query(self) -> str:
        """As in the address, without what is the default."""
        asked = {
            "queue": self.queue.slug if self.queue.slug != "waiting" else "",
            "mode": "zen" if self.zen else "",
            "order": self.sorted_by if self.sorted_by != DEFAULT_ORDER else "",
            "thread": self.thread, "person": self.person, "network": self.network, "cluster": self.cluster,
            "q": self.words, "after": self.after, "before": self.before, "card": self.card,
        }  # fmt: skip
        return urlencode({name: value for name, value in asked.items() if value})

    @cached_property
    def comments(self) -> CommentQuerySet:
        """All that match, in no order."""
        comments = self.queue.comments.order_by()
        exact = {"thread": self.thread, "network": self.network, "cluster": self.cluster}
        comments = comments.filter(**{name: value for name, value in exact.items() if value})
        if self.person:
            comments = comments.filter(same_person(self.person))
        return self._search(comments) if self.words else comments

    def _search(self, comments: CommentQuerySet) -> CommentQuerySet:
        first = comments.order_by(self.order.column, self.order.number).values("pk")[:SEARCHED]
        newer = Version.objects.filter(comment=models.OuterRef("pk"), number=models.OuterRef("waiting_version"))
        waits = models.Q(models.Exists(newer.filter(body__icontains=self.words)), waiting_version__isnull=False)
        words = models.Q(body__icontains=self.words) | models.Q(name__icontains=self.words) | waits
        return Comment.objects.dated().filter(words, pk__in=first).order_by()

    def rows(self) -> CommentQuerySet:
        """Those that stand in the list: of a group of near-identical ones only the first."""
        if not self.folds:
            return self.comments
        earlier = self.members(models.OuterRef("cluster")).filter(pk__lt=models.OuterRef("pk"))
        alone = models.Q(cluster=None) | models.Q(is_crisis=True)
        return self.comments.filter(alone | ~models.Exists(earlier))

    def members(self, cluster: Any) -> CommentQuerySet:
        """Those that one row stands for. Whoever may be in danger has a card of her own, whatever it resembles."""
        return self.comments.filter(cluster=cluster, is_crisis=False)

    def page(self, rows: CommentQuerySet, size: int = PAGE) -> list[Comment]:
        """`size` of them from the place in the address, and one more if there is one."""
        order, place = (self.order.backwards(), self.before) if self.before else (self.order, self.after)
        found = take(order.behind(rows, place), size + 1)
        return found[:size][::-1] if self.before else found

    def around(self, comment: Comment, rows: CommentQuerySet) -> tuple[int | None, int | None]:
        """The numbers of the row before this comment and of the one behind it, wherever the comment itself has gone."""
        place = self.order.place(comment)
        before = first_of(self.order.backwards().behind(rows, place)) if place else ("NULL", ())
        leader, follower = ask([before, first_of(self.order.behind(rows, place))])
        return leader, follower


def person_at(address: str) -> int:
    """The number of a comment by whoever writes from this address; NOBODY's if nobody does."""
    typed = Comment.objects.filter(mailbox=mailbox_of(address) or "nobody")
    known = Comment.objects.filter(author__in=User.objects.filter(email__iexact=address))
    found = (found.order_by("-pk").values_list("pk", flat=True).first() for found in (typed, known))
    return next(filter(None, found), NOBODY)


def same_person(pk: int) -> models.Q:
    """Everything by whoever wrote the comment with this number, itself too."""
    comment = Comment.objects.filter(pk=pk).only("mailbox", "author").first()
    if comment is None:
        return models.Q(pk=None)
    person = models.Q(pk=pk)
    if comment.mailbox:
        person |= models.Q(mailbox=comment.mailbox)
    return person | models.Q(author=comment.author_id) if comment.author_id else person


def take(pieces: Iterable[CommentQuerySet], most: int) -> list[Comment]:
    """The first rows of several querysets in turn. The later ones are mostly not asked at all."""
    found: list[Comment] = []
    for piece in pieces:
        if len(found) < most:
            found += piece[: most - len(found)]
    return found


def not_claimed_by_others(rows: CommentQuerySet, user: User) -> CommentQuerySet:
    theirs = Seat.objects.filter(claimed_until__gt=timezone.now(), comment=models.OuterRef("pk")).exclude(user=user)
    return rows.filter(~models.Exists(theirs))


def new_in(selection: Selection, seen_at: datetime, most: int = COUNTED) -> int:
    """How much has come into the queue since then, up to `most`. In *Decided* and *Everything* nobody waits: nothing."""
    slug, order = selection.queue.slug, selection.queue.order
    if slug == "appeals":
        return Appeal.objects.open().filter(created_at__gt=seen_at)[:most].count()
    if slug not in WORK:
        return 0
    came = selection.comments.filter(**{f"{order.name}__gt": seen_at})[:most].count()
    return min(came + late(selection, seen_at), most) if slug == "crisis" else came


def late(selection: Selection, seen_at: datetime) -> int:
    """How much waited or was reported before that moment, and sounds like danger only since. It stands among the first
    of the queue, and only those are looked at."""
    called = Report.objects.open().filter(reason=Report.Reason.CRISIS, comment=models.OuterRef("pk"))
    only_now = models.Q(edited_at__gt=seen_at) | models.Exists(called.filter(created_at__gt=seen_at))
    order = selection.queue.order
    before = selection.comments.filter(**{f"{order.name}__lte": seen_at}).order_by(order.column, order.number)
    found = before.annotate(is_late=models.ExpressionWrapper(only_now, models.BooleanField()))
    return sum(map(bool, found.values_list("is_late", flat=True)[:COUNTED]))


def bounded_counts(querysets: Iterable[models.QuerySet[Any]], most: int = COUNTED) -> list[int]:
    """How many there are of each, counted no further than `most` + 1. One query for all of them."""
    return ask([limited_count(queryset, most) for queryset in querysets])


Sql = tuple[str, Sequence[Any]]


def limited_count(queryset: models.QuerySet[Any], most: int) -> Sql:
    try:
        sql, params = queryset.order_by().values("pk")[: most + 1].query.sql_with_params()
    except EmptyResultSet:
        return "0", ()
    return f"SELECT COUNT(*) FROM ({sql}) AS counted", params  # noqa: S608  the ORM's own SQL


def first_of(pieces: Iterable[CommentQuerySet]) -> Sql:
    """The number of the first comment of several querysets in turn."""
    found = [part for piece in pieces if (part := only_first(piece))]
    # COALESCE takes no fewer than two, however few are left.
    asked = [*(f"({sql})" for sql, _params in found), "NULL", "NULL"]
    return f"COALESCE({', '.join(asked)})", tuple(chain.from_iterable(params for _sql, params in found))


def only_first(comments: CommentQuerySet) -> Sql | None:
    try:
        return comments.values("pk")[:1].query.sql_with_params()
    except EmptyResultSet:
        return None


def ask(parts: Iterable[Sql]) -> list[Any]:
    """Several questions with one number for an answer each, in one query."""
    parts = list(parts)
    if not parts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT " + ", ".join(f"({sql})" for sql, _params in parts), sum((tuple(p) for _s, p in parts), ())
        )
        return list(cursor.fetchone())


WORK = ["crisis", "waiting", "reported", "held"]


def counts_and_promise() -> tuple[dict[str, int], int]:
    """How much waits in each queue, by its slug, and how many raids go on; and in how many minutes somebody in danger
    is answered."""
    parts = [limited_count(Comment.objects.filter(QUEUES[slug].when), COUNTED) for slug in WORK]
    rules = HouseRules.objects.order_by("pk").values("crisis_minutes")[:1].query.sql_with_params()
    others = [limited_count(Appeal.objects.open(), COUNTED), limited_count(Raid.objects.going_on(), COUNTED)]
    *counted, minutes = ask([*parts, *others, rules])
    return dict(
        zip([*WORK, "appeals", "raids"], counted, strict=True)
    ), HouseRules().crisis_minutes if minutes is None else minutes


def counts() -> dict[str, int]:
    return counts_and_promise()[0]

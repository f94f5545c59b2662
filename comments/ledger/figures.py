"""Figures about moderation, read from the record and from nothing else: for moderators, and for everybody.

What was undone within minutes counts neither as the decision nor as its undoing.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import ExtractHour
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from comments.models import Appeal, Comment, Decision, Report, Version
from comments.models.record import DecisionQuerySet

# So many of the newest decisions tell how long people wait: enough for a median, and never slower.
SAMPLE = 10_000
Outcome = Decision.Outcome
VERDICTS = [Outcome.APPROVED, Outcome.REJECTED, Outcome.SPAM, Outcome.REMOVED]
MANY = 50  # from so many on a share of a hundred says something
JUDGED = [Appeal.Outcome.UPHELD, Appeal.Outcome.OVERTURNED]
SANCTIONS = [Outcome.HOLD, Outcome.MUTE, Outcome.BLOCK]


@dataclass(frozen=True)
class Waits:
    """How long people waited for a moderator: half of them no longer than `median`, nine of ten than `ninetieth`, and
    nobody longer than `longest`."""

    median: timedelta | None = None
    ninetieth: timedelta | None = None
    longest: timedelta | None = None
    of: int = 0

    @classmethod
    def among(cls, seconds: Sequence[float]) -> "Waits":
        if not seconds:
            return cls()
        ranked = sorted(seconds)
        at = [timedelta(seconds=ranked[min(len(ranked) - 1, int(len(ranked) * part))]) for part in (0.5, 0.9, 1)]
        return cls(at[0], at[1], at[2], len(ranked))

    @property
    def is_few(self) -> bool:
        """ "Nine of ten" needs ten."""
        return self.of < 10

    def in_words(self) -> dict[str, Any]:
        """{"median": "12 minutes", "ninetieth": …, "longest": …, "few": of how many when they are few}; empty when nobody
        waited."""
        spans = {"median": self.median, "ninetieth": self.ninetieth, "longest": self.longest}
        said = {name: span(duration) for name, duration in spans.items() if duration is not None}
        return said and {**said, "few": self.of if self.is_few else 0}


def span(duration: timedelta) -> str:
    now = timezone.now()
    return timesince(now - duration, now) if duration >= timedelta(minutes=1) else _("less than a minute")


class Figures:
    """What the record says of the time between two moments; each question is one query over the index of times."""

    def __init__(self, since: datetime, until: datetime | None = None) -> None:
        self.since, self.until = since, until or timezone.now()

    @property
    def lines(self) -> DecisionQuerySet:
        stands = Decision.objects.filter(at__gte=self.since, at__lt=self.until, undoes=None, undone=None)
        return stands.order_by()

    @property
    def by_people(self) -> QuerySet[Decision]:
        return self.lines.of_the_house().filter(outcome__in=VERDICTS, by_number__isnull=False)

    def all(self) -> dict[str, Any]:
        waits = self.waits().in_words()
        return {"totals": self.totals(), "waits": waits, "appeals": self.appeals(), "reports": self.reports()}

    def totals(self) -> "Totals":
        rows = self.lines.values_list("outcome", "reason").annotate(
            n=Count("pk"),
            alone=Count("pk", filter=Q(by_number=None)),
            found=Count("pk", filter=Q(machine_found=True)),
        )
        return Totals.of(list(rows))

    def waits(self) -> Waits:
        """From the moment a text came in until a person decided about it."""
        came = Version.objects.filter(comment=OuterRef("comment"), number=OuterRef("version")).values("created_at")[:1]
        newest = self.by_people.filter(before="pending").order_by("-at").annotate(came=Subquery(came))[:SAMPLE]
        pairs = newest.values_list("came", "at")
        return Waits.among([max(0.0, (at - came).total_seconds()) for came, at in pairs if came])

    def by_hour(self) -> list[tuple[str, int]]:
        found = dict(self.by_people.annotate(hour=ExtractHour("at")).values_list("hour").annotate(n=Count("pk")))
        return [(f"{hour:02}:00", found.get(hour, 0)) for hour in range(24)]

    def by_moderator(self) -> list[tuple[str, int]]:
        rows = self.by_people.values_list("by__name").annotate(n=Count("pk")).order_by("-n", "by__name")
        return [(name or _("people who have left"), n) for name, n in rows]

    def reports(self) -> dict[str, int]:
        sent = Report.objects.filter(created_at__gte=self.since, created_at__lt=self.until)
        return sent.aggregate(
            sent=Count("pk"),
            notices=Count("pk", filter=Q(is_notice=True)),
            agreed=Count("pk", filter=Q(state=Report.State.AGREED)),
            declined=Count("pk", filter=Q(state=Report.State.DECLINED)),
            gone=Count("pk", filter=Q(state=Report.State.GONE)),
        )

    def appeals(self) -> "Appeals":
        sent = Appeal.objects.filter(created_at__gte=self.since, created_at__lt=self.until)
        overturned = Count("pk", filter=Q(outcome=Appeal.Outcome.OVERTURNED))
        return Appeals(
            **sent.aggregate(sent=Count("pk"), decided=Count("pk", filter=Q(outcome__in=JUDGED)), overturned=overturned)
        )


@dataclass(frozen=True)
class Appeals:
    sent: int = 0
    decided: int = 0
    overturned: int = 0

    @property
    def rate(self) -> int | None:
        """How many of a hundred decided appeals were right."""
        return round(100 * self.overturned / self.decided) if self.decided else None

    @property
    def is_many(self) -> bool:
        """Of a few, "2 of 2" says all there is to say; "100 of 100" would say too much."""
        return self.decided >= MANY


@dataclass(frozen=True)
class Totals:
    """Counts by outcome and by reason, as the record has them."""

    received: int
    outcomes: dict[str, int]
    reasons: dict[str, int]
    sanctions: dict[str, int]
    withdrawn: int  # by their own writers: nobody decided
    alone: int  # decided by the program, without a person
    found: int  # of what was turned down: noticed by the program first

    @classmethod
    def of(cls, rows: Sequence[tuple[str, str, int, int, int]]) -> "Totals":
        outcomes, reasons = Counter[str](), Counter[str]()
        withdrawn = alone = found = 0
        for outcome, reason, n, by_machine, noticed in rows:
            if reason == Decision.Reason.WITHDRAWN:
                withdrawn += n
                continue
            outcomes[outcome] += n
            if outcome in VERDICTS:
                alone += by_machine
            if outcome in VERDICTS[1:]:
                found += noticed
                reasons[reason] += n
        return cls(
            outcomes[Outcome.PENDING],
            {outcome.value: outcomes[outcome] for outcome in VERDICTS},
            dict(reasons.most_common()),
            {outcome.value: outcomes[outcome] for outcome in SANCTIONS},
            withdrawn,
            alone,
            found,
        )

    @property
    def decided(self) -> int:
        return sum(self.outcomes.values())

    @property
    def named_outcomes(self) -> list[tuple[str, int]]:
        return [(str(Outcome(value).label), n) for value, n in self.outcomes.items()]

    @property
    def named_reasons(self) -> list[tuple[str, int]]:
        labels = dict(Decision.Reason.choices)
        return [(str(labels.get(reason, _("no reason"))), n) for reason, n in self.reasons.items()]

    @property
    def named_sanctions(self) -> list[tuple[str, int]]:
        return [(str(Outcome(value).label), n) for value, n in self.sanctions.items() if n]


def months() -> list[datetime]:
    """The first moments of all months that the record knows, newest first; at most ten years of them."""
    ends = Decision.objects.aggregate(first=Min("at"), last=Max("at"))
    if not ends["first"]:
        return []
    found = [month_of(ends["first"])]
    while (month := next_month(found[-1])) <= ends["last"] and len(found) < 120:
        found.append(month)
    return found[::-1]


def month_of(moment: datetime) -> datetime:
    return timezone.localtime(moment).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def next_month(month: datetime) -> datetime:
    return month_of(month + timedelta(days=32))


def waiting_now() -> datetime | None:
    return Comment.objects.waiting().values_list("waits_since", flat=True).first()

"""Nightly look of the worker at the whole record; it also counts again what is kept as a number. The admin's front page
tells moderators when something is not as it should be."""

import time
from collections.abc import Iterator
from dataclasses import asdict
from datetime import timedelta

from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from comments.ledger.sealing import the_seal
from comments.ledger.verifying import Look
from comments.models import Comment, Helpful, Report, Seal

NIGHT = range(2, 6)  # the hours of the newsroom's clock in which a look begins
A_DAY, OVERDUE = timedelta(hours=20), timedelta(hours=36)
AT_ONCE = 0.5  # seconds: letters must not wait for millions of rows
KEPT = 20
AT_MOST = 5_000  # rows put right in one night


def look_by_night() -> bool:
    """Half a second of the look that is under way, or due; says whether there is more to do. Several workers may call
    it at once: of two who take the same step one counts."""
    seal = the_seal()
    if not seal.look and not is_due(seal):
        return False
    look = Look(**seal.look["at"]) if seal.look else Look.begin()
    found = [*seal.look.get("found", []), *some_steps(look)]
    if look.is_done:
        found += recount()
        after = {"look": {}, "problems": found[:KEPT], "looked_at": timezone.now()}
    else:
        after = {"look": {"at": asdict(look), "found": found[:KEPT]}}
    Seal.objects.filter(pk=seal.pk, steps=seal.steps).update(steps=seal.steps + 1, **after)
    return not look.is_done


def is_due(seal: Seal) -> bool:
    if seal.looked_at is None:
        return True
    age = timezone.now() - seal.looked_at
    return age > OVERDUE or (age > A_DAY and timezone.localtime().hour in NIGHT)


def some_steps(look: Look) -> Iterator[str]:
    end = time.monotonic() + AT_ONCE
    while not look.is_done and time.monotonic() < end:
        yield from look.step()


def recount() -> list[str]:
    """Counts again, and puts right what is off. What waits needs no count: a constraint of the database holds it."""
    # Found first, without a lock on anything: it reads every comment.
    wrong = list(wrong_helpful().values_list("pk", flat=True)[:AT_MOST])
    helpful = Comment.objects.filter(pk__in=wrong).update(helpful_count=votes())
    reported = put_reports_right()
    problems = []
    if helpful:
        problems.append(_("%(n)d comments showed a wrong number of helpful votes; put right.") % {"n": helpful})
    if reported:
        problems.append(_("%(n)d comments stood in the wrong queue of reports; put right.") % {"n": reported})
    return problems


def votes() -> Coalesce:
    counted = Helpful.objects.filter(comment=OuterRef("pk")).order_by().values("comment").annotate(n=Count("pk"))
    return Coalesce(Subquery(counted.values("n")), 0)


def wrong_helpful() -> QuerySet[Comment]:
    return Comment.objects.annotate(votes=votes()).exclude(helpful_count=F("votes"))


def put_reports_right() -> int:
    """`reported_at` stands where a report is open, and nowhere else."""
    still = Report.objects.open().filter(comment=OuterRef("pk"))
    first = still.order_by("created_at").values("created_at")[:1]
    lacking = Comment.objects.filter(reported_at=None, pk__in=Report.objects.open().values("comment"))
    idle = Comment.objects.filter(~Exists(still), reported_at__isnull=False)
    return lacking.update(reported_at=Subquery(first)) + idle.update(reported_at=None)

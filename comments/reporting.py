"""What readers report: taken in once, shown to the desk, and answered."""

from collections import defaultdict
from collections.abc import Iterable

from django.db import models
from django.db.models.functions import RowNumber

from comments.models import Comment, Decision, Report

SHOWN = 5


def reports_of(comments: Iterable[Comment]) -> dict[int, list[Report]]:
    """The open reports of each comment by its number: notices first, then the oldest, SHOWN at most.

    Each says in `in_all` how many of its comment's reports are open. One query, none when nothing was reported.
    """
    reported = [comment.pk for comment in comments if comment.reported_at]
    if not reported:
        return {}
    of_comment = {"partition_by": [models.F("comment")]}
    first = [models.F("is_notice").desc(), models.F("id").asc()]
    found = Report.objects.open().filter(comment__in=reported).select_related("by")
    found = found.annotate(
        nth=models.Window(RowNumber(), order_by=first, **of_comment),
        in_all=models.Window(models.Count("pk"), **of_comment),
    ).filter(nth__lte=SHOWN)
    by_comment = defaultdict(list)
    for report in found.order_by("comment", "nth"):
        by_comment[report.comment_id].append(report)
    return dict(by_comment)


def tallies_of(comments: Iterable[Comment]) -> dict[int, list[tuple[str, int]]]:
    """(label, how many) of each reason given for each comment, the most frequent first. One query."""
    reported = [comment.pk for comment in comments if comment.reported_at]
    if not reported:
        return {}
    counts = Report.objects.open().filter(comment__in=reported).order_by().values_list("comment", "reason")
    by_comment = defaultdict(list)
    for comment, reason, n in counts.annotate(n=models.Count("pk")).order_by("-n", "reason"):
        by_comment[comment].append((str(Report.Reason(reason).label), n))
    return dict(by_comment)


def source_for(comment: Comment) -> Decision.Source:
    """What made somebody look at it: for the record of the decision about it, and for the statement of reasons."""
    notices = Report.objects.open().filter(comment=comment).values_list("is_notice", flat=True)
    kinds = set(notices.order_by().distinct())
    if True in kinds:
        return Decision.Source.NOTICE
    return Decision.Source.REPORT if kinds else Decision.Source.OWN

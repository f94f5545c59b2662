"""People behind comments: what else somebody wrote, and what came from the same network."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import models
from django.db.models.functions import Left, RowNumber

from comments.models import Comment, CommentQuerySet, Decision, Sanction, Status

EARLIER = 3
# In the drawer: read to count, and shown.
COUNTED, SHOWN = 100, 6
NETWORK_DAYS = 7


@dataclass
class Person:
    """What the drawer tells. The counts end at COUNTED, newest first: after that many one knows somebody."""

    outcomes: list[tuple[Status, int]] = field(default_factory=list)
    earlier: list[Comment] = field(default_factory=list)
    neighbours: list[Comment] = field(default_factory=list)
    is_much: bool = False


def person_of(comment: Comment) -> Person:
    """Two queries. Each earlier comment knows the `reason` of its last decision and its first `words`."""
    earlier = list(told(Comment.objects.by_person(comment).order_by("-created_at"))[:COUNTED])
    counts = Counter(other.status for other in earlier)
    outcomes = [(status, counts[status.value]) for status in Status if counts[status.value]]
    return Person(outcomes, earlier[:SHOWN], neighbours_of(comment), len(earlier) == COUNTED)


def neighbours_of(comment: Comment) -> list[Comment]:
    if not comment.network:
        return []
    lately = Comment.objects.from_network(comment.network, within=timedelta(days=NETWORK_DAYS))
    found = told(lately.exclude(pk=comment.pk).order_by("-created_at"))[: SHOWN * 2]
    return [other for other in found if not same_person(other, comment)][:SHOWN]


def told(comments: CommentQuerySet) -> CommentQuerySet:
    """With no more columns than one line of a list shows."""
    decided = Decision.objects.filter(comment=models.OuterRef("pk"), outcome__in=Status.values).order_by("-id")
    return (
        comments.annotate(words=Left("body", 120), reason=models.Subquery(decided.values("reason")[:1]))
        .select_related("thread")
        .only("id", "name", "mailbox", "author_id", "status", "created_at", "thread__title", "thread__address")
    )


def sanction_on_its_writer() -> models.Subquery:
    """For an annotation: the kind of a sanction in force on the account, the address or the network; else NULL."""
    anyhow = (
        models.Q(user=models.OuterRef("author"))
        | models.Q(mailbox=models.OuterRef("mailbox")) & ~models.Q(mailbox="")
        | models.Q(network=models.OuterRef("network")) & ~models.Q(network="")
    )
    return models.Subquery(Sanction.objects.in_force().filter(anyhow).order_by("-id").values("kind")[:1])


def attach_earlier(comments: list[Comment]) -> None:
    """Gives each comment `earlier`: the latest others of the same person, newest first. One query for all of them."""
    mailboxes = {comment.mailbox for comment in comments if comment.mailbox}
    authors = {comment.author_id for comment in comments if comment.author_id}
    theirs = (
        Comment.objects.filter(models.Q(mailbox__in=mailboxes) | models.Q(author__in=authors))
        # However much one person wrote, only the newest rows of each address and each account are read.
        .annotate(nth_of_mail=nth("mailbox"), nth_of_author=nth("author"), words=Left("body", 90))
        .filter(models.Q(nth_of_mail__lte=EARLIER + 1) | models.Q(nth_of_author__lte=EARLIER + 1))
        .order_by("-id")
        .only("id", "mailbox", "author_id", "status", "created_at")
    )
    found = list(theirs) if mailboxes or authors else []
    for comment in comments:
        comment.earlier = [other for other in found if same_person(other, comment)][:EARLIER]  # type: ignore[attr-defined]


def nth(partition: str) -> models.Window:
    return models.Window(RowNumber(), partition_by=[models.F(partition)], order_by=models.F("id").desc())


def same_person(other: Comment, comment: Comment) -> bool:
    """As Comment.objects.by_person has it."""
    if other.pk == comment.pk:
        return False
    same_mail = bool(comment.mailbox) and other.mailbox == comment.mailbox
    return same_mail or (comment.author_id is not None and other.author_id == comment.author_id)

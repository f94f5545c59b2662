"""What is known about the person who wrote a comment."""

from django.db import models
from django.db.models.functions import Left, RowNumber, Upper

from comments.models import Comment, Status

EARLIER = 3


def attach_earlier(comments: list[Comment]) -> None:
    """Gives each comment `earlier`: the latest others of the same person, newest first. One query for all of them."""
    mails = {comment.email for comment in comments if comment.email}
    authors = {comment.author_id for comment in comments if comment.author_id}
    theirs = (
        Comment.objects.annotate(mail=Upper("email"))
        .filter(models.Q(mail__in=[Upper(models.Value(mail)) for mail in mails]) | models.Q(author__in=authors))
        # However much one person wrote, only the newest rows of each address and each account are read.
        .annotate(nth_of_mail=nth("mail"), nth_of_author=nth("author"), words=Left("body", 90))
        .filter(models.Q(nth_of_mail__lte=EARLIER + 1) | models.Q(nth_of_author__lte=EARLIER + 1))
        .order_by("-id")
        .only("id", "email", "author_id", "status", "created_at")
    )
    found = list(theirs) if mails or authors else []
    for comment in comments:
        comment.earlier = [other for other in found if same_person(other, comment)][:EARLIER]  # type: ignore[attr-defined]


def nth(partition: str) -> models.Window:
    return models.Window(RowNumber(), partition_by=[models.F(partition)], order_by=models.F("id").desc())


def same_person(other: Comment, comment: Comment) -> bool:
    """As Comment.objects.by_person has it."""
    if other.pk == comment.pk:
        return False
    same_mail = bool(comment.email) and other.email.casefold() == comment.email.casefold()
    return same_mail or (comment.author_id is not None and other.author_id == comment.author_id)


def outcomes_of_person(comment: Comment) -> list[tuple[str, int]]:
    """(label, count) of everything else this person wrote, by what became of it."""
    counts = dict(Comment.objects.by_person(comment).order_by().values_list("status").annotate(n=models.Count("pk")))
    return [(str(status.label), counts[status.value]) for status in Status if status.value in counts]

"""Events of comments, as rows of one shape from several tables, so that one query tells the story of a page of cards."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comments.intake.reports import first_reports
from comments.letters.comment_letters import MESSAGE
from comments.models import Comment, Decision, Message, Note, Report
from edge.models import Letter

NOTICE = "notice"  # what a report is that says what is against the law
# What became of the letter that carries a message.
CARRIED: dict[str, Any] = {
    Letter.Status.WAITING: gettext_lazy("its letter leaves now"),
    Letter.Status.SENDING: gettext_lazy("its letter leaves now"),
    Letter.Status.SENT: gettext_lazy("its letter has left"),
    Letter.Status.FAILED: gettext_lazy("its letter could not be delivered"),
    Letter.Status.IN_DOUBT: gettext_lazy("nobody knows whether its letter left"),
}


@dataclass(frozen=True)
class Event:
    """Something that happened to a comment: a decision, a report, a note for moderators, a message to its writer, a
    public answer by somebody of the house."""

    kind: str
    at: datetime
    by: str
    by_number: int | None
    what: str
    reason: str
    text: str
    number: int
    version: int
    undoes: int | None
    source: str  # what prompted a decision; of a report its state; of a message that of its letter, "" for none

    @property
    def title(self) -> str:
        if self.kind == "report":
            return str(Report.Reason(self.reason).label)
        return str(Decision.Outcome(self.what).label) if self.kind == "decision" else ""

    @property
    def carried(self) -> str:
        return str(CARRIED.get(self.source, _("not mailed")))

    @property
    def is_withdrawal(self) -> bool:
        return self.kind == "decision" and self.reason == Decision.Reason.WITHDRAWN

    @property
    def why(self) -> str:
        return str(Decision.Reason(self.reason).label) if self.kind == "decision" and self.reason else ""


def named(kind: str) -> models.Value:
    return models.Value(kind, models.CharField())


# Cast, because PostgreSQL takes a bare NULL inside a subquery for text.
NOTHING = Cast(models.Value(None), models.BigIntegerField())


def decisions(about: list[int]) -> models.QuerySet[Any, Any]:
    """That something came in needs no line; and whoever edits often does not push the story off the other cards."""
    decided = models.Q(undoes__isnull=False) | ~models.Q(outcome=Decision.Outcome.PENDING)
    return Decision.objects.filter(decided, comment__in=about).order_by().values_list(
        named("decision"), "comment_id", "at", "by__name", "by__email", "by_number", "outcome", "reason", "note", "id",
        models.F("version"), "undoes_id", "source",
    )  # fmt: skip


def reports(about: list[int]) -> models.QuerySet[Any, Any]:
    """By whom, moderators need not know: in that place stands the law of a notice. And in place of the numbers of a
    decision how many reports are open, and how many of them have this reason."""
    kind = models.Case(models.When(is_notice=True, then=models.Value(NOTICE)), default=models.Value(""))
    return first_reports(about).values_list(
        named("report"), "comment_id", "created_at", "law", named(""), "in_all", kind, "reason", "text", "id",
        "alike", NOTHING, "state",
    )  # fmt: skip


def notes(about: list[int]) -> models.QuerySet[Any, Any]:
    return said(Note.objects.filter(comment__in=about), "note", named(""))


def messages(about: list[int]) -> models.QuerySet[Any, Any]:
    key = Concat(models.Value(MESSAGE), Cast(models.OuterRef("pk"), models.CharField()))
    letter = models.Subquery(Letter.objects.filter(key=key).order_by().values("status")[:1])
    return said(Message.objects.filter(comment__in=about), "message", Coalesce(letter, named("")))


def said(rows: models.QuerySet[Any], kind: str, state: Any) -> models.QuerySet[Any, Any]:
    return rows.order_by().values_list(
        named(kind), "comment_id", "created_at", "by__name", "by__email", "by_id", named(""), named(""), "body", "id",
        models.Value(0), NOTHING, state,
    )  # fmt: skip


def answers(about: list[int]) -> models.QuerySet[Any, Any]:
    return answered(Comment.objects.filter(parent__in=about), "parent_id")


def answers_to_opening(about: list[int]) -> models.QuerySet[Any, Any]:
    """Answers to a question: comments of its thread that are replies to no other comment."""
    rows = Comment.objects.filter(thread__opening__in=about, parent=None).exclude(pk__in=about)
    return answered(rows, "thread__opening_id")


def answered(rows: models.QuerySet[Any], whom: str) -> models.QuerySet[Any, Any]:
    house = models.Q(writer__isnull=False) | models.Q(author__is_staff=True)
    return rows.filter(house, status=Comment.Status.APPROVED).order_by().values_list(
        named("answer"), whom, Coalesce("decided_at", "created_at"), "author__name", "author__email", "author_id",
        named(""), named(""), named(""), "id", models.Value(0), NOTHING, named(""),
    )  # fmt: skip


TABLES = [decisions, reports, notes, messages, answers, answers_to_opening]

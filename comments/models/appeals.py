"""Appeals against a decision."""

from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from comments.models.record import UNDO_MINUTES
from edge.mailboxes import mailbox_of

TO_TAKE_BACK = timedelta(minutes=UNDO_MINUTES)


class CannotAppeal(Exception):
    """There is nothing to appeal against (spam, taken back), it is too late, or the text is empty or too long."""


class NotYours(Exception):
    """Whoever decided does not judge the appeal against it."""


class AlreadyAnswered(Exception):
    """Somebody else was faster, or it is too late to take the answer back. `appeal` is as it stands now."""

    def __init__(self, appeal: "Appeal") -> None:
        super().__init__(f"appeal {appeal.pk} is {appeal.outcome}")
        self.appeal = appeal


class AppealQuerySet(models.QuerySet["Appeal"]):
    def open(self) -> Self:
        """The desk's queue, oldest first."""
        return self.filter(outcome=Appeal.Outcome.OPEN).order_by("id")


class Appeal(models.Model):
    """The person asks for another pair of eyes: once per decision, and somebody else decides."""

    class Outcome(models.TextChoices):
        OPEN = "", _("open")
        UPHELD = "upheld", _("the decision stands")
        OVERTURNED = "overturned", _("the decision was wrong")
        # Nobody judged it: there is nothing left that could come back.
        DROPPED = "dropped", _("its writer took the text back")

    LONGEST = 2_000  # characters

    decision = models.OneToOneField("Decision", models.CASCADE, related_name="appeal", verbose_name=_("decision"))
    text = models.TextField(_("text"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, default=Outcome.OPEN, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    answer = models.TextField(_("answer"), blank=True, help_text=_("The person reads it."))
    created_at = models.DateTimeField(_("sent"), default=timezone.now)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    # The line of the record by which what was taken away came back.
    gave_back = models.OneToOneField(
        "Decision", models.SET_NULL, null=True, blank=True, related_name="given_back_by", editable=False
    )

    objects = AppealQuerySet.as_manager()

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        ordering = ["id"]
        indexes = [models.Index(fields=["id"], name="comments_appeal_open", condition=models.Q(outcome=""))]

    def __str__(self) -> str:
        return f"{self.pk}: {self.get_outcome_display()}"

    def may_be_judged_by(self, user: User) -> bool:
        """Any moderator but the one who decided and the one it is about; of a sanction, one who may sanction."""
        needed = "comments.sanction_person" if self.decision.sanction_id else "comments.moderate_comment"
        return user.has_perm(needed) and user.pk != self.decision.by_number and not self._is_about(user)

    def _is_about(self, user: User) -> bool:
        """Moderators write here too, and nobody judges her own case."""
        sanction, comment = self.decision.sanction, self.decision.comment
        hers = comment is not None and comment.author_id == user.pk
        return hers or (
            sanction is not None and (sanction.user_id == user.pk or sanction.mailbox == mailbox_of(user.email))
        )

    @property
    def is_won(self) -> bool:
        return self.outcome == self.Outcome.OVERTURNED

    @property
    def may_be_taken_back(self) -> bool:
        """By whoever may judge it, for some minutes; so long its letter waits. What settled itself is nobody's answer."""
        judged = self.outcome in {self.Outcome.UPHELD, self.Outcome.OVERTURNED} and self.by_id is not None
        return judged and self.decided_at is not None and timezone.now() - self.decided_at <= TO_TAKE_BACK

from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from comments.letters import decision_letters
from comments.models.record import UNDO_MINUTES, Decision
from edge.mailboxes import mailbox_of

if TYPE_CHECKING:
    from comments.models.comments import Comment


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

    def for_desk(self, user: User) -> Self:
        """Those that this moderator may judge."""
        return self.open().exclude(decision__by_number=user.pk)


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

    @classmethod
    def open_about(cls, decision: Decision, text: str) -> "Appeal":
        """One per decision: the second returns the first, whatever it says. Raises CannotAppeal."""
        if not decision.may_be_appealed or not 0 < len(text.strip()) <= cls.LONGEST:
            raise CannotAppeal
        return cls.objects.get_or_create(decision=decision, defaults={"text": text})[0]

    @classmethod
    def settle_by_itself(cls, about: models.Q) -> None:
        """The decision was taken back, or its words approved after all: there is nothing left to judge. Of a sanction
        there is: what it takes away does not come back with the words that led to it."""
        waiting = cls.objects.open().filter(about, decision__sanction=None)
        waiting.update(outcome=cls.Outcome.OVERTURNED, decided_at=timezone.now())

    @classmethod
    def drop(cls, comment: "Comment") -> None:
        """Its writer takes the text back, and with it what she asked for about it; not about a sanction."""
        waiting = cls.objects.open().filter(decision__comment=comment, decision__sanction=None)
        waiting.update(outcome=cls.Outcome.DROPPED, decided_at=timezone.now())

    @classmethod
    def open_again(cls, decision: Decision) -> None:
        """The decision that settled them by itself was taken back: nobody has judged them, and they wait again."""
        settled = cls.objects.filter(decision__comment=decision.comment, decision__sanction=None, decision__undone=None)
        settled = settled.filter(outcome=cls.Outcome.OVERTURNED, by=None, decided_at__gte=decision.at)
        settled.update(outcome=cls.Outcome.OPEN, decided_at=None)

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

    def uphold(self, *, by: User, answer: str) -> None:
        """The decision stands. Raises NotYours, or AlreadyAnswered when somebody else was faster."""
        with transaction.atomic():
            self._answer(self.Outcome.UPHELD, by=by, answer=answer)
            decision_letters.write_answer(self)

    def overturn(self, *, by: User, answer: str = "") -> Decision | None:
        """The decision was wrong: what it took away comes back by itself.

        Returns the new decision; None when the comment had moved on meanwhile, so that nothing was to be brought back.
        Raises NotYours, or AlreadyAnswered when somebody else was faster.
        """
        sanction, comment = self.decision.sanction, self.decision.comment
        with transaction.atomic():
            if comment and not sanction:
                # First the comment, then its appeal, as whoever decides about it does: never in a circle.
                comment.lock()
            self._answer(self.Outcome.OVERTURNED, by=by, answer=answer)
            decision_letters.write_answer(self)
            if sanction:
                back = sanction.lift(by=by, source=Decision.Source.APPEAL)
            else:
                back = comment.restore(self.decision, by=by) if comment else None
            self.gave_back = back
            self.save(update_fields=["gave_back"])
            return back

    @property
    def may_be_taken_back(self) -> bool:
        """By whoever may judge it, for some minutes; so long its letter waits. What settled itself is nobody's answer."""
        judged = self.outcome in {self.Outcome.UPHELD, self.Outcome.OVERTURNED} and self.by_id is not None
        return judged and self.decided_at is not None and timezone.now() - self.decided_at <= TO_TAKE_BACK

    def take_back(self, *, by: User) -> None:
        """The answer, and with it what it gave back: it waits again, and the person hears nothing.

        Raises NotYours; AlreadyAnswered when it is too late; AlreadyDecided when what came back has moved on meanwhile.
        """
        if not self.may_be_judged_by(by):
            raise NotYours
        sanction, comment = self.decision.sanction, self.decision.comment
        with transaction.atomic():
            if comment and not sanction:
                comment.lock()
            self.refresh_from_db()
            if not self.may_be_taken_back or not decision_letters.hold_back_answer(self):
                raise AlreadyAnswered(self)
            self._take_away_again(by=by)
            self.outcome, self.answer = self.Outcome.OPEN, ""
            self.by = self.decided_at = self.gave_back = None
            self.save(update_fields=["outcome", "by", "answer", "decided_at", "gave_back"])

    def _take_away_again(self, *, by: User) -> None:
        sanction, comment = self.decision.sanction, self.decision.comment
        if self.gave_back and sanction:
            sanction.resume(self.gave_back, by=by)
        elif self.gave_back and comment:
            comment.undo(self.gave_back, by=by, appeal=self)

    def _answer(self, outcome: str, *, by: User, answer: str) -> None:
        """Compare and set, in the caller's transaction: of two moderators one answers."""
        if not self.may_be_judged_by(by):
            raise NotYours
        fields = {"outcome": outcome, "by": by, "answer": answer, "decided_at": timezone.now()}
        if not Appeal.objects.open().filter(pk=self.pk).update(**fields):
            raise AlreadyAnswered(Appeal.objects.get(pk=self.pk))
        for name, value in fields.items():
            setattr(self, name, value)

"""The record: what was decided, by whom, about which words and why. Written once, chained by digests, never changed.

`manage.py verify_decisions` folds the record and compares: the state of every comment follows from it.
"""

import hashlib
import json
import secrets
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.models.moves import State, Status
from comments.models.signals import Signal

UNDO_MINUTES = 10
# After the decision (Article 20 of the Digital Services Act asks for six months of larger houses).
APPEAL_DAYS = 180


def new_salt() -> str:
    return secrets.token_hex(16)


class VersionQuerySet(models.QuerySet["Version"]):
    def given_way(self) -> Self:
        """Texts that neither stand nor wait, and that nothing brings back any more: what was decided about their
        comments can be neither appealed against nor taken back, and no appeal is open."""
        decided = Decision.objects.filter(comment=models.OuterRef("comment"))
        recent = decided.filter(at__gt=timezone.now() - timedelta(days=APPEAL_DAYS))
        stands = models.Q(number=models.F("comment__version")) | models.Q(number=models.F("comment__waiting_version"))
        return self.filter(~models.Exists(recent), ~models.Exists(decided.filter(appeal__outcome=""))).exclude(stands)


class Version(models.Model):
    """A text as it was at some moment, and what the checks saw in it. Decisions point at its number."""

    comment = models.ForeignKey("Comment", models.CASCADE, related_name="versions", verbose_name=_("comment"))
    number = models.PositiveIntegerField(_("version"))
    body = models.TextField(_("text"))
    signals = models.JSONField(_("signals"), default=list, blank=True)
    # The digest of the text with this salt stands in the record. Both go when the person leaves; the record still holds.
    salt = models.CharField(max_length=32, default=new_salt, editable=False)
    created_at = models.DateTimeField(_("written"), default=timezone.now)

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a comment")
        verbose_name_plural = _("versions of comments")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["comment", "number"], name="comments_version_number")]

    def __str__(self) -> str:
        return f"{self.comment_id}.{self.number}"

    @property
    def reasons(self) -> list[Signal]:
        """What the checks said of it."""
        return [Signal.from_json(data) for data in self.signals]

    @property
    def digest(self) -> str:
        """64 hex characters; "" when the words have been forgotten."""
        return sealed(self.salt, self.body)


class DecisionQuerySet(models.QuerySet["Decision"]):
    def of_the_house(self) -> Self:
        """What people or checks of the house decided; what its writer took back is no decision about anybody."""
        return self.exclude(reason=Decision.Reason.WITHDRAWN)


class Decision(models.Model):
    """Who decided what about which version, why and when. Written once, never changed.

    One kind of row for everything: a text that came in (`pending`), a decision about it, a sanction on a person. The
    statement of reasons to the person (EU Digital Services Act, Article 17(3)) is made from it: (a) `outcome`,
    `territory`, `until`; (b) `explanation`, `source`; (c) `machine_found` and nobody in `by_number`; (d) and (e)
    `reason` with `ground`; (f) the appeal. Spam needs none.
    """

    class Outcome(models.TextChoices):
        PENDING = "pending", _("received")
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("rejected")
        SPAM = "spam", _("spam")
        REMOVED = "removed", _("removed")
        WITHDRAWN = "withdrawn", _("taken back by its writer")
        HOLD = "hold", _("everything held")
        MUTE = "mute", _("muted")
        BLOCK = "block", _("blocked")
        LIFTED = "lifted", _("sanction lifted")

    class Reason(models.TextChoices):
        ADVERT = "advert", _("It advertises something")
        UNKIND = "unkind", _("It attacks a person or a group")
        DANGEROUS = "dangerous", _("It gives medical advice that could harm")
        PRIVATE = "private", _("It shows private details of a person")
        OFF_TOPIC = "off_topic", _("It has nothing to do with the page")
        UNLAWFUL = "unlawful", _("It is against the law")
        SPAM = "spam", _("Spam")
        OTHER = "other", _("Another reason")
        # Nobody of the house decided: no statement, no appeal, and no way back. Lines from before this was an outcome of its
        # own say "removed" for this reason, so the reason is what is asked for: `is_withdrawal`, `of_the_house`.
        WITHDRAWN = "withdrawn", _("Its writer took it back")

    class Source(models.TextChoices):
        """What made somebody look."""

        OWN = "own", _("our own reading")
        REPORT = "report", _("a reader’s report")
        NOTICE = "notice", _("a notice of illegal content")
        APPEAL = "appeal", _("an appeal")

    # The number stays when retention has deleted the comment: the chain has no gaps.
    comment = models.ForeignKey(
        "Comment", models.SET_NULL, null=True, blank=True, related_name="decisions", verbose_name=_("comment")
    )
    number = models.BigIntegerField(_("number of the comment"), null=True, blank=True)
    # Of the thread: with it go its comments, and that is as it should be.
    thread_number = models.BigIntegerField(null=True, blank=True, editable=False)
    sanction = models.ForeignKey(
        "Sanction", models.PROTECT, null=True, blank=True, related_name="decisions", verbose_name=_("sanction")
    )
    version = models.PositiveIntegerField(_("version of the text"), default=0)
    # What stood and what waited before (0: nothing): with `before` they say what an undo goes back to.
    stood = models.PositiveIntegerField(default=0, editable=False)
    waited = models.PositiveIntegerField(default=0, editable=False)
    words = models.CharField(_("digest of the text"), max_length=64, blank=True)
    # Nobody: the checks decided, or let it through where the thread's policy allows that.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="decisions", verbose_name=_("by")
    )
    # Of the account in `by`: stays when the account goes, and then leads nowhere.
    by_number = models.BigIntegerField(null=True, blank=True, editable=False)
    before = models.CharField(_("before"), max_length=10, choices=Status, blank=True)
    outcome = models.CharField(_("decision"), max_length=10, choices=Outcome)
    reason = models.CharField(_("reason"), max_length=12, choices=Reason, blank=True)
    note = models.TextField(_("note"), blank=True, help_text=_("For moderators only."))
    explanation = models.TextField(_("explanation"), blank=True, help_text=_("The person reads it."))
    ground = models.CharField(_("rule or law"), max_length=300, blank=True)
    source = models.CharField(_("prompted by"), max_length=8, choices=Source, default=Source.OWN)
    machine_found = models.BooleanField(_("found by a machine"), default=False)
    territory = models.CharField(_("territory"), max_length=100, blank=True, help_text=_("Empty: everywhere."))
    until = models.DateTimeField(_("until"), null=True, blank=True, help_text=_("Empty: for good."))
    undoes = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="undone")
    batch = models.ForeignKey("Batch", models.PROTECT, null=True, blank=True, related_name="decisions")
    at = models.DateTimeField(_("when"), default=timezone.now)
    # What may be forgotten (note, explanation) stands in the chain as a digest with this salt.
    salt = models.CharField(max_length=32, default=new_salt, editable=False)
    private = models.CharField(max_length=64, blank=True, editable=False)
    # Its place in the chain; the worker gives it within a second of the decision.
    place = models.BigIntegerField(null=True, unique=True, editable=False)
    digest = models.CharField(max_length=64, blank=True, editable=False)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["-at"], name="comments_decision_at"),
            models.Index(fields=["number", "id"], name="comments_decision_number"),
            models.Index(fields=["id"], name="comments_decision_unsealed", condition=models.Q(place=None)),
        ]

    def __str__(self) -> str:
        return f"{self.number}.{self.version}: {self.outcome}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("A decision is written once; decide again instead.")
        self.number, self.by_number = self.comment_id, self.by_id
        self.thread_number = self.comment.thread_id if self.comment else None
        self.private = sealed(self.salt, self.note, self.explanation)
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("A decision stays; what it says about a person is blanked when she leaves.")

    @property
    def is_about_words(self) -> bool:
        """Something came in, or was decided about; the others are about what a person may do here."""
        return self.outcome in Status.values

    @property
    def state_before(self) -> State | None:
        """What it was decided on; None where the comment begins."""
        return State(self.before, self.stood, self.waited or None) if self.before else None

    def follow(self, state: State | None, before_last: State | None) -> State | None:
        """Where the comment stands after this line, when it stood in `state` (and, one line earlier, in `before_last`:
        there an undo goes). None: this line cannot follow."""
        if self.undoes_id:
            return before_last
        if self.outcome == Status.PENDING:
            return state.arrived(self.version) if state else State(Status.PENDING, self.version)
        if state is None:
            return None
        if self.is_withdrawal:
            return replace(state, status=Status.WITHDRAWN, waiting=None) if state.is_editable else None
        if self.restores_an_edit:
            return replace(state, version=self.version)
        legal = state.may_become(self.outcome) or state.keeps(self.outcome, self.version)
        return state.decided(self.outcome, self.version) if legal else None

    @property
    def needs_statement(self) -> bool:
        """Whether the person is told why (EU Digital Services Act, Article 17): not for spam, and not for what she did
        herself."""
        taken = {Status.REJECTED, Status.REMOVED, self.Outcome.HOLD, self.Outcome.MUTE, self.Outcome.BLOCK}
        return self.outcome in taken and not self.undoes_id and not self.is_withdrawal

    @property
    def appeal_until(self) -> datetime:
        return self.at + timedelta(days=APPEAL_DAYS)

    @property
    def may_be_appealed(self) -> bool:
        """Once; not when it was taken back, not for ever, and not about words that their writer has taken back herself."""
        if self.comment and self.comment.is_withdrawn and not self.sanction_id:
            return False
        return self.needs_statement and not hasattr(self, "undone") and timezone.now() < self.appeal_until

    @property
    def may_be_undone(self) -> bool:
        """What an appeal gave back is taken back with its answer and not alone: the person could not appeal again."""
        return self.source != self.Source.APPEAL and self.is_fresh

    @property
    def is_fresh(self) -> bool:
        """A decision of some minutes ago; a batch, which takes long to carry out, is it for as long as an appeal could."""
        if self.undoes_id or self.outcome == Status.PENDING or self.is_withdrawal:
            return False
        most = timedelta(days=APPEAL_DAYS) if self.batch_id is not None else timedelta(minutes=UNDO_MINUTES)
        return timezone.now() - self.at <= most

    @property
    def restores_an_edit(self) -> bool:
        """An appeal was right: a newer text that was turned down stands after all."""
        return (
            self.source == self.Source.APPEAL
            and (self.before, self.outcome) == (Status.APPROVED, Status.APPROVED)
            and not self.waited
            and self.version > self.stood
        )

    @property
    def by_machine(self) -> bool:
        """Nobody decided: the checks did. Not what to ask when the moderator has left: her number stays."""
        return self.by_number is None and not self.is_by_its_writer

    @property
    def is_by_its_writer(self) -> bool:
        """She wrote it, wrote it anew, or took it back; the house did nothing yet."""
        return self.is_withdrawal or (self.outcome == Status.PENDING and not self.undoes_id)

    @property
    def is_withdrawal(self) -> bool:
        """Its writer took the text back, with an account or without one."""
        return self.reason == self.Reason.WITHDRAWN

    def chained(self, place: int, previous: str) -> str:
        """The digest (64 hex characters, SHA-256) of this decision behind one whose digest was `previous`."""
        said = [
            place, previous, self.number, self.thread_number, self.sanction_id, self.version, self.stood, self.waited,
            self.words, self.by_number, self.batch_id, self.before, self.outcome, self.reason, self.ground, self.source, self.machine_found, self.territory,
            self.until and self.until.astimezone(UTC).isoformat(), self.undoes_id,
            self.at.astimezone(UTC).isoformat(), self.private,
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(said, ensure_ascii=True).encode()).hexdigest()


def sealed(salt: str, *texts: str) -> str:
    """A digest that shows nothing about the texts to whoever does not have the salt; "" without one."""
    return hashlib.sha256(json.dumps([salt, *texts]).encode()).hexdigest() if salt else ""


class Seal(models.Model):
    """One row: how far the record is sealed, and what the nightly look at it found."""

    place = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True)
    looked_at = models.DateTimeField(_("looked at"), null=True)
    # A sentence for each thing that is not as the record says; the first few.
    problems = models.JSONField(default=list)
    # A look under way: how far it is, and what it has found. Every step counts, so that two workers do not mix theirs.
    look = models.JSONField(default=dict)
    steps = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("seal of the record")
        verbose_name_plural = _("seals of the record")

    def __str__(self) -> str:
        return f"{self.place}"

"""Tables of moderators' work: who sits at the desk, what they tell each other and the person, batches, and letters put off."""

from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from comments.models.record import APPEAL_DAYS


class Seat(models.Model):
    """A moderator's place at the desk: which card she reads just now, and which mail she wants.

    A claim is a courtesy (the next card is one that nobody reads); what guards a decision is compare-and-set.
    """

    class Digest(models.TextChoices):
        OFF = "off", _("none")
        HOURLY = "hourly", _("every hour while something waits")
        DAILY = "daily", _("once a day while something waits")

    CLAIM = timedelta(seconds=90)

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="seat", verbose_name=_("moderator")
    )
    seen_at = models.DateTimeField(_("at the desk"), null=True, blank=True)
    comment = models.OneToOneField(
        "Comment", models.SET_NULL, null=True, blank=True, related_name="seat", verbose_name=_("reads")
    )
    claimed_until = models.DateTimeField(null=True, blank=True, editable=False)
    digest = models.CharField(_("digest"), max_length=6, choices=Digest, default=Digest.DAILY)
    crisis_mail = models.BooleanField(_("mail at once when somebody may be in danger"), default=True)
    digest_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("seat at the desk")
        verbose_name_plural = _("seats at the desk")

    def __str__(self) -> str:
        return str(self.user_id)

    def wants(self, kind: str) -> bool:
        """`kind` of mail: "digest" or "crisis"."""
        return self.crisis_mail if kind == "crisis" else self.digest != self.Digest.OFF

    def stop_mail(self, kind: str) -> None:
        field, value = ("crisis_mail", False) if kind == "crisis" else ("digest", self.Digest.OFF)
        setattr(self, field, value)
        self.save(update_fields=[field])


class Note(models.Model):
    """What a moderator wants the others to know about a comment or the person behind it."""

    comment = models.ForeignKey("Comment", models.CASCADE, related_name="notes", verbose_name=_("comment"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    body = models.TextField(_("note"), max_length=2_000)
    created_at = models.DateTimeField(_("written"), default=timezone.now)

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.comment_id}: {self.pk}"


class Message(models.Model):
    """A word from the house to the person who wrote a comment. It stands on her private page, and is mailed if she
    asked for mail."""

    comment = models.ForeignKey("Comment", models.CASCADE, related_name="messages", verbose_name=_("comment"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    body = models.TextField(_("text"), max_length=4_000)
    created_at = models.DateTimeField(_("written"), default=timezone.now)

    class Meta:
        verbose_name = _("message to a reader")
        verbose_name_plural = _("messages to readers")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.comment_id}: {self.pk}"


class ReplyTemplate(models.Model):
    """Words prepared for hard moments: who can help, and where."""

    title = models.CharField(_("title"), max_length=80, unique=True)
    body = models.TextField(_("text"), max_length=4_000)
    for_crisis = models.BooleanField(_("offered first when somebody may be in danger"), default=False)
    for_close = models.BooleanField(
        _("for a reader who worries about somebody else"),
        default=False,
        help_text=_("Among the words for danger it then stands first where somebody close to the writer is in it."),
    )

    class Meta:
        verbose_name = _("reply template")
        verbose_name_plural = _("reply templates")
        ordering = ["-for_crisis", "title"]

    def __str__(self) -> str:
        return self.title


class BatchQuerySet(models.QuerySet["Batch"]):
    def due(self) -> Self:
        """What the worker has to go on with, in the order in which it was asked for."""
        return self.filter(status__in=["waiting", "running", "undoing"]).order_by("id")


class Batch(models.Model):
    """One decision about everything that matched: the worker carries it out in steps, and can take all of it back."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting for the worker")
        RUNNING = "running", _("under way")
        DONE = "done", _("done")
        CANCELLED = "cancelled", _("stopped half-way")
        UNDOING = "undoing", _("being taken back")
        UNDONE = "undone", _("taken back")

    # The desk's filter as its query string; up to and including this comment: what came later was not meant.
    query = models.TextField(_("filter"), blank=True)
    up_to = models.BigIntegerField()
    reached = models.BigIntegerField(default=0)
    verb = models.CharField(_("decision"), max_length=12)
    reason = models.CharField(_("reason"), max_length=12, blank=True)
    note = models.TextField(_("note"), blank=True)
    explanation = models.TextField(_("explanation"), blank=True)
    ground = models.CharField(_("rule or law"), max_length=300, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    expected = models.PositiveIntegerField(_("matched"), default=0)
    done = models.PositiveIntegerField(_("decided"), default=0)
    passed_over = models.PositiveIntegerField(_("already decided by others"), default=0)
    taken_back = models.PositiveIntegerField(_("taken back"), default=0)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("taken back by"),
    )  # fmt: skip
    status = models.CharField(_("status"), max_length=9, choices=Status, default=Status.WAITING)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("batch")
        verbose_name_plural = _("batches")
        ordering = ["-id"]
        indexes = [
            models.Index(
                fields=["id"], name="comments_batch_due",
                condition=models.Q(status__in=["waiting", "running", "undoing"]),
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.verb} {self.pk}"

    @property
    def is_under_way(self) -> bool:
        return self.status in {self.Status.WAITING, self.Status.RUNNING, self.Status.UNDOING}

    @property
    def may_be_undone(self) -> bool:
        """For half a year; then the words that it replaced are forgotten."""
        fresh = self.created_at > timezone.now() - timedelta(days=APPEAL_DAYS)
        return fresh and self.status in {self.Status.DONE, self.Status.CANCELLED} and self.done > 0

    def begin(self, *, expected: int) -> bool:
        """False when another worker was faster."""
        return self._become(self.Status.RUNNING, among=["waiting"], expected=expected)

    def end(self, status: Status) -> None:
        """Not saved yet: with what else a step has to say."""
        self.status, self.ended_at = status, timezone.now()

    def stop(self) -> bool:
        """What is decided stays decided until somebody takes it back. False when it had ended already."""
        return self._become(self.Status.CANCELLED, among=["waiting", "running"], ended_at=timezone.now())

    @property
    def may_be_resumed(self) -> bool:
        """Not without a filter, which is forgotten after some weeks: then everything that waits would match."""
        stopped = self.status == self.Status.CANCELLED and bool(self.query)
        return stopped and self.undone_by_id is None and not self.taken_back

    def resume(self, *, by: User) -> bool:
        """Goes on where it was stopped. What is decided from now on, whoever presses the button decides."""
        if not self.may_be_resumed:
            return False
        return self._become(self.Status.RUNNING, among=["cancelled"], ended_at=None, by=by)

    def take_back(self, *, by: User) -> bool:
        """All of it; the worker does it. False when there is nothing to take back, or somebody was faster."""
        if not self.may_be_undone:
            return False
        return self._become(self.Status.UNDOING, among=["done", "cancelled"], undone_by=by, ended_at=None, reached=0)

    def _become(self, status: str, *, among: list[str], **fields: Any) -> bool:
        fields["status"] = status
        if not Batch.objects.filter(pk=self.pk, status__in=among).update(**fields):
            return False
        for name, value in fields.items():
            setattr(self, name, value)
        return True


class PendingLetter(models.Model):
    """A decision whose letter would have been one too many that day: it is told with others, in one letter. The row is
    written with the decision and goes with the letter, so none is lost and none is told twice."""

    decision = models.OneToOneField(
        "Decision", models.CASCADE, related_name="pending_letter", verbose_name=_("decision")
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("to"))
    created_at = models.DateTimeField(_("since"), default=timezone.now)

    class Meta:
        verbose_name = _("decision to be told")
        verbose_name_plural = _("decisions to be told")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.decision_id}"

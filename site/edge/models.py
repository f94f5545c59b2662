from datetime import timedelta
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from edge.mailboxes import MailboxField


class LetterQuerySet(models.QuerySet["Letter"]):
    def due(self) -> Self:
        return self.filter(status=Letter.Status.WAITING, send_after__lte=timezone.now())

    def abandoned(self) -> Self:
        """Letters that a worker had in its hands when it died: nobody knows whether they left."""
        return self.filter(status=Letter.Status.SENDING, claimed_at__lt=timezone.now() - Letter.LEASE)

    def withdraw(self) -> int:
        """Holds back those that have not left yet, and forgets their words; returns how many."""
        waiting = self.filter(status=Letter.Status.WAITING)
        return waiting.update(status=Letter.Status.WITHDRAWN, text="", html="", headers={})

    def in_trouble(self) -> Self:
        """Letters that stay where they are until a person decides."""
        return self.filter(status__in=[Letter.Status.FAILED, Letter.Status.IN_DOUBT])


class Letter(models.Model):
    """One mail to one address. The row is the truth: it is written with what causes it, and sent from here once.

    `key` names the occasion ("confirm:17:2026-11-22"): asking for the same letter twice makes one.
    """

    LEASE = timedelta(minutes=10)

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        IN_DOUBT = "in_doubt", _("in doubt")
        WITHDRAWN = "withdrawn", _("no longer wanted")

    key = models.CharField(_("occasion"), max_length=120, unique=True)
    to = models.EmailField(_("to"), max_length=254)
    # By this is counted how much somebody gets, in whatever spelling others type her address.
    mailbox = MailboxField(of="to")
    subject = models.CharField(_("subject"), max_length=255)
    text = models.TextField(_("text"), blank=True)
    html = models.TextField(_("HTML"), blank=True)
    headers = models.JSONField(_("headers"), default=dict, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.WAITING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error = models.CharField(_("last error"), max_length=500, blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    send_after = models.DateTimeField(_("send after"), default=timezone.now)
    claimed_at = models.DateTimeField(_("taken up"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["send_after"], name="edge_letter_due", condition=models.Q(status="waiting")),
            models.Index(fields=["claimed_at"], name="edge_letter_sending", condition=models.Q(status="sending")),
            models.Index(
                fields=["id"], name="edge_letter_trouble", condition=models.Q(status__in=["failed", "in_doubt"])
            ),
            models.Index(fields=["to"], name="edge_letter_to"),
            models.Index(fields=["mailbox"], name="edge_letter_mailbox"),
        ]

    def __str__(self) -> str:
        return f"{self.key} ({self.get_status_display()})"

    def send_again(self) -> bool:
        """A person decided that a failed or doubtful letter goes out once more. False if it was not in that state."""
        return bool(
            Letter.objects.filter(pk=self.pk, status__in=[self.Status.FAILED, self.Status.IN_DOUBT])
            .exclude(text="")
            .update(status=self.Status.WAITING, send_after=timezone.now(), attempts=0, error="")
        )


class Heartbeat(models.Model):
    """When a worker process was last seen alive; `/healthz` reads it."""

    # A worker writes it every ten seconds; three missed ones and somebody should look.
    SILENCE = timedelta(seconds=40)

    name = models.CharField(_("worker"), max_length=120, unique=True)
    seen_at = models.DateTimeField(_("last seen"), default=timezone.now)

    class Meta:
        verbose_name = _("worker")
        verbose_name_plural = _("workers")

    def __str__(self) -> str:
        return self.name

    @property
    def is_alive(self) -> bool:
        return self.seen_at > timezone.now() - self.SILENCE

    @classmethod
    def latest(cls) -> "Heartbeat | None":
        return cls.objects.order_by("-seen_at").first()

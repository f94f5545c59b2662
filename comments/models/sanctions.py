"""Sanctions on a person: what she may not do here for a time."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from comments.models.record import Decision
from comments.models.wording import wording_of
from edge.mailboxes import MailboxField, mailbox_of

STRONGEST = ["block", "mute", "hold"]


class SanctionQuerySet(models.QuerySet["Sanction"]):
    def in_force(self) -> Self:
        now = timezone.now()
        return self.filter(models.Q(until=None) | models.Q(until__gt=now), lifted_at=None, starts_at__lte=now)

    def ended(self) -> Self:
        return self.exclude(pk__in=self.in_force().values("pk"))

    def on(self, *, user: User | None = None, email: str = "", network: str = "") -> Self:
        """Those in force on this person, the strongest first: by the account, the typed address or the network.

        An account is found under its address too, and an address under the account that has it: neither logging out
        nor logging in gets round a sanction, nor does another spelling of the address.
        """
        emails = {address.lower() for address in (email, user.email if user else "") if address}
        anyhow = models.Q(pk=None)
        if emails:
            anyhow |= models.Q(mailbox__in=filter(None, map(mailbox_of, emails)))
            anyhow |= models.Q(user__in=User.objects.filter(email__in=emails))
        if user:
            anyhow |= models.Q(user=user)
        if network:
            anyhow |= models.Q(network=network)
        strongest = models.Case(*(models.When(kind=kind, then=n) for n, kind in enumerate(STRONGEST)))
        return (
            self.in_force()
            .filter(anyhow)
            .order_by(strongest, "network", models.F("until").desc(nulls_first=True), "-id")
        )


class Sanction(models.Model):
    """What one person may not do here, for a time. Every one has a reason, and a decision in the record."""

    class Kind(models.TextChoices):
        HOLD = "hold", _("hold: everything waits for a moderator")
        MUTE = "mute", _("mute: cannot write")
        BLOCK = "block", _("block: cannot write, report or rate")

    # A network is shared by many who did nothing.
    NETWORK_DAYS = 30

    kind = models.CharField(_("kind"), max_length=5, choices=Kind)
    # Any of the three finds the person; the address is kept in lower case.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="sanctions",
        verbose_name=_("account"),
    )  # fmt: skip
    email = models.EmailField(_("e-mail"), max_length=254, blank=True)
    # Of either, so that another spelling of the address gets round nothing.
    mailbox = MailboxField(of="address")
    network = models.CharField(_("network"), max_length=32, blank=True)
    starts_at = models.DateTimeField(_("from"), default=timezone.now)
    until = models.DateTimeField(_("until"), null=True, blank=True, help_text=_("Empty: until somebody lifts it."))
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)
    # The words that led to it, if some did.
    comment = models.ForeignKey(
        "Comment", models.SET_NULL, null=True, blank=True, related_name="sanctions", verbose_name=_("comment")
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    objects = SanctionQuerySet.as_manager()

    class Meta:
        verbose_name = _("sanction")
        verbose_name_plural = _("sanctions")
        ordering = ["-id"]
        permissions = [("sanction_person", _("Can hold, mute and block people"))]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(network="") | models.Q(until__isnull=False), name="comments_network_sanction_ends"
            )
        ]
        indexes = [
            models.Index(fields=["email"], name="comments_sanction_email", condition=~models.Q(email="")),
            models.Index(fields=["network"], name="comments_sanction_network", condition=~models.Q(network="")),
            models.Index(fields=["mailbox"], name="comments_sanction_mailbox", condition=~models.Q(mailbox="")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def address(self) -> str:
        """The typed one, else the account's; "" of a network."""
        return self.email or (self.user.email if self.user else "")

    @property
    def is_in_force(self) -> bool:
        ends = [moment for moment in (self.until, self.lifted_at) if moment]
        return self.starts_at <= timezone.now() and all(moment > timezone.now() for moment in ends)

    @property
    def shuts_out(self) -> bool:
        """Whether the person cannot write at all; being held she can, and waits."""
        return self.kind in {self.Kind.MUTE, self.Kind.BLOCK}

    @property
    def imposed(self) -> Decision:
        """The line of the record that it began with."""
        return self.decisions.exclude(outcome=Decision.Outcome.LIFTED).earliest("id")

    @property
    def sentence(self) -> str:
        """For the person: what she cannot do, until when, and why. Nothing that only she may read: anybody can type
        her address into a form."""
        return self.said(self.imposed.reason)

    def said(self, reason: str) -> str:
        """What `sentence` is when it is imposed for this reason."""
        until = date_format(timezone.localtime(self.until), "DATETIME_FORMAT") if self.until else ""
        said = SENTENCES[self.kind, bool(until)] % {"until": until}
        return " ".join([said, str(_("The reason: %(reason)s") % {"reason": wording_of(reason)[0]})])


SENTENCES = {
    ("hold", True): _("Until %(until)s a moderator reads what you write before it appears."),
    ("hold", False): _("A moderator reads what you write before it appears."),
    ("mute", True): _("Until %(until)s you cannot write here."),
    ("mute", False): _("You cannot write here for the time being."),
    ("block", True): _("Until %(until)s you cannot write, report or rate here."),
    ("block", False): _("You cannot write, report or rate here for the time being."),
}

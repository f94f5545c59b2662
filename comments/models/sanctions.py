from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User

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
        nor logging in gets round a sanction.
        """
        emails = {address.lower() for address in (email, user.email if user else "") if address}
        anyhow = models.Q(pk=None)
        if emails:
            anyhow |= models.Q(email__in=emails) | models.Q(user__in=User.objects.filter(email__in=emails))
        if user:
            anyhow |= models.Q(user=user)
        if network:
            anyhow |= models.Q(network=network)
        strongest = models.Case(*(models.When(kind=kind, then=n) for n, kind in enumerate(STRONGEST)))
        return self.in_force().filter(anyhow).order_by(strongest, models.F("until").desc(nulls_first=True), "-id")


class Sanction(models.Model):
    """What one person may not do here, for a time. Every one has a reason, and a decision in the record."""

    class Kind(models.TextChoices):
        HOLD = "hold", _("hold: everything waits for a moderator")
        MUTE = "mute", _("mute: cannot write")
        BLOCK = "block", _("block: cannot write, report or rate")

    # A network is shared by many who did nothing.
    NETWORK_DAYS = 30
    LONGEST_FOR_NETWORK = timedelta(days=NETWORK_DAYS)

    kind = models.CharField(_("kind"), max_length=5, choices=Kind)
    # Any of the three finds the person; the address is kept in lower case.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="sanctions",
        verbose_name=_("account"),
    )  # fmt: skip
    email = models.EmailField(_("e-mail"), max_length=254, blank=True)
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
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

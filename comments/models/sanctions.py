from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from comments.letters import decision_letters
from comments.models.record import Decision
from comments.models.wording import wording_of
from edge.mailboxes import MailboxField, mailbox_of

if TYPE_CHECKING:
    from comments.models.comments import Comment

STRONGEST = ["block", "mute", "hold"]
# The same form sent twice imposes once.
DOUBLE_CLICK = timedelta(seconds=10)


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
    LONGEST_FOR_NETWORK = timedelta(days=NETWORK_DAYS)

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

    @classmethod
    def impose(
        cls, *, kind: str, by: User, reason: str, until: datetime | None = None, comment: "Comment | None" = None,
        user: User | None = None, email: str = "", network: str = "", note: str = "", explanation: str = "",
        ground: str = "", source: str = Decision.Source.OWN,
    ) -> "Sanction":  # fmt: skip
        """Puts it in force, with its line in the record. To extend one, impose another.

        `comment`: the words that led to it. Exactly one of `user`, `email` and `network` says whom it is for. The same
        again within seconds gives the first one back. Raises ValidationError with a sentence for the moderator.
        """
        new = cls(kind=kind, user=user, email=email.strip().lower(), network=network, until=until, comment=comment)
        new.complain(by=by, reason=reason)
        with transaction.atomic():
            # Two clicks on one button wait for each other here.
            User.objects.select_for_update(no_key=True).only("pk").get(pk=by.pk)
            if earlier := new._just_imposed(by):
                return earlier
            new.save(force_insert=True)
            decision = new._write(
                kind, by=by, comment=comment, reason=reason, note=note, explanation=explanation, ground=ground,
                source=source, until=until,
            )  # fmt: skip
            decision_letters.write_sanction(new, decision)
        return new

    def lift(self, *, by: User | None, note: str = "", source: str = Decision.Source.OWN) -> Decision | None:
        """Ends it before its time. None when it had ended already, or somebody else was faster."""
        with transaction.atomic():
            now = timezone.now()
            if not Sanction.objects.in_force().filter(pk=self.pk).update(lifted_at=now):
                return None
            self.lifted_at = now
            decision_letters.hold_back(self.imposed)
            return self._write(Decision.Outcome.LIFTED, by=by, comment=self.comment, note=note, source=source)

    def resume(self, lifted: Decision, *, by: User) -> Decision:
        """The lifting is taken back: it is in force again until its time."""
        Sanction.objects.filter(pk=self.pk, lifted_at=self.lifted_at).update(lifted_at=None)
        self.lifted_at = None
        return self._write(self.kind, by=by, comment=self.comment, undoes=lifted, until=self.until)

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

    def _write(self, outcome: str, *, by: User | None, comment: "Comment | None", **fields: Any) -> Decision:
        if comment:
            version = comment.versions.get(number=comment.state.read_version)
            fields |= {"comment": comment, "version": version.number, "words": version.digest}
        return self.decisions.create(outcome=outcome, by=by, **fields)

    def _just_imposed(self, by: User) -> "Sanction | None":
        """A double click made this one already."""
        same = Sanction.objects.in_force().filter(
            kind=self.kind, user=self.user, email=self.email, network=self.network, comment=self.comment
        )
        return same.filter(decisions__by=by, created_at__gt=timezone.now() - DOUBLE_CLICK).first()

    def complain(self, *, by: User, reason: str) -> None:
        if self.kind not in self.Kind.values or reason not in Decision.Reason.values:
            raise ValidationError(_("Please choose a reason: the person reads it, and the record keeps it."))
        if (self.user is not None) + bool(self.email) + bool(self.network) != 1:
            raise ValidationError(_("Please say whom it is for: an account, an address or a network."))
        if self.until and self.until <= timezone.now():
            raise ValidationError(_("This end is over already."))
        if self.network:
            self._complain_of_network()
        for person in self._accounts():
            if person == by:
                raise ValidationError(_("This is you. Nobody decides about herself here."))
            if person.has_perm("comments.moderate_comment"):
                raise ValidationError(_("This person moderates here. An administrator can take her role away."))

    def _complain_of_network(self) -> None:
        """A household, an office or a clinic shares a network, so most people in it did nothing: their words may wait
        for a while, and those whom the house knows do not even wait."""
        if self.kind != self.Kind.HOLD:
            raise ValidationError(
                _("A network is shared by people who did nothing. What comes from it can be held, but not refused.")
            )
        # A minute for the time between the choice and the click.
        if not self.until or self.until > timezone.now() + self.LONGEST_FOR_NETWORK + timedelta(minutes=1):
            raise ValidationError(
                _("A network can be held for %(days)d days at most."), params={"days": self.NETWORK_DAYS}
            )

    def _accounts(self) -> list[User]:
        """Whose it would be."""
        if not self.email:
            return [self.user] if self.user else []
        theirs = models.Q(email=self.email) | models.Q(emailaddress__email=self.email)
        mailbox = mailbox_of(self.email)
        staff = [user.pk for user in User.objects.filter(is_staff=True) if mailbox_of(user.email) == mailbox]
        return list(User.objects.filter(theirs | models.Q(pk__in=staff)).distinct())


SENTENCES = {
    ("hold", True): _("Until %(until)s a moderator reads what you write before it appears."),
    ("hold", False): _("A moderator reads what you write before it appears."),
    ("mute", True): _("Until %(until)s you cannot write here."),
    ("mute", False): _("You cannot write here for the time being."),
    ("block", True): _("Until %(until)s you cannot write, report or rate here."),
    ("block", False): _("You cannot write, report or rate here for the time being."),
}

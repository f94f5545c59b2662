"""Sanctions on a person: imposed with a reason, lifted before their time, and a lifting taken back."""

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from comments.letters import decision_letters
from comments.models import Comment, Decision, Sanction
from edge.mailboxes import mailbox_of

# Within so long the same again is the same form sent twice: it is imposed once.
DOUBLE_CLICK = timedelta(seconds=10)


def impose(
    *, kind: str, by: User, reason: str, until: datetime | None = None, comment: Comment | None = None,
    user: User | None = None, email: str = "", network: str = "", **said: Any,
) -> Sanction:  # fmt: skip
    """Puts a sanction in force, with its line in the record. To extend one, impose another.

    `comment`: the words that led to it. Exactly one of `user`, `email` and `network` says whom it is for. `said`: note,
    explanation, ground and source, see Decision. The same again within seconds gives the first one back. Raises
    ValidationError with a sentence for the moderator.
    """
    new = Sanction(kind=kind, user=user, email=email.strip().lower(), network=network, until=until, comment=comment)
    refuse_impossible(new, by=by, reason=reason)
    with transaction.atomic():
        # Two clicks on one button wait for each other here.
        User.objects.select_for_update(no_key=True).only("pk").get(pk=by.pk)
        if earlier := _just_imposed(new, by):
            return earlier
        new.save(force_insert=True)
        decision_letters.write_sanction(new, _write(new, kind, by=by, reason=reason, until=until, **said))
    return new


def lift(sanction: Sanction, *, by: User | None, note: str = "", source: str = Decision.Source.OWN) -> Decision | None:
    """Ends it before its time. None when it had ended already, or somebody else was faster."""
    with transaction.atomic():
        now = timezone.now()
        if not Sanction.objects.in_force().filter(pk=sanction.pk).update(lifted_at=now):
            return None
        sanction.lifted_at = now
        decision_letters.hold_back(sanction.imposed)
        return _write(sanction, Decision.Outcome.LIFTED, by=by, note=note, source=source)


def resume(sanction: Sanction, lifted: Decision, *, by: User) -> Decision:
    """The lifting is taken back: it is in force again until its time."""
    Sanction.objects.filter(pk=sanction.pk, lifted_at=sanction.lifted_at).update(lifted_at=None)
    sanction.lifted_at = None
    return _write(sanction, sanction.kind, by=by, undoes=lifted, until=sanction.until)


def refuse_impossible(sanction: Sanction, *, by: User, reason: str) -> None:
    """Raises ValidationError with a sentence for the moderator, when it cannot or must not be imposed."""
    if sanction.kind not in Sanction.Kind.values or reason not in Decision.Reason.values:
        raise ValidationError(_("Please choose a reason: the person reads it, and the record keeps it."))
    if (sanction.user is not None) + bool(sanction.email) + bool(sanction.network) != 1:
        raise ValidationError(_("Please say whom it is for: an account, an address or a network."))
    if sanction.until and sanction.until <= timezone.now():
        raise ValidationError(_("This end is over already."))
    if sanction.network:
        _refuse_for_network(sanction)
    for person in _accounts(sanction):
        if person == by:
            raise ValidationError(_("This is you. Nobody decides about herself here."))
        if person.has_perm("comments.moderate_comment"):
            raise ValidationError(_("This person moderates here. An administrator can take her role away."))


def _refuse_for_network(sanction: Sanction) -> None:
    """A household, an office or a clinic shares a network, so most people in it did nothing: their words may wait for a
    while, and those whom the house knows do not even wait."""
    if sanction.kind != Sanction.Kind.HOLD:
        raise ValidationError(
            _("A network is shared by people who did nothing. What comes from it can be held, but not refused.")
        )
    # A minute for the time between the choice and the click.
    latest = timezone.now() + timedelta(days=Sanction.NETWORK_DAYS, minutes=1)
    if not sanction.until or sanction.until > latest:
        raise ValidationError(
            _("A network can be held for %(days)d days at most."), params={"days": Sanction.NETWORK_DAYS}
        )


def _accounts(sanction: Sanction) -> list[User]:
    if not sanction.email:
        return [sanction.user] if sanction.user else []
    theirs = models.Q(email=sanction.email) | models.Q(emailaddress__email=sanction.email)
    mailbox = mailbox_of(sanction.email)
    staff = [user.pk for user in User.objects.filter(is_staff=True) if mailbox_of(user.email) == mailbox]
    return list(User.objects.filter(theirs | models.Q(pk__in=staff)).distinct())


def _just_imposed(new: Sanction, by: User) -> Sanction | None:
    """The same, if the same moderator has imposed it within seconds: a double click."""
    same = Sanction.objects.in_force().filter(
        kind=new.kind, user=new.user, email=new.email, network=new.network, comment=new.comment
    )
    return same.filter(decisions__by=by, created_at__gt=timezone.now() - DOUBLE_CLICK).first()


def _write(sanction: Sanction, outcome: str, *, by: User | None, **fields: Any) -> Decision:
    """A line of the record; about the words that led to it, if some did."""
    if comment := sanction.comment:
        version = comment.versions.get(number=comment.state.read_version)
        fields |= {"comment": comment, "version": version.number, "words": version.digest}
    return sanction.decisions.create(outcome=outcome, by=by, **fields)

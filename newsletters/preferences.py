"""Everything the site mails to an address by itself: what one page lists, changes and stops.

What answers something that a person did just now (a new password, a decision about her words) comes once and is no part
of it.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial, reduce
from operator import or_
from typing import Any

from django import forms
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from comments.followers import following
from comments.letters.comment_letters import KINDS
from comments.letters.moderator_letters import may_moderate
from comments.models import Comment, Follower, Seat
from edge.mailboxes import mailbox_of
from edge.models import Letter
from newsletters import subscribing
from newsletters.models import Subscriber, Subscription

STOP, KEEP = "stop", "keep"
HOW = "preferences page"


@dataclass(frozen=True)
class Mail:
    """One thing that an address gets, how to stop it and, where one may choose, to get it more or less often."""

    name: str
    label: str
    stop: Callable[[], Any]
    change: Callable[[str], Any] | None = None
    now: str = KEEP


def mails_to(email: str) -> Iterator[Mail]:
    running = Subscription.objects.active().filter(subscriber__email=email)
    for one in running.select_related("topic").order_by("pk"):
        often = (partial(subscribing.change_frequency, one, how=HOW), one.frequency) if one.topic else (None, KEEP)
        yield Mail(f"subscription_{one.pk}", str(one), partial(subscribing.stop, [one], how=HOW), *often)
    for follower in Follower.objects.active().at(email).select_related("thread").order_by("pk"):
        label = _("New comments: %(title)s") % {"title": follower.thread.title}
        yield Mail(f"conversation_{follower.pk}", label, partial(following.stop, follower))
    mine = Comment.objects.filter(Q(mailbox=mailbox_of(email)) | Q(author__email=email), wants_mail=True)
    if mine.exists():
        yield Mail("answers", _("Answers to what you wrote"), partial(mine.update, wants_mail=False))
    seat = Seat.objects.filter(user__email=email).select_related("user").first()
    if seat and may_moderate(seat.user) and seat.wants("digest"):
        yield Mail("digest", _("From the desk: what waits"), partial(seat.stop_mail, "digest"))
    if seat and may_moderate(seat.user) and seat.wants("crisis"):
        yield Mail("crisis", _("From the desk: when somebody may be in danger"), partial(seat.stop_mail, "crisis"))


def is_waiting(email: str) -> bool:
    """Something was asked for and the address has not agreed yet."""
    waiting = Subscription.objects.waiting().filter(subscriber__email=email)
    return waiting.exists() or Follower.objects.waiting().filter(stopped_at=None).at(email).exists()


def remains_of(email: str) -> bool:
    """Whether the address is known here still: as an account, or beside what a person wrote."""
    return User.objects.filter(email=email).exists() or Comment.objects.filter(email__iexact=email).exists()


class PreferencesForm(forms.Form):
    """One choice for each thing somebody gets: how often, or no more."""

    OFTEN: list[tuple[str, Any]] = [
        (Subscription.Frequency.WEEKLY, gettext_lazy("Once a week")),
        (Subscription.Frequency.DAILY, gettext_lazy("At most once a day")),
    ]

    def __init__(self, mails: Iterable[Mail], data: Any = None) -> None:
        super().__init__(data)
        self.mails = list(mails)
        for mail in self.mails:
            choices = [*(self.OFTEN if mail.change else [(KEEP, _("Keep it coming"))]), (STOP, _("Stop"))]
            # Not required: what began in another tab meanwhile stays as it is.
            self.fields[mail.name] = forms.ChoiceField(
                label=mail.label, choices=choices, initial=mail.now, required=False, widget=forms.RadioSelect
            )

    def save(self) -> bool:
        """False when all was chosen as it is."""
        chosen = [(mail, self.cleaned_data[mail.name]) for mail in self.mails]
        changed = [(mail, choice) for mail, choice in chosen if choice not in {"", mail.now}]
        for mail, choice in changed:
            if choice == STOP:
                mail.stop()
            elif mail.change:
                mail.change(choice)
        return bool(changed)


def stop_everything(email: str) -> None:
    """Also what waits to be confirmed; and what is written but has not left stays here."""
    with transaction.atomic():
        # All read before the first is stopped.
        for mail in list(mails_to(email)):
            mail.stop()
        subscribing.stop(Subscription.objects.waiting().filter(subscriber__email=email), how=HOW)
        waiting = Follower.objects.waiting().at(email)
        waiting.filter(user=None).delete()
        waiting.filter(stopped_at=None).update(stopped_at=timezone.now())
        _letters(email).withdraw()


def forget(email: str) -> None:
    """Stops everything, and forgets what this address got. An account, and what a person wrote, stay."""
    with transaction.atomic():
        stop_everything(email)
        Follower.objects.filter(email=email).delete()
        _letters(email).delete()
        for subscriber in Subscriber.objects.filter(email=email):
            subscribing.erase(subscriber)


def _letters(email: str) -> Any:
    kinds = [*KINDS, "confirm:", "desk:", "crisis:"]
    return Letter.objects.filter(reduce(or_, (Q(key__startswith=kind) for kind in kinds)), to=email)

"""Followers of a conversation: who wants mail about new comments, how an address agrees to it, and how it is stopped.

What somebody follows can say something about her health: no title stands in a link, a header or a confirmation.
"""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from comments.letters.decision_letters import confirmed_address
from comments.models import Decision, Follower, Thread
from comments.models.readers import FollowerQuerySet
from edge.models import Letter


def follower_of(thread: Thread, user: User) -> Follower | None:
    """Whoever runs an account runs its confirmed address: what that address follows by itself is hers as well."""
    return Follower.objects.active().at(user.email).filter(thread=thread).first()


def follow(thread: Thread, user: User) -> Follower:
    """For an account whose address is confirmed: it begins at once."""
    with transaction.atomic():
        Follower.objects.filter(thread=thread, email=user.email).delete()
        follower, _created = Follower.objects.get_or_create(thread=thread, user=user)
        _start([follower])
    return follower


def follow_as_writer(thread: Thread, user: User) -> None:
    """She wrote the page. Once: a "no more" of hers stays, however often the page is published."""
    follower, created = Follower.objects.get_or_create(
        thread=thread, user=user, defaults={"why": Follower.Why.WROTE, "confirmed_at": timezone.now(), "told": _now()}
    )
    if not created and follower.confirmed_at is None and follower.stopped_at is None:
        Follower.objects.filter(pk=follower.pk).update(why=Follower.Why.WROTE)
        _start([follower])


def wish(thread: Thread, email: str) -> bool:
    """Notes what an address (in small letters) was typed for; it begins once its owner has agreed. False when it runs."""
    with transaction.atomic():
        # The same form sent twice at once: one after the other.
        follower = Follower.objects.select_for_update(of=("self",)).get(pk=_row(thread, email).pk)
        if follower.confirmed_at and not follower.stopped_at:
            return False
        Follower.objects.filter(pk=follower.pk).update(asked_at=timezone.now(), confirmed_at=None)
    return True


def wishes_of(email: str) -> FollowerQuerySet:
    """What the owner of this address can agree to."""
    waiting = Follower.objects.waiting().at(email).filter(thread__in=Thread.objects.readable())
    return waiting.select_related("thread").order_by("pk")


def begin(email: str, chosen: Iterable[int]) -> list[Follower]:
    """Begins those of the chosen that wait; what came in since the page was shown goes on waiting."""
    started = list(wishes_of(email).filter(pk__in=chosen))
    _start(started)
    return started


def stop(follower: Follower) -> None:
    """No more letters about this conversation; one that has not left stays here. Twice is fine."""
    Follower.objects.filter(pk=follower.pk, stopped_at=None).update(stopped_at=timezone.now(), due_at=None)
    Letter.objects.filter(key__startswith=f"follow:{follower.pk}:").withdraw()


def _row(thread: Thread, email: str) -> Follower:
    """One row for a person and a thread: the account's, when the address is one that its owner has confirmed."""
    if known := Follower.objects.at(email).filter(thread=thread).first():
        return known
    user = User.objects.filter(email=email, is_active=True).first()
    if user and confirmed_address(user):
        return Follower.objects.get_or_create(thread=thread, user=user)[0]
    return Follower.objects.get_or_create(thread=thread, email=email, user=None)[0]


def _start(followers: Iterable[Follower]) -> None:
    """Letters begin from now on: what was approved before is no news."""
    rows = Follower.objects.filter(pk__in=[one.pk for one in followers])
    rows.update(confirmed_at=timezone.now(), stopped_at=None, due_at=None, told=_now())


def _now() -> int:
    """The last decision there is."""
    return Decision.objects.aggregate(last=Max("pk"))["last"] or 0

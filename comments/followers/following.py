"""Followers of a conversation: who wants mail about new comments, how an address agrees to it, and how it is stopped.

What somebody follows can say something about her health: no title stands in a link, a header or a confirmation.
"""

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from comments.letters.decision_letters import confirmed_address
from comments.models import Decision, Follower, Thread
from comments.text.signing import FOLLOW_CONFIRM
from edge.mail import write_letter
from edge.mailboxes import mailbox_of
from edge.models import Letter
from pages.models import SiteSettings

# So many confirmations may go unanswered before we stop writing to an address: somebody else may be typing it.
UNANSWERED = 3
UNANSWERED_WITHIN = timedelta(days=30)
CONFIRMATION = "follow-confirm:"


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


def ask(thread: Thread, email: str) -> None:
    """Notes the wish and mails a link to confirm it. Whoever asks learns nothing: not even whether mail was sent.

    `email` in small letters. Nothing is written to an address that follows already, or that left our letters unanswered.
    """
    with transaction.atomic():
        # The same form sent twice at once: one after the other.
        follower = Follower.objects.select_for_update(of=("self",)).get(pk=_row(thread, email).pk)
        if follower.confirmed_at and not follower.stopped_at:
            return
        Follower.objects.filter(pk=follower.pk).update(asked_at=timezone.now(), confirmed_at=None)
        if not has_had_enough(email):
            write_confirmation(follower)


def has_had_enough(email: str) -> bool:
    """True when this day's letter went out already, or the last few went unanswered, in whatever spelling.

    One letter is enough for a day: the page behind its link lists whatever waits for its address by then.
    """
    now = timezone.now()
    letters = Letter.objects.filter(mailbox=mailbox_of(email), key__startswith=CONFIRMATION)
    recent = letters.filter(created_at__gt=now - UNANSWERED_WITHIN)
    spellings = {email, *recent.values_list("to", flat=True)}
    theirs = Follower.objects.filter(Q(email__in=spellings) | Q(user__email__in=spellings))
    if answered := theirs.aggregate(at=Max("confirmed_at"))["at"]:
        recent = recent.filter(created_at__gt=answered)
    return recent.count() >= UNANSWERED or recent.filter(to=email, created_at__gt=now - timedelta(days=1)).exists()


def write_confirmation(follower: Follower) -> Letter | None:
    """No reader's words and no title: anybody can type anybody's address."""
    site, key = SiteSettings.current(), f"{CONFIRMATION}{follower.pk}:"
    return write_letter(
        key=f"{key}{Letter.objects.filter(key__startswith=key).count() + 1}",
        to=follower.address,
        subject=_("Please confirm: mail from %(site)s") % {"site": site.name},
        template="mail/comments/follow_confirm",
        context={"site": site, "days": FOLLOW_CONFIRM.days, "link": settings.BASE_URL + FOLLOW_CONFIRM.to(follower.pk)},
    )


def waiting_beside(follower: Follower) -> list[Follower]:
    """What the owner of this follower's address can agree to, with the conversations' names."""
    threads = Thread.objects.readable()
    waiting = Follower.objects.waiting().at(follower.address).filter(thread__in=threads)
    return list(waiting.select_related("thread").order_by("pk"))


def confirm(follower: Follower, chosen: Iterable[int]) -> list[Follower]:
    """Begins those of the chosen that wait; what came in since the page was shown goes on waiting."""
    wanted = set(chosen)
    started = [one for one in waiting_beside(follower) if one.pk in wanted]
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

"""Asking for mail and agreeing to it. Nobody gets anything before the address's owner has pressed a button for it."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.encoding import punycode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.people import forget_in_admin_log
from articles.models import Topic
from comments.followers import following
from comments.models import Follower, Thread
from edge.mail import write_letter
from edge.mailboxes import mailbox_of
from edge.models import Letter
from newsletters.models import ConsentEvent, Subscriber, Subscription, new_key
from newsletters.signing import CONFIRM_FOR, confirm_path, preferences_path
from pages.models import SiteSettings

Status = Subscription.Status
# So many confirmations may go unanswered before we stop writing to an address: somebody else may be typing it.
UNANSWERED = 3
UNANSWERED_WITHIN = timedelta(days=30)
# A machine that types addresses into the form shows in these figures: many new addresses, hardly anyone confirms.
FLOOD_WITHIN = timedelta(hours=1)
FLOOD_WAITING = 200
FLOOD_CONFIRMED = 0.05

valid_address = EmailValidator(
    gettext_lazy("This does not look like an e-mail address: please check it for a slip, such as a missing @."),
    allowlist=[],
)


def normalise(email: str) -> str:
    """The one spelling under which an address is kept: lower case, the domain in ASCII. Raises ValidationError."""
    local, _at, domain = email.strip().lower().rpartition("@")
    if not local.isascii():
        raise ValidationError(
            _("Please use an address with plain letters before the @: many mail servers know no others."), "local"
        )
    try:
        address = f"{local}@{punycode(domain)}"
    except UnicodeError:
        address = ""
    if len(address) > 254:
        address = ""
    valid_address(address)
    return address


def wording(topic: Topic | None) -> str:
    """What somebody reads beside the button, and what is kept as the proof of it."""
    if topic is None:
        return _(
            "I would like to get the newsletter by e-mail. I can stop at any time with one click; my address is used "
            "for nothing else."
        )
    return _(
        "I would like to get an e-mail when something new about %(topic)s is published. I know that following a topic "
        "says something about my health, and I agree that it is kept for this and nothing else. I can stop at any "
        "time with one click, and have it deleted."
    ) % {"topic": topic.name}


def ask(email: str, topic: Topic | None, frequency: str, *, wording: str, how: str) -> None:
    """Notes the wish and mails a link to confirm it. Whoever asks learns nothing: not even whether mail was sent.

    `email` is normalised; `topic` None means the newsletter.
    """
    with transaction.atomic():
        subscriber = _locked(email)
        subscription, _created = Subscription.objects.get_or_create(
            subscriber=subscriber, topic=topic, defaults={"frequency": frequency}
        )
        # What already runs is left alone: only the address's owner changes it.
        if subscription.status != Status.ACTIVE:
            subscription.status, subscription.frequency, subscription.asked_at = (
                Status.PENDING,
                frequency,
                timezone.now(),
            )
            subscription.save(update_fields=["status", "frequency", "asked_at"])
        note_consent(subscription, ConsentEvent.Action.ASKED, wording=wording, how=how)
        if not is_flooded() and not has_had_enough(subscriber):
            write_confirmation(subscriber)


def ask_to_follow(thread: Thread, email: str) -> None:
    """As `ask`, for new comments in a conversation. Nothing is written to an address that gets them already."""
    with transaction.atomic():
        if following.wish(thread, email):
            subscriber = _locked(email)
            if not is_flooded() and not has_had_enough(subscriber):
                write_confirmation(subscriber)


def _locked(email: str) -> Subscriber:
    """Two forms sent at once for one address come one after the other."""
    subscriber, _created = Subscriber.objects.get_or_create(email=email)
    return Subscriber.objects.select_for_update().get(pk=subscriber.pk)


def write_confirmation(subscriber: Subscriber) -> Letter | None:
    """One mail an address and day: its link lists whatever waits by then. Says so if there is nothing to confirm.

    It names no conversation: a title is somebody's words, and anybody can type anybody's address.
    """
    waiting = list(subscriber.subscriptions.waiting().select_related("topic"))
    conversations = following.wishes_of(subscriber.email).exists()
    site = SiteSettings.current()
    subject = (
        _("Please confirm: mail from %(site)s") if waiting or conversations else _("You already get mail from %(site)s")
    )
    return write_letter(
        key=f"confirm:{subscriber.pk}:{timezone.localdate()}",
        to=subscriber.email,
        subject=subject % {"site": site.name},
        template="mail/newsletters/confirm",
        context={
            "site": site,
            "waiting": waiting,
            "conversations": conversations,
            "days": CONFIRM_FOR.days,
            "confirm_url": settings.BASE_URL + confirm_path(subscriber),
            "preferences_url": settings.BASE_URL + preferences_path(subscriber),
        },
    )


def has_had_enough(subscriber: Subscriber) -> bool:
    """True when the last few confirmations went unanswered, in whatever spelling the address was typed."""
    since = timezone.now() - UNANSWERED_WITHIN
    mailbox = mailbox_of(subscriber.email)
    letters = Letter.objects.filter(mailbox=mailbox, key__startswith="confirm:", created_at__gte=since)
    spellings = {subscriber.email, *letters.values_list("to", flat=True)}
    confirmed = ConsentEvent.objects.filter(subscriber__email__in=spellings, action=ConsentEvent.Action.CONFIRMED)
    answered = confirmed.aggregate(at=Max("at"))["at"]
    return letters.filter(created_at__gte=answered or since).count() >= UNANSWERED


def is_flooded() -> bool:
    """The form is being misused right now: confirmations stay here, and newsletter editors are told."""
    asked = Subscriber.objects.filter(created_at__gte=timezone.now() - FLOOD_WITHIN).aggregate(
        all=Count("pk"), waiting=Count("pk", filter=Q(confirmed_at=None))
    )
    return asked["waiting"] > FLOOD_WAITING and asked["all"] - asked["waiting"] < asked["all"] * FLOOD_CONFIRMED


def confirm(subscriber: Subscriber, chosen: Iterable[int], *, how: str) -> list[Subscription]:
    """Starts those of the chosen subscriptions that wait; what came in since the page was shown goes on waiting."""
    waiting = subscriber.subscriptions.waiting().filter(pk__in=chosen).select_related("topic")
    with transaction.atomic():
        return [one for one in waiting if start(one, how=how)]


def start(subscription: Subscription, *, how: str) -> bool:
    """The address's owner confirmed. False when it did not wait: the second click changes nothing."""
    now = timezone.now()
    with transaction.atomic():
        if not _move(subscription, {Status.PENDING}, Status.ACTIVE, started_at=now, ended_at=None):
            return False
        _confirmed(subscription.subscriber_id)
        note_consent(subscription, ConsentEvent.Action.CONFIRMED, wording=wording(subscription.topic), how=how)
    return True


def begin_to_follow(subscriber: Subscriber, chosen: Iterable[int], *, how: str) -> list[Follower]:
    with transaction.atomic():
        if started := following.begin(subscriber.email, chosen):
            _confirmed(subscriber.pk)
            for one in started:
                wording = _("I would like to get an e-mail about new comments: %(title)s") % {"title": one.thread.title}
                ConsentEvent.objects.create(
                    subscriber=subscriber, action=ConsentEvent.Action.CONFIRMED, wording=wording, how=how
                )
    return started


def _confirmed(pk: int) -> None:
    now = timezone.now()
    Subscriber.objects.filter(pk=pk).update(confirmed_at=Coalesce("confirmed_at", Value(now)), bounced_at=None)


def change_frequency(subscription: Subscription, frequency: str, *, how: str) -> bool:
    """False when it runs no longer, or has that frequency already."""
    runs = Subscription.objects.active().filter(pk=subscription.pk)
    with transaction.atomic():
        if not runs.exclude(frequency=frequency).update(frequency=frequency):
            return False
        subscription.frequency = frequency
        said = str(subscription.get_frequency_display())
        note_consent(subscription, ConsentEvent.Action.CHANGED, wording=said, how=how)
    return True


def stop(subscriptions: Iterable[Subscription], *, how: str, by: User | None = None) -> int:
    """Stops them now, and letters that have not left yet stay here. How many of them had not ended before."""
    with transaction.atomic():
        return sum(_stop(subscription, how=how, by=by) for subscription in subscriptions)


def _stop(subscription: Subscription, *, how: str, by: User | None) -> bool:
    if not _move(subscription, {Status.PENDING, Status.ACTIVE}, Status.ENDED, ended_at=timezone.now()):
        return False
    note_consent(subscription, ConsentEvent.Action.ENDED, how=how, by=by)
    person = subscription.subscriber_id
    if subscription.topic_id is None:
        Letter.objects.filter(delivery__subscriber=person).withdraw()
    elif not Subscription.objects.active().to_topics().filter(subscriber=person).exists():
        Letter.objects.filter(updates__subscriber=person).withdraw()
    return True


def _move(subscription: Subscription, before: set[Status], after: Status, **times: Any) -> bool:
    if not Subscription.objects.filter(pk=subscription.pk, status__in=before).update(status=after, **times):
        return False
    for name, value in {"status": after, **times}.items():
        setattr(subscription, name, value)
    return True


def note_consent(
    subscription: Subscription, action: str, *, how: str, wording: str = "", by: User | None = None
) -> None:
    ConsentEvent.objects.create(
        subscriber_id=subscription.subscriber_id,
        subscription=subscription,
        action=action,
        wording=wording,
        how=how,
        by=by,
    )


def erase(subscriber: Subscriber) -> None:
    """Forgets the address: what it gets, what it agreed to, and the mails that were written to it."""
    ours = (
        Q(delivery__subscriber=subscriber)
        | Q(updates__subscriber=subscriber)
        | Q(to=subscriber.email, key__startswith=f"confirm:{subscriber.pk}:")
    )
    with transaction.atomic():
        Letter.objects.filter(pk__in=Letter.objects.filter(ours).values("pk")).delete()
        forget_in_admin_log(Subscriber, [subscriber.pk])
        subscriber.delete()


def make_links_worthless(subscriber: Subscriber) -> None:
    """A mail of ours fell into wrong hands: no link that was ever sent opens anything from now on."""
    subscriber.key, subscriber.key_changed_at = new_key(), timezone.now()
    subscriber.save(update_fields=["key", "key_changed_at"])


def write_due_confirmations() -> int:
    """A reader we know asked for more on a day that had its mail already: she gets the link on the next.

    Only for addresses that have confirmed something before; strangers are never reminded.
    """
    since = timezone.now() - CONFIRM_FOR
    waiting = Subscription.objects.waiting().filter(asked_at__gte=since)
    wishes = Follower.objects.waiting().filter(asked_at__gte=since, user=None)
    asked = Q(pk__in=waiting.values("subscriber")) | Q(email__in=wishes.values("email"))
    known = Subscriber.objects.filter(asked, confirmed_at__isnull=False)
    # All read before the first is written: SQLite refuses to write at once where it is still reading what has changed since.
    return sum(map(_catch_up, list(known)))


def _catch_up(subscriber: Subscriber) -> bool:
    with transaction.atomic():
        Subscriber.objects.select_for_update().filter(pk=subscriber.pk).first()
        waiting = subscriber.subscriptions.waiting(), following.wishes_of(subscriber.email)
        asked = [at for rows in waiting for at in rows.values_list("asked_at", flat=True)]
        if not asked or _letters(subscriber).filter(created_at__gte=max(asked)).exists() or has_had_enough(subscriber):
            return False
        return write_confirmation(subscriber) is not None


def _letters(subscriber: Subscriber) -> QuerySet[Letter]:
    # By address: a row that was never confirmed goes after some days, and comes back under another number.
    return Letter.objects.filter(to=subscriber.email, key__startswith="confirm:")

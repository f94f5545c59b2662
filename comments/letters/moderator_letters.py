"""Letters to moderators: how much waits, as often as each of them wants to know, and at once when somebody may be in danger.

No letter holds a reader's words, nor anything that a reader chose: it says how many and since when, and leads to the desk.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.core.signing import BadSignature, SignatureExpired, Signer, TimestampSigner
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.roles import ADMINISTRATOR
from comments.models import Appeal, Comment, HouseRules, Seat, Seen, Verb
from edge.front_page import COUNTED
from edge.mail import unsubscribe_headers, write_letter
from edge.models import Letter
from pages.models import SiteSettings

HOUR = timedelta(hours=1)
# Moderators who are at the desk clear it faster than this, and then no letter is written.
GRACE = timedelta(minutes=15)
MORNING = 7  # o'clock, in the site's time zone: the daily digest
# Somebody in danger yesterday needs no letter that says "at once".
RECENT = timedelta(days=1)
AT_ONCE = 50
# A flood of such words: after so many letters an hour one more says that there are many, and the desk has the rest.
MOST_CRISIS = 10
LINK_FOR = timedelta(hours=48)
# In the order of the letter; the word stands in the address.
WAYS = {
    "approve": Verb.APPROVE,
    "keep": Verb.KEEP,
    "reject": Verb.REJECT,
    "remove": Verb.REMOVE,
    "spam": Verb.SPAM,
}
# About what stands; all others are about what waits.
STANDING = {Verb.KEEP, Verb.REMOVE}


@dataclass(frozen=True)
class Waiting:
    """What waits, counted up to COUNTED, and since when the oldest of it."""

    waiting: int
    crisis: int
    reported: int
    appeals: int
    oldest_at: datetime | None

    @classmethod
    def now(cls) -> "Waiting":
        waiting, reported = Comment.objects.waiting(), Comment.objects.filter(reported_at__isnull=False)
        appeals = Appeal.objects.open()
        firsts = [
            waiting.values_list("waits_since", flat=True).first(),
            reported.order_by("reported_at").values_list("reported_at", flat=True).first(),
            appeals.order_by("id").values_list("created_at", flat=True).first(),
        ]
        return cls(
            waiting=bounded(waiting),
            crisis=bounded(waiting.filter(is_crisis=True)) + bounded(reported.filter(is_crisis=True, waits_since=None)),
            reported=bounded(reported),
            appeals=bounded(appeals),
            oldest_at=min((first for first in firsts if first), default=None),
        )

    @property
    def lines(self) -> list[str]:
        """In sentences, the most urgent first; what is none is left out."""
        counts = (self.crisis, self.waiting, self.reported, self.appeals)
        return [sentence(n) for n, sentence in zip(counts, SENTENCES, strict=True) if n]


SENTENCES = [
    lambda n: ngettext("%(n)s person may be in danger", "%(n)s people may be in danger", n) % {"n": many(n)},
    lambda n: ngettext("%(n)s comment waits", "%(n)s comments wait", n) % {"n": many(n)},
    lambda n: ngettext("%(n)s comment is reported", "%(n)s comments are reported", n) % {"n": many(n)},
    lambda n: ngettext("%(n)s appeal is open", "%(n)s appeals are open", n) % {"n": many(n)},
]


def bounded(rows: QuerySet) -> int:
    return rows.order_by()[: COUNTED + 1].count()


def many(n: int) -> str:
    return _("more than %(n)s") % {"n": COUNTED} if n > COUNTED else str(n)


def write_digests() -> int:
    """One look; returns how many letters it wrote. Several workers may look at once: each period has one letter."""
    take_seats()
    due = [seat for seat in _seats().exclude(digest=Seat.Digest.OFF) if is_due(seat)]
    if not due or not (waiting := Waiting.now()).oldest_at or timezone.now() - waiting.oldest_at < GRACE:
        return 0
    site = SiteSettings.current()
    return sum(write_digest(seat, waiting, site) for seat in due if may_moderate(seat.user))


def take_seats() -> None:
    """A seat for everybody who holds the right by her role or for herself. Administrators, who hold every right, get
    theirs when they first sit down at the desk."""
    right = Permission.objects.filter(codename="moderate_comment", content_type__app_label="comments")
    roles = Group.objects.filter(permissions__in=right).exclude(name=ADMINISTRATOR)
    people = User.objects.filter(Q(groups__in=roles) | Q(user_permissions__in=right), is_active=True, is_staff=True)
    new = people.filter(seat=None).distinct()
    Seat.objects.bulk_create([Seat(user=user) for user in new], ignore_conflicts=True)


def is_due(seat: Seat) -> bool:
    now, last = timezone.now(), seat.digest_at
    if seat.digest == Seat.Digest.HOURLY:
        return last is None or last <= now - HOUR
    today = timezone.localtime(now)
    return today.hour >= MORNING and (last is None or timezone.localdate(last) < today.date())


def write_digest(seat: Seat, waiting: Waiting, site: SiteSettings) -> bool:
    stop = settings.BASE_URL + stop_path(seat, "digest")
    with transaction.atomic():
        if not Seat.objects.filter(pk=seat.pk, digest_at=seat.digest_at).update(digest_at=timezone.now()):
            return False
        letter = write_letter(
            key=f"desk:{seat.pk}:{seat.digest_at.isoformat() if seat.digest_at else 0}",
            to=seat.user.email,
            subject=_("%(what)s on %(site)s") % {"what": waiting.lines[0], "site": site.name},
            template="mail/comments/digest",
            context={
                "site": site,
                "name": seat.user.get_full_name(),
                "lines": waiting.lines,
                "oldest": timesince(waiting.oldest_at or timezone.now()),
                "desk": settings.BASE_URL + desk_path(),
                "wishes": settings.BASE_URL + reverse("admin:comments_seat_mine"),
                "hourly": seat.digest == Seat.Digest.HOURLY,
                "stop": stop,
            },
            headers={**unsubscribe_headers(stop), "List-Id": f"<desk.{urlsplit(settings.BASE_URL).hostname}>"},
        )
    return letter is not None


def write_crisis_letters() -> int:
    """One letter for each comment and moderator who wants it; returns how many it wrote. Two queries while there is none."""
    comments = in_danger()
    if not comments:
        return 0
    take_seats()
    people = [seat for seat in _seats().filter(crisis_mail=True) if may_moderate(seat.user)]
    return sum(_write_crisis(seat, comment) for seat, comment in _unwritten(people, comments))


def in_danger() -> list[Comment]:
    """What sounds like it and waits, and what is online and was reported for it; the latest of each first."""
    since, crisis = timezone.now() - RECENT, Comment.objects.filter(is_crisis=True)
    waiting = crisis.filter(waits_since__isnull=False, waits_since__gt=since).order_by("-waits_since", "-id")
    reported = crisis.filter(waits_since=None, reported_at__isnull=False, reported_at__gt=since)
    return [*waiting[:AT_ONCE], *reported.order_by("-reported_at", "-id")[:AT_ONCE]]


def _unwritten(people: list[Seat], comments: list[Comment]) -> Iterator[tuple[Seat, Comment | None]]:
    """Who has no letter yet about what; None stands for "there are many"."""
    keys = {crisis_key(seat, comment) for seat in people for comment in comments}
    there = set(Letter.objects.filter(key__in=keys).values_list("key", flat=True))
    recent = Letter.objects.filter(
        to__in={seat.user.email for seat in people}, key__startswith="crisis:", created_at__gt=timezone.now() - HOUR
    )
    count = Counter(recent.values_list("to", flat=True))
    for seat in people:
        for comment in reversed(comments):
            if crisis_key(seat, comment) in there:
                continue
            count[seat.user.email] += 1
            if count[seat.user.email] > MOST_CRISIS:
                yield seat, None
                break
            yield seat, comment


def _write_crisis(seat: Seat, comment: Comment | None) -> bool:
    links = paths_for(comment, seat.user) if comment else {}
    letter = write_letter(
        key=crisis_key(seat, comment),
        to=seat.user.email,
        subject=_("Somebody may be in danger: comment %(number)s") % {"number": comment.pk}
        if comment
        else _("Several people may be in danger"),
        template="mail/comments/crisis",
        context={
            "name": seat.user.get_full_name(),
            "comment": comment,
            "until": answer_until(comment) if comment else None,
            "minutes": HouseRules.current().crisis_minutes,
            "card": settings.BASE_URL + (card_path(comment) if comment else desk_path(queue="crisis")),
            "ways": [(WAYS[way].label, settings.BASE_URL + path) for way, path in links.items()],
            "hours": LINK_FOR // HOUR,
            "wishes": settings.BASE_URL + reverse("admin:comments_seat_mine"),
            "stop": settings.BASE_URL + stop_path(seat, "crisis"),
        },
    )
    return letter is not None


def crisis_key(seat: Seat, comment: Comment | None) -> str:
    return f"crisis:{comment.pk}:{seat.pk}" if comment else f"crises:{seat.pk}:{timezone.now():%Y-%m-%dT%H}"


def answer_until(comment: Comment) -> datetime | None:
    """The promise that the house makes to somebody in danger."""
    minutes = timedelta(minutes=HouseRules.current().crisis_minutes)
    since = comment.open_since
    return since + minutes if since else None


def card_path(comment: Comment) -> str:
    return desk_path(queue="crisis" if comment.waits_since else "reported", mode="zen", card=str(comment.pk))


def desk_path(**query: str) -> str:
    return reverse("admin:comments_desk", query=query)


def stop_path(seat: Seat, kind: str) -> str:
    """`kind`: "digest" or "crisis". Works for good."""
    return reverse("comments:desk_mail", args=[_stopper().sign(f"{seat.pk}.{kind}")])


def seat_of_stop_link(token: str) -> tuple[str, Seat | None] | None:
    """(kind, seat), with no seat when there is none any more; None when the link is forged."""
    try:
        number, _dot, kind = _stopper().unsign(token).partition(".")
    except BadSignature:
        return None
    return kind, Seat.objects.filter(pk=int(number)).first()


def _seats() -> QuerySet[Seat]:
    return Seat.objects.filter(user__is_active=True).select_related("user").order_by("pk")


def _stopper() -> Signer:
    return Signer(salt="comments.desk-mail")


# --- Links by which a decision is taken ------------------------------------------------------------------------------
# Signed for one moderator and one decision about one text; each leads to a page with a button. What a link is good for is
# all in its signature: the comment, its versions and state, what was last decided, the moderator, her password as it is, the
# decision, and two days. Whatever of it has changed makes the link worthless.


class WrongLink(Exception):
    """Not a link of ours for this, or its moderator is none any more. `status` is that of the answer."""

    status = 404


class ExpiredLink(WrongLink):
    status = 410


@dataclass(frozen=True)
class Errand:
    """What a link asks for: this moderator takes this decision about the comment as it was then."""

    user: User
    verb: Verb
    seen: Seen
    last: int  # the newest decision about the comment when the letter was written; 0 for none

    @property
    def comment(self) -> Comment:
        """Raises WrongLink when it is gone."""
        comment = Comment.objects.select_related("thread", "author", "writer", "parent__writer").filter(pk=self.seen.pk)
        if not (found := comment.first()):
            raise WrongLink
        return found

    def is_open(self, comment: Comment) -> bool:
        """Whether the comment stands as it did: not even decided and put back meanwhile."""
        return comment.state == self.seen.state and last_decision(comment) == self.last


def may_moderate(user: User) -> bool:
    return user.is_active and user.is_staff and user.has_perm("comments.moderate_comment")


def paths_for(comment: Comment, user: User) -> dict[str, str]:
    """The address of each decision that can be taken now: about what waits, or else about what is online."""
    head = f"{comment.pk}.{Seen.of(comment)}.{last_decision(comment)}.{user.pk}"
    return {
        way: reverse("comments:by_mail", args=[way, _signer(verb, user).sign(head)])
        for way, verb in WAYS.items()
        if verb.is_possible(comment.state) and not (comment.waits_since and verb in STANDING)
    }


def read(way: str, token: str) -> Errand:
    """Raises WrongLink or ExpiredLink."""
    try:
        number, *seen, last, by = token.partition(":")[0].split(".")
        user = User.objects.get(pk=int(by))
        errand = Errand(user, WAYS[way], Seen.parse(int(number), ".".join(seen)), int(last))
        _signer(errand.verb, user).unsign(token, max_age=LINK_FOR)
    except SignatureExpired:
        raise ExpiredLink from None
    except (ValueError, KeyError, OverflowError, User.DoesNotExist, BadSignature):
        raise WrongLink from None
    if not may_moderate(user):
        raise WrongLink
    return errand


def last_decision(comment: Comment) -> int:
    return comment.decisions.order_by("-pk").values_list("pk", flat=True).first() or 0


def _signer(verb: Verb, user: User) -> TimestampSigner:
    """One for each decision and each password: a link for one is noise to all others."""
    return TimestampSigner(salt=f"comments.by_mail:{verb}:{user.password}")

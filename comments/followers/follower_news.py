"""Letters to the followers of a conversation: what moderators let through becomes a mark on each follower's row, and
the rows that are due become letters, one for everything that is new.

A letter holds a number and a link, and no reader's words: what is taken away later stands in nobody's mailbox.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from itertools import takewhile
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import F, Min
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext

from comments.letters.comment_letters import KINDS, MOST_A_DAY
from comments.models import Comment, Decision, FanOut, Follower, Status
from comments.text.signing import FOLLOW_STOP, mail_path
from edge.day import start_of_today
from edge.mail import unsubscribe_headers, write_letter
from edge.models import Letter
from pages.models import SiteSettings

# So long a follower hears nothing more about the same conversation: what comes meanwhile comes together.
QUIET = timedelta(minutes=15)
# Two decisions made at once may be committed in the other order; by then both are there.
SETTLED = timedelta(seconds=10)
# A worker that starts after a long rest stays quiet about what is older.
RECENT = timedelta(days=1)
DECISIONS_AT_ONCE = 2_000
# In one transaction: a moderator who decides at the same time must not wait for long.
FOLLOWERS_AT_ONCE = 50
LOTS = 4
# Only what has become public by it. A new wording of a comment that readers know already is none.
FIRST_TIME = [Status.PENDING, Status.REJECTED, Status.SPAM]


@dataclass(frozen=True)
class News:
    """A comment that readers see since this decision, and who wrote it."""

    decision: int
    comment: int
    author: int | None
    email: str

    def is_by(self, follower: Follower) -> bool:
        same_account = self.author is not None and self.author == follower.user_id
        return same_account or self.email.lower() == follower.address.lower()


def tell_followers() -> int:
    """One look; returns how much it did, so that the worker looks again while there is more.

    Two queries while nothing is new. Several workers may look at once, and one that is killed has written a letter and
    its row's mark or neither.
    """
    return mark_due() + sum(takewhile(bool, (tell_some() for _lot in range(LOTS))))


def mark_due() -> int:
    """Marks the followers of every conversation in which something was approved since the last look."""
    reached = _reached()
    settled = timezone.now() - max(SETTLED, timedelta(seconds=getattr(settings, "COMMENT_MAIL_DELAY", 0)))
    decisions = Decision.objects.filter(pk__gt=reached).order_by("pk")
    rows = decisions.values_list("pk", "at", "outcome", "comment__thread")[:DECISIONS_AT_ONCE]
    seen = list(takewhile(lambda row: row[1] <= settled, rows))
    if not seen:
        return 0
    threads = {thread for _pk, _at, outcome, thread in seen if outcome == Status.APPROVED and thread}
    with transaction.atomic():
        if FanOut.objects.filter(pk=1, reached=reached).update(reached=seen[-1][0]):
            _mark(threads)
    return len(seen)


def tell_some() -> int:
    """The letters of one lot of due followers; returns how many rows it settled."""
    now = timezone.now()
    with transaction.atomic():
        due = Follower.objects.active().filter(due_at__lte=now).order_by("due_at", "pk")
        lot = list(
            due.select_related("user", "thread").select_for_update(of=("self",), skip_locked=True)[:FOLLOWERS_AT_ONCE]
        )
        if not lot:
            return 0
        # Read behind the lock: whoever moves it further marks these rows anew when we are done.
        reached = _reached()
        told, put_off = _write_letters(lot, reached)
        rest = {one.pk for one in lot} - set(told) - set(put_off)
        rows = Follower.objects.filter
        rows(pk__in=told).update(told=reached, told_at=now, due_at=None)
        rows(pk__in=put_off).update(due_at=start_of_today() + timedelta(days=1))
        rows(pk__in=rest).update(told=reached, due_at=None)
    return len(lot)


def news_in(thread: int, *, since: int, reached: int) -> list[News]:
    """What readers see now and did not before the decision `since`, oldest first."""
    approvals = Decision.objects.filter(
        pk__gt=since, pk__lte=reached, outcome=Status.APPROVED, before__in=FIRST_TIME, undoes=None, undone=None,
        comment__in=Comment.objects.public().filter(thread=thread, opens=None),
    )  # fmt: skip
    rows = approvals.order_by("pk").values_list("pk", "comment", "comment__author", "comment__email")
    return [News(*row) for row in rows]


def _write_letters(lot: list[Follower], reached: int) -> tuple[list[int], list[int]]:
    """The numbers of those who got a letter, and of those who have had enough for today."""
    told, put_off = [], []
    since = {
        thread: min(one.told for one in lot if one.thread_id == thread) for thread in {one.thread_id for one in lot}
    }
    news = {thread: news_in(thread, since=told, reached=reached) for thread, told in since.items()}
    heard = _heard_of({item.comment for items in news.values() for item in items}, lot)
    today, site = _letters_today(lot), SiteSettings.current()
    for follower in lot:
        new = [
            item
            for item in news[follower.thread_id]
            if item.decision > follower.told
            and not item.is_by(follower)
            and (item.comment, follower.address) not in heard
        ]
        if not new or (follower.user and not follower.user.is_active):
            continue
        if today[follower.address] >= MOST_A_DAY:
            put_off.append(follower.pk)
        else:
            today[follower.address] += 1
            told.append(follower.pk)
            write_news(follower, new, site)
    return told, put_off


def write_news(follower: Follower, new: list[News], site: SiteSettings) -> Letter | None:
    # The subject names no topic: it shows on locked phones and in other people's view.
    subject = ngettext("%(count)d new comment on %(site)s", "%(count)d new comments on %(site)s", len(new))
    stop = settings.BASE_URL + FOLLOW_STOP.to(follower.pk)
    return write_letter(
        key=f"follow:{follower.pk}:{follower.told}",
        to=follower.address,
        subject=subject % {"count": len(new), "site": site.name},
        template="mail/comments/follow",
        context={
            "site": site,
            "count": len(new),
            "title": follower.thread.title,
            "wrote": follower.why == Follower.Why.WROTE,
            # By number: the path of the page would carry the topic's name.
            "link": settings.BASE_URL + reverse("comments:comment", args=[new[0].comment]),
            "stop_url": stop,
            "preferences_url": settings.BASE_URL + mail_path("follower", follower.pk, follower.address),
        },
        headers={
            **unsubscribe_headers(stop),
            "List-Id": f"<conversations.{urlsplit(settings.BASE_URL).hostname}>",
            "Precedence": "bulk",
        },
    )


def _mark(threads: Iterable[int]) -> None:
    now = timezone.now()
    followers = Follower.objects.active().filter(thread__in=threads, due_at=None)
    followers.filter(told_at__gt=now - QUIET).update(due_at=F("told_at") + QUIET)
    followers.update(due_at=now)


def _reached() -> int:
    row = FanOut.objects.filter(pk=1).first()
    if row is None:
        first = Decision.objects.filter(at__gt=timezone.now() - RECENT).aggregate(pk=Min("pk"))["pk"]
        last = Decision.objects.order_by("-pk").values_list("pk", flat=True).first()
        row, _created = FanOut.objects.get_or_create(pk=1, defaults={"reached": first - 1 if first else last or 0})
    return row.reached


def _heard_of(comments: set[int], lot: list[Follower]) -> set[tuple[int, str]]:
    """(comment, address) of every answer that its own letter has told about."""
    keys = [f"reply:{pk}" for pk in comments]
    letters = Letter.objects.filter(key__in=keys, to__in={one.address for one in lot}).values_list("key", "to")
    return {(int(key.partition(":")[2]), to) for key, to in letters}


def _letters_today(lot: list[Follower]) -> Counter[str]:
    """How many letters about comments each address has got since midnight."""
    letters = Letter.objects.filter(to__in={one.address for one in lot}, created_at__gte=start_of_today())
    return Counter(to for to, key in letters.values_list("to", "key") if key.startswith(KINDS))

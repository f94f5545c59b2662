"""Raids: floods of texts, during which the door is stricter; how one is detected, and when it is over.

A raid is a row. The detector or a moderator switches it on, for one thread or for the whole site; while it goes on
newcomers are held, keep their links to themselves and read a longer captcha. Readers whom the house knows notice nothing.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from accounts.models import User
from comments.models.comments import Comment
from comments.models.door import Raid
from comments.models.moves import Status

MINUTE = timedelta(minutes=1)
TIMES_USUAL = 10  # within one minute
# A lively evening is no raid: fewer newcomers' texts in a minute never are, however quiet it was before.
FLOOR = 20
SEVERAL = 3  # threads; from then on it is the site that is flooded
SITE_FLOOR = SEVERAL * FLOOR
USUAL = timedelta(days=7)  # from these days it is known what is usual
REMEMBERED = 600  # seconds until that is counted again
CALM = timedelta(minutes=10)  # with at most twice what is usual, and nobody refused
BY_HAND = timedelta(days=1)  # what a moderator switched on stays longer, and is not forgotten for ever
LET_BE = timedelta(minutes=30)  # a moderator has ended it: for so long the detector keeps still


def going_on(thread: int | None) -> Raid | None:
    """The raid that the door of this thread has to think of: its own, or the whole site's (`None`: only that one)."""
    here = models.Q(thread=None) if thread is None else models.Q(thread=thread) | models.Q(thread=None)
    return Raid.objects.going_on().filter(here).order_by("pk").first()


def detect_flood(thread: int) -> Raid | None:
    """Asked when a newcomer's text comes in and no raid goes on: the raid that begins with it, if it is one too many.

    A calm minute costs two counts, each bounded and on an index.
    """
    raid = _flooded(thread, FLOOR)
    if raid is None:
        return _flooded(None, SITE_FLOOR)
    hit = Raid.objects.going_on().filter(by=None, thread__isnull=False).count()
    return start(None, in_a_minute=raid.in_a_minute, usual=raid.usual) if hit >= SEVERAL else raid


def start(thread: int | None, *, by: User | None = None, in_a_minute: int = 0, usual: float = 0) -> Raid:
    """Switches the stricter door on. Of two who do it at the same moment one makes the row; both get it."""
    try:
        with transaction.atomic():
            return Raid.objects.create(thread_id=thread, by=by, in_a_minute=in_a_minute, usual=usual)
    except IntegrityError:
        return Raid.objects.filter(thread=thread).latest("pk")


def end(raids: Iterable[int], *, by: User | None = None) -> int:
    """Back to normal; how many of them still went on."""
    return Raid.objects.going_on().filter(pk__in=raids).update(ended_at=timezone.now(), ended_by=by)


def count_refusal(thread: int) -> None:
    """A newcomer was sent back because of a link. Nothing of her text is kept, but the flood goes on."""
    here = Raid.objects.going_on().filter(models.Q(thread=thread) | models.Q(thread=None))
    here.update(refused=models.F("refused") + 1, refused_at=timezone.now())


def end_calm_raids() -> int:
    """The worker's: ends what has been calm for some minutes."""
    return end([raid.pk for raid in Raid.objects.going_on() if is_over(raid)])


def is_over(raid: Raid) -> bool:
    now = timezone.now()
    if now - raid.started_at < (BY_HAND if raid.by_id else CALM):
        return False
    if raid.refused_at and now - raid.refused_at < CALM:
        return False
    most = max(FLOOR if raid.thread_id else SITE_FLOOR, int(2 * raid.usual * CALM / MINUTE))
    return arrived(raid.thread_id, since=now - CALM, most=most + 1) <= most


def arrived(thread: int | None, *, since: datetime, most: int) -> int:
    """How many texts came in that did not appear at once, and that their writers have not taken back; counted up to
    `most`, so a flood does not slow the door.

    For the whole site (`None`), threads that have a raid of their own do not count.
    """
    texts = Comment.objects.filter(created_at__gt=since).exclude(status__in=[Status.APPROVED, Status.WITHDRAWN])
    if thread is not None:
        texts = texts.filter(thread=thread)
    else:
        texts = texts.exclude(thread__in=Raid.objects.going_on().filter(thread__isnull=False).values("thread"))
    return texts.order_by()[:most].count()


def usual_in_a_minute(thread: int | None) -> float:
    """The mean of the last days, counted afresh every ten minutes."""
    key = f"comments:usual:{thread or ''}"
    usual: float | None = cache.get(key)
    if usual is None:
        texts = Comment.objects.filter(created_at__gt=timezone.now() - USUAL)
        usual = (texts.filter(thread=thread) if thread else texts).count() / (USUAL / MINUTE)
        cache.set(key, usual, REMEMBERED)
    return usual


def _flooded(thread: int | None, floor: int) -> Raid | None:
    """The raid that begins with the text that comes in now, if it is one too many."""
    minute_ago = timezone.now() - MINUTE
    if arrived(thread, since=minute_ago, most=floor) < floor:
        return None
    usual = usual_in_a_minute(thread)
    limit = max(floor, int(TIMES_USUAL * usual))
    if limit > floor and arrived(thread, since=minute_ago, most=limit) < limit:
        return None
    if Raid.objects.filter(thread=thread, ended_by__isnull=False, ended_at__gt=timezone.now() - LET_BE).exists():
        return None
    return start(thread, in_a_minute=limit + 1, usual=usual)

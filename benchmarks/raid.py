"""A flood: 10,000 texts of spam in five minutes, from twelve families and thousands of networks, and fifty honest ones.

The clock is set by hand, so five minutes pass in as long as the door needs; how long each text took is real time.
"""

import random
import time
import tomllib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any
from unittest.mock import patch

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from benchmarks import Figure
from benchmarks._spam import FAMILIES, spun
from comments.desk import batches
from comments.desk.queues import Selection
from comments.intake.near_duplicates import cluster_for
from comments.intake.receive import receive
from comments.models import Batch, Comment, HouseRules, NotReceived, Raid, Status, Thread

SPAM, KNOWN, NEW = 10_000, 25, 25
MINUTES = 5
NETWORKS = 4_000  # each in a wider one of its own, or the limit of that one would send most of it back
CALM = 100  # texts, one every two minutes
USUAL = 300  # texts in the week before
DEMO = Path(__file__).parent.parent / "site/config/demo/comments.toml"


@dataclass
class Seen:
    """What came of it."""

    # Processor seconds for each text of spam that was taken in: on an ordinary day, and in the flood.
    calm: list[float] = field(default_factory=list)
    door: list[float] = field(default_factory=list)
    visible: list[float] = field(default_factory=list)  # seconds until a known reader's text was online
    honest: list[Comment] = field(default_factory=list)  # of newcomers
    refused: Counter[str] = field(default_factory=Counter)
    raid_after: tuple[int, float] | None = None  # texts, seconds since the first


def run() -> Iterable[Figure]:
    dice = random.Random(11)
    threads, known = before_the_flood(dice)
    seen = flood(threads, known, dice)
    yield from what_happened(seen)
    yield from at_the_desk(seen)


def before_the_flood(dice: random.Random) -> tuple[list[Thread], list[User]]:
    threads = [
        Thread.objects.create(title=f"Page {n}", address=f"/p/{n}/", is_public=True, mode="open") for n in range(4)
    ]
    now = timezone.now()
    week = [
        Comment(
            thread=dice.choice(threads), name="Reader", body="Some words.", status=Status.APPROVED,
            created_at=now - timedelta(minutes=dice.randrange(60, 7 * 24 * 60)),
        )
        for _n in range(USUAL)
    ]  # fmt: skip
    Comment.objects.bulk_create(week)
    people = [known_reader(threads[0], n) for n in range(KNOWN)]
    return threads, people


def known_reader(thread: Thread, n: int) -> User:
    user = User.objects.create(email=f"known{n}@example.org", name=f"Known {n}")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    long_ago = timezone.now() - timedelta(days=60)
    for _n in range(HouseRules.current().known_after):
        Comment.objects.create(
            thread=thread, author=user, name=user.name, email=user.email, body="Some words.", status=Status.APPROVED,
            created_at=long_ago,
        )  # fmt: skip
    return user


def flood(threads: list[Thread], known: list[User], dice: random.Random) -> Seen:
    """Most of it goes to the first thread. Honest texts fall in anywhere after the first half minute."""
    honest = {
        n: user
        for user, n in zip([*known, *[None] * NEW], dice.sample(range(SPAM // 10, SPAM), KNOWN + NEW), strict=True)
    }
    words = iter(honest_words())
    seen = Seen()
    with clock() as at:
        for n in range(CALM):
            at.now += timedelta(minutes=2)
            spam(threads[1], spun(dice.choice(FAMILIES), dice), -n, dice, seen)
        seen.calm, seen.door = seen.door, []
        began = at.now
        for n in range(SPAM):
            at.now = began + timedelta(minutes=MINUTES) * n / SPAM
            if n in honest:
                say(threads[0], next(words), honest[n], n, seen)
            spam(dice.choices(threads, [7, 1, 1, 1])[0], spun(dice.choice(FAMILIES), dice), n, dice, seen)
            if seen.raid_after is None and Raid.objects.going_on().exists():
                seen.raid_after = n + 1, (at.now - began).total_seconds()
    return seen


def spam(thread: Thread, text: str, n: int, dice: random.Random, seen: Seen) -> None:
    began = time.process_time()
    try:
        receive(thread,
            name=f"Guest {n}", email=f"guest{n}@mail.example", body=text, network=2 * f"{n % NETWORKS:016x}",
            form_key=f"spam-{n}", seconds=40,
        )  # fmt: skip
    except NotReceived as refusal:
        seen.refused[refusal.why] += 1
    else:
        seen.door.append(time.process_time() - began)


def say(thread: Thread, text: str, user: User | None, n: int, seen: Seen) -> None:
    began = time.perf_counter()
    comment = receive(thread,
        name="Rosa", email=user.email if user else f"new{n}@example.net", body=text, author=user,
        network=f"honest{n}", form_key=f"honest-{n}", seconds=90,
    )  # fmt: skip
    if user is None:
        seen.honest.append(comment)
    elif Comment.objects.public().filter(pk=comment.pk).exists():
        seen.visible.append(time.perf_counter() - began)


def honest_words() -> list[str]:
    comments = tomllib.loads(DEMO.read_text("utf-8"))["comment"]
    texts = [comment["body"] for comment in comments if comment["status"] == "approved"]
    # In the site's own language and without links: nothing that the door would hold on an ordinary day.
    ordinary = [
        text for text in texts if "http" not in text and not any("\u0370" < letter < "\u2000" for letter in text)
    ]
    return list(dict.fromkeys(ordinary))[: KNOWN + NEW]


def what_happened(seen: Seen) -> Iterator[Figure]:
    texts, seconds = seen.raid_after or (SPAM, None)
    yield Figure("stricter door after", seconds, "s", against=f"{texts:,} texts", at_most=60)
    yield Figure("known readers online at once", len(seen.visible), of=KNOWN, exactly=KNOWN)
    yield Figure("the slowest of them", max(seen.visible, default=None), "s", at_most=1)
    yield Figure("newcomers' honest texts taken in", len(seen.honest), of=NEW, exactly=NEW)
    for_links = seen.refused[NotReceived.Why.LINKS]
    yield Figure("spam sent back for its links", for_links, of=SPAM)
    yield Figure("spam sent back for something else", seen.refused.total() - for_links, of=SPAM, exactly=0)
    door, calm = median(seen.door) * 1000, median(seen.calm) * 1000
    yield Figure(
        "one text of the flood through the door", door, "ms", against="on a calm day", other=calm, at_most_times=1.5
    )
    # Rolled back, so that the desk below is the flood's.
    family = [spun(FAMILIES[n % 12], random.Random(n)) for n in range(200)]
    with transaction.atomic():
        alone = median(timed(partial(cluster_for, text)) for text in family) * 1000
        transaction.set_rollback(True)
    yield Figure("of it, finding its cluster", alone, "ms", against="all of it", other=door, at_most=1.5)


def at_the_desk(seen: Seen) -> Iterator[Figure]:
    # Whoever may be in danger has a card of her own, whatever it resembles.
    together, in_danger = (Comment.objects.waiting().order_by().filter(is_crisis=crisis) for crisis in (False, True))
    sizes: Counter[int | None] = Counter(together.values_list("cluster", flat=True))
    loners = sizes.pop(None, 0) + sum(size == 1 for size in sizes.values())
    clusters = {cluster: size for cluster, size in sizes.items() if size > 1}
    cards = len(clusters) + loners + in_danger.count()
    waiting = sum(clusters.values()) + loners + in_danger.count()
    yield Figure(
        f"rows for {waiting} waiting: clusters",
        len(clusters),
        against="of texts in them",
        of=sum(clusters.values()),
        at_most=20,
    )
    yield Figure("rows for single texts", loners, against="honest", other=NEW, of=waiting, at_most_times=1.2)
    mixed = sum(comment.cluster_id in clusters for comment in seen.honest)
    yield Figure("honest texts in a cluster of spam", mixed, of=len(seen.honest), exactly=0)
    rows = Selection().rows().count()
    yield Figure("rows at the desk", rows, against="clusters + singles + in danger", of=waiting, exactly=cards)
    largest = max(clusters, key=clusters.__getitem__)
    took = timed(lambda: clear(largest))
    left = Comment.objects.waiting().filter(cluster=largest).count()
    yield Figure("left by one action on a cluster", left, against=f"in {took:.1f} s", of=clusters[largest], exactly=0)


def clear(cluster: int) -> None:
    """What one press of "Spam" on its row begins, and the worker carries out."""
    moderator = User.objects.create(email="moderator@example.org", name="Amara", is_staff=True)
    moderator.groups.add(Group.objects.get(name="Moderator"))
    batch = batches.start(Selection(cluster=cluster), "mark_as_spam", by=moderator)
    while Batch.objects.due().filter(pk=batch.pk).exists():
        batches.step(batch.pk)


def timed(do: Callable[[], Any]) -> float:
    began = time.perf_counter()
    do()
    return time.perf_counter() - began


@dataclass
class Clock:
    now: datetime


@contextmanager
def clock() -> Iterator[Clock]:
    """Everything that asks Django what time it is gets `now` of this."""
    at = Clock(datetime.now(UTC))

    class Moment(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return at.now.astimezone(tz)

    with patch("django.utils.timezone.datetime", Moment):
        yield at

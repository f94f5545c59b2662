"""Sixteen moderators, each a process of her own, over the same thousand cards in random order, while two workers seal.

No decision may be lost or taken twice, no letter written twice, and the chain has to hold in the end. On SQLite, or on
PostgreSQL when DATABASE_URL names one.
"""

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from allauth.account.models import EmailAddress
from django.db import OperationalError, connection, transaction
from django.db.models import Count
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from benchmarks import Figure
from comments.decisions.comments import approve, reject
from comments.ledger.sealing import seal_due
from comments.ledger.verifying import Look
from comments.models import AlreadyDecided, Comment, Decision, Thread, Version
from comments.models.record import sealed
from edge.models import Letter

MODERATORS, SEALERS, CARDS = 16, 2, 1_000
PAGE = 10  # cards that a moderator has read before she decides about the first
ROOT = Path(__file__).resolve().parent.parent
ONE_OF_THEM = "import sys, django; django.setup(); from benchmarks import race; race.one_of_them(*sys.argv[1:])"


def run() -> Iterable[Figure]:
    thread, moderators = set_up()
    seconds, told, sealed_meanwhile = let_them_race(thread, moderators)
    by_people = Decision.objects.filter(thread_number=thread.pk, by__in=moderators)
    decided = by_people.count()
    twice = by_people.values("number").annotate(n=Count("pk")).filter(n__gt=1).count()
    lost = CARDS - by_people.values("number").distinct().count() + abs(decided - told.done)
    while seal_due():
        pass
    look = Look.begin()
    problems = len(list(look.to_the_end()))
    owed, written = letters_owed(thread), letters_written(thread)
    yield Figure(f"{MODERATORS} moderators, {connection.vendor}", decided / seconds, "decisions/s")
    # Else they did not race.
    yield Figure("somebody else was faster", told.conflicts, "times", at_least=1)
    yield Figure("waited so long that she clicked again", told.again, "times")
    yield Figure("sealed meanwhile", sealed_meanwhile, at_least=1)
    yield Figure("cards decided twice or not at all", twice + lost, of=CARDS, exactly=0)
    yield Figure(
        "letters too many or too few", (owed - written).total() + (written - owed).total(), of=CARDS, exactly=0
    )
    yield Figure("what the record does not bear out", problems, of=look.place, exactly=0)


@dataclass
class Told:
    """What the moderators were told: `done`, or that somebody was faster."""

    done: int = 0
    conflicts: int = 0
    again: int = 0


def set_up() -> tuple[Thread, list[User]]:
    """The cards; every writer has a confirmed account and asked for mail, so each decision owes her a letter."""
    numbers = range(CARDS)
    with transaction.atomic():
        thread = Thread.objects.create(title="Race", address="/articles/race/", is_public=True, mode=Thread.Mode.HELD)
        writers = User.objects.bulk_create(
            User(email=f"race{n}-{thread.pk}@example.net", password="!") for n in numbers
        )
        writers = list(User.objects.filter(email__endswith=f"-{thread.pk}@example.net").order_by("pk"))
        EmailAddress.objects.bulk_create(
            EmailAddress(user=w, email=w.email, verified=True, primary=True) for w in writers
        )
        hand_in(thread, writers)
        moderators = [
            User.objects.create(email=f"moderator{n}-{thread.pk}@example.org", is_staff=True, is_superuser=True)
            for n in range(MODERATORS)
        ]
    return thread, moderators


def hand_in(thread: Thread, writers: list[User]) -> None:
    """What intake.receive leaves behind, without the checks: they have a benchmark of their own."""
    comments = Comment.objects.bulk_create(
        Comment(
            thread=thread, name="Rosa", email=writer.email, author=writer, body=f"Warmth helps me on day {writer.pk}.",
            wants_mail=True, waits_since=timezone.now(),
        )
        for writer in writers
    )  # fmt: skip
    versions = Version.objects.bulk_create(Version(comment=c, number=1, body=c.body) for c in comments)
    lines = [
        Decision(comment=c, number=c.pk, thread_number=thread.pk, version=1, words=v.digest, outcome="pending")
        for c, v in zip(comments, versions, strict=True)
    ]
    for line in lines:
        line.private = sealed(line.salt, "", "")
    Decision.objects.bulk_create(lines)


def let_them_race(thread: Thread, moderators: list[User]) -> tuple[float, Told, int]:
    """Seconds, what the moderators were told, and how much was sealed. All begin at once, when the slowest has started."""
    people = [process("decide", thread.pk, moderator.pk) for moderator in moderators]
    people += [process("seal") for _n in range(SEALERS)]
    for each in people:
        said_by(each)
    start, ends, told, sealed_meanwhile = time.time(), [], Told(), 0
    for each in people:
        print("go", file=each.stdin, flush=True)
    for each in people[: len(moderators)]:
        done, conflicts, again, ended = said_by(each).split()
        told.done, told.conflicts, told.again = (
            told.done + int(done),
            told.conflicts + int(conflicts),
            told.again + int(again),
        )
        ends.append(float(ended))
    for each in people[len(moderators) :]:
        sealed_meanwhile += int(said_by(each).split()[0])
    for each in people:
        each.wait(timeout=120)
    return max(ends) - start, told, sealed_meanwhile


def process(*told: Any) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "site")])}
    command = [sys.executable, "-c", ONE_OF_THEM, *map(str, told)]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def said_by(one: subprocess.Popen[str]) -> str:
    """The next line of what it prints; nothing when it has failed, and then so does this."""
    line = one.stdout.readline() if one.stdout else ""
    if not line:
        raise RuntimeError(f"one of them failed: {one.args}")
    return line


def one_of_them(deed: str, *numbers: str) -> None:
    warm_up()
    print("ready", flush=True)
    sys.stdin.readline()
    told = decide_all(*map(int, numbers)) if deed == "decide" else seal_for_a_while()
    print(told.done, told.conflicts, told.again, time.time(), flush=True)


def warm_up() -> None:
    """A web process has read its addresses and templates long before a moderator decides."""
    connection.ensure_connection()
    reverse("comments:own_comment", args=["1"])
    for name in ("online", "decision"):
        for part in ("txt", "html"):
            render_to_string(f"mail/comments/{name}.{part}", request=HttpRequest())


def decide_all(thread: int, moderator: int) -> Told:
    told, random, by = Told(), Random(moderator), User.objects.get(pk=moderator)
    cards = list(Comment.objects.filter(thread=thread).values_list("pk", flat=True))
    random.shuffle(cards)
    for nth in range(0, len(cards), PAGE):
        page = (
            Comment.objects.waiting().filter(pk__in=cards[nth : nth + PAGE]).select_related("thread__opening", "author")
        )
        for comment in page:
            decide_patiently(told, comment, by, random)
    return told


def decide_patiently(told: Told, comment: Comment, by: User, random: Random) -> None:
    """Where one machine runs all sixteen, SQLite may keep one waiting for longer than its patience: she clicks again."""
    for _n in range(5):
        try:
            decide(comment, by, random)
            told.done += 1
            return
        except AlreadyDecided:
            told.conflicts += 1
            return
        except OperationalError:
            told.again += 1


def decide(comment: Comment, by: User, random: Random) -> None:
    if random.random() < 0.5:
        approve(comment, by=by)
    else:
        reject(comment, by=by, reason="unkind", explanation="Please read the rules.")


def seal_for_a_while() -> Told:
    told, end = Told(), time.time() + 8
    while time.time() < end:
        try:
            told.done += seal_due()
        except OperationalError:
            told.again += 1
        time.sleep(0.05)
    return told


def letters_owed(thread: Thread) -> Counter[tuple[str, str]]:
    """One for each comment, to who wrote it: that it is online, or why not."""
    comments = Comment.objects.filter(thread=thread)
    owed = [(f"online:{pk}", email) for pk, email in comments.filter(status="approved").values_list("pk", "email")]
    no = Decision.objects.filter(thread_number=thread.pk, outcome="rejected")
    owed += [(f"decision:{pk}", email) for pk, email in no.values_list("pk", "comment__email")]
    return Counter(owed)


def letters_written(thread: Thread) -> Counter[tuple[str, str]]:
    return Counter(Letter.objects.filter(to__endswith=f"-{thread.pk}@example.net").values_list("key", "to"))

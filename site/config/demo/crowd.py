"""A crowd for the moderators' desk: `manage.py demo --comments 5000`. Everybody comes through the door; most was decided
by two moderators during the last weeks, and a good third waits."""

import random
import time
from collections import deque
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from comments.decisions.appeals import open_appeal
from comments.decisions.comments import approve, mark_as_spam, reject
from comments.ledger.sealing import seal_due
from comments.models import Comment, Decision, NotReceived, Report, Thread
from config.demo.load import PASSWORD, make_user
from config.demo.voices import decided_at, said

WEEKS = 4
# In one transaction, and between two: a running site is not held up. On SQLite, where one writes at a time, whoever waits looks
# every tenth of a second whether the place is free; without a break she would hardly ever find it so.
LOT_SECONDS, BREAK_SECONDS = 0.5, 0.15
KINDS = {"honest": 70, "spam": 18, "angry": 4, "advice": 3, "private": 2, "foreign": 2, "crisis": 1}
WAITING = 0.35
SECOND = "moderator2@example.org"
REASONS = {"angry": "unkind", "advice": "dangerous", "private": "private"}


def load_crowd(count: int, words: dict[str, Any]) -> Iterator[int]:
    """Writes `count` comments; yields how many there are after each step. `words` as in crowd.toml."""
    crowd = Crowd(words, [User.objects.get(email="moderator@example.org"), second_moderator()])
    # Oldest first: what came later has a higher number, as in life.
    moments = deque(sorted((crowd.moment() for _n in range(count)), key=lambda moment: moment[0]))
    while moments:
        until = time.monotonic() + LOT_SECONDS
        with transaction.atomic():
            while moments and time.monotonic() < until:
                at, kind, waits = moments.popleft()
                crowd.write_one(at, kind, waits=waits)
            # What is set back after it was sealed would look forged.
            while seal_due():
                pass
        yield count - len(moments)
        time.sleep(BREAK_SECONDS)


def second_moderator() -> User:
    there = User.objects.filter(email=SECOND).first()
    return there or make_user(SECOND, "Tomas Lindqvist", "Moderator", make_password(PASSWORD))


class Crowd:
    def __init__(self, words: dict[str, Any], moderators: list[User]) -> None:
        self.words, self.moderators = words, moderators
        self.chance = random.Random(11)  # noqa: S311  a demo's crowd, the same every time
        self.threads = list(Thread.objects.readable())
        self.now = timezone.now()

    def moment(self) -> tuple[datetime, str, bool]:
        """When somebody writes, of which kind, and whether nobody has decided about it yet."""
        kind = self.chance.choices(list(KINDS), list(KINDS.values()))[0]
        waits = self.chance.random() < WAITING or kind == "crisis"
        at = self.now - timedelta(
            hours=self.chance.expovariate(1 / 5) if waits else self.chance.uniform(12, WEEKS * 168)
        )
        return at, kind, waits

    def write_one(self, at: datetime, kind: str, *, waits: bool) -> None:
        reader = self.chance.randrange(900)
        try:
            comment = said(
                self.chance.choice(self.threads), at, name=self.words["names"][reader % len(self.words["names"])],
                email=f"reader{reader}@example.net", body=self.body(kind), network=f"{reader % 400:032x}",
                seconds=1.2 if kind == "spam" and reader % 3 else 40 + reader,
            )  # fmt: skip
        except NotReceived:  # nobody gets in everywhere
            return
        if not waits and comment.status == Comment.Status.PENDING:
            self.decide(comment, kind)
        elif waits and comment.is_public:
            self.report(comment)

    def body(self, kind: str) -> str:
        if kind == "honest":
            opening, middle, ending = (self.pick(part) for part in ("openings", "middles", "endings"))
            return f"{opening} {middle.capitalize()}. {ending}".strip()
        if kind == "spam":
            template = self.pick("spam")
            return template.format(*[self.pick("fillers") for _n in range(template.count("{}"))])
        return self.pick(kind)

    def pick(self, part: str) -> str:
        return str(self.chance.choice(self.words[part]))

    def decide(self, comment: Comment, kind: str) -> None:
        by = self.chance.choice(self.moderators)
        at = min(comment.created_at + timedelta(minutes=self.chance.expovariate(1 / 40)), self.now)
        if kind == "spam":
            mark_as_spam(comment, by=by)
        elif kind in REASONS:
            decision = reject(comment, by=by, reason=REASONS[kind], explanation="Please read our rules, and try again.")
            self.appeal(decision)
        else:
            approve(comment, by=by)
            if self.chance.random() < 0.04:
                self.report(comment)
        decided_at(comment, at)

    def appeal(self, decision: Decision) -> None:
        if self.chance.random() < 0.12:
            open_appeal(decision, "I did not mean it that way. I wanted to help. Please read it once more.")

    def report(self, comment: Comment) -> None:
        at = self.now - timedelta(hours=self.chance.expovariate(1 / 3))
        reasons = self.chance.sample(["unkind", "dangerous", "advert", "other"], k=self.chance.randrange(1, 4))
        for number, reason in enumerate(reasons):
            Report.objects.create(
                comment=comment, version=comment.version, reason=reason, network=f"{number:032x}", created_at=at,
                text="This should not stand here.",
            )  # fmt: skip
        Comment.objects.filter(pk=comment.pk).update(reported_at=at)

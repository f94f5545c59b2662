"""Trials of word rules: what they would have done lately, before anybody saves them."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone

from comments.intake.facts import rules_of
from comments.models import Comment, Status, WordRule
from comments.text.words import Comparable, Rule, Rules, covering, domain_of, hosts_in, key_of, squeeze

DAYS = 90
NEWEST = 20_000
SECONDS = 3.0
SAMPLES = 20
AROUND = 60  # characters before and behind what was found


@dataclass(frozen=True)
class Sample:
    """A comment in which something stands, cut into what stands before it, itself, and what stands behind it."""

    pk: int
    name: str
    at: datetime
    status: Status
    before: str
    match: str
    behind: str


@dataclass
class Trial:
    """`held` of the `looked_at` newest comments hold one of the phrases; `approved` of these stand today."""

    days: int = DAYS
    looked_at: int = 0
    held: int = 0
    approved: int = 0
    samples: list[Sample] = field(default_factory=list)


def try_rules(kind: str, phrases: list[str]) -> Trial:
    """Reads at most NEWEST comments for at most SECONDS, the newest first."""
    rules = Rules(tuple(Rule(kind, phrase) for phrase in phrases))
    if kind != WordRule.Kind.ALLOWED:
        rules = Rules((*rules.rules, *rules_of(WordRule.objects.active().filter(kind=WordRule.Kind.ALLOWED)).rules))
    needles = [needles_of(phrase) for phrase in phrases]
    trial, until = Trial(), time.monotonic() + SECONDS
    for pk, body, title, name, status, at in lately():
        trial.looked_at += 1
        whole = "\n".join(filter(None, (body, title, name)))
        text = Comparable(whole)
        may_be = any(all(word in text.squeezed for word in words) for words in needles)
        if may_be and (spot := first_spot(rules, kind, text)):
            trial.held += 1
            trial.approved += status == Status.APPROVED
            if len(trial.samples) < SAMPLES:
                trial.samples.append(sample(whole, spot, pk, name, at, Status(status)))
        if time.monotonic() > until:
            break
    return trial


def lately() -> Iterator[tuple[int, str, str | None, str, str, datetime]]:
    """What the checks read of each: its text, the title that came with it, and the name above it."""
    since = timezone.now() - timedelta(days=DAYS)
    newest = Comment.objects.filter(created_at__gt=since).order_by("-created_at")[:NEWEST]
    return newest.values_list("pk", "body", "opens__title", "name", "status", "created_at").iterator(chunk_size=1000)


def needles_of(phrase: str) -> list[str]:
    """What is in the letters of every text in which the phrase stands. Looking for that is quick."""
    if domain := domain_of(phrase):
        # Of a domain in another script the text holds other letters than the network's name for it.
        return [squeeze(label) for label in domain.split(".") if phrase.isascii()]
    return [squeeze(word) for word in key_of(phrase).split()]


def first_spot(rules: Rules, kind: str, text: Comparable) -> tuple[int, int] | None:
    found = rules.find(text) if kind == WordRule.Kind.ALLOWED else rules.held(text)
    spots = [(one.start, one.end) for one in found if one.rule.kind == kind]
    if rules.domains:
        listed = ((covering(host, rules.domains), start, end) for host, start, end in hosts_in(text.original))
        spots += [(start, end) for rule, start, end in listed if rule and rule.kind == kind]
    return min(spots, default=None)


def sample(text: str, spot: tuple[int, int], pk: int, name: str, at: datetime, status: Status) -> Sample:
    start, end = spot
    before, behind = text[max(0, start - AROUND) : start], text[end : end + AROUND]
    before = "…" + before if start > AROUND else before
    behind = behind + "…" if end + AROUND < len(text) else behind
    return Sample(pk, name, at, status, before, text[start:end], behind)

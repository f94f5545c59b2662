"""What the program notices in a reader's words before a moderator reads them.

Every check is a pure function of one `Writing` and gives a Signal or nothing. All of them run, always: a moderator
sees everything that was noticed, not only the first thing. One function at the end decides, and it never rejects:
the worst that the program does by itself is to put what a trap caught among the spam, where people can find it.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

FAST_SECONDS = 3
OLD_SECONDS = 24 * 3600
LONG = 3000  # characters
MANY_FROM_NETWORK = 3  # in ten minutes
SHOUTING_LETTERS = 20
# Signals of rules that people set up; what they catch has a queue of its own.
RULES = {"blocked", "suspect", "sanction", "raid", "outside"}
LINK = re.compile(r"(?:https?://|www\.)[^\s<>\"']{3,200}", re.IGNORECASE)


@dataclass(frozen=True)
class Writing:
    """The words, and what is known around them."""

    body: str
    seconds: float | None = None  # since the form was drawn; None: nobody knows
    trapped: bool = False  # a field that people do not see was filled in
    sanctioned: bool = False  # a moderator wants to read everything by this person first
    raid: bool = False  # a flood goes on, and the house does not know this person
    is_first: bool = False  # nothing by this account or address was ever approved
    repeats: int = 0  # how often the same text stands in this thread already
    from_network: int = 0  # comments from the same network in the last ten minutes


@dataclass(frozen=True)
class Signal:
    """Something noticed. `points` say how much it weighs, `spots` where it stands in the text: (start, end)."""

    code: str
    points: int
    count: int = 1
    spots: tuple[tuple[int, int], ...] = ()

    @property
    def words(self) -> str:
        """For the moderator, in her language."""
        return WORDS[self.code](self.count) if self.code in WORDS else self.code

    def as_json(self) -> dict[str, Any]:
        return {"code": self.code, "points": self.points, "count": self.count, "spots": [list(s) for s in self.spots]}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Signal":
        spots = tuple((int(start), int(end)) for start, end in data.get("spots", ()))
        return cls(str(data["code"]), int(data.get("points", 0)), int(data.get("count", 1)), spots)


WORDS: dict[str, Callable[[int], str]] = {
    "trap": lambda _n: _("filled in a field that people do not see"),
    "sanction": lambda _n: _("a moderator reads everything by this person first"),
    "raid": lambda _n: _("came in during a raid"),
    "fast": lambda _n: _("sent within seconds"),
    "old_form": lambda _n: _("the form had been open for more than a day"),
    "links": lambda n: ngettext("%(n)d link", "%(n)d links", n) % {"n": n},
    "repeat": lambda _n: _("the same text stands here already"),
    "first": lambda _n: _("first comment"),
    "network": lambda n: (
        ngettext("%(n)d other from this network in ten minutes", "%(n)d others from this network in ten minutes", n)
        % {"n": n}
    ),
    "long": lambda n: ngettext("very long: %(n)d character", "very long: %(n)d characters", n) % {"n": n},
    "capitals": lambda _n: _("mostly capitals"),
}


def trap(writing: Writing) -> Signal | None:
    return Signal("trap", 100) if writing.trapped else None


def sanction(writing: Writing) -> Signal | None:
    return Signal("sanction", 30) if writing.sanctioned else None


def raid(writing: Writing) -> Signal | None:
    return Signal("raid", 5) if writing.raid else None


def fast(writing: Writing) -> Signal | None:
    return Signal("fast", 40) if writing.seconds is not None and writing.seconds < FAST_SECONDS else None


def old_form(writing: Writing) -> Signal | None:
    return Signal("old_form", 5) if writing.seconds is not None and writing.seconds > OLD_SECONDS else None


def links(writing: Writing) -> Signal | None:
    spots = tuple(match.span() for match in LINK.finditer(writing.body))
    return Signal("links", min(20 * len(spots), 60), len(spots), spots) if spots else None


def repeat(writing: Writing) -> Signal | None:
    return Signal("repeat", 40, writing.repeats) if writing.repeats else None


def first(writing: Writing) -> Signal | None:
    return Signal("first", 10) if writing.is_first else None


def network(writing: Writing) -> Signal | None:
    many = writing.from_network >= MANY_FROM_NETWORK
    return Signal("network", 20, writing.from_network) if many else None


def long(writing: Writing) -> Signal | None:
    return Signal("long", 10, len(writing.body)) if len(writing.body) > LONG else None


def capitals(writing: Writing) -> Signal | None:
    """Only scripts that have capitals count: Chinese and Arabic cannot shout this way."""
    words = LINK.sub("", writing.body)
    upper, lower = (sum(map(case, words)) for case in (str.isupper, str.islower))
    return Signal("capitals", 15) if upper >= SHOUTING_LETTERS and upper > 3 * lower else None


CHECKS: list[Callable[[Writing], Signal | None]] = [
    trap, sanction, raid, fast, old_form, links, repeat, first, network, long, capitals
]  # fmt: skip


def look_at(writing: Writing) -> list[Signal]:
    return [signal for check in CHECKS if (signal := check(writing))]


def verdict(signals: Iterable[Signal], *, may_appear: bool) -> str:
    """`spam`, `approved` or `pending`.

    `may_appear`: the thread lets words appear at once, and they come from an account. A name and an address that
    anybody can type prove nothing, so without an account everything waits.
    """
    codes = {signal.code for signal in signals}
    if "trap" in codes:
        return "spam"
    return "approved" if may_appear and not codes else "pending"

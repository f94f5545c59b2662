"""What two sequences have in common, found in good time whatever they hold.

Python's SequenceMatcher may take the cube of their length: two paragraphs of 1400 words that share nothing but the blanks
between them take it three minutes. Here each search is paid for beforehand, out of what the whole comparison may spend.
When that is used up, what lies between two matches counts as different: coarser, and still true.
"""

from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from difflib import Match, SequenceMatcher
from itertools import accumulate
from typing import Any, cast

# Beyond this nobody waits for a comparison: what lies between the first and the last difference is one.
MOST_COMPARED = 3_000
# Pairs of equal items that the searches of one comparison look at, all together: about half a second.
MOST_PAIRS = 6_000_000
# Sequences that one comparison compares, all together, however short they are: about half a second, too.
MOST_SEQUENCES = 12_000


@dataclass
class Budget:
    """What one comparison may still spend, and whether it had to be coarser than it could be."""

    left: int = field(default_factory=lambda: MOST_PAIRS)
    sequences: int = field(default_factory=lambda: MOST_SEQUENCES)
    is_coarse: bool = False

    def pays(self, price: int, most: int) -> bool:
        """Takes the price of a search if it is there, and not more than `most`."""
        if price > min(most, self.left):
            self.is_coarse = True
            return False
        self.left -= price
        return True

    def goes_on(self) -> bool:
        """Whether anything more can be compared; when not, whoever asks does without."""
        self.is_coarse |= not self.sequences
        return self.sequences > 0


_budget: ContextVar[Budget | None] = ContextVar("budget", default=None)


@contextmanager
def one_comparison() -> Iterator[Budget]:
    """All that is compared within is paid for together."""
    token = _budget.set(budget := Budget())
    try:
        yield budget
    finally:
        _budget.reset(token)


def budget() -> Budget:
    """Of the comparison that is going on; a new one outside of any."""
    return _budget.get() or Budget()


def is_worth_comparing(one: Sequence[Hashable], other: Sequence[Hashable]) -> bool:
    """Whether somebody would wait for it, and it can still be paid for."""
    current = budget()
    if max(len(one), len(other)) > MOST_COMPARED:
        current.is_coarse = True
        return False
    if not current.goes_on():
        return False
    current.sequences -= 1
    return True


def common(one: Sequence[Hashable], other: Sequence[Hashable]) -> int:
    pairs = zip(one, other, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def ends(one: Sequence[Hashable], other: Sequence[Hashable]) -> tuple[int, int]:
    """How many items both begin with, and with how many of the others both end."""
    start = common(one, other)
    return start, common(one[start:][::-1], other[start:][::-1])


class Matcher(SequenceMatcher[Any]):
    """Like Python's, within the limits."""

    def __init__(self, one: Sequence[Hashable], other: Sequence[Hashable]) -> None:
        super().__init__(None, one, other, autojunk=False)
        places = cast(dict[Any, list[int]], vars(self)["b2j"])
        self.pairs = [0, *accumulate(len(places.get(item, ())) for item in one)]
        self.budget = budget()
        # One pair of paragraphs leaves half to those behind it.
        self.allowed = self.budget.left // 2

    def find_longest_match(self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None) -> Match:
        price = self.pairs[-1 if ahi is None else ahi] - self.pairs[alo]
        if not self.budget.pays(price, self.allowed):
            return Match(alo, blo, 0)
        self.allowed -= price
        return super().find_longest_match(alo, ahi, blo, bhi)

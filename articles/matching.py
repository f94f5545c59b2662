"""What two sequences have in common, found in good time whatever they hold.

Python's SequenceMatcher may take the cube of their length: two paragraphs of 1400 words that share nothing but the blanks
between them take it three minutes. Here each search is paid for beforehand, out of what the whole comparison may spend.
When that is used up, what lies between two matches counts as different: coarser, and still true.
"""

from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from difflib import Match, SequenceMatcher
from itertools import accumulate
from typing import Any, cast

# Beyond this nobody waits for a comparison: what lies between the first and the last difference is one.
MOST_COMPARED = 3_000
# Pairs of equal items that the searches of one comparison look at, all together: about half a second.
MOST_PAIRS = 6_000_000

_left: ContextVar[int | None] = ContextVar("left", default=None)


@contextmanager
def one_comparison() -> Iterator[None]:
    """All that is compared within is paid for together."""
    token = _left.set(MOST_PAIRS)
    try:
        yield
    finally:
        _left.reset(token)


def common(one: Sequence[Hashable], other: Sequence[Hashable]) -> int:
    """How many items both begin with."""
    pairs = zip(one, other, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


class Matcher(SequenceMatcher[Any]):
    """Like Python's, within the limits."""

    def __init__(self, one: Sequence[Hashable], other: Sequence[Hashable]) -> None:
        super().__init__(None, one, other, autojunk=False)
        places = cast(dict[Any, list[int]], vars(self)["b2j"])
        self.pairs = [0, *accumulate(len(places.get(item, ())) for item in one)]
        left = _left.get()
        # One pair of paragraphs leaves half to those behind it.
        self.allowed = (MOST_PAIRS if left is None else left) // 2

    def find_longest_match(self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None) -> Match:
        price = self.pairs[-1 if ahi is None else ahi] - self.pairs[alo]
        if price > self.allowed:
            return Match(alo, blo, 0)
        self.allowed -= price
        left = _left.get()
        if left is not None:
            _left.set(left - price)
        return super().find_longest_match(alo, ahi, blo, bhi)

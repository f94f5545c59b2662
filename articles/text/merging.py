"""A three-way merge of an article that two people changed: what both did is kept where they did not touch the same words.

What one of them left as it was takes what the other made of it. A text is compared by its paragraphs,
lists and tables, and within one of those by words; sources by their numbers, topics one by one. What both changed, each in
another way, is a Clash, and a person has to choose.
"""

import re
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from articles.text.content import Content, blocks_of
from edge.sequences import Matcher, ends, is_worth_comparing, one_comparison

MINE, THEIRS = "mine", "theirs"
# Where a clash can also be settled in other words.
WORDED = {"title", "summary", "body", "key_points", "get_help"}
# Compared by what they are made of; every other part is merged as a whole.
HTML, LINES, SETS = {"body"}, {"key_points", "get_help"}, {"other_topics"}
TOKEN = re.compile(r"<[^<>]*>|\s+|[^\s<]+|<")

Item = TypeVar("Item", bound=Hashable)


@dataclass(frozen=True)
class Wording:
    """What somebody has made of both."""

    words: str


@dataclass(frozen=True)
class Clash:
    """Both changed it. `part` is a name of the content; the values are those of that part, or of a piece of it."""

    part: str
    base: Any
    theirs: Any
    mine: Any

    def settled(self, choice: "str | Wording") -> Any:
        if isinstance(choice, Wording):
            return choice.words if self.part in WORDED else self.theirs
        return getattr(self, choice)


@dataclass
class Merge:
    """`pieces` of each part that two people changed: values that are settled, and Clashes, in order.

    `is_coarse`: the texts were so long, or so different, that more stands in a Clash than both of them changed.
    """

    theirs: Content
    pieces: dict[str, list[Any]] = field(default_factory=dict)
    is_coarse: bool = False

    @property
    def clashes(self) -> list[Clash]:
        return [piece for pieces in self.pieces.values() for piece in pieces if isinstance(piece, Clash)]

    def content(self, choices: Sequence[str | Wording] = ()) -> Content:
        """What comes of it when each clash is settled with MINE, THEIRS or another Wording, in the order of `clashes`. With
        none given everything that clashes is as they have it."""
        chosen = iter(choices)
        merged = dict(self.theirs)
        for part, pieces in self.pieces.items():
            settled = [piece.settled(next(chosen, THEIRS)) if isinstance(piece, Clash) else piece for piece in pieces]
            merged[part] = JOINED[type(settled[0])](settled) if part in JOINABLE else settled[0]
        return merged


def merge(base: Content, theirs: Content, mine: Content) -> Merge:
    """What `theirs` and `mine` made of `base`, all three of the parts that `theirs` has."""
    merged = Merge(theirs)
    with one_comparison() as budget:
        for part, now in theirs.items():
            before, own = base.get(part), mine.get(part)
            if own not in (before, now):
                merged.pieces[part] = [own] if now == before else list(pieces_of(part, before, now, own))
    merged.is_coarse = budget.is_coarse
    return merged


def pieces_of(part: str, base: Any, theirs: Any, mine: Any) -> Iterator[Any]:
    if part in HTML:
        yield from of_sequences(part, blocks_of(base or ""), blocks_of(theirs), blocks_of(mine))
    elif part in LINES:
        yield from of_sequences(part, *(text.splitlines(keepends=True) for text in (base or "", theirs, mine)))
    elif part in SETS:
        before, now, own = set(base or ()), set(theirs), set(mine)
        yield sorted((now | own) - (before - now) - (before - own))
    elif part == "references":
        yield from of_references(base or [], theirs, mine)
    else:
        yield Clash(part, base, theirs, mine)


def of_sequences(part: str, base: list[str], theirs: list[str], mine: list[str]) -> Iterator[Any]:
    """Joined texts of what is settled, and Clashes of joined texts."""
    for before, now, own in regions(base, theirs, mine):
        settled = one_of(before, now, own)
        if settled is None:
            settled = by_words(*("".join(side) for side in (before, now, own)))
        yield Clash(part, "".join(before), "".join(now), "".join(own)) if settled is None else "".join(settled)


def one_of(base: Sequence[Item], theirs: Sequence[Item], mine: Sequence[Item]) -> Sequence[Item] | None:
    """What stands when at most one of the two changed it, or both in the same way."""
    if mine in (base, theirs):
        return theirs
    return mine if theirs == base else None


def by_words(base: str, theirs: str, mine: str) -> list[str] | None:
    """The same within one paragraph; None when words clash, or when its markup changed."""
    sides = [TOKEN.findall(side) for side in (base, theirs, mine)]
    if len({tuple(token for token in side if token.startswith("<")) for side in sides}) > 1:
        return None
    settled: list[str] = []
    for region in regions(*sides):
        part = one_of(*region)
        if part is None:
            return None
        settled += part
    return settled


def of_references(
    base: list[dict[str, Any]], theirs: list[dict[str, Any]], mine: list[dict[str, Any]]
) -> Iterator[Any]:
    """Sources one by one: the numbers stand in the text, so nothing is renumbered."""
    before, now, own = ({row["number"]: row for row in rows} for rows in (base, theirs, mine))
    for number in sorted({*before, *now, *own}):
        rows = [[row] if (row := side.get(number)) else [] for side in (before, now, own)]
        if rows[2] in rows[:2]:
            yield rows[1]
        elif rows[1] == rows[0]:
            yield rows[2]
        else:
            yield Clash("references", *rows)


def regions(
    base: Sequence[Item], theirs: Sequence[Item], mine: Sequence[Item]
) -> Iterator[tuple[Sequence[Item], Sequence[Item], Sequence[Item]]]:
    """Cuts three versions into pieces that belong together: what both left as it was, and what lies between."""
    at = (0, 0, 0)
    in_theirs, in_mine = matches(base, theirs), matches(base, mine)
    kept = [(i, in_theirs[i], in_mine[i]) for i in range(len(base)) if i in in_theirs and i in in_mine]
    for there in [*kept, (len(base), len(theirs), len(mine))]:
        if there != at:
            yield base[at[0] : there[0]], theirs[at[1] : there[1]], mine[at[2] : there[2]]
        if there[0] < len(base):
            same = base[there[0] : there[0] + 1]
            yield same, same, same
        at = (there[0] + 1, there[1] + 1, there[2] + 1)


def matches(base: Sequence[Item], other: Sequence[Item]) -> Mapping[int, int]:
    start, end = ends(base, other)
    found = {i: i for i in range(start)}
    found |= {len(base) - i: len(other) - i for i in range(1, end + 1)}
    inner, outer = base[start : len(base) - end], other[start : len(other) - end]
    if is_worth_comparing(inner, outer):
        for match in Matcher(inner, outer).get_matching_blocks():
            found |= {start + match.a + i: start + match.b + i for i in range(match.size)}
    return found


JOINABLE = HTML | LINES | {"references"}
JOINED: dict[type, Any] = {str: "".join, list: lambda rows: [row for some in rows for row in some]}

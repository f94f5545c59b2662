"""What people say when they are in danger, and advice that could harm: phrases with room in them.

The phrases lie in `phrases/`, one file per language, and every text is read in all of them. A line is a row of words:

    a|b      one of these words              a?      this word, or none
    abc*     a word that begins like this    $name   one of a set of words of the same file
    ~        up to three words, whatever     #       a number
    ^        here a sentence begins                              ##      a number of 15 or more

Lines under `find` are looked for; what overlaps something under `not` does not count ("this cough is killing me"). All
lines together are one machine that reads a text once, word by word, so the time grows with the text and nothing else.
"""

import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NamedTuple

from comments.door.words import MANY, NUMBER, STOP, Comparable, Token, fold

FOLDER = Path(__file__).with_suffix("")
ROOM = 3  # words that a "~" may stand for
MOST = 20  # places that are shown
# More exceptions than this in one text are no accident; then none counts.
MOST_EXCEPTIONS = 200
MOST_REMEMBERED = 50_000


class Saying(NamedTuple):
    """What a line means: `kind` is crisis, dosage or stop; `counts` is False for what stands under `not`."""

    kind: str
    counts: bool

    @property
    def other(self) -> "Saying":
        return Saying(self.kind, not self.counts)


@dataclass(eq=False)
class Step:
    """A point in a line. `words` and `stems` lead on, `anything` leads on with any word, `free` without one."""

    words: dict[str, list["Step"]] = field(default_factory=lambda: defaultdict(list))
    stems: dict[str, list["Step"]] = field(default_factory=lambda: defaultdict(list))
    anything: list["Step"] = field(default_factory=list)
    free: list["Step"] = field(default_factory=list)
    says: set[Saying] = field(default_factory=set)
    # By the part of the line that leads there: lines that begin alike share their steps.
    following: dict[str, "Step"] = field(default_factory=dict)

    def reached(self) -> set["Step"]:
        """Itself, and all that needs no further word."""
        found, new = {self}, [self]
        while new:
            for step in new.pop().free:
                if step not in found:
                    found.add(step)
                    new.append(step)
        return found


Steps = frozenset[Step]


class Machine:
    """All lines at once. What it learns about (points reached, word) it remembers, so it reads about a word per step."""

    def __init__(self) -> None:
        self.begin = Step()
        self.words: set[str] = set()
        self.stems: set[str] = set()
        self.lengths: list[int] = []  # of the stems, longest first
        self.longest = 0
        self._learned: dict[tuple[Steps, str], tuple[Steps, frozenset[Saying]]] = {}

    def add(self, line: str, sets: dict[str, str], saying: Saying) -> None:
        step = self.begin
        parts = [spelt_out(part, sets) for part in line.split()]
        for part in parts:
            step = step.following.get(part) or self._lead_on(step, part)
        step.says.add(saying)
        self.lengths = sorted({len(stem) for stem in self.stems}, reverse=True)
        self.longest = max(self.longest, sum(ROOM if part == "~" else 1 for part in parts))

    def read(self, tokens: list[Token]) -> Iterator[tuple[Saying, int]]:
        """(saying, index of its last word) for everything that is said."""
        start = frozenset(self.begin.reached())
        steps = start
        for index, token in enumerate(tokens):
            known = steps, self._as_known(token.text)
            if known not in self._learned:
                if len(self._learned) > MOST_REMEMBERED:
                    self._learned.clear()
                further, says = further_than(*known)
                self._learned[known] = (further | start, says)
            steps, says = self._learned[known]
            for saying in says:
                yield saying, index

    def beginning(self, tokens: list[Token], saying: Saying, last: int) -> int:
        """Index of the first word of what ends at `last`: the shortest way to say it."""
        for first in range(last, max(-1, last - self.longest), -1):
            steps, says = frozenset(self.begin.reached()), frozenset[Saying]()
            for token in tokens[first : last + 1]:
                steps, says = further_than(steps, self._as_known(token.text))
            if saying in says:
                return first
        return last

    def _as_known(self, word: str) -> str:
        """The word or its stem if a line has it, else "": all other words are the same to the machine."""
        if word in self.words:
            return word
        for length in self.lengths:
            if word[:length] in self.stems:
                return word[:length]
        return ""

    def _lead_on(self, step: Step, part: str) -> Step:
        after = step.following[part] = Step()
        if part == "~":
            self._leave_room(step, after)
            return after
        if part.endswith("?"):
            step.free.append(after)
        for word in as_said(part):
            (self.stems if word.endswith("*") else self.words).add(word.rstrip("*"))
            (step.stems if word.endswith("*") else step.words)[word.rstrip("*")].append(after)
        return after

    def _leave_room(self, step: Step, after: Step) -> None:
        step.free.append(after)
        for _n in range(ROOM):
            more = Step()
            step.anything.append(more)
            more.free.append(after)
            step = more


def further_than(steps: Steps, word: str) -> tuple[Steps, frozenset[Saying]]:
    """Where one more word leads, and what has been said by it."""
    after: set[Step] = set()
    for step in steps:
        for following in leading_on(step, word):
            after |= following.reached()
    return frozenset(after), frozenset(saying for step in after for saying in step.says)


def leading_on(step: Step, word: str) -> Iterator[Step]:
    yield from step.words.get(word, ())
    for stem, steps in step.stems.items():
        if word.startswith(stem):
            yield from steps
    if word != STOP:
        yield from step.anything


def spelt_out(part: str, sets: dict[str, str]) -> str:
    """With the words of a set in place of its name."""
    words = part.removesuffix("?").split("|")
    return "|".join(sets[word[1:]] if word[0] == "$" else word for word in words) + "?" * part.endswith("?")


def as_said(part: str) -> Iterator[str]:
    """The words of one part of a line as Comparable.said has them."""
    for word in part.removesuffix("?").split("|"):
        if word == NUMBER:
            yield MANY
        yield STOP if word == "^" else "".join(map(fold, word)).replace("'", "")


@cache
def machine() -> Machine:
    made = Machine()
    for path in sorted(FOLDER.glob("*.toml")):
        lines = tomllib.loads(path.read_text(encoding="utf-8"))
        sets = lines.pop("sets")
        for kind, parts in lines.items():
            for name in ("find", "not"):
                for line in parts[name]:
                    made.add(line, sets, Saying(kind, name == "find"))
    return made


def said_in(text: Comparable) -> dict[str, list[tuple[int, int]]]:
    """Where in the original text something of each kind is said, at most MOST places each; kinds not found are left out."""
    tokens, reader = text.said, machine()
    ends: dict[Saying, list[int]] = defaultdict(list)
    for saying, last in reader.read(tokens):
        ends[saying].append(last)
    found = {}
    for saying, lasts in ends.items():
        if saying.counts and (places := _not_excepted(reader, tokens, saying, lasts, ends.get(saying.other, []))):
            found[saying.kind] = [(tokens[first].start, tokens[last].end) for first, last in places]
    return found


def _not_excepted(
    reader: Machine, tokens: list[Token], saying: Saying, lasts: list[int], exceptions: list[int]
) -> list[tuple[int, int]]:
    excepted: set[int] = set()
    if len(exceptions) <= MOST_EXCEPTIONS:
        for last in exceptions:
            excepted.update(range(reader.beginning(tokens, saying.other, last), last + 1))
    places: list[tuple[int, int]] = []
    for last in lasts:
        if len(places) == MOST:
            break
        if last in excepted:
            continue
        first = reader.beginning(tokens, saying, last)
        if not excepted.isdisjoint(range(first, last + 1)):
            continue
        if places and first <= places[-1][1]:
            first, _end = places.pop()
        places.append((first, last))
    return places

"""Phrases that people in danger say, and advice that could harm, with room for other words in them.

The phrases lie in `phrases/`, one file per language, and every text is read in all of them. A line is a row of words:

    a|b      one of these words              a?      this word, or none
    abc*     a word that begins like this    $name   one of a set of words of the same file
    ~        up to three words, whatever     -       up to three, within a clause and about nobody new
    ^        a sentence begins or ends       #       a number; ##  a number of 15 or more
    <name>   one of the rows under this name in `parts` of the same file

Most of what people in danger say is composed of a few things: who, what she means to do, and to what. Each is a list in
`parts`, and a line such as "$i ~ <means> ~ <die>" hears every combination: a new word in a part is heard in all of them.

Lines under `find` are looked for. Lines under `not` silence advice that they overlap ("my doctor says I should ..."). A
plea they silence only when they hold it as a whole ("I lost my brother to suicide"); and so that nobody is silenced by
what stands beside her words, their `~` is a `-` then: it passes over no comma, no "and" and no "I".

The set `kin` names those who may be close to the writer. `same` says in which other ways a word is written, `near` which
words may have a wrong letter; see spelling.py. All lines together are one machine that reads a text once, word by word, so
the time grows with the text and nothing else.
"""

import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from pathlib import Path
from sys import intern
from typing import NamedTuple

from comments.text.spelling import Spelling
from comments.text.words import COMMA, LINE, MANY, NUMBER, STOP, Comparable, fold

FOLDER = Path(__file__).with_suffix("")
ROOM = 3  # words that a "~" may stand for
MOST = 20  # places that are shown
# More exceptions than this in one text are no accident; then none counts.
MOST_EXCEPTIONS = 200
MOST_REMEMBERED = 50_000
# Here an exception must hold the whole; see above.
PLEAS = {"crisis", "close", "abuse"}
SETS = ("sets", "same", "near", "breaks", "parts")

# A row of parts; what stands for "<name>" is several of them, of which one is said.
Row = tuple["Part", ...]
Part = str | tuple[Row, ...]


class Saying(NamedTuple):
    """What a line means: `kind` is crisis, close, abuse, dosage or stop; `counts` is False for what stands under `not`,
    which silences what is said in the same language: "no" is a word of several."""

    kind: str
    counts: bool
    language: str


@dataclass(eq=False)
class Step:
    """A point in a line. `words` and `stems` lead on, `anything` leads on with any word, `careful` with any but those
    that break a clause, `free` without one. `shut`: a comma ends what was begun."""

    shut: bool = False
    words: dict[str, tuple["Step", ...]] = field(default_factory=dict)
    stems: dict[str, tuple["Step", ...]] = field(default_factory=dict)
    anything: tuple["Step", ...] = ()
    careful: tuple["Step", ...] = ()
    free: tuple["Step", ...] = ()
    says: tuple[Saying, ...] = ()
    # By the part of the line that leads there: lines that begin alike share their steps.
    following: dict[Part, "Step"] = field(default_factory=dict)

    @cached_property
    def reached(self) -> set["Step"]:
        """Itself, and all that needs no further word. Asked when all lines are there."""
        found, new = {self}, [self]
        while new:
            for step in new.pop().free:
                if step not in found:
                    found.add(step)
                    new.append(step)
        return found


Steps = frozenset[Step]


class Machine:
    """All lines at once. What it learns about (points reached, word) it remembers, so it reads about a word per step.

    One that is turned reads lines from their end: it finds where what ends somewhere began.
    """

    def __init__(self, *, turned: bool = False) -> None:
        self.turned = turned
        self.begin = Step()
        self.words: set[str] = set()
        self.stems: set[str] = set()
        self.breaks: set[str] = set()
        self.lengths: list[int] = []  # of the stems, longest first
        self._learned = lru_cache(MOST_REMEMBERED)(self._further)

    def add(self, row: Row, saying: Saying) -> None:
        self._walk(self.begin, row).says += (saying,)

    def ready(self) -> "Machine":
        """When all lines are there."""
        self.words |= self.breaks
        self.lengths = sorted({len(stem) for stem in self.stems}, reverse=True)
        self.start = frozenset(self.begin.reached)
        self.always: Steps = frozenset() if self.turned else self.start
        return self

    def read(self, words: list[str]) -> Iterator[tuple[Saying, int]]:
        """(saying, index of its last word) for everything that is said."""
        steps = self.start
        for index, word in enumerate(words):
            steps, says = self.further(steps, word)
            for saying in says:
                yield saying, index

    def beginnings(self, words: list[str], saying: Saying, last: int) -> list[int]:
        """Where what ends at `last` can have begun, the nearest first. Of a machine that is turned."""
        steps, found = self.start, []
        for index in range(last, -1, -1):
            steps, says = self.further(steps, words[index])
            if saying in says:
                found.append(index)
            if not steps:
                break
        return found or [last]

    def further(self, steps: Steps, word: str) -> tuple[Steps, frozenset[Saying]]:
        """Where one more word leads, and what has been said by it. Reading onward, each word may begin a line."""
        return self._learned(steps, self._as_known(word))

    def _further(self, steps: Steps, word: str) -> tuple[Steps, frozenset[Saying]]:
        after: set[Step] = set()
        if word in {COMMA, LINE}:
            after |= {step for step in steps if not step.shut}
        if word == COMMA:
            return frozenset(after) | self.always, frozenset()
        new: set[Step] = set()
        for step in steps:
            for following in self._leading_on(step, STOP if word == LINE else word):
                new |= following.reached
        return frozenset(after | new) | self.always, frozenset(saying for step in new for saying in step.says)

    def _leading_on(self, step: Step, word: str) -> Iterator[Step]:
        yield from step.words.get(word, ())
        for stem, steps in step.stems.items():
            if word.startswith(stem):
                yield from steps
        if word != STOP:
            yield from step.anything
            if word not in self.breaks:
                yield from step.careful

    def _as_known(self, word: str) -> str:
        """The word or its stem, marked as one, if a line has it, else "": all other words are the same to the machine."""
        if word in self.words or word in {STOP, COMMA, LINE}:
            return word
        for length in self.lengths:
            if word[:length] in self.stems:
                return f"{word[:length]}*"
        return ""

    def _walk(self, step: Step, row: Row) -> Step:
        """The point after these parts; new ones where no other line has led yet."""
        for part in reversed(row) if self.turned else row:
            step = step.following.get(part) or self._lead_on(step, part)
        return step

    def _lead_on(self, step: Step, part: Part) -> Step:
        if isinstance(part, str) and part in {"~", "-"}:
            return self._leave_room(step, part)
        after = step.following[part] = Step()
        if not isinstance(part, str):
            for row in part:
                self._walk(step, row).free += (after,)
            return after
        alone = (after,)  # one for all words: there are very many
        if part.endswith("?"):
            step.free += alone
        for word in map(intern, as_said(part)):
            known, leads = (self.stems, step.stems) if word.endswith("*") else (self.words, step.words)
            known.add(word.rstrip("*"))
            leads[word.rstrip("*")] = leads[word.rstrip("*")] + alone if word.rstrip("*") in leads else alone
        return after

    def _leave_room(self, step: Step, part: str) -> Step:
        shut = part == "-"
        after = step.following[part] = Step(shut)
        for n in range(ROOM + 1):
            room = Step(shut)
            if n and shut:
                step.careful += (room,)
            elif n:
                step.anything += (room,)
            else:
                step.free += (room,)
            room.free += (after,)
            step = room
        return after


@dataclass(frozen=True)
class Vocabulary:
    """What the names in a file's lines stand for."""

    sets: dict[str, str]
    parts: dict[str, list[str]]

    def row(self, line: str, *, careful: bool = False) -> Row:
        """`careful`: what its gaps pass over is about nobody new."""
        return tuple(self._part("-" if careful and part == "~" else part, careful) for part in line.split())

    def _part(self, part: str, careful: bool) -> Part:
        if part.startswith("<"):
            rows = tuple(self.row(line, careful=careful) for line in self.parts[part.strip("<>?")])
            return (*rows, ()) if part.endswith("?") else rows
        words = part.removesuffix("?").split("|")
        return "|".join(self.sets[word[1:]] if word[0] == "$" else word for word in words) + "?" * part.endswith("?")


def as_said(part: str) -> Iterator[str]:
    """The words of one part of a line as Comparable.said has them."""
    for word in part.removesuffix("?").split("|"):
        if word == NUMBER:
            yield MANY
        yield STOP if word == "^" else "".join(map(fold, word))


@dataclass(frozen=True)
class Reader:
    """What is looked for, and where it began; and in which spelling."""

    onward: Machine
    back: Machine
    spelling: Spelling
    # What may end a place and is no part of it: marks, and what leads on to the next clause.
    joins: frozenset[str]
    first_person: frozenset[str]
    others: frozenset[str]  # somebody close to the writer, and "she"


def languages() -> list[str]:
    """In which there are phrases, as "en"."""
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


@cache
def reader() -> Reader:
    onward, back = Machine(), Machine(turned=True)
    same: dict[str, str] = {}
    near: set[str] = set()
    joins = {STOP, COMMA, LINE}
    first_person: set[str] = set()
    kin: set[str] = set()
    for path in sorted(FOLDER.glob("*.toml")):
        kinds = tomllib.loads(path.read_text(encoding="utf-8"))
        sets, others, important, breaks, parts = (kinds.pop(name, {}) for name in SETS)
        near |= {word for words in important.values() for word in as_said(words)}
        same |= {written: next(as_said(word)) for word, some in others.items() for written in as_said(some)}
        joins |= set(as_said(breaks.get("and", STOP)))
        first_person |= set(as_said(breaks["i"]))
        kin |= set(as_said(sets["kin"]))
        for machine in (onward, back):
            machine.breaks |= {word for words in breaks.values() for word in as_said(words)}
        for row, kind, counts in rows_of(kinds, Vocabulary(sets, parts)):
            for machine in (onward, back):
                machine.add(row, Saying(kind, counts, path.stem))
    spelling = Spelling(onward.words, onward.stems, same, near)
    return Reader(
        onward.ready(), back.ready(), spelling, frozenset(joins), frozenset(first_person), frozenset(kin - first_person)
    )


def rows_of(kinds: dict[str, dict[str, list[str]]], known: Vocabulary) -> Iterator[tuple[Row, str, bool]]:
    """(line, kind, whether it counts)"""
    for kind, lines in kinds.items():
        yield from ((known.row(line), kind, True) for line in lines["find"])
        yield from ((known.row(line, careful=kind in PLEAS), kind, False) for line in lines.get("not", ()))


def said_in(text: Comparable) -> dict[str, list[tuple[int, int]]]:
    """Where in the original text something of each kind is said, at most MOST places each; kinds not found are left out."""
    read = reader()
    tokens = read.spelling.read(text.said)
    words = [token.text for token in tokens]
    ends: dict[Saying, list[int]] = defaultdict(list)
    for saying, last in read.onward.read(words):
        ends[saying].append(last)
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for saying, lasts in ends.items():
        if saying.counts:
            silent = saying._replace(counts=False)
            found[saying.kind] += places_of(words, saying, lasts, silenced(words, silent, ends.get(silent, [])))
    own = any(is_of_the_writer(words, *place) for place in found["crisis"])
    # What is said about somebody close to the writer is danger, too. Her own comes first, whoever else is in it.
    found["crisis"] += found["close"]
    if own:
        found.pop("close", None)
    return {
        kind: [(tokens[first].start, tokens[last].end) for first, last in joined(places)]
        for kind, places in found.items()
        if places
    }


def is_of_the_writer(words: list[str], first: int, last: int) -> bool:
    """Whether a plea is in the first person: "I" stands in it, or is the last person named before it in its sentence."""
    people = reader().first_person | reader().others
    if named := [word for word in words[first : last + 1] if word in people]:
        return bool(reader().first_person.intersection(named))
    for word in reversed(words[:first]):
        if word == STOP or word in people:
            return word in reader().first_person
    return False


def silenced(words: list[str], saying: Saying, lasts: list[int]) -> list[int]:
    """For each word where what excuses it begins; past the end of the text where nothing does.

    Said in the shortest way it is the core, in the longest it may hold more before ("I work in | suicide prevention").
    """
    begins = [len(words)] * len(words)
    if len(lasts) <= MOST_EXCEPTIONS:
        for last in lasts:
            nearest, *_others, farthest = [*(found := reader().back.beginnings(words, saying, last)), found[-1]]
            for place in range(nearest, last + 1):
                begins[place] = min(begins[place], farthest)
    return begins


def places_of(words: list[str], saying: Saying, lasts: list[int], begins: list[int]) -> list[tuple[int, int]]:
    """(first word, last word) of what is said and not silenced, the shortest way to say it."""
    places: list[tuple[int, int]] = []
    for last in lasts:
        if len(places) == MOST:
            break
        first = reader().back.beginnings(words, saying, last)[0]
        while last > first and words[last] in reader().joins:
            last -= 1
        while last > first and words[first] in reader().joins:
            first += 1
        # A plea is held as a whole, up to its last word in the core; advice is overlapped.
        excused = begins[last] <= first if saying.kind in PLEAS else min(begins[first : last + 1]) < len(words)
        if not excused:
            places.append((first, last))
    return places


def joined(places: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """In order, and as one where they overlap; the first MOST."""
    joined: list[tuple[int, int]] = []
    for first, last in sorted(places):
        if joined and first <= joined[-1][1]:
            start, end = joined.pop()
            first, last = start, max(end, last)
        joined.append((first, last))
    return joined[:MOST]

"""How much a text looks like what people here called spam: a number that sorts, and a hint. It never turns anybody away.

Naive Bayes over hashed marks of the text: words, pairs of words, and four-letter pieces of words. What is stored are
two rows of counters, one for what people approved and one for what they called spam; a mark adds one to its counter. So
learning is adding, taking back is subtracting, and the order does not matter. Why what the marks say is divided by a
power of their number, and what came of it on three collections, stands in docs/decisions/0018-the-score.md.

About people: the counters are sums over hashes. No text can be read out of them; whoever has a word can ask whether it
was ever counted. When a person leaves, her sums stay; `manage.py spam_model --retrain` makes them anew without her.
"""

import logging
import math
import re
import struct
import sys
import threading
import time
import zlib
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from comments.models.door import SpamModel
from comments.text.words import Comparable, Token

logger = logging.getLogger(__name__)

BUCKETS = 1 << 17  # counters of each kind: 2 x 131,072 x 2 bytes = 512 kB before they are compressed
HAM, SPAM = False, True
ENOUGH = 50  # texts of each kind, before it says anything
# Both chosen on public comments under videos, in ten parts and on subjects it had not seen; printed on other texts by
# `make bench NAME=score`.
SMALLEST = 0.2  # what is added to every counter
POWER = 0.7  # 0 is the sum of what the marks say, so that long honest texts look like spam; 1 is the mean
FEW = 10  # marks' weight that every text seems to have more, so that in a short one a single word does not decide
PIECE, PIECE_WEIGHT = 4, 0.3
# A long text is judged by its beginning and its end: what stands between cannot make it slow.
FIRST_READ, LAST_READ = 2_000, 500
LONG_NUMBER = 5  # digits: from here on (telephones, prices in spam) only their number counts, not which
LOOK_EVERY = 30  # seconds between looks for a newer edition
REMEMBERED = 400  # results of each kind, by which the scale is set
FULL = 60_000  # texts of one kind; then every counter is halved, so that what is new weighs more
MARKS = re.compile(r"[^\W\d_]{1,30}|\d{1,30}|[^\w\s]{1,30}")
LONGEST_FOLDED = 3_000  # one character may stand for several

Counts = array  # of unsigned 16-bit numbers
Marks = dict[int, float]  # bucket: weight
HEAD = struct.Struct("<4sIIddII")
MAGIC, SUMS = b"WSP2", b"WSP1"  # SUMS: written when a result was the sum of the marks, whatever the length


class NotAModel(ValueError):
    """These bytes are no learned score of this program."""


def _counters() -> "Counts[int]":
    return array("H", bytes(2 * BUCKETS))


@dataclass
class Knowledge:
    """What has been learned. `texts` and `results` are (approved, spam).

    `results` are the raw results of texts that were judged before they were learned; from them come `slope` and `shift`,
    which make a raw result a share: how much of such texts is spam where both kinds are equally frequent. They begin with
    what fits all collections that it was measured on.
    """

    counts: "tuple[Counts[int], Counts[int]]" = field(default_factory=lambda: (_counters(), _counters()))
    texts: list[int] = field(default_factory=lambda: [0, 0])
    results: "tuple[array[float], array[float]]" = field(default_factory=lambda: (array("f"), array("f")))
    slope: float = 1.8
    shift: float = -2.5

    @property
    def is_enough(self) -> bool:
        return min(self.texts) >= ENOUGH

    def learn(self, text: str, kind: bool) -> None:
        marks = marks_of(text)
        if self.is_enough:
            self.results[kind].append(self.raw(marks))
            del self.results[kind][:-REMEMBERED]
        counts = self.counts[kind]
        for bucket in marks:
            counts[bucket] += 1
        self.texts[kind] += 1
        if self.texts[kind] >= FULL:
            self.counts = tuple(array("H", [count // 2 for count in counts]) for counts in self.counts)  # type: ignore[assignment]
            self.texts = [count // 2 for count in self.texts]

    def unlearn(self, text: str, kind: bool) -> None:
        """Exactly what `learn` added, except for the scale."""
        counts = self.counts[kind]
        for bucket in marks_of(text):
            counts[bucket] = max(0, counts[bucket] - 1)
        self.texts[kind] = max(0, self.texts[kind] - 1)

    def score(self, text: str) -> float:
        """0 (like what is approved here) to 1 (like spam)."""
        return share(self.slope * self.raw(marks_of(text)) + self.shift)

    def raw(self, marks: Marks) -> float:
        """What the marks say for so many of them: above 0 for spam, unbounded."""
        known = self._known(marks)
        return self.said(known) / (FEW + sum(known.values())) ** POWER

    def said(self, marks: Marks) -> float:
        """The sum of what each mark says; all of them are known."""
        ham, spam = self.counts
        usual = self._usual
        log = math.log
        return sum(
            [
                weight * (log((spam[bucket] + SMALLEST) / (ham[bucket] + SMALLEST)) - usual)
                for bucket, weight in marks.items()
            ]
        )

    def _known(self, marks: Marks) -> Marks:
        ham, spam = self.counts
        return {bucket: weight for bucket, weight in marks.items() if spam[bucket] or ham[bucket]}

    def set_scale(self) -> None:
        """Fits slope and shift to the remembered results (Platt 1999, with his targets; both kinds weigh the same)."""
        if min(map(len, self.results)) >= ENOUGH // 5:
            self.slope, self.shift = fitted(*self.results)

    def loudest(self, text: str, most: int) -> list[tuple[int, int]]:
        """Where the words stand that most say spam: (start, end) in the text."""
        words = words_of(Comparable(text[:FIRST_READ]))
        said = {(token.start, token.end): self.said(self._known(own)) for token, own in words}
        loud = sorted((spot for spot in said if said[spot] > 1), key=lambda spot: -said[spot])[:most]
        return sorted(loud)

    @property
    def _usual(self) -> float:
        """What a mark says that is as frequent in spam as elsewhere."""
        ham, spam = self.texts
        return math.log((spam + 2 * SMALLEST) / (ham + 2 * SMALLEST))

    def as_bytes(self) -> bytes:
        """Head (see HEAD: magic, texts approved and spam, slope, shift, number of results of each kind), then,
        compressed with zlib, both rows of counters (unsigned 16 bit) and the results (32-bit floats), little-endian."""
        head = HEAD.pack(MAGIC, *self.texts, self.slope, self.shift, *map(len, self.results))
        rows: list[array] = [*self.counts, *self.results]
        return head + zlib.compress(b"".join(row(values.typecode, values).tobytes() for values in rows), 6)

    @classmethod
    def from_bytes(cls, data: bytes) -> "Knowledge":
        """Raises NotAModel for anything that `as_bytes` did not write. Of SUMS the counters stay; the scale begins anew."""
        try:
            magic, ham, spam, slope, shift, *lengths = HEAD.unpack_from(data)
            size = 4 * BUCKETS + 4 * sum(lengths)
            unpacker = zlib.decompressobj()
            rows = unpacker.decompress(data[HEAD.size :], 4 * BUCKETS + 8 * REMEMBERED + 1)
        except (struct.error, zlib.error) as error:
            raise NotAModel(str(error)) from error
        if (
            magic not in {MAGIC, SUMS}
            or len(rows) != size
            or max(lengths) > REMEMBERED
            or not math.isfinite(slope + shift)
        ):
            raise NotAModel("not the bytes of a learned score")
        first, second, third = 2 * BUCKETS, 4 * BUCKETS, 4 * BUCKETS + 4 * lengths[0]
        counts = (row("H", rows[:first]), row("H", rows[first:second]))
        if magic == SUMS:
            return cls(counts, [ham, spam])
        return cls(counts, [ham, spam], (row("f", rows[second:third]), row("f", rows[third:])), slope, shift)


def row(typecode: str, data: array | bytes) -> array:
    """A copy, its bytes the other way round on machines that count from the great end: what is kept is the same everywhere."""
    values = array(typecode, data)
    if sys.byteorder == "big":
        values.byteswap()
    return values


# --- Marks -------------------------------------------------------------------------------------------------------


def marks_of(text: str) -> Marks:
    """Each mark once, however often it stands there."""
    if len(text) > FIRST_READ + LAST_READ:
        text = f"{text[:FIRST_READ]} {text[-LAST_READ:]}"
    marks: Marks = {}
    pieces = ["", *(piece.text for piece in pieces_of(Comparable(text)))]
    for before, piece in pairwise(pieces):
        marks[bucket(f"{before} {piece}", 2)] = 1.0
        marks.update(marks_of_word(piece))
    return marks


def marks_of_word(piece: str) -> Marks:
    around = f" {piece} ".encode("utf-8", "replace")
    marks = {
        zlib.crc32(around[at : at + PIECE], PIECE) % BUCKETS: PIECE_WEIGHT for at in range(len(around) - PIECE + 1)
    }
    marks[bucket(piece, 1)] = 1.0
    return marks


def words_of(text: Comparable) -> Iterator[tuple[Token, Marks]]:
    return ((piece, marks_of_word(piece.text)) for piece in pieces_of(text))


def pieces_of(text: Comparable) -> Iterator[Token]:
    places = text.places
    for match in MARKS.finditer(text.folded, 0, LONGEST_FOLDED):
        start, end = match.span()
        if places is not None:
            start, end = places[start], places[end - 1] + 1
        word = match.group()
        yield Token("9" * len(word) if len(word) >= LONG_NUMBER and word.isdigit() else word, start, end)


def bucket(mark: str, kind: int) -> int:
    """The same in every process and on every machine, which Python's own hash is not."""
    return zlib.crc32(mark.encode("utf-8", "replace"), kind) % BUCKETS


# --- The scale ---------------------------------------------------------------------------------------------------


def share(sum_: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, sum_))))


def fitted(ham: "array[float]", spam: "array[float]") -> tuple[float, float]:
    """Slope and shift of the logistic curve through these results, by Newton's method on two numbers."""
    # Never quite 0 or 1: a few results do not prove that there are no others.
    targets = [(ham, 1 / (len(ham) + 2)), (spam, (len(spam) + 1) / (len(spam) + 2))]
    points = [(x, target, 1 / len(kind)) for kind, target in targets for x in kind]
    scale = max(1.0, max(abs(x) for x, _target, _weight in points))
    slope, shift = 1.0, 0.0
    for _step in range(30):
        step = _newton([(x / scale, target, weight) for x, target, weight in points], slope, shift)
        slope, shift = slope - step[0], shift - step[1]
        if abs(step[0]) + abs(step[1]) < 1e-6:
            break
    # More of what spam says never makes a text look better.
    return max(slope, 0.01) / scale, shift


def _newton(points: list[tuple[float, float, float]], slope: float, shift: float) -> tuple[float, float]:
    tiny = 1e-4  # keeps the curve from becoming a step
    g1, g2, h11, h12, h22 = tiny * slope, 0.0, tiny, 0.0, tiny
    for x, target, weight in points:
        p = share(slope * x + shift)
        off, bend = weight * (p - target), weight * p * (1 - p)
        g1, g2 = g1 + off * x, g2 + off
        h11, h12, h22 = h11 + bend * x * x, h12 + bend * x, h22 + bend
    det = h11 * h22 - h12 * h12
    return (g1 * h22 - g2 * h12) / det, (g2 * h11 - g1 * h12) / det


# --- This process's copy -----------------------------------------------------------------------------------------


class Copy:
    """What this process read last, from which edition, and when it looked."""

    knowledge: Knowledge | None = None
    edition, looked_at = -1, -math.inf


_lock = threading.Lock()


def score_of(text: str) -> float | None:
    """0..1, None until it has learned from enough of both kinds. Asks the database at most every LOOK_EVERY seconds."""
    knowledge = current()
    return knowledge.score(text) if knowledge else None


def spots_in(text: str, most: int = 5) -> list[tuple[int, int]]:
    """The words that made the score high, (start, end), in order; for the moderator's eyes."""
    knowledge = current()
    return knowledge.loudest(text, most) if knowledge else []


def current() -> Knowledge | None:
    with _lock:
        if time.monotonic() - Copy.looked_at >= LOOK_EVERY:
            _look()
        return Copy.knowledge


def forget() -> None:
    Copy.edition, Copy.looked_at, Copy.knowledge = -1, -math.inf, None


def _look() -> None:
    Copy.looked_at = time.monotonic()
    edition = SpamModel.objects.filter(pk=1).values_list("edition", flat=True).first()
    if edition == Copy.edition:
        return
    Copy.edition, Copy.knowledge = -1 if edition is None else edition, None
    stored = SpamModel.objects.filter(pk=1).first()
    try:
        knowledge = read(stored) if stored else None
    except NotAModel:
        # A hint that is broken is no hint; nobody's words wait for it.
        logger.exception("the learned score cannot be read: manage.py spam_model --retrain")
        knowledge = None
    Copy.knowledge = knowledge if knowledge and knowledge.is_enough else None


def read(stored: SpamModel) -> Knowledge:
    """What the row holds; nothing yet when it is empty."""
    weights = bytes(stored.weights)
    return Knowledge.from_bytes(weights) if weights else Knowledge()

"""Readability of a text: its grade, its long sentences, and its medical words for which there are plainer ones.

Advice for whoever writes, never a rule. A number is of a text's running words: headings, tables and figures count as
words and as nothing else.
"""

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import floor
from pathlib import Path
from typing import NamedTuple

from articles.text.content import blocks_of
from articles.text.passages import passages

HERE = Path(__file__).parent
ENGLISH = tomllib.loads((HERE / "english.toml").read_text(encoding="utf-8"))
JARGON: dict[str, str] = tomllib.loads((HERE / "jargon.toml").read_text(encoding="utf-8"))

# Longer ones are hard to hold in mind: https://insidegovuk.blog.gov.uk/2014/08/04/sentence-length-why-25-words-is-our-limit/
LONG = 25
EASY_GRADE = 8
WORDS_PER_MINUTE = 220
FEWEST_WORDS = 50  # of which a grade says anything
OF_LATIN, OF_COMMON = 0.9, 0.15  # shares of words that English has at the least
LONGEST_CACHED = 4000  # characters of a block
LONGEST_WORD = 45  # letters; no dictionary has a longer one
JOINED = re.compile(r"[-\u2010\u2011]")

# Letters and digits of all scripts, roughly; those of Chinese and Japanese are words each.
LETTER = (
    "0-9A-Za-z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02c1\u0300-\u037d\u037f-\u0386\u0388-\u0559\u0561-\u0588"
    "\u0591-\u05bd\u05d0-\u05f2\u0610-\u061a\u0620-\u0669\u066e-\u06d3\u06d5-\u0963\u0966-\u1fff\u2070-\u209c"
    "\u2c00-\u2dff\ua000-\ud7ff\uf900-\ufd3d\ufd50-\ufdfb\ufe70-\ufefc\uff10-\uff19\uff21-\uff3a\uff41-\uff5a"
    "\U00010000-\U0001efff"
)
SIGN = "\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
SPACES = re.compile(r"\s+")
WORD = re.compile(rf"[{SIGN}]|[{LETTER}]+(?:['’.\-\u2010\u2011][{LETTER}]+|,[0-9]{{3}}(?![{LETTER}]))*")
MARKER = re.compile(r"\[ {0,3}[0-9]{1,3}(?: {0,3}[,;–\-] {0,3}[0-9]{1,3}){0,30} {0,3}\]")
CITED = re.compile(f"(?:{MARKER.pattern})*")  # “So it is.[2]”
END = re.compile(r"""([.!?…؟۔।]+)["'”’»)\]]*(?:(?=\s)|\Z)|([。！？])""")
NEXT = re.compile(r"""\s*["'“‘«(\[]*""")
LOWER, UPPER = re.compile("[a-zß-öø-ÿ]"), re.compile("[A-ZÀ-ÖØ-Þ]")
LATIN = re.compile("[0-9A-Za-z\u00c0-\u024f]")
ACRONYM = re.compile("[A-Z]{2,5}s?$")
DOTTED = re.compile(r"[A-Za-z](?:\.[A-Za-z])+$")
NAME = re.compile("[A-Z][a-z]")
ABBREVIATIONS, NAMED_BY_LETTER = frozenset(ENGLISH["abbreviations"]), frozenset(ENGLISH["named_by_letter"])
COMMON = frozenset(ENGLISH["common"])
FEWER, MORE = ([re.compile(pattern) for pattern in ENGLISH["syllables"][name]] for name in ("fewer", "more"))
EXCEPTIONS: dict[str, int] = ENGLISH["syllables"]["exceptions"]


class Word(NamedTuple):
    start: int
    end: int
    text: str


class Sentence(NamedTuple):
    start: int
    text: str
    words: list[Word]


class Mark(NamedTuple):
    """A long sentence or a medical word, and where it stands: in which passage of running words, and from which of its
    characters on, both counted from 0, with one blank between its words. `is_explained`: the plainer word stands beside it
    in brackets."""

    passage: int
    start: int
    found: str
    term: str = ""
    is_explained: bool = False

    @property
    def plainer(self) -> str:
        return JARGON[self.term] if self.term else ""


@dataclass(frozen=True, slots=True)
class Counts:
    all_words: int
    words: int
    sentences: int
    syllables: int
    latin: int
    common: int
    passages: int
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    words: int
    minutes: int
    sentences: int
    grade: float | None  # years of school that the text takes
    why_not: str  # why there is no grade: "short" or "language"; "" when there is one
    long: tuple[str, ...]
    jargon: tuple[tuple[str, str, int], ...]  # as it was first found, the plainer word, how often
    marks: tuple[Mark, ...]

    @property
    def is_short(self) -> bool:
        return self.why_not == "short"

    @property
    def is_foreign(self) -> bool:
        return self.why_not == "language"

    @property
    def is_easy(self) -> bool:
        return self.grade is not None and self.grade <= EASY_GRADE


def measure(html: str) -> Reading:
    """Of a cleaned text. An empty one is short."""
    counts = [count(block) for block in blocks_of(html)]
    words, sentences, syllables, latin, common = (
        sum(getattr(block, name) for block in counts) for name in ("words", "sentences", "syllables", "latin", "common")
    )
    everything = sum(block.all_words for block in counts)
    marks = tuple(_marks(counts))
    why_not = _why_no_grade(words, sentences, latin, common)
    return Reading(
        words=everything,
        minutes=max(1, _rounded(everything / WORDS_PER_MINUTE, 1)),
        sentences=sentences,
        grade=None if why_not else max(0.0, _rounded(grade(words, sentences, syllables), 10) / 10),
        why_not=why_not,
        long=tuple(mark.found for mark in marks if not mark.term),
        jargon=tuple(_jargon([mark for mark in marks if mark.term])),
        marks=marks,
    )


def grade(words: int, sentences: int, syllables: int) -> float:
    """Flesch–Kincaid grade level. J. P. Kincaid, R. P. Fishburne, R. L. Rogers, B. S. Chissom: Derivation of new
    readability formulas for Navy enlisted personnel. Research Branch Report 8-75, Millington 1975."""
    return 0.39 * (words / sentences) + 11.8 * (syllables / words) - 15.59


def count(block: str) -> Counts:
    """Blocks that were counted before cost nothing: of a long text, one changes while somebody types."""
    return _count_again(block) if len(block) <= LONGEST_CACHED else _count(block)


def _count(block: str) -> Counts:
    found = list(passages(block))
    read = [(passage.text, sentences(passage.text)) for passage in found if passage.kind == "text"]
    every = [(n, text, sentence) for n, (text, of_passage) in enumerate(read) for sentence in of_passage]
    words = [word.text for _n, _text, sentence in every for word in sentence.words]
    return Counts(
        all_words=len(words) + sum(len(words_in(passage.text)) for passage in found if passage.kind != "text"),
        words=len(words),
        sentences=len(every),
        syllables=sum(map(syllables, words)),
        latin=sum(1 for word in words if LATIN.match(word)),
        common=sum(1 for word in words if word.lower() in COMMON),
        passages=len(read),
        marks=tuple(mark for n, text, sentence in every for mark in _marked(n, text, sentence)),
    )


_count_again = lru_cache(maxsize=2048)(_count)


def words_in(text: str) -> list[Word]:
    """What a reader says aloud: with their apostrophes, hyphens and decimal points, without markers of sources."""
    masked = _without_markers(text)
    return [Word(match.start(), match.end(), match[0]) for match in WORD.finditer(masked)]


def sentences(text: str) -> list[Sentence]:
    """Of one passage, without those that hold no word.

    A sentence ends at . ! ? or … before a blank, unless the next letter is small, or the dot belongs to an abbreviation
    (“Dr.”, “e.g.”, “No. 5”) or an initial (“J. Smith”). The dot of “2.5 mg” has no blank after it.
    """
    masked, words = _without_markers(text), words_in(text)
    found: list[Sentence] = []
    start = first = last = 0
    for match in END.finditer(masked):
        while last < len(words) and words[last].end <= match.start():
            last += 1
        if _ends(masked, match, words[max(first, last - 2) : last]):
            end = _after(CITED, text, match.end())
            found.append(_sentence(text, start, end, words[first:last]))
            start, first = end, last
    found.append(_sentence(text, start, len(text), words[first:]))
    return [sentence for sentence in found if sentence.words]


def _sentence(text: str, start: int, end: int, words: list[Word]) -> Sentence:
    trimmed = text[start:end].strip()
    return Sentence(text.index(trimmed, start), trimmed, words)


def _ends(masked: str, match: re.Match[str], words: list[Word]) -> bool:
    """`words` are the last two before the match."""
    after = _after(NEXT, masked, match.end())
    following = masked[after : after + 1]
    if not following or match[2]:
        return True
    if LOWER.match(following):
        return False
    last = words[-1].text if words and words[-1].end == match.start() else ""
    return match[1] != "." or not _is_short_form(last, words[-2].text if len(words) > 1 else "", following)


def _after(pattern: re.Pattern[str], text: str, at: int) -> int:
    """Where what the pattern matches there ends; `at` when it matches nothing."""
    match = pattern.match(text, at)
    return match.end() if match else at


def _is_short_form(word: str, before: str, following: str) -> bool:
    low = word.lower()
    if low in {"no", "nos"}:
        return "0" <= following <= "9"
    if low in ABBREVIATIONS:
        return True
    if len(word) == 1 and UPPER.match(word):
        return before.lower() not in NAMED_BY_LETTER and (not before or bool(UPPER.match(before)))
    return bool(DOTTED.match(word)) and low not in {"a.m", "p.m"}


@lru_cache(maxsize=20_000)
def syllables(word: str) -> int:
    """About as many as the word has: groups of vowels, mended by the patterns of english.toml.

    Parts of a hyphenated word count apart, a short word in capitals letter by letter, and a number as one.
    """
    return sum(map(_syllables, JOINED.split(word)))


def _syllables(part: str) -> int:
    if ACRONYM.match(part):
        letters = part.rstrip("s")
        return len(letters) + 2 * letters.count("W")
    letters = _folded(part)[:LONGEST_WORD]
    if letters in EXCEPTIONS:
        return EXCEPTIONS[letters]
    letters = letters.replace("eye", "ai")
    groups = len(re.findall("[aeiouy]+", letters))
    fewer = sum(1 for pattern in FEWER if pattern.search(letters))
    more = sum(1 for pattern in MORE if pattern.search(letters))
    return max(1, groups - fewer + more)


# One after the other, as long as three letters stay.
ENDINGS = (
    *(("ically$", "ic"), ("ously$", "ous"), ("ally$", "al"), ("i(?:es|ed)$", "y"), ("(?<![su])s$", "")),
    *(("(?:ing|ed)$", ""), ("(?:e|i)$", "")),
)


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """What the forms of a word have in common: “administers” and “administering”, “metastases” and “metastasis”."""
    letters = _folded(re.sub("['’]s$", "", word))
    for ending, instead in ENDINGS:
        shorter = re.sub(ending, instead, letters)
        letters = shorter if len(shorter) > 2 else letters
    return letters


def _folded(word: str) -> str:
    return re.sub("[^a-z]", "", unicodedata.normalize("NFD", word.lower()))


def _stems(term: str) -> list[str]:
    return [stem(word) for word in term.split("_")]


TERMS: dict[str, list[tuple[list[str], str]]] = {}
for _name in sorted(JARGON, key=lambda name: -name.count("_")):
    TERMS.setdefault(_stems(_name)[0], []).append((_stems(_name), _name))


def _marked(passage: int, text: str, sentence: Sentence) -> Iterator[Mark]:
    words = sentence.words
    if len(words) > LONG:
        yield Mark(passage, len(_flat(text[: sentence.start])), _flat(sentence.text))
    at = 0
    while at < len(words):
        length, name = _term_at(text, words, at)
        if name:
            start, end = words[at].start, words[at + length - 1].end
            before, after = text[max(0, start - 4) : start].strip(), text[end : end + 4].strip()
            is_explained = before.endswith("(") or after.startswith("(")
            yield Mark(passage, len(_flat(text[:start])), _flat(text[start:end]), name, is_explained)
        at += length


def _term_at(text: str, words: list[Word], at: int) -> tuple[int, str]:
    """How many words the term takes that begins here, and its name; 1 and "" when none does.

    A capital in the middle of a sentence is a name: of a journal, a hospital.
    """
    if at and NAME.match(words[at].text):
        return 1, ""
    for stems, name in TERMS.get(stem(words[at].text), ()):
        here = words[at : at + len(stems)]
        gaps = (text[word.end : after.start] for word, after in pairwise(here))
        if [stem(word.text) for word in here] == stems and all(map(SPACES.fullmatch, gaps)):
            return len(stems), name
    return 1, ""


def _marks(counts: list[Counts]) -> Iterator[Mark]:
    """Of the whole text, without the words that it explains somewhere."""
    explained = {mark.term for block in counts for mark in block.marks if mark.is_explained}
    before = 0
    for block in counts:
        for mark in block.marks:
            if mark.term not in explained:
                yield mark._replace(passage=before + mark.passage)
        before += block.passages


def _jargon(terms: list[Mark]) -> Iterator[tuple[str, str, int]]:
    times = Counter(mark.term for mark in terms)
    first = {mark.term: mark for mark in reversed(terms)}
    for term, often in times.items():
        yield first[term].found, JARGON[term], often


def _why_no_grade(words: int, sentences: int, latin: int, common: int) -> str:
    if words and (latin < OF_LATIN * words or (words >= FEWEST_WORDS and common < OF_COMMON * words)):
        return "language"
    return "short" if words < FEWEST_WORDS or not sentences else ""


def _without_markers(text: str) -> str:
    """Blanks in place of [1] or [2–4], so that every other letter keeps its place."""
    return MARKER.sub(lambda match: " " * len(match[0]), text) if "[" in text else text


def _flat(text: str) -> str:
    return SPACES.sub(" ", text).lstrip()


def _rounded(value: float, times: int) -> int:
    """Halves up, as a reader would."""
    return floor(value * times + 0.5)

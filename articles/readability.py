"""How hard a text is to read: its grade, its long sentences, and its medical words for which there are plainer ones.

Advice for whoever writes, never a rule. The same is done in the browser while somebody types, with the same data and to
the same numbers: `static/js/readability.js`; `rules` is what it is given. A number is of a text's running words: headings,
tables and figures count as words and as nothing else.
"""

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import floor
from pathlib import Path
from typing import Any, NamedTuple

from articles.content import blocks_of
from articles.models.articles import WORDS_PER_MINUTE
from articles.passages import passages

HERE = Path(__file__).parent
ENGLISH = tomllib.loads((HERE / "english.toml").read_text(encoding="utf-8"))
JARGON: dict[str, str] = tomllib.loads((HERE / "jargon.toml").read_text(encoding="utf-8"))

# Longer ones are hard to hold in mind: https://insidegovuk.blog.gov.uk/2014/08/04/sentence-length-why-25-words-is-our-limit/
LONG = 25
FEWEST_WORDS = 50  # of which a grade says anything
OF_LATIN, OF_COMMON = 0.9, 0.15  # shares of words that English has at the least
LONGEST_CACHED = 4000  # characters of a block
LONGEST_WORD = 45  # letters; no dictionary has a longer one
JOINED = r"[-\u2010\u2011]"

# The same in every language of programs, where "\s" and "\w" are not.
SPACE = "\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
# Letters and digits of all scripts, roughly; those of Chinese and Japanese are words each.
LETTER = (
    "0-9A-Za-z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02c1\u0300-\u037d\u037f-\u0386\u0388-\u0559\u0561-\u0588"
    "\u0591-\u05bd\u05d0-\u05f2\u0610-\u061a\u0620-\u0669\u066e-\u06d3\u06d5-\u0963\u0966-\u1fff\u2070-\u209c"
    "\u2c00-\u2dff\ua000-\ud7ff\uf900-\ufd3d\ufd50-\ufdfb\ufe70-\ufefc\uff10-\uff19\uff21-\uff3a\uff41-\uff5a"
    "\U00010000-\U0001efff"
)
SIGN = "\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
PATTERNS = {
    "space": f"[{SPACE}]+",
    "word": rf"[{SIGN}]|[{LETTER}]+(?:['’.\-\u2010\u2011][{LETTER}]+|,[0-9]{{3}}(?![{LETTER}]))*",
    "marker": r"\[ {0,3}[0-9]{1,3}(?: {0,3}[,;–\-] {0,3}[0-9]{1,3}){0,30} {0,3}\]",
    "end": rf"""([.!?…؟۔।]+)["'”’»)\]]*(?:(?=[{SPACE}])|(?![\s\S]))|([。！？])""",
    "next": rf"""[{SPACE}]*["'“‘«(\[]*""",
    "lower": "^[a-zß-öø-ÿ]",
    "upper": "^[A-ZÀ-ÖØ-Þ]",
    "latin": "^[0-9A-Za-z\u00c0-\u024f]",
    "acronym": "^[A-Z]{2,5}s?$",
    "dotted": r"^[A-Za-z](?:\.[A-Za-z])+$",
    "name": "^[A-Z][a-z]",
    "joined": JOINED,
}
SPACES, WORD, MARKER, END, NEXT, LOWER, UPPER, LATIN, ACRONYM, DOTTED, NAME, _JOINED = map(
    re.compile, PATTERNS.values()
)
CITED = re.compile(f"(?:{PATTERNS['marker']})*")  # “So it is.[2]”
ABBREVIATIONS, NAMED_BY_LETTER = frozenset(ENGLISH["abbreviations"]), frozenset(ENGLISH["named_by_letter"])
COMMON = frozenset(ENGLISH["common"])
FEWER, MORE = ([re.compile(pattern) for pattern in ENGLISH["syllables"][name]] for name in ("fewer", "more"))
EXCEPTIONS: dict[str, int] = ENGLISH["syllables"]["exceptions"]


class Word(NamedTuple):
    start: int
    end: int
    text: str


class Sentence(NamedTuple):
    text: str
    words: list[Word]


class Term(NamedTuple):
    """A medical word somewhere in a text. `is_explained`: the plain one stands beside it in brackets."""

    found: str
    name: str
    is_explained: bool


@dataclass(frozen=True, slots=True)
class Counts:
    """Of one block; those of a text are their sums."""

    all_words: int = 0
    words: int = 0
    sentences: int = 0
    syllables: int = 0
    latin: int = 0
    common: int = 0
    long: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    words: int
    minutes: int
    sentences: int
    # Years of school that the text takes, and 0 (hard) to 100 (easy); None when `why_not` is "short" or "language".
    grade: float | None
    ease: float | None
    why_not: str
    long: tuple[str, ...]
    jargon: tuple[tuple[str, str, int], ...]  # as it was first found, the plainer word, how often


def rules() -> dict[str, Any]:
    """Everything that the browser needs to come to the same numbers, ready for JSON."""
    return {
        "patterns": PATTERNS,
        "endings": ENDINGS,
        **ENGLISH,
        "terms": JARGON,
        "long": LONG, "fewest": FEWEST_WORDS, "latin": OF_LATIN, "often": OF_COMMON, "pace": WORDS_PER_MINUTE,
        "longest": LONGEST_WORD,
    }  # fmt: skip


def measure(html: str) -> Reading:
    """Of a cleaned text. An empty one is short."""
    counts = [count(block) for block in blocks_of(html)]
    words, sentences, syllables, latin, common = (
        sum(getattr(block, name) for block in counts) for name in ("words", "sentences", "syllables", "latin", "common")
    )
    everything = sum(block.all_words for block in counts)
    why_not = _why_no_grade(words, sentences, latin, common)
    return Reading(
        words=everything,
        minutes=max(1, _rounded(everything / WORDS_PER_MINUTE, 1)),
        sentences=sentences,
        grade=None if why_not else max(0.0, _rounded(grade(words, sentences, syllables), 10) / 10),
        ease=None if why_not else float(_rounded(ease(words, sentences, syllables), 1)),
        why_not=why_not,
        long=tuple(sentence for block in counts for sentence in block.long),
        jargon=tuple(_jargon(term for block in counts for term in block.terms)),
    )


def grade(words: int, sentences: int, syllables: int) -> float:
    """Flesch–Kincaid grade level. J. P. Kincaid, R. P. Fishburne, R. L. Rogers, B. S. Chissom: Derivation of new
    readability formulas for Navy enlisted personnel. Research Branch Report 8-75, Millington 1975."""
    return 0.39 * (words / sentences) + 11.8 * (syllables / words) - 15.59


def ease(words: int, sentences: int, syllables: int) -> float:
    """Flesch reading ease. R. Flesch: A new readability yardstick. Journal of Applied Psychology 32 (1948), 221–233."""
    return 206.835 - 1.015 * (words / sentences) - 84.6 * (syllables / words)


def count(block: str) -> Counts:
    """Blocks that were counted before cost nothing: of a long text, one changes while somebody types."""
    return _count_again(block) if len(block) <= LONGEST_CACHED else _count(block)


def _count(block: str) -> Counts:
    found = list(passages(block))
    read = [(passage.text, sentences(passage.text)) for passage in found if passage.kind == "text"]
    texts = [sentence for _text, of_passage in read for sentence in of_passage]
    words = [word.text for sentence in texts for word in sentence.words]
    return Counts(
        all_words=len(words) + sum(len(words_in(passage.text)) for passage in found if passage.kind != "text"),
        words=len(words),
        sentences=len(texts),
        syllables=sum(map(syllables, words)),
        latin=sum(1 for word in words if LATIN.match(word)),
        common=sum(1 for word in words if word.lower() in COMMON),
        long=tuple(SPACES.sub(" ", sentence.text) for sentence in texts if len(sentence.words) > LONG),
        terms=tuple(
            term for text, of_passage in read for sentence in of_passage for term in _terms(text, sentence.words)
        ),
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
            found.append(Sentence(_trimmed(text[start:end]), words[first:last]))
            start, first = end, last
    found.append(Sentence(_trimmed(text[start:]), words[first:]))
    return [sentence for sentence in found if sentence.words]


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
    """Whether the dot after this word belongs to the word."""
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
    return sum(map(_syllables, _JOINED.split(word)))


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
    """Only the letters a to z, without accents."""
    return re.sub("[^a-z]", "", unicodedata.normalize("NFD", word.lower()))


def _stems(term: str) -> list[str]:
    return [stem(word) for word in term.split("_")]


TERMS: dict[str, list[tuple[list[str], str]]] = {}
for _name in sorted(JARGON, key=lambda name: -name.count("_")):
    TERMS.setdefault(_stems(_name)[0], []).append((_stems(_name), _name))


def _terms(text: str, words: list[Word]) -> Iterator[Term]:
    at = 0
    while at < len(words):
        length, name = _term_at(text, words, at)
        if name:
            start, end = words[at].start, words[at + length - 1].end
            before, after = _trimmed(text[max(0, start - 4) : start]), _trimmed(text[end : end + 4])
            yield Term(SPACES.sub(" ", text[start:end]), name, before.endswith("(") or after.startswith("("))
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


def _jargon(terms: Iterable[Term]) -> Iterator[tuple[str, str, int]]:
    """Each term once, without those that the text explains somewhere."""
    found = list(terms)
    explained = {term.name for term in found if term.is_explained}
    times = Counter(term.name for term in found)
    first: dict[str, str] = {}
    for term in found:
        first.setdefault(term.name, term.found)
    for name, words in first.items():
        if name not in explained:
            yield words, JARGON[name], times[name]


def _why_no_grade(words: int, sentences: int, latin: int, common: int) -> str:
    if words and (latin < OF_LATIN * words or (words >= FEWEST_WORDS and common < OF_COMMON * words)):
        return "language"
    return "short" if words < FEWEST_WORDS or not sentences else ""


def _without_markers(text: str) -> str:
    """Blanks in place of [1] or [2–4], so that every other letter keeps its place."""
    return MARKER.sub(lambda match: " " * len(match[0]), text) if "[" in text else text


def _trimmed(text: str) -> str:
    return re.sub(f"^[{SPACE}]+|[{SPACE}]+(?![\\s\\S])", "", text)


def _rounded(value: float, times: int) -> int:
    """Halves up: the rounding of both languages differs."""
    return floor(value * times + 0.5)

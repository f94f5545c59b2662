"""A citation in the words of this house: the Vancouver style (ICMJE, *Citing Medicine*), six authors and then "et al.".

    Smith AB, Jones C. Title. Journal. 2020;12(3):45-9.

What comes from elsewhere may hold markup, formulas, marks that turn the direction of writing, and values of any type:
`plain` makes clean words of it, `words_in`, `rows_in` and `part_of` read from answers that promise nothing.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from html import unescape
from typing import Any

TEXT_LENGTH = 500
READ = 4000  # characters of any one value
AUTHORS = 6
NAME_LENGTH = 120  # of one author; a "name" may be a sentence
TAG = re.compile(r"</?[a-zA-Z][^<>]{0,1000}>|<!--[^<>]{0,1000}-->")
# A formula says the same twice: as MathML, and as TeX for programs.
ANNOTATION = re.compile(
    r"<((?:mml:)?annotation(?:-xml)?|(?:jats:)?tex-math|script|style)\b[^<>]{0,300}>[^<]{0,2000}</\1\s{0,3}>",
    re.IGNORECASE,
)
# What publishers write before the title of a paper that was retracted.
RETRACTED = re.compile(r"^\W{0,2}(?:RETRACTED(?: ARTICLE| PAPER| CHAPTER)?\W{0,2}[:\]]|(?<=\[)Retracted\])\s{0,3}")
# They join letters of Persian and Hindi words; all other marks of format are left out.
JOINERS = "\u200c\u200d"


@dataclass(frozen=True)
class Source:
    """What is known of a source. `text` is how it is cited, "" when only its number or address is known."""

    text: str = ""
    url: str = ""
    doi: str = ""
    pmid: str = ""
    is_retracted: bool = False
    retracted_on: date | None = None
    notice: str = ""


@dataclass
class Work:
    authors: list[str] = field(default_factory=list)  # "Smith AB"
    title: str = ""
    kind: str = ""  # "preprint" and the like, said behind the title
    container: str = ""  # the journal
    book: str = ""  # of a chapter
    publisher: str = ""  # where there is no journal
    year: str = ""
    volume: str = ""
    issue: str = ""
    pages: str = ""

    def cited(self) -> str:
        """At most TEXT_LENGTH characters; a title that is too long loses its end. "" without a title."""
        if not self.title:
            return ""
        text = self._sentences(self.title)
        if len(text) > TEXT_LENGTH:
            room = len(self.title) - (len(text) - TEXT_LENGTH)
            text = self._sentences(clipped(self.title, max(20, room)))
        return clipped(text, TEXT_LENGTH)

    def _sentences(self, title: str) -> str:
        title = f"{title} [{self.kind}]" if self.kind else title
        names = ", ".join([*self.authors[:AUTHORS], *(["et al"] if len(self.authors) > AUTHORS else [])])
        sentences = [names, title, f"In: {self.book}" if self.book else "", self._place()]
        return " ".join(_sentence(words) for words in sentences if words)

    def _place(self) -> str:
        if self.container:
            return f"{_sentence(self.container)} {self._issue()}".strip()
        place = "; ".join(filter(None, [self.publisher, self.year]))
        return f"{_sentence(place)} p. {self.pages}" if self.book and self.pages else place

    def _issue(self) -> str:
        """2020;12(3):45-9"""
        number = self.volume + (f"({self.issue})" if self.issue else "")
        behind = f"{number}:{self.pages}" if number and self.pages else number or self.pages
        return ";".join(filter(None, [self.year, behind]))


def _sentence(words: str) -> str:
    return words if words.endswith((".", "?", "!")) else f"{words}."


def plain(value: Any) -> str:
    """Words without markup, entities, control characters and marks of format, in one line."""
    text = value[:READ] if isinstance(value, str) else str(value) if type(value) is int else ""
    for _turn in range(3):  # entities of entities
        text = ANNOTATION.sub(" ", text)
        text = TAG.sub("", text)
        if (once := unescape(text)) == text:
            break
        text = once
    text = "".join(map(_clean, unicodedata.normalize("NFC", text)))
    return " ".join(text.split())


def _clean(sign: str) -> str:
    if sign.isspace():
        return " "
    return "" if unicodedata.category(sign)[0] == "C" and sign not in JOINERS else sign


def clipped(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 2].rsplit(" ", 1)[0].rstrip(".,;: ") + " …"


def title(value: Any) -> str:
    """Without the full stop, the brackets of translated titles, and that it was retracted: that is said elsewhere."""
    words = RETRACTED.sub("", plain(value))
    if words.startswith("[") and words.rstrip(".").endswith("]"):
        words = words.rstrip(".")[1:-1]
    return words[:-1] if words.endswith(".") and not words.endswith("..") else words


def is_marked_retracted(value: Any) -> bool:
    return bool(RETRACTED.match(plain(value)))


def author(family: str, given: str, suffix: str = "") -> str:
    """Smith, Anna-Maria B. → Smith AMB"""
    initials = "".join(part[0].upper() for part in re.split(r"[\s.\-‐]+", given) if part)
    return " ".join(filter(None, [family, initials[:4], suffix.strip(".")]))[:NAME_LENGTH]


def pages(value: Any) -> str:
    """284-287 → 284-7, as *Citing Medicine* shortens them."""
    words = re.sub(r"\s*[-‐–—]+\s*", "-", plain(value))
    match = re.fullmatch(r"(\d{1,6})-(\d{1,6})", words)
    if not match or len(match[1]) != len(match[2]) or match[1] >= match[2]:
        return words[:40]
    first, last = match[1], match[2]
    same = next(n for n in range(len(first)) if first[n] != last[n])
    return f"{first}-{last[same:]}"


def words_in(answer: Any, *names: str) -> str:
    """Of the first of these parts that holds any, the words; of a list, those of its first entry."""
    for name in names:
        value = part_of(answer, name)
        if isinstance(value, list):
            value = value[0] if value else ""
        if words := plain(value):
            return words
    return ""


def rows_in(answer: Any, name: str) -> list[dict[str, Any]]:
    value = part_of(answer, name)
    return [row for row in value[:500] if isinstance(row, dict)] if isinstance(value, list) else []


def part_of(answer: Any, *names: str) -> Any:
    """`answer["a"]["b"]`, None when it is made otherwise."""
    for name in names:
        answer = answer.get(name) if isinstance(answer, dict) else None
    return answer


def day_in(parts: Any) -> tuple[str, date | None]:
    """(year, day) of Crossref's {"date-parts": [[2020, 3, 31]]}; a day that is not said is the first."""
    value = part_of(parts, "date-parts")
    numbers = value[0] if isinstance(value, list) and value and isinstance(value[0], list) else []
    numbers = [number for number in numbers[:3] if type(number) is int]
    if not numbers or not 1000 <= numbers[0] <= 9999:
        return "", None
    try:
        return str(numbers[0]), date(*[*numbers, 1, 1][:3])
    except ValueError:
        return str(numbers[0]), date(numbers[0], 1, 1)


def first_year(values: Iterable[str]) -> str:
    found = (re.search(r"\b(1[5-9]\d\d|20\d\d)\b", value) for value in values)
    return next((match[1] for match in found if match), "")

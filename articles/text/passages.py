"""Passages of a cleaned text: its words without tags, as a reader meets them one after the other."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

# A tag with what stands in it; an attribute may hold a ">" between its quotes.
TAG = re.compile(r'<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:[^<>"]|"[^"]*")*)>')
ATTRIBUTE = re.compile(r'([a-zA-Z-]+)="([^"]*)"')
# Everything else begins a passage and ends one.
INLINE = {
    *("a", "strong", "em", "sub", "sup", "b", "i", "span", "br", "img", "mark", "u", "s", "code", "abbr", "cite"),
    *("small", "q"),
}
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
# Nobody reads these from left to right as sentences.
ASIDE = {"table", "figure"}
ENTITY = re.compile(r"&(amp|lt|gt|quot|nbsp|#39|#x27);")
BLANK = " \t\n\v\f\r\u00a0"
CHARACTERS = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "nbsp": "\u00a0", "#39": "'", "#x27": "'"}


@dataclass(frozen=True, slots=True)
class Passage:
    kind: str  # "text", "heading" or "aside"
    text: str


def passages(html: str) -> Iterator[Passage]:
    """Paragraphs, items of lists, headings, cells of tables, what the footnotes of one of these say; none is empty."""
    pieces: tuple[list[str], list[str]] = [], []  # words, and those of footnotes
    at = heading = aside = in_note = 0
    for tag in TAG.finditer(html):
        pieces[in_note].append(html[at : tag.start()])
        at = tag.end()
        name, step = tag[2].lower(), -1 if tag[1] else 1
        if name == "span":
            in_note = int(step > 0 and "data-footnote" in tag[3])
        elif name == "br":
            pieces[in_note].append("\n")
        elif name not in INLINE:
            yield from _read(pieces, heading, aside)
            pieces, in_note = ([], []), 0
            heading += step if name in HEADINGS else 0
            aside += step if name in ASIDE else 0
    pieces[in_note].append(html[at:])
    yield from _read(pieces, heading, aside)


def attributes(tag: str) -> dict[str, str]:
    return {name.lower(): plain(value) for name, value in ATTRIBUTE.findall(tag)}


def plain(text: str) -> str:
    """Without entities: the few that a cleaned text and a browser's own one have."""
    return ENTITY.sub(lambda match: CHARACTERS[match[1]], text) if "&" in text else text


def words_of(html: str) -> str:
    return " ".join(plain(TAG.sub(" ", html)).split())


def _read(pieces: tuple[list[str], list[str]], heading: int, aside: int) -> Iterator[Passage]:
    kind = "aside" if aside > 0 else "heading" if heading > 0 else "text"
    # Where one footnote ends and the next begins no word may grow together.
    for text, of_kind in (("".join(pieces[0]), kind), (" ".join(pieces[1]), "aside")):
        words = plain(text)
        if words.strip(BLANK):
            yield Passage(of_kind, words)

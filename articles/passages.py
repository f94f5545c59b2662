"""The words of a cleaned text without its tags: passages, as a reader meets them one after the other.

`static/js/readability.js` does the same in the browser; a test holds both to the same results.
"""

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
CHARACTERS = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "nbsp": "\u00a0", "#39": "'", "#x27": "'"}


@dataclass(frozen=True, slots=True)
class Passage:
    kind: str  # "text", "heading" or "aside"
    text: str


def passages(html: str) -> Iterator[Passage]:
    """A paragraph, an item of a list, a heading, a cell of a table: each one that holds something."""
    text: list[str] = []
    at = heading = aside = 0
    for tag in TAG.finditer(html):
        text.append(html[at : tag.start()])
        at = tag.end()
        name, step = tag[2].lower(), -1 if tag[1] else 1
        if name == "br":
            text.append("\n")
        elif name not in INLINE:
            yield from _passage(text, heading, aside)
            text = []
            heading += step if name in HEADINGS else 0
            aside += step if name in ASIDE else 0
    yield from _passage([*text, html[at:]], heading, aside)


def attributes(tag: str) -> dict[str, str]:
    """Of what stands in a tag: names and values, as a browser would read them."""
    return {name.lower(): plain(value) for name, value in ATTRIBUTE.findall(tag)}


def plain(text: str) -> str:
    """Without entities: the few that a cleaned text and a browser's own one have."""
    return ENTITY.sub(lambda match: CHARACTERS[match[1]], text) if "&" in text else text


def words_of(html: str) -> str:
    """On one line."""
    return " ".join(plain(TAG.sub(" ", html)).split())


def _passage(text: list[str], heading: int, aside: int) -> Iterator[Passage]:
    words = plain("".join(text))
    if words.strip():
        yield Passage("aside" if aside > 0 else "heading" if heading > 0 else "text", words)

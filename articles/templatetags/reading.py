"""Template filters for articles: plain text made readable, and the direction of writers' words."""

import re
from collections.abc import Iterator
from itertools import pairwise

from django import template
from django.utils.html import escape, format_html_join, linebreaks
from django.utils.safestring import SafeString, mark_safe

from articles.public import jsonld
from edge.directions import direction, isolated

register = template.Library()
register.filter("direction", direction)
register.filter("isolated", isolated)
register.filter("json_ld", jsonld.script)

LONG = 700  # characters: a paragraph beyond this is hard going on a phone
ENOUGH = 400  # characters after which a long paragraph may end at the next sentence
# Three spaces or a new line stand where the page the text was taken from began a new block.
BREAK = re.compile(r"\s*\n\s*|\s{3,}|\s{2,}(?=[-•*]\s)|(?<=:) (?=- )")
ITEM = re.compile(r"^[-•*]\s+")
MARK = re.compile(r"(?:(?<=\s)|^)([-•*])\s+")
# A list's first item often stands in the sentence before it, and the text after a list in its last item.
FIRST_ITEM = re.compile(r"\s- [^.\s][^.]{0,120}$")
AFTER_LIST = re.compile(r"(?<=[.)])\s{2}(?=[^\s])")
SENTENCE_END = re.compile(r"(?<=[a-z)]{3}[.?!])\s+(?=[A-Z])")
# Signs and symptoms from the Human Phenotype Ontology arrive as one long line of names and frequencies.
SYMPTOMS = re.compile(
    r"Approximate number of patients \(when available\)\s+(.+?)\s+(?=The Human Phenotype Ontology \(HPO\))", re.S
)
SYMPTOM = re.compile(r"(.+?)\s(\d+(?:\.\d+)?\s?%|\d+/\d+|-)(?=\s|$)\s*")

Block = tuple[str, list[str]]


@register.filter
def paragraphs(text: str) -> SafeString:
    return mark_safe(linebreaks(text, autoescape=True).replace("<p>", f"<p{direction(text)}>"))  # noqa: S308  escaped


@register.filter
def readable(text: str) -> SafeString:
    return mark_safe("\n".join(_html(kind, parts) for kind, parts in blocks(text)))  # noqa: S308  escaped in _html


def blocks(text: str) -> Iterator[Block]:
    """("p", [text]), ("h4", [text]) and ("ul", [items]) in the order of the text. Every word stays."""
    pieces = list(_pieces(text))
    items: list[str] = []
    for piece, follows in pairwise([*pieces, ""]):
        if ITEM.match(piece):
            items.append(" ".join(ITEM.sub("", piece).split()))
            continue
        if items:
            yield "ul", items
            items = []
        yield from _heading_or_paragraphs(" ".join(piece.split()), follows)
    if items:
        yield "ul", items


def _pieces(text: str) -> Iterator[str]:
    text = MARK.sub(r"\1 ", _symptoms_as_items(text).strip())
    pieces = [piece for piece in BREAK.split(text) if piece.strip(" -•*")]
    for piece, follows in pairwise([*pieces, ""]):
        if not ITEM.match(piece) and ITEM.match(follows) and (first := FIRST_ITEM.search(piece)):
            yield from (piece[: first.start()], first[0].strip())
        elif ITEM.match(piece) and not ITEM.match(follows) and (rest := AFTER_LIST.search(piece)):
            yield from (piece[: rest.start()], piece[rest.end() :])
        else:
            yield piece


def _heading_or_paragraphs(text: str, follows: str) -> Iterator[Block]:
    begins_something = bool(follows) and (not ITEM.match(follows) or text == "Key Points")
    if begins_something and len(text) <= 60 and text[0].isupper() and text[-1] not in ".:;,?!)":
        yield "h4", [text]
        return
    for paragraph in _shorter(text):
        yield "p", [paragraph]


def _shorter(text: str) -> Iterator[str]:
    if len(text) <= LONG:
        yield text
        return
    current = ""
    for sentence in SENTENCE_END.split(text):
        current = f"{current} {sentence}".strip()
        if len(current) >= ENOUGH:
            yield current
            current = ""
    if current:
        yield current


def _symptoms_as_items(text: str) -> str:
    def items(found: re.Match[str]) -> str:
        names = SYMPTOM.findall(found[1] + " ")
        lines = [f"- {name}" + (f" ({share})" if share != "-" else "") for name, share in names]
        if rest := SYMPTOM.sub("", found[1] + " ").strip():
            lines.append(f"- {rest}")
        return "Approximate number of patients (when available):\n" + "\n".join(lines) + "\n"

    return SYMPTOMS.sub(items, text)


def _html(kind: str, parts: list[str]) -> str:
    if kind == "ul":
        return "<ul>" + format_html_join("", "<li>{}</li>", ((part,) for part in parts)) + "</ul>"
    return f"<{kind}>{escape(parts[0])}</{kind}>"

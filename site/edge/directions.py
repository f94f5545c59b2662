"""The direction of writers' words, said in their HTML where it may not be that of the page around them."""

import re
import unicodedata

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_bidi

RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
# Of what the sanitiser writes: neither text nor values hold a bare < or >.
TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)([^<>]*)>")
ENTITY = re.compile(r"&#?\w{1,20};")
LINES = {"p", "h2", "h3", "figcaption", "caption"}
# The browser would look for letters past everything in them that says a direction of its own: their first one is found here.
HOLDERS = {"ul", "ol", "blockquote", "table", "th", "td"}


def says_direction(text: str) -> bool:
    return get_language_bidi() or bool(RIGHT_TO_LEFT.search(text))


def direction(text: str) -> SafeString:
    """For the tag around somebody's words: an attribute, where they may run against the page."""
    return mark_safe(' dir="auto"' if says_direction(text) else "")  # noqa: S308  no word of it


def isolated(text: str) -> SafeString:
    """Somebody's words within others: a name or a title that may run against the page does not carry along what follows."""
    return format_html("<bdi>{}</bdi>", text) if says_direction(str(text)) else escape(text)


def directed(html: str) -> str:
    """Cleaned HTML in which each paragraph runs as its first letter does, with the list or the table around it; a `dir`
    that somebody has set stays. One pass; nothing changes where all runs as the page does."""
    if not says_direction(html):
        return html
    out: list[str] = []
    holders: list[int] = []  # the open ones' places in `out`; -1 when their direction is known
    at = 0
    for match in TAG.finditer(html):
        _settle(out, holders, html[at : match.start()])
        at = match.end()
        closing, name, attributes = match.groups()
        tag = match[0]
        if name in HOLDERS and closing:
            holders[-1:] = []
        elif name in HOLDERS:
            holders.append(-1 if " dir=" in attributes else len(out))
        elif name in LINES and not closing and " dir=" not in attributes:
            tag = f'{tag[:-1]} dir="auto">'
        out.append(tag)
    return "".join([*out, html[at:]])


def _settle(out: list[str], holders: list[int], text: str) -> None:
    waiting = [place for place in holders if place >= 0]
    if waiting and (direction := _direction_of(text)):
        for place in waiting:
            out[place] = f'{out[place][:-1]} dir="{direction}">'
        holders[:] = [-1] * len(holders)
    out.append(text)


def _direction_of(text: str) -> str:
    kinds = map(unicodedata.bidirectional, ENTITY.sub("", text))
    return next(("ltr" if kind == "L" else "rtl" for kind in kinds if kind in {"L", "R", "AL"}), "")

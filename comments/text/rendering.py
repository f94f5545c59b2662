"""Rendering of readers' words as HTML: everything escaped, addresses made links, lines kept. Never the other way round.

What readers see of a link is where it leads: the host as the network knows it, whatever was typed. So a name in letters
that only look Latin shows as "xn--…", what stands before an "@" is gone, and only the path is ever shortened.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import quote

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.html import MAX_URL_LENGTH, Urlizer, escape, linebreaks, smart_urlquote
from django.utils.safestring import SafeString, mark_safe

from comments.text.words import host_of
from edge.letters import settled, without_piles, without_unseen

# A link in a reader's words is the reader's ("ugc"), and no recommendation of ours. Its letters keep their order whatever
# stands around them.
LINK = '<a href="{}"{}><bdi dir="ltr">{}</bdi></a>'
OURS = ' rel="nofollow ugc"'
# Looking for addresses word by word is most of the work of showing a comment; most comments hold none.
MAY_HOLD_LINK = re.compile(r"://|@|\w\.\w")
# A name that the network can look up. Numbers that lead somewhere are left as words.
HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.){1,20}[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?")
SCHEME = re.compile(r"https?://", re.IGNORECASE)
# "ftp://", "javascript://": no page of the web, whatever looks like a host behind it.
ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:[/\\]", re.IGNORECASE)
# Browsers read a backslash as a slash.
PARTS = re.compile(
    r"(?P<scheme>https?://)?(?P<authority>[^/\\?#]+)(?P<path>[^?#]*)(?P<rest>.*)", re.IGNORECASE | re.DOTALL
)
PORT = re.compile(r":(\d{1,5})$")
LONGEST_TAIL, HEAD, FOOT = 60, 40, 15  # characters of what stands behind the host


class Finder(Urlizer):
    """Django's eye for where an address begins and ends, with the signs that other languages write around it."""

    trailing_punctuation_chars = Urlizer.trailing_punctuation_chars + "?…”“’»。、，！？"
    wrapping_punctuation = [*Urlizer.wrapping_punctuation, ("“", "”"), ("„", "“"), ("«", "»"), ("‘", "’"), ("（", "）")]


finder = Finder()


class Address(NamedTuple):
    href: str
    host: str  # as it is shown, with what stands before it
    tail: str  # path, query and fragment
    rel: str = OURS

    @property
    def brief(self) -> str:
        tail = self.tail if len(self.tail) <= LONGEST_TAIL else f"{self.tail[:HEAD]}…{self.tail[-FOOT:]}"
        return self.host + tail


def as_html(text: str) -> SafeString:
    """Safe for any text: every piece of the reader's is escaped."""
    return mark_safe(linebreaks("".join(map(_as_link, _pieces(text))), autoescape=False))  # noqa: S308


def as_text(text: str) -> str:
    """The same for what holds no links: an excerpt, a letter, what search engines read."""
    return "".join(each if isinstance(each, str) else each.host + each.tail for each in _pieces(text))


def _as_link(piece: str | Address) -> str:
    if isinstance(piece, str):
        return escape(piece)
    return LINK.format(escape(piece.href), piece.rel, escape(piece.brief))


def _pieces(text: str) -> Iterator[str | Address]:
    calm = settled(without_piles(text))
    if not MAY_HOLD_LINK.search(calm):
        yield calm
        return
    for word in finder.word_split_re.split(calm):  # type: ignore[union-attr]
        if not ("." in word or "@" in word or ":" in word):
            yield word
            continue
        lead, middle, trail = finder.trim_punctuation(word)
        yield lead
        yield address_of(middle) or middle
        yield trail


def address_of(word: str) -> Address | None:
    """Where a word leads, if it is an address of a page or of a mailbox."""
    word = without_unseen(word)
    if len(word) > MAX_URL_LENGTH:
        return None
    if SCHEME.match(word):
        return _of_page(word)
    if ELSEWHERE.match(word):
        return None
    if finder.simple_url_2_re.match(word):  # type: ignore[union-attr]
        return _of_page(word)
    return _of_mailbox(word) if "@" in word and ":" not in word else None


def _of_page(word: str) -> Address | None:
    parts = PARTS.fullmatch(word)
    host = host_of(word)
    if not parts or not HOST.fullmatch(host):
        return None
    scheme, port = (parts["scheme"] or "").lower(), PORT.search(parts["authority"])
    host += port.group() if port else ""
    tail = parts["path"].replace("\\", "/") + parts["rest"]
    return Address(smart_urlquote(f"{scheme or 'http://'}{host}{tail}"), scheme + host, tail)


def _of_mailbox(word: str) -> Address | None:
    local, _at, domain = word.rpartition("@")
    host = "" if re.search(r"[/\\?#]", domain) else host_of(domain)
    try:
        validate_email(f"{local}@{host}")
    except ValidationError:
        return None
    return Address(f"mailto:{quote(local, safe='')}@{host}", f"{local}@{host}", "", "")

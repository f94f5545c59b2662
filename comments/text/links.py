"""Addresses of other sites in a text, written out or half hidden, and where each leads."""

import re
from typing import NamedTuple

from comments.text.words import host_of

# Written with its scheme or as "www.": these become links on the page. "hxxp" is how people pass on what filters stop.
LINK = re.compile(r"(?:h(?:tt|xx)ps?://|www\.)[^\s<>\"']{3,200}", re.IGNORECASE)
ENDINGS = "com|net|org|edu|gov|int|mil|info|biz|xyz|top|online|site|shop|store|club|ru|cn|tk|link|click|pro|live|vip"
# A name alone, when it ends like one or a path follows.
BARE = re.compile(
    r"(?<![\w@.:/-])(?:[\w-]{1,63}\.){1,5}"
    rf"(?:(?:{ENDINGS})(?![\w-])(?:/[^\s<>\"']{{0,200}})?|[a-z]{{2,4}}/[^\s<>\"']{{1,200}})",
    re.IGNORECASE,
)
SPOKEN = re.compile(r"(?<![\w-])[\w-]{2,63} ?[\[(]? ?(?:dot|punkt) ?[\])]? ?(?:com|net|org|info|ru)\b", re.IGNORECASE)
# Any name of a host, whatever it ends with: compared with domains that are on a list.
HOST = re.compile(r"(?<![\w.-])(?:[\w-]{1,63}[.。．]){1,6}[\w-]{2,63}")
# They hide where a link leads.
SHORTENERS = {
    "bit.ly", "tinyurl.com", "t.co", "goo.gl", "ow.ly", "is.gd", "buff.ly", "rebrand.ly", "cutt.ly",
    "rb.gy", "shorturl.at", "t.ly", "tiny.cc", "bl.ink", "v.gd", "soo.gd", "s.id", "lnkd.in",
    "adf.ly", "shorte.st", "bc.vc", "clck.ru", "linktr.ee", "wa.me", "t.me", "qr.ae", "amzn.to",
    "u.to", "x.co",
}  # fmt: skip
TAIL = ".,;:!?)]}>…"


class Link(NamedTuple):
    host: str  # in ASCII, lower case; "" when it cannot be made out
    start: int
    end: int


def links_in(text: str) -> list[Link]:
    """In their order; nothing is counted twice."""
    found: list[Link] = []
    for match in sorted((m for kind in (LINK, BARE, SPOKEN) for m in kind.finditer(text)), key=lambda m: m.start()):
        if found and match.start() < found[-1].end:
            continue
        written = match.group().rstrip(TAIL)
        host = host_of(written) if match.re is not SPOKEN else ""
        found.append(Link(host.removeprefix("www."), match.start(), match.start() + len(written)))
    return found


def hosts_in(text: str) -> list[Link]:
    """Everything that could be the name of a host, also within links and behind the "@" of an address."""
    return [Link(host_of(match.group()), *match.span()) for match in HOST.finditer(text)]

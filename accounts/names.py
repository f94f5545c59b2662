"""Names that only the house may bear: those of bylines, of roles and of the site, however they are written.

A name that looks like one of them is no proof of bad faith: people have namesakes. It is said to a moderator, or before
an account is made, and nothing else follows from it.
"""

import re
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from itertools import permutations
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from accounts.models import Writer
from edge.letters import LEET, ONE, SIGNS, shapes
from pages.models import SiteSettings

APART_BY_SIGNS = dict.fromkeys(map(ord, SIGNS), " ")
WORDS_FILE = Path(__file__).with_name("names.toml")
# "Müller" is "Mueller" to many keyboards.
SPELT_OUT = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "oe", "å": "aa", "æ": "ae", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"}
)
# A mark that says "this one is real", as a chip of ours does.
BADGES = "✓✔☑✅🗸🗹🛡⚕🎖🏅"
# What stands between a name and what looks like a chip behind it: "Rosa (writer)", "Rosa | Team".
APART = re.compile(r"\s+[-–—]\s+|\s*[·|()\[\]{},;:/–—•~*<>]\s*")
LONG, SHORTEST = 8, 3  # letters of a name that is known within others, and of a part that is known alone
PERMUTED = 4  # words


def taken(words: str) -> frozenset[str]:
    return frozenset(word for each in words.split() for look in looks_of(each) for word in look)


@lru_cache(maxsize=4_000)
def looks_of(name: str) -> frozenset[tuple[str, ...]]:
    """The words of a name as they look at a glance; signs may be letters ("Br@ndt") or stand between words."""
    spellings = {name, name.translate(SPELT_OUT)}
    seen = {shapes(spelling.translate(signs)) for spelling in spellings for signs in (APART_BY_SIGNS, LEET)}
    return frozenset(tuple(_words(each)) for each in seen)


def _words(seen: str) -> Iterator[str]:
    # What no eye tells apart: l, I and 1, 0 and O, and within a word "rn" and m, "vv" and w, "cl" and d. An apostrophe
    # parts no word.
    for word in "".join(letter if letter.isalnum() else " " for letter in seen.replace("'", "")).split():
        seen = word.translate(LEET).translate(ONE)
        yield seen if len(seen) < SHORTEST else seen.replace("rn", "m").replace("vv", "w").replace("ci", "d")


WORDS = {kind: taken(words) for kind, words in tomllib.loads(WORDS_FILE.read_text(encoding="utf-8")).items()}
PARTS = tuple(WORDS["parts"])
# Among these and nothing else a word of `roles_alone` means the house.
KNOWN = WORDS["roles_alone"] | WORDS["beside"]


def looks_like_the_house(name: str) -> str:
    """Whose name this could be taken for: a byline, the site, a role or a mark of one; "" for nobody's. Two queries."""
    host = urlsplit(settings.BASE_URL).hostname or ""
    site = [SiteSettings.current().name, *([host.removeprefix("www.")] if "." in host else [])]
    bylines = Writer.objects.order_by("name").values_list("name", flat=True)
    if byline := next((each for each in bylines if resembles(name, each)), ""):
        return byline
    if named := next((each for each in site if names_site(name, each)), ""):
        return named
    return role_in(name) or next((sign for sign in name if sign in BADGES), "")


def resembles(name: str, byline: str) -> bool:
    """Whether readers could take whoever writes under this name for whoever has the byline: other letters that look the
    same, titles, another order, more words, or initials."""
    return any(_resembles(typed, _core(real)) for typed in looks_of(name) for real in looks_of(byline) if real)


def role_in(name: str) -> str:
    parts = [name, *APART.split(name)]
    return next((role for part in parts for words in looks_of(part) if (role := _role_in(words))), "")


def names_site(name: str, site: str) -> bool:
    """The site's name, or its host, alone or among other words."""
    return any(_names_site(typed, real) for typed in looks_of(name) for real in looks_of(site) if real)


def _core(words: tuple[str, ...]) -> tuple[str, ...]:
    """Without titles and degrees, if anything is left then."""
    return tuple(word for word in words if word not in WORDS["honours"] | WORDS["courtesy"]) or words


def _resembles(typed: tuple[str, ...], real: tuple[str, ...]) -> bool:
    if not typed:
        return False
    core = _core(typed)
    if sorted(core) == sorted(real) or "".join(core) in _joined(real) or "".join(typed) in _joined(real):
        return True
    if len(real) < 2:
        return False
    inside = len(typed) == 1 and any(len(one) >= LONG and one in typed[0] for one in _joined(real))
    return inside or set(real) <= set(typed) or _is_shortened(core, real, titled=not WORDS["honours"].isdisjoint(typed))


@lru_cache(maxsize=2_000)
def _joined(words: tuple[str, ...]) -> frozenset[str]:
    orders = permutations(words) if len(words) <= PERMUTED else [words, words[::-1]]
    return frozenset(map("".join, orders))


def _is_shortened(core: tuple[str, ...], real: tuple[str, ...], *, titled: bool) -> bool:
    """ "I. Brandt", "Brandt I", "Ilse B."; a part of the name alone only with a title: "Dr. Brandt"."""
    for whole in {real[0], real[-1]}:
        if len(whole) >= SHORTEST and whole in core:
            initials = {word[0] for word in real if word != whole}
            beside = [word for word in core if word != whole]
            if (not beside and titled) or (beside and all(len(word) == 1 and word in initials for word in beside)):
                return True
    return False


def _role_in(words: tuple[str, ...]) -> str:
    # "M o d e r a t o r"
    spelt = ("".join(words),) if words and all(len(word) < SHORTEST for word in words) else ()
    for word in (*words, *spelt):
        if word.startswith(PARTS) or word.endswith(PARTS) or any(part in word for part in PARTS if len(part) >= LONG):
            return word
    if role := next((word for word in (*words, "".join(words)) if word in WORDS["roles"]), ""):
        return role
    alone = [word for word in (*words, *spelt) if word in WORDS["roles_alone"]]
    return alone[0] if alone and (spelt or all(word in KNOWN or word.isdecimal() for word in words)) else ""


def _names_site(typed: tuple[str, ...], real: tuple[str, ...]) -> bool:
    joined, written = "".join(real), "".join(typed)
    if len(joined) >= LONG - 2 and (written.startswith(joined) or written.endswith(joined)):
        return True
    in_a_row = any(typed[n : n + len(real)] == real for n in range(len(typed)))
    rest = [word for word in typed if word not in WORDS["roles"] | KNOWN]
    return in_a_row if len(joined) > SHORTEST else "".join(rest) == joined

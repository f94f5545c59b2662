"""Words: readers' text made comparable, lists of words looked for in it, and links to other sites.

Comparable means: case, width, accents, invisible characters and letters that only look Latin do not matter; neither do
punctuation tricks ("v.i.a.g.r.a", "v i a g r a", "v1agra"). Every word remembers where it stands in the original.

Looking is a walk through a tree of words: the time grows with the text, whatever it holds and whatever moderators put
on their lists. Nothing that anybody typed ever becomes a pattern.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from typing import Any, NamedTuple, TypeVar
from urllib.parse import unquote

from django.utils.crypto import salted_hmac

from edge.letters import LEET, ONE, SIGNS, fold, without_unseen

T = TypeVar("T")

NO_SIGNS = str.maketrans("", "", SIGNS)
# Both, and nothing between the letters: what squeeze() makes of each ASCII character.
SQUEEZED = {code: c if (c := chr(code).translate(LEET).translate(ONE)).isalnum() else None for code in range(128)}
# In these scripts words are written without blanks: there each character counts as a word.
UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
# Vowel signs of the Indic scripts belong to their word, though they are no letters.
WORD = re.compile(rf"[{UNSPACED}]|(?:[^\W_{UNSPACED}]|[\u0900-\u0963\u0970-\u0dff])+")
CHUNK = re.compile(r"\S+")
EDGES = "\"'`´’‘“”„«»()[]{}<>.,;:?!…-–—_*~/\\"
SPELT_FROM = 3  # letters one by one: "s e x"
SPELT_GAP = 3  # characters between them
LONGEST_SPELT = 40
# As people talk: "don't" is one word, "2.5mg" a number and a unit, and where a sentence or a clause ends is worth knowing.
SAID = re.compile(
    r"(?P<number>\d+(?:[.,]\d+)*)(?=[^\W\d_]{0,4}\b)"
    r"|(?P<word>[^\W_](?:[^\W_]|['@$!*](?=[^\W_]))*)"
    r"|(?P<comma>[,:()—–]|\.{2,}|…|(?<=\s)-(?=\s))|(?P<line>\n)(?![^\S\n]*\n)|(?P<stop>[.!?\n;])"
)
STOP = "."  # stands for any end of a sentence
COMMA = ","  # stands for any end of a clause
LINE = "\n"  # a line ends: perhaps a sentence, perhaps not
NUMBER = "#"  # stands for any number
MANY = "##"  # stands for one that is too many to swallow
TOO_MANY = 15


class Token(NamedTuple):
    """A word as it is compared, and where it stands in the original text."""

    text: str
    start: int
    end: int


class Comparable:
    """A text made comparable. Everything is worked out when it is first asked for."""

    def __init__(self, original: str) -> None:
        self.original = original

    @cached_property
    def folded(self) -> str:
        return self.original.lower() if self.original.isascii() else "".join(map(fold, self.original))

    @cached_property
    def places(self) -> list[int] | None:
        """For each character of `folded` where it comes from; None when they stand one to one."""
        if self.original.isascii():
            return None
        return [place for place, letter in enumerate(self.original) for _n in fold(letter)]

    @cached_property
    def words(self) -> list[Token]:
        """Runs of letters and figures."""
        found = WORD.finditer(self.folded)
        if self.places is None:  # said apart: of thousands of figures each costs what a call costs
            return [Token(match.group(), *match.span()) for match in found]
        return [self._token(match.group(), *match.span()) for match in found]

    @cached_property
    def disguised(self) -> list[Token]:
        """What stands between blanks, with figures and signs read as letters and all punctuation left out."""
        return [token for match in CHUNK.finditer(self.folded) if (token := self._undisguised(match))]

    @cached_property
    def spelt(self) -> list[list[Token]]:
        """Runs of letters that stand one by one."""
        runs: list[list[Token]] = [[]]
        for token in self.words:
            run = runs[-1]
            if run and (len(token.text) != 1 or token.start - run[-1].end > SPELT_GAP):
                runs.append([])
            if len(token.text) == 1 and token.text < UNSPACED[0]:
                runs[-1].append(token)
        return [run for run in runs if len(run) >= SPELT_FROM]

    @cached_property
    def said(self) -> list[Token]:
        """The words as people talk, with STOP before the first, STOP, COMMA or LINE where they pause, and NUMBER or MANY."""
        tokens = [Token(STOP, 0, 0)]
        for match in SAID.finditer(self.folded):
            word = said_as(match)
            if word == STOP and len(tokens) > 1 and tokens[-2].text in {STOP, LINE}:
                word = LINE  # I. Want. To. Die.
            tokens.append(self._token(word, match.start(), match.end()))
        return [*tokens, Token(STOP, len(self.original), len(self.original))]

    @cached_property
    def squeezed(self) -> str:
        """All letters without anything between them, disguises taken off: once with signs read as letters, once without
        signs. A word that is not in here is nowhere in the text."""
        return f"{squeeze(self.folded)}\n{squeeze(self.folded.translate(NO_SIGNS))}"

    def _token(self, text: str, start: int, end: int) -> Token:
        if self.places is None:
            return Token(text, start, end)
        return Token(text, self.places[start], self.places[end - 1] + 1)

    def _undisguised(self, match: re.Match[str]) -> Token | None:
        inner = match.group().lstrip(EDGES)
        start = match.end() - len(inner)
        inner = inner.rstrip(EDGES)
        text = undisguise(inner)
        return self._token(text, start, start + len(inner)) if text else None


def said_as(match: re.Match[str]) -> str:
    """What SAID has found, as phrases name it."""
    word = match.group()
    if match["number"]:
        return MANY if len(word) < 4 and word.isdecimal() and int(word) >= TOO_MANY else NUMBER
    if match["word"]:
        return word if word.isalpha() else "'".join(map(undisguise, word.split("'")))
    return COMMA if match["comma"] else LINE if match["line"] else STOP


def undisguise(chunk: str) -> str:
    """ "v1.agra" → "viagra"; a mere number stays one. `chunk` is folded and holds no blank."""
    if chunk.isalpha() or chunk.isdecimal():
        return chunk
    letters = sum(map(str.isalpha, chunk))
    read = chunk.translate(LEET) if letters else chunk
    return "".join(filter(str.isalnum, read))


def squeeze(folded: str) -> str:
    if folded.isascii():
        return folded.translate(SQUEEZED)
    return "".join(filter(str.isalnum, folded.translate(LEET).translate(ONE)))


def key_of(phrase: str) -> str:
    """The one spelling of a word or phrase by which two rules are the same; "" when it holds no letter or figure."""
    return " ".join(token.text for token in Comparable(phrase).disguised)


def words_key(body: str) -> int:
    """64 bits, signed, by which the same words are found again however they are spaced, capped or disguised. Keyed: the
    database alone does not tell which words it stands for."""
    words = key_of(body).replace(" ", "") or body
    key = salted_hmac("comments.door.gather", "", algorithm="sha256").digest()
    return int.from_bytes(blake2b(words.encode(), digest_size=8, key=key).digest(), signed=True)


def spellings(phrase: str) -> set[str]:
    """The ways in which a rule is found in plain words: "e-mail" as "e mail" and as "email"."""
    return {" ".join(token.text for token in Comparable(phrase).words), key_of(phrase)} - {""}


class Rule(NamedTuple):
    """A word or phrase that is looked for. `kind` is one of WordRule.Kind."""

    kind: str
    phrase: str


class Found(NamedTuple):
    rule: Rule
    start: int
    end: int


# A branch of the tree: the next word leads to the next branch; END to the rules that end here.
Branch = dict[str, Any]
END = ""


@dataclass(frozen=True)
class Rules:
    """Words and phrases, put in order once for many texts."""

    rules: tuple[Rule, ...] = ()

    @cached_property
    def plain(self) -> Branch:
        return tree((words.split(), rule) for rule in self._phrases for words in spellings(rule.phrase))

    @cached_property
    def masked(self) -> Branch:
        """Of words without their disguise, where i and l are the same; also written together."""
        keys = ((key_of(rule.phrase).translate(ONE), rule) for rule in self._phrases)
        return tree((words, rule) for key, rule in keys for words in (key.split(), [key.replace(" ", "")]))

    @cached_property
    def spelt(self) -> Branch:
        joined = ((key_of(rule.phrase).replace(" ", ""), rule) for rule in self._phrases)
        return tree((list(letters), rule) for letters, rule in joined if SPELT_FROM <= len(letters) <= LONGEST_SPELT)

    @cached_property
    def domains(self) -> dict[str, Rule]:
        """Rules that name a domain: they are compared with hosts, label by label, and are no words."""
        return {host: rule for rule in self.rules if (host := domain_of(rule.phrase))}

    def find(self, text: Comparable) -> list[Found]:
        """Everything in the text that stands on a list, in order, each place once per rule. Allowed phrases come too."""
        if not self._phrases:
            return []
        found = {*self._plainly(text), *self._in_disguise(text), *self._spelt_out(text)}
        return sorted(found, key=lambda one: (one.start, one.end))

    def held(self, text: Comparable) -> list[Found]:
        """As find, without what an allowed phrase covers, and without the allowed phrases."""
        found = self.find(text)
        reach, open_ones = 0, []
        # In order of their start: an allowed phrase that began earlier and ends later covers what stands here.
        for one in sorted(found, key=lambda one: (one.start, one.rule.kind != "allowed", -one.end)):
            if one.rule.kind == "allowed":
                reach = max(reach, one.end)
            elif one.end > reach:
                open_ones.append(one)
        return open_ones

    @cached_property
    def _phrases(self) -> tuple[Rule, ...]:
        return tuple(rule for rule in self.rules if not domain_of(rule.phrase))

    def _plainly(self, text: Comparable) -> Iterator[Found]:
        words = text.words
        for rule, first, last in walk(self.plain, [word.text for word in words]):
            yield Found(rule, words[first].start, words[last].end)

    def _in_disguise(self, text: Comparable) -> Iterator[Found]:
        chunks = text.disguised
        found = list(walk(self.masked, [chunk.text.translate(ONE) for chunk in chunks]))
        plain = {(word.start, word.end): word.text for word in text.words} if found else {}
        for rule, first, last in found:
            # What is written openly has been found openly, and "mail" is not "mall" there.
            if any(plain.get((chunk.start, chunk.end)) != chunk.text for chunk in chunks[first : last + 1]):
                yield Found(rule, chunks[first].start, chunks[last].end)

    def _spelt_out(self, text: Comparable) -> Iterator[Found]:
        for run in text.spelt:
            letters = [token.text.translate(LEET) for token in run]
            for rule, first, last in walk(self.spelt, letters):
                yield Found(rule, run[first].start, run[last].end)


def tree(entries: Iterable[tuple[list[str], Rule]]) -> Branch:
    root: Branch = {}
    for words, rule in entries:
        branch = root
        for word in words:
            branch = branch.setdefault(word, {})
        if branch is not root and rule not in branch.setdefault(END, []):
            branch[END].append(rule)
    return root


def walk(root: Branch, words: list[str]) -> Iterator[tuple[Rule, int, int]]:
    """(rule, first, last) for every place where a rule's words stand in a row."""
    for first, word in enumerate(words):
        branch = root.get(word)
        last = first
        while branch:
            for rule in branch.get(END, ()):
                yield rule, first, last
            last += 1
            branch = branch.get(words[last]) if last < len(words) else None


# --- Domains and links -----------------------------------------------------------------------------------------------

SCHEME = re.compile(r"^[a-z][a-z0-9+.-]{0,20}://", re.IGNORECASE)
OF_THEIR_OWN = frozenset("ßς")
LONGEST_LABEL = 63


def domain_of(phrase: str) -> str:
    """ "pills.example" for a phrase that is the name of a domain, however it is written; else ""."""
    host = host_of(phrase.strip()) if "." in phrase and not re.search(r"\s", phrase.strip()) else ""
    labels = host.split(".")
    return host if len(labels) > 1 and len(labels[-1]) > 1 and not labels[-1].isdigit() else ""


def host_of(address: str) -> str:
    """The host of a link as the network knows it: lower case, in ASCII, without user, port and final dot. "" if none."""
    rest = SCHEME.sub("", address)
    # Browsers read a backslash as a slash, and figures behind a "%" as the letters that they stand for.
    authority = re.split(r"[/\\?#]", rest, maxsplit=1)[0]
    host = unquote(re.sub(r":\d*$", "", authority.rpartition("@")[2]))
    host = unicodedata.normalize("NFKC", without_unseen(host)).replace("。", ".").rstrip(".").lower()
    return ".".join(map(_in_ascii, host.split("."))) if "." in host else _in_ascii(host)


def _in_ascii(label: str) -> str:
    if label.isascii() or len(label) > LONGEST_LABEL:
        return label
    # Python knows the rules of 2003, which made "ss" of "ß": another name than browsers go to.
    if set(label) & OF_THEIR_OWN:
        return f"xn--{unicodedata.normalize('NFC', label).encode('punycode').decode()}"
    try:
        return label.encode("idna").decode()
    except UnicodeError:
        return label


def covering(host: str, domains: Mapping[str, T]) -> T | None:
    """What is known about the host or the nearest domain above it: "a.b.example" is in "b.example", "ab.example" not."""
    labels = host.split(".")
    return next((domains[name] for n in range(len(labels)) if (name := ".".join(labels[n:])) in domains), None)


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

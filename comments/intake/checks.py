"""Checks of a reader's words: what the program notices before a moderator reads them.

Every check is a pure function of one `Writing` and gives a Signal or nothing. All of them run, always: a moderator
sees everything that was noticed, not only the first thing. One function at the end decides, and it never rejects: the
worst that the program does by itself is to hold something.

facts.py asks the database for what a Writing holds; comments/text/ reads texts.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property

from comments.models.signals import Signal, Spots
from comments.text.language import is_foreign, is_unheard
from comments.text.personal import personal_in
from comments.text.phrases import languages, reader, said_in
from comments.text.words import LINK, SHORTENERS, Comparable, Link, Rules, covering, hosts_in, links_in

FAST_SECONDS = 3
OLD_SECONDS = 24 * 3600
LONG = 3000  # characters
MANY_FROM_NETWORK = 3  # in ten minutes
SHOUTING_LETTERS = 20
DOUBTFUL, SURE = 0.5, 0.95  # of the learned score
MOST_SPOTS = 40  # that are kept for showing; `count` says how many there are
LONGEST_ABOUT = 100  # characters
# Signals of rules that people set up, of names that only the house may bear, and of the trap; what they catch has a queue of
# its own.
RULES = {"trap", "blocked", "suspect", "sanction", "raid", "outside", "posing"}
# What does not keep a reader whom the house knows from appearing at once. Everything else does.
MILD = {"old_form", "first", "network", "long", "capitals", "suspect", "score"}

HIDING = dict.fromkeys(SHORTENERS, True)


@dataclass(frozen=True)
class Writing:
    """The words, and what is known around them. Whoever builds one by hand needs the body only.

    Checks read `texts`, or `text` where they count: all that readers will see. None asks for the body alone, so none
    forgets the name or the title.
    """

    body: str
    title: str = ""  # of a question, which goes with its text; what is found there has no spots
    name: str = ""  # that readers will see above it; neither has what is found there
    posing: str = ""  # whose name that could be taken for: a byline's, a role's, the site's
    seconds: float | None = None  # since the form was drawn; None: nobody knows
    trapped: bool = False  # a field that people do not see was filled in
    sanctioned: bool = False  # a moderator wants to read everything by this person first
    raid: bool = False  # a flood goes on, and the house does not know this person
    outside: str = ""  # what the outside check said: "" nothing yet or nothing bad, "wait" no answer, "spam"
    is_first: bool = False  # nothing by this account or address was ever approved
    rejected_lately: int = 0  # by this account or address: rejected or spam in the last 90 days
    repeats: int = 0  # how often the same text came in already, by whomever: short ones in this thread, others anywhere
    alike: int = 0  # how many other texts are in the same cluster of near-identical ones
    from_network: int = 0  # comments from the same network in the last ten minutes
    throwaway: str = ""  # the domain of the e-mail address, if it is one of addresses that vanish
    score: float | None = None  # the learned score: 0 like what was approved here, 1 like spam; None: knows too little
    score_spots: Spots = ()  # which words made the score what it is
    language: str = ""  # of the site, as "en"; "": do not ask
    own_hosts: frozenset[str] = frozenset()  # links to these are no links to elsewhere
    rules: Rules = field(default_factory=Rules)  # words, phrases and domains that moderators listed

    @cached_property
    def texts(self) -> tuple[Comparable, ...]:
        """The body first, then the title and the name if there are any."""
        return tuple(map(Comparable, (self.body, *filter(None, (self.title, self.name)))))

    @cached_property
    def text(self) -> str:
        return "\n".join(text.original for text in self.texts)

    @cached_property
    def links(self) -> tuple[list[Link], ...]:
        """To other sites, for each text. A domain that moderators allow is none."""
        return tuple([link for link in links_in(text.original) if not self._is_home(link.host)] for text in self.texts)

    @cached_property
    def listed(self) -> tuple[list[tuple[str, str, int, int]], ...]:
        """(kind, phrase, start, end) of everything blocked or suspect, for each text."""
        return tuple(sorted(self._listed_in(text), key=lambda one: one[2:]) for text in self.texts)

    @cached_property
    def said(self) -> tuple[dict[str, list[tuple[int, int]]], ...]:
        """Where somebody is in danger or advises what could harm, for each text; see phrases.py."""
        return tuple(said_in(text) for text in self.texts)

    def _listed_in(self, text: Comparable) -> Iterable[tuple[str, str, int, int]]:
        yield from ((one.rule.kind, one.rule.phrase, one.start, one.end) for one in self.rules.held(text))
        if self.rules.domains:
            for host, start, end in hosts_in(text.original):
                rule = covering(host, self.rules.domains)
                if rule and rule.kind != "allowed":
                    yield rule.kind, rule.phrase, start, end

    def _is_home(self, host: str) -> bool:
        rule = covering(host, self.rules.domains)
        return host in self.own_hosts or bool(rule and rule.kind == "allowed")


def trap(writing: Writing) -> Signal | None:
    """Never more than a reason to look: password managers fill in fields, too."""
    return Signal("trap", 60) if writing.trapped else None


def crisis(writing: Writing) -> Signal | None:
    return said("crisis", writing, 100)


def close(writing: Writing) -> Signal | None:
    """Beside `crisis`: it is somebody else who is in danger. Weighs nothing by itself."""
    return said("close", writing, 0)


def abuse(writing: Writing) -> Signal | None:
    return said("abuse", writing, 40)


def unheard(writing: Writing) -> Signal | None:
    """Where it is the site's own language, nothing waits for that (`count` is 0): all would."""
    own = writing.language.partition("-")[0].lower()
    if not is_unheard(writing.text, languages(), reader().spelling.words):
        return None
    return Signal("unheard", 5, 1) if not own or own in languages() else Signal("unheard", 0, 0)


def sanction(writing: Writing) -> Signal | None:
    return Signal("sanction", 30) if writing.sanctioned else None


def raid(writing: Writing) -> Signal | None:
    return Signal("raid", 5) if writing.raid else None


def outside(writing: Writing) -> Signal | None:
    if not writing.outside:
        return None
    return Signal("outside", 60, 1) if writing.outside == "spam" else Signal("outside", 0, 0)


def posing(writing: Writing) -> Signal | None:
    return Signal("posing", 60, about=brief(writing.posing)) if writing.posing else None


def blocked(writing: Writing) -> Signal | None:
    return listed("blocked", writing, 50)


def stop(writing: Writing) -> Signal | None:
    return said("stop", writing, 40)


def dosage(writing: Writing) -> Signal | None:
    return said("dosage", writing, 30)


def personal(writing: Writing) -> Signal | None:
    return where("personal", [personal_in(text.original) for text in writing.texts], 30)


def throwaway(writing: Writing) -> Signal | None:
    return Signal("throwaway", 20, about=writing.throwaway) if writing.throwaway else None


def fast(writing: Writing) -> Signal | None:
    return Signal("fast", 40) if writing.seconds is not None and writing.seconds < FAST_SECONDS else None


def old_form(writing: Writing) -> Signal | None:
    return Signal("old_form", 5) if writing.seconds is not None and writing.seconds > OLD_SECONDS else None


def links(writing: Writing) -> Signal | None:
    return leading("links", writing.links, min(20 * sum(map(len, writing.links)), 60))


def shortener(writing: Writing) -> Signal | None:
    return leading("shortener", [[link for link in some if covering(link.host, HIDING)] for some in writing.links], 20)


def repeat(writing: Writing) -> Signal | None:
    return Signal("repeat", 40, writing.repeats) if writing.repeats else None


def near_repeat(writing: Writing) -> Signal | None:
    """What is the very same has been said already."""
    more = writing.alike > writing.repeats
    return Signal("near_repeat", min(10 * writing.alike, 40), writing.alike) if more else None


def rejected(writing: Writing) -> Signal | None:
    times = writing.rejected_lately
    return Signal("rejected", min(15 * times, 45), times) if times else None


def first(writing: Writing) -> Signal | None:
    return Signal("first", 10) if writing.is_first else None


def network(writing: Writing) -> Signal | None:
    many = writing.from_network >= MANY_FROM_NETWORK
    return Signal("network", 20, writing.from_network) if many else None


def foreign(writing: Writing) -> Signal | None:
    return Signal("foreign", 20) if writing.language and is_foreign(writing.text, writing.language) else None


def suspect(writing: Writing) -> Signal | None:
    return listed("suspect", writing, 20)


def score(writing: Writing) -> Signal | None:
    """A hint and a sort key: up to 50 points, and nothing below the middle."""
    if writing.score is None or writing.score < DOUBTFUL:
        return None
    return Signal("score", int(50 * writing.score), int(100 * writing.score), writing.score_spots)


def long(writing: Writing) -> Signal | None:
    return Signal("long", 10, len(writing.text)) if len(writing.text) > LONG else None


def capitals(writing: Writing) -> Signal | None:
    """Only scripts that have capitals count: Chinese and Arabic cannot shout this way."""
    words = LINK.sub("", writing.text)
    upper, lower = (sum(map(case, words)) for case in (str.isupper, str.islower))
    return Signal("capitals", 15) if upper >= SHOUTING_LETTERS and upper > 3 * lower else None


CHECKS: list[Callable[[Writing], Signal | None]] = [
    trap, crisis, close, abuse, unheard, sanction, raid, outside, posing, blocked, stop, dosage, personal, throwaway,
    fast, old_form, links, shortener, repeat, near_repeat, rejected, first, network, foreign, suspect, score, long, capitals,
]  # fmt: skip


def look_at(writing: Writing) -> list[Signal]:
    return [signal for check in CHECKS if (signal := check(writing))]


def is_held(signals: Iterable[Signal]) -> bool:
    """Whether a rule holds it. That the outside check has not answered yet (no points) is none."""
    return any(signal.code in RULES and signal.points for signal in signals)


def verdict(signals: Iterable[Signal], *, may_appear: bool) -> str:
    """`approved` or `pending`. Machines hold, people decide.

    `may_appear`: the thread lets words appear at once, and they come from a reader whom the house knows (never from a
    name and an address that anybody can type). Even then they wait when anything was noticed that is not MILD: danger,
    advice that could harm, personal details, blocked words, links, repeats, haste, another language, a sanction, a raid,
    whatever the outside check does not clear. MILD says little about somebody who is known: that a text is long or
    loud, that others on her network write too, that it holds a suspect word or resembles spam a little. A score that is
    SURE is not mild.
    """
    return "approved" if may_appear and all(map(is_mild, signals)) else "pending"


def is_mild(signal: Signal) -> bool:
    if signal.code == "unheard":
        return not signal.count
    return signal.code in MILD and not (signal.code == "score" and signal.count >= 100 * SURE)


def said(kind: str, writing: Writing, points: int) -> Signal | None:
    return where(kind, [found.get(kind, []) for found in writing.said], points)


def listed(kind: str, writing: Writing, points: int) -> Signal | None:
    found = [[one for one in some if one[0] == kind] for some in writing.listed]
    phrases = dict.fromkeys(one[1] for some in found for one in some)
    return where(kind, [[one[2:] for one in some] for some in found], points, ", ".join(phrases))


def leading(code: str, links: Iterable[list[Link]], points: int) -> Signal | None:
    kept = list(links)
    hosts = dict.fromkeys(link.host for some in kept for link in some if link.host)
    return where(code, [[(link.start, link.end) for link in some] for some in kept], points, ", ".join(hosts))


def where(code: str, found: Iterable[Iterable[tuple[int, int]]], points: int, about: str = "") -> Signal | None:
    """A signal for what was found in the body and elsewhere, in this order; only the body shows where."""
    body, *more = map(list, found)
    number = len(body) + sum(map(len, more))
    return Signal(code, points, number, tuple(body[:MOST_SPOTS]), brief(about)) if number else None


def brief(about: str) -> str:
    return about if len(about) <= LONGEST_ABOUT else about[: LONGEST_ABOUT - 1] + "…"

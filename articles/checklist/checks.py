"""The checks, as a table: what each looks for, what it says when all is well, and whether it holds publication."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from articles.checklist.facts import Block, Facts, ask, read
from articles.models import Article
from articles.models.references import numbers_of
from articles.text.content import Content
from articles.text.identifiers import normal_address

SHORT_SUMMARY, LONG_SUMMARY = 50, 200  # characters; search engines show about 160
SHOWN = 5  # places of one finding
# Words that say nothing about where a link leads, read alone as a screen reader reads them (WCAG 2.2, 2.4.4 and 2.4.9).
SAY_NOTHING = {
    *("here", "click here", "click", "this", "link", "this link", "this page", "this site", "this website", "website"),
    *("read more", "more", "learn more", "see here", "see more", "page", "article", "this article", "more information"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where: a field of the page by its id, a block of the text by number and words, a source, or another page."""

    label: str = ""  # "" when the sentence itself is enough to lead there
    field: str = ""
    block: int | None = None
    quote: str = ""
    source: int | None = None
    url: str = ""
    writer: int | None = None  # whose byline it is about
    leads: bool = True  # whoever looks may go there


@dataclass(frozen=True, slots=True)
class Finding:
    key: str
    words: str
    places: tuple[Place, ...] = ()

    @property
    def own_place(self) -> Place | None:
        return self.places[0] if len(self.places) == 1 and not self.places[0].label else None

    def __str__(self) -> str:
        """A whole sentence, for who does not see the places."""
        labels = ", ".join(place.label for place in self.places if place.label)
        return f"{self.words} {labels}." if labels else self.words


@dataclass(frozen=True)
class Look:
    content: Content
    blocks: list[Block]
    facts: Facts

    def numbers(self) -> set[int]:
        return {number for block in self.blocks for number in block.numbers}

    def blocks_with(self, holds: Callable[[Block], Any]) -> Iterator[tuple[int, Block]]:
        return ((number, block) for number, block in enumerate(self.blocks) if holds(block))


Found = Iterator[tuple[str, Iterable[Place]]]


@dataclass(frozen=True, slots=True)
class Check:
    key: str
    fine: Any  # what is said when nothing was found
    find: Callable[[Look], Found]
    holds: str = ""  # why publication waits; "" for advice
    # Where there is none of what it looks at, nothing is fine: a part of the content, "block." and what blocks hold, or
    # what has to stand in the text.
    looks_at: str = "block.words"

    def is_fine(self, look: Look, found: list[Finding]) -> bool:
        part = self.looks_at.removeprefix("block.")
        if part != self.looks_at:
            return not found and any(getattr(block, part) for block in look.blocks)
        return not found and bool(look.content[part] if part in look.content else part in look.content["body"])


def look(article: Article, content: Content) -> Look:
    blocks = read(content["body"])
    nameless = {address for block in blocks for address, alt in block.pictures if address and not alt}
    return Look(content, blocks, ask(article, content, nameless))


def check(look: Look) -> list[tuple[Check, list[Finding]]]:
    return [(one, list(_findings(one, look))) for one in CHECKS]


def holding(article: Article, content: Content) -> list[Finding]:
    """What has to be mended before readers may see this content."""
    everything = look(article, content)
    return [finding for one in CHECKS if one.holds for finding in _findings(one, everything)]


def _findings(one: Check, everything: Look) -> Iterator[Finding]:
    for words, places in one.find(everything):
        if shown := tuple(places)[:SHOWN]:
            yield Finding(one.key, words, shown)


# --- What is missing --------------------------------------------------------------------------------------------------


def missing_parts(content: Content) -> dict[str, str]:
    """What no article leaves its writer's hands without, and this one lacks: the part, and what it is called."""
    needed = {
        "title": _("a title"), "summary": _("a summary"), "body": _("the text"), "topic": _("a main topic"),
        "writers": _("a writer"),
    }  # fmt: skip
    return {name: words for name, words in needed.items() if not str(content[name] or "").strip()}


def missing(look: Look) -> Found:
    fields = {"writers": "id_authorships-0-writer"}
    parts = missing_parts(look.content).items()
    yield _("Still missing:"), [Place(words, field=fields.get(name, f"id_{name}")) for name, words in parts]


def summary_length(look: Look) -> Found:
    length, place = len(look.content["summary"].strip()), [Place(field="id_summary")]
    if 0 < length < SHORT_SUMMARY:
        yield _("The summary is short: two sentences tell readers whether the article is for them."), place
    if length > LONG_SUMMARY:
        yield _("The summary is long: lists and search engines cut it after about 160 letters."), place


def silent_writers(look: Look) -> Found:
    words = _("Has not said whether there are conflicts of interest (“None” is an answer):")
    page = "admin:accounts_writer_change"
    yield words, [Place(name, url=reverse(page, args=[pk]), writer=pk) for pk, name in look.facts["silent"]]


# --- Sources ----------------------------------------------------------------------------------------------------------


def markers_without_source(look: Look) -> Found:
    there = {row["number"] for row in look.content["references"]}
    places = [
        Place(f"[{number}]", block=n, quote=block.words)
        for n, block in look.blocks_with(lambda block: block.numbers - there)
        for number in sorted(block.numbers - there)
    ]
    yield _("The text points at sources that are not there:"), places


def sources_without_marker(look: Look) -> Found:
    numbers = look.numbers()
    alone = [row["number"] for row in look.content["references"] if row["number"] not in numbers]
    yield _("Nothing in the text points at this source:"), map(_source, alone)


def retracted_sources(look: Look) -> Found:
    papers = [words.split(" ") for _number, words in look.facts["retracted"]]
    numbers = {number for paper in papers for number in paper if number}
    cited = [row for row in look.content["references"] if numbers.intersection(numbers_of(row))]
    words = _("This paper was retracted. Cite another, or write “retracted” into the source, so that readers know:")
    yield words, [_source(row["number"]) for row in cited if not _says_retracted(row["text"])]


def claims_without_source(look: Look) -> Found:
    places = [
        Place(_cut(claim), block=n, quote=claim)
        for n, block in look.blocks_with(lambda block: block.claims)
        for claim in block.claims
    ]
    yield _("A reader may ask where this comes from. A source helps:"), places


def _source(number: int) -> Place:
    return Place(_("source %(number)s") % {"number": number}, source=number)


def _says_retracted(text: str) -> bool:
    return any(word in text.lower() for word in ("retract", _("retracted").lower()))


# --- For readers who listen, and for everybody ------------------------------------------------------------------------


def pictures_without_words(look: Look) -> Found:
    known = {name for _number, name in look.facts["picture"]}
    pictures = [
        (n, address, alt)
        for n, block in look.blocks_with(lambda block: block.pictures)
        for address, alt in block.pictures
    ]
    words = _("A picture came without its file. Press its place in the text and choose it, or delete the place:")
    yield words, [Place(_cut(alt) or _("picture"), block=n) for n, address, alt in pictures if not address]
    nameless = [
        n
        for n, address, alt in pictures
        if address and not alt and address.removeprefix(settings.MEDIA_URL) not in known
    ]
    label = _("picture %(number)s")
    places = [Place(label % {"number": at}, block=n) for at, n in enumerate(nameless, start=1)]
    yield _("Say what it shows, for readers who cannot see it:"), places


def headings_out_of_order(look: Look) -> Found:
    found = [
        (n, level, words) for n, block in look.blocks_with(lambda block: block.headings) for level, words in block.headings
    ]  # fmt: skip
    if found and found[0][1] > 2:
        n, _level, words = found[0]
        yield _("The first heading is one of the small ones: begin with a large one."), [Place(block=n, quote=words)]
    yield _("A heading without words:"), [Place(_("heading"), block=n) for n, _level, words in found if not words]
    times = Counter(words.lower() for _n, _level, words in found if words)
    twice = {words.lower(): (n, words) for n, _level, words in found if times[words.lower()] > 1}
    yield _("The same heading stands twice:"), [Place(_cut(words), block=n, quote=words) for n, words in twice.values()]


def links_that_say_nothing(look: Look) -> Found:
    places = [
        Place(_cut(words or address), block=n, quote=words)
        for n, block in look.blocks_with(lambda block: block.links)
        for address, words in block.links
        if _says_nothing(words)
    ]
    yield _("The words of a link should say where it leads:"), places


def _says_nothing(words: str) -> bool:
    low = words.lower().strip(" .:!→»›")
    return not low or low in SAY_NOTHING or low.startswith(("http://", "https://", "www."))


def tables_without_headers(look: Look) -> Found:
    places = [
        Place(_("table: %(words)s") % {"words": _cut(block.words)}, block=n, quote=block.words)
        for n, block in look.blocks_with(lambda block: block.tables_without_headers)
    ]
    yield _("Without header cells nobody hears which column a number belongs to:"), places


# --- Beside other articles --------------------------------------------------------------------------------------------


def taken_address(look: Look) -> Found:
    if look.facts["address"]:
        words = _("Another article has the address “%(slug)s” already. Please choose another one.")
        yield words % {"slug": look.content["slug"]}, [Place(field="id_slug")]


def taken_title(look: Look) -> Found:
    if look.facts["title"]:
        words = _("A published article has the same title: readers will not know which is which.")
        yield words, [Place(field="id_title")]


def broken_links(look: Look) -> Found:
    broken = {address for _number, address in look.facts["broken"]}
    if not broken:
        return
    places = [
        Place(_cut(words or address), block=n, quote=words)
        for n, block in look.blocks_with(lambda block: block.links)
        for address, words in block.links
        if normal_address(address) in broken
    ]
    places += [_source(row["number"]) for row in look.content["references"] if normal_address(row["url"]) in broken]
    yield _("This link did not work when it was last tried:"), places


def open_notes(look: Look) -> Found:
    if count := len(look.facts["note"]):
        words = ngettext("A note on this text is open.", "%(count)s notes on this text are open.", count)
        yield words % {"count": count}, [Place(field="remarks")]


def _cut(words: str) -> str:
    return Truncator(words).chars(60)


# Publication waits only where readers would be let down or misled, and where the writer can mend it here and now.
CHECKS = (
    Check("missing", gettext_lazy("Nothing is missing"), missing, "There is no article without it."),
    Check("address", gettext_lazy("The address is free"), taken_address, "Two pages cannot have one address.", "title"),
    Check(
        "pictures", gettext_lazy("Pictures have words for who cannot see them"), pictures_without_words,
        "Some readers would get nothing (WCAG 2.2, 1.1.1).", "block.pictures",
    ),
    Check(
        "markers", gettext_lazy("Each [1] has its source"), markers_without_source,
        "It promises a source that nobody can look up.", "block.numbers",
    ),
    Check(
        "retracted", gettext_lazy("No source is known to be retracted"), retracted_sources,
        "Readers would trust what its own authors or journal no longer do.", "references",
    ),
    Check(
        "conflicts", gettext_lazy("Conflicts of interest are stated"), silent_writers,
        "Readers are told who pays whom, and silence must not read as “nobody”.",
    ),
    Check("summary", gettext_lazy("The summary has a good length"), summary_length, looks_at="summary"),
    Check("claims", gettext_lazy("Figures and studies name a source"), claims_without_source),
    Check("uncited", gettext_lazy("The text points at every source"), sources_without_marker, looks_at="references"),
    Check("headings", gettext_lazy("Headings are in order"), headings_out_of_order, looks_at="block.headings"),
    Check("links", gettext_lazy("Links say where they lead"), links_that_say_nothing, looks_at="block.links"),
    Check("broken", gettext_lazy("No link is known to be broken"), broken_links, looks_at="block.links"),
    Check("tables", gettext_lazy("Tables have headers"), tables_without_headers, looks_at="<table"),
    Check("title", gettext_lazy("No other article has this title"), taken_title, looks_at="title"),
    Check("notes", gettext_lazy("No note is open"), open_notes),
)  # fmt: skip

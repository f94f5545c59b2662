"""Places of notes: the paragraph of each is found again in a text that has been written on since."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import unescape

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from accounts.models import User
from articles.models import Article, Note
from articles.models.notes import may_resolve
from articles.text.content import blocks_of

# Beyond these nobody waits for a comparison: what comes later is found only by exactly its words.
MOST_BLOCKS, MOST_NOTES, MOST_WORDS = 200, 50, 300
# Of the same word in both, three times as many as two paragraphs of prose have. Of a text that says the same few words
# again and again the order says little, and to compare it would take as long as a hundred others.
MOST_PAIRS = 5_000
NEAREST = 3
ALIKE = 0.5  # of the words of both: the least at which a paragraph is still the one that was quoted
SHORT = 40  # characters; below that single letters are compared, two words say too little
RESOLVED_SHOWN = 20
WITHIN_A_LINE = re.compile(r"</?(?:a|strong|em|sub|sup|b|i|span|code|s|u)\b[^<>]*>")
ALT = re.compile(r'<img\b[^<>]*?\salt="([^"]*)"[^<>]*>')
ANY_TAG = re.compile(r"<[^<>]*>")


@dataclass(frozen=True)
class Placed:
    """A note with the number of the paragraph that it is about (None: not there any more, or about the whole article)."""

    note: Note
    place: int | None
    words: str  # how that paragraph begins now

    @property
    def is_lost(self) -> bool:
        return bool(self.note.quote) and self.place is None


def words_of(block: str) -> str:
    text = ANY_TAG.sub(" ", ALT.sub(r" \1 ", WITHIN_A_LINE.sub("", block)))
    return " ".join(unescape(text).split())


def paragraphs_of(html: str) -> list[str]:
    return [words_of(block) for block in blocks_of(html)]


def find(paragraphs: Sequence[str], quotes: Sequence[str]) -> list[int | None]:
    """The place of each quote: the same words, else the paragraph that is most like it, if any is like it at all."""
    exact = {words: place for place, words in reversed(list(enumerate(paragraphs)))}
    candidates = [(words, Counter(words.split())) for words in paragraphs[:MOST_BLOCKS]]
    return [
        exact[quote] if quote in exact else most_alike(quote, candidates) if quote and n < MOST_NOTES else None
        for n, quote in enumerate(quotes)
    ]


def most_alike(quote: str, candidates: Sequence[tuple[str, "Counter[str]"]]) -> int | None:
    """By the words in whatever order first, which is quick; only the few that come nearest are compared in order."""
    words = Counter(quote.split())
    shared = [
        (2 * (words & others).total() / (words.total() + others.total()), -place)
        if max(len(quote), len(paragraph)) > SHORT
        else (likeness(quote, paragraph), -place)
        for place, (paragraph, others) in enumerate(candidates)
        if paragraph
    ]
    nearest = sorted((likeness(quote, candidates[-place][0]), place) for _share, place in sorted(shared)[-NEAREST:])
    return -nearest[-1][1] if nearest and nearest[-1][0] >= ALIKE else None


def likeness(one: str, other: str) -> float:
    """0 to 1: the share of words that both have in the same order; of letters, where there are few."""
    if max(len(one), len(other)) <= SHORT:
        return SequenceMatcher(None, one, other, autojunk=False).ratio()
    ones, others = one.split()[:MOST_WORDS], other.split()[:MOST_WORDS]
    times = Counter(others)
    if sum(times[word] for word in ones) > MOST_PAIRS:
        return 2 * (Counter(ones) & times).total() / (len(ones) + len(others))
    return SequenceMatcher(None, ones, others, autojunk=False).ratio()


def about(article: Article, user: User) -> dict[str, object]:
    """What the page of an article shows of its notes; nothing to whoever may only read what is live."""
    if article.pk is None or not Article.objects.drafts_open_to(user).filter(pk=article.pk).exists():
        return {}
    notes = list(article.notes.open().select_related("by", "article"))
    paragraphs = paragraphs_of(article.content["body"]) if notes else []
    return {
        "article": article,
        "notes": placed(notes, paragraphs),
        "resolved_notes": article.notes.resolved().select_related("resolved_by").order_by("-resolved_at")[:RESOLVED_SHOWN],
        "may_resolve_notes": may_resolve(article, user),
        "takes_notes": True,
    }  # fmt: skip


def placed(notes: Sequence[Note], paragraphs: Sequence[str]) -> list[Placed]:
    """In the order in which one comes upon them in the text; what is about the whole article comes first."""
    found = find(paragraphs, [note.quote for note in notes])
    rows = [
        Placed(note, place, "" if place is None else paragraphs[place])
        for note, place in zip(notes, found, strict=True)
    ]
    return sorted(rows, key=lambda row: (row.is_lost, -1 if row.place is None else row.place, row.note.pk))


def choices(article: Article) -> list[tuple[int, str]]:
    """(place, how it begins) of the paragraphs that a note can be about."""
    words = paragraphs_of(article.content["body"])[:MOST_BLOCKS]
    return [(place, Truncator(text).chars(60)) for place, text in enumerate(words) if text]


def with_places(html: str) -> SafeString:
    label = _("Note on this paragraph")
    rows = [
        format_html(
            '<div class="remark-place" id="p-{}" data-place="{}">{}<a class="remark-here" href="?about={}#note-text"'
            ' title="{}" aria-label="{}: {}">+</a></div>',
            *(place, place, mark_safe(block), place, label, label, Truncator(words_of(block)).words(6)),  # noqa: S308  cleaned when it was saved and as it was rendered
        )
        if words_of(block)
        else mark_safe(block)  # noqa: S308  the same
        for place, block in enumerate(blocks_of(html))
    ]
    return mark_safe("".join(rows))  # noqa: S308  the same

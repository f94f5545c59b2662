"""Notes to the writer: said beside the text, led to their paragraph, and resolved one by one.

The paragraph of each is found again by its words, in a text that has been written on since.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from html import unescape
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from accounts.models import User
from articles.desk.frame import StaffRequest, to
from articles.desk.given_back import asked_by_script, refuse
from articles.models import Article, Note
from articles.models.notes import may_resolve
from articles.models.steps import NotAllowed, StepRefused
from articles.text.content import blocks_of
from articles.workflow.notes import add_note
from edge.numbers import number_in

LIST = "admin/articles/article/notes_list.html"
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
# An aside of its own, in the text as it is written; in the one that is read, its sign.
FOOTNOTE = re.compile(r'<span\b[^<>]*\bdata-footnote\b[^<>]*>.*?</span>|<sup class="note">.*?</sup>', re.DOTALL)
ANY_TAG = re.compile(r"<[^<>]*>")


def context(request: StaffRequest, article: Article | None) -> dict[str, Any]:
    if article is None or not (notes := about(article, request.user)):
        return {}
    return notes | {
        "note_places": choices(article),
        "note_about": request.POST.get("note_about") or request.GET.get("about", ""),
        "note_text": request.POST.get("note_text", ""),
    }


def as_list(request: StaffRequest, article: Article) -> str:
    """The notes as they are now; "" for whoever may not read them."""
    notes = about(article, request.user)
    return render_to_string(LIST, {**notes, "user": request.user}) if notes else ""


def add(request: StaffRequest, article: Article) -> HttpResponse:
    return noted(request, article, lambda: add_typed(request, article))


def settle(request: StaffRequest, article: Article, number: int, act: Callable[..., object]) -> HttpResponse:
    note = get_object_or_404(article.notes.select_related("article"), pk=number)
    return noted(request, article, lambda: act(note, by=request.user))


def noted(request: StaffRequest, article: Article, act: Callable[[], object]) -> HttpResponse:
    """Answers the page's script with the notes as they are then, and leads a form to them."""
    try:
        act()
    except StepRefused as refusal:
        return refuse(request, str(refusal), status=403 if isinstance(refusal, NotAllowed) else 400)
    if asked_by_script(request):
        return HttpResponse(as_list(request, article))
    return to("article_change", article.pk, place="#notes")


def add_half_written(request: StaffRequest, article: Article) -> None:
    """Whoever saves the page with a note half written means the note, too."""
    if request.POST.get("note_text", "").strip():
        try:
            add_typed(request, article)
        except StepRefused as refusal:
            messages.error(request, str(refusal))


def add_typed(request: StaffRequest, article: Article) -> Note:
    """About the paragraph that the script has quoted, or that was chosen from the list."""
    quote = request.POST.get("note_quote", "")
    place = number_in(request.POST.get("note_about"))
    if not quote and place is not None:
        quote = "".join(paragraphs_of(article.content["body"])[place : place + 1])
    return add_note(article, by=request.user, text=request.POST.get("note_text", ""), quote=quote)


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


# --- Where each stands ------------------------------------------------------------------------------------------------


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
    text = ANY_TAG.sub(" ", ALT.sub(r" \1 ", WITHIN_A_LINE.sub("", FOOTNOTE.sub("", block))))
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

"""What an article was: every revision, any two compared, and any one brought back."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts.models import User
from articles.desk.frame import StaffRequest, page, to
from articles.desk.reviews import before_change
from articles.desk.steps import events_for
from articles.drafts.differences import differences
from articles.drafts.preview import as_drafted
from articles.models import Article, Revision
from articles.models.references import sources_of
from articles.models.steps import StepRefused
from articles.workflow.saving import restore, when_live
from edge.numbers import number_in
from edge.parts import render

SHOWN = 200  # revisions that one page looks at, before autosaves are folded
LINES = 25  # of them, when they are folded


@dataclass
class Run:
    """The last of what one person's window saved by itself, one after the other; or what somebody saved."""

    last: Revision
    folded: list[Revision] = field(default_factory=list)

    @property
    def first(self) -> Revision:
        return self.folded[-1] if self.folded else self.last

    def takes(self, older: Any) -> bool:
        """What readers saw once has a line of its own."""
        if older.was_live:
            return False
        same = (older.by_id, older.window) == (self.last.by_id, self.last.window)
        return older.is_autosave and bool(older.window) and same


def runs_of(revisions: Iterable[Any]) -> list[Run]:
    """The latest first; each revision knows when it `was_live`."""
    runs: list[Run] = []
    for revision in revisions:
        if runs and runs[-1].takes(revision):
            runs[-1].folded.append(revision)
        else:
            runs.append(Run(revision))
    return runs


def history(request: StaffRequest, article: Article) -> HttpResponse:
    """`?before=7` shows those before the seventh; the latest is there on every page, to be compared with."""
    revisions = revisions_open_to(request.user, article)
    before = number_in(request.GET.get("before"))
    shown = list((revisions if before is None else revisions.filter(number__lt=before))[:SHOWN])
    latest = list(revisions[:1]) if before is not None and shown else []
    spans = when_live(article)
    for revision in [*latest, *shown]:
        revision.was_live = spans.get(revision.pk, [])
    runs = runs_of(shown)
    older = runs[:LINES][-1].first.number if len(shown) == SHOWN or len(runs) > LINES else None
    return page(
        request, Article, "history", _("History"), subtitle=str(article), article=article, original=article,
        events=events_for(article, request.user), runs=[*map(Run, latest), *runs[:LINES]], older=older,
    )  # fmt: skip


def compare(request: StaffRequest, article: Article) -> HttpResponse:
    """`?from=3&to=7`; without them, what readers see and the latest, or the two latest."""
    newer = revision_of(article, request.GET.get("to")) or article.latest_revision
    older = revision_of(article, request.GET.get("from")) or beside(article, newer)
    if newer is None or older is None:
        raise Http404
    return page(
        request, Article, "compare", _("Compare"), subtitle=str(article), article=article, original=article,
        older=older, newer=newer, differences=differences(older.content, newer.content),
        may_restore=article.can_be_edited_by(request.user), before_change=before_change(article, request.user),
    )  # fmt: skip


def revision(request: StaffRequest, article: Article, number: int) -> HttpResponse:
    """One alone, as readers would see it."""
    found = get_object_or_404(revisions_open_to(request.user, article), number=number)
    drafted = as_drafted(article, found.content)
    sources = sources_of(drafted)
    return page(
        request, Article, "revision", _("Revision %(number)s") % {"number": number}, subtitle=str(article),
        article=article, revision=found, drafted=drafted,
        sources=render("articles/sources.html", {"references": sources, "cited": {}}) if sources else "",
        may_restore=article.can_be_edited_by(request.user) and found.pk != article.latest_revision_id,
        before_change=before_change(article, request.user),
    )  # fmt: skip


def restore_revision(request: StaffRequest, article: Article, number: int) -> HttpResponse:
    revision = get_object_or_404(article.revisions.select_related("by"), number=number)
    try:
        restore(article, revision, by=request.user)
    except StepRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.info(request, _("Revision %(number)s is the latest text again.") % {"number": number})
    return to("article_change", article.pk)


def revision_of(article: Article, number: str | None) -> Revision | None:
    """By its number; None for what is none."""
    return article.revisions.select_related("by").filter(number=number_in(number) or 0).first()


def beside(article: Article, newer: Revision | None) -> Revision | None:
    """What it is most worth comparing with: what readers see, else what was saved before it."""
    if newer is None:
        return None
    if article.live_revision_id and article.live_revision_id != newer.pk:
        return article.live_revision
    return article.revisions.filter(number__lt=newer.number).first()


def revisions_open_to(user: User, article: Article) -> Any:
    """The latest first, without their contents. Who may only read what is live gets what was."""
    revisions = article.revisions.select_related("by").defer("full", "undo")
    if Article.objects.drafts_open_to(user).filter(pk=article.pk).exists():
        return revisions
    return revisions.filter(pk__in=when_live(article))

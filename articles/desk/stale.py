"""The report of stale articles, for editors and reviewers; for writers, of their own."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User, Writer
from articles.desk.frame import StaffRequest, page
from articles.models import Article, Authorship, Topic
from articles.newsroom.stale import AGEING, REASONS, Place, Selection, place_of, reasons_of, sees_all
from edge.completing import CompletesOne
from edge.csv_export import download

SHOWN = 50


class StaleForm(forms.Form):
    reason = forms.ChoiceField(
        label=gettext_lazy("Why"), required=False,
        choices=lambda: [("", _("Everything that ages")), *((name, reason.label) for name, reason in REASONS.items())],
    )  # fmt: skip
    topic = forms.ModelChoiceField(
        Topic.objects.all(), label=gettext_lazy("Topic"), required=False,
        widget=CompletesOne(Article._meta.get_field("topic"), admin.site),
    )  # fmt: skip
    writer = forms.ModelChoiceField(
        Writer.objects.all(), label=gettext_lazy("Writer"), required=False,
        widget=CompletesOne(Authorship._meta.get_field("writer"), admin.site),
    )  # fmt: skip

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data)
        if not user.has_perm("accounts.change_writer"):
            del self.fields["writer"]


def may_see(user: User) -> bool:
    return sees_all(user) or user.has_perm("articles.add_article")


def stale(request: StaffRequest) -> HttpResponseBase:
    """`?reason=overdue&topic=3&writer=2`, `&after=…` for the next page, `&csv=1` for all of it as a table."""
    if not may_see(request.user):
        raise PermissionDenied
    form = StaleForm(request.GET, user=request.user)
    after = Place.read(asked) if (asked := request.GET.get("after", "")) else None
    if not form.is_valid() or (asked and after is None):
        raise Http404
    selection = Selection(request.user, **form.cleaned_data)
    if "csv" in request.GET:
        return download("stale-articles", head(), map(line, selection.all()))
    return page_of(request, form, selection, after)


def page_of(request: StaffRequest, form: StaleForm, selection: Selection, after: Place | None) -> HttpResponse:
    rows: list[Any] = selection.page(SHOWN + 1, after)
    query = request.GET.copy()
    query.pop("after", None)
    for article in rows:
        article.reasons = reasons_of(article) if selection.reason in ("", *AGEING) else [article.reason]
    return page(
        request, Article, "stale", _("Stale articles"), form=form, media=form.media, articles=rows[:SHOWN],
        query=query.urlencode(), after=place_of(rows[SHOWN - 1]) if len(rows) > SHOWN else None, is_first=after is None,
        only_own=not sees_all(request.user),
    )  # fmt: skip


def head() -> list[str]:
    return [
        _("article"), _("address"), _("topic"), _("writers"), _("why"), _("since"), _("published"), _("text changed"),
        _("reviewed on"), _("next review"),
    ]  # fmt: skip


def line(article: Any) -> list[Any]:
    times = [article.published_at, article.updated_at]
    return [
        article.title, article.get_absolute_url(), article.topic or "",
        ", ".join(writer.name for writer in article.writers.all()),
        article.reason.label, in_numbers(article.since), *map(in_numbers, times),
        article.reviewed_on or "", article.review_due_on or "",
    ]  # fmt: skip


def in_numbers(moment: Any) -> str:
    """A day, or a moment of the site's own time, as tables sort it."""
    if moment is None:
        return ""
    return timezone.localtime(moment).isoformat(" ", "minutes") if hasattr(moment, "hour") else moment.isoformat()

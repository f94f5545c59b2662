"""The editorial log: who did what to which revision, the newest first. For editors: read, searched and exported, never
changed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from articles.desk.frame import StaffRequest, page
from articles.models import Article, EditorialEvent
from articles.models.steps import ALSO, STEPS, label_of
from articles.newsroom.calendar import FIRST_YEAR, LAST_YEAR
from edge.completing import CompletesOne
from edge.csv_export import download
from edge.day import moment_in, start_of
from edge.numbers import number_in

SHOWN, CHUNK = 100, 500
DAYS = [MinValueValidator(date(FIRST_YEAR, 1, 1)), MaxValueValidator(date(LAST_YEAR, 12, 31))]
# Reviewers hold the right to see what happened to an article; all that happens is for editors.
for_editors = permission_required(["articles.view_editorialevent", "articles.publish_article"], raise_exception=True)


@dataclass(frozen=True)
class Selection:
    """What somebody looks for. Days are the site's, and both included."""

    step: str = ""
    by: User | None = None
    article: Article | None = None
    first: date | None = None
    last: date | None = None

    def events(self) -> QuerySet[EditorialEvent]:
        asked: dict[str, Any] = {"step": self.step, "by": self.by, "article": self.article}
        if self.first:
            asked["at__gte"] = start_of(self.first)
        if self.last:
            asked["at__lt"] = start_of(self.last + timedelta(days=1))
        chosen = {name: value for name, value in asked.items() if value}
        rows = EditorialEvent.objects.filter(**chosen).select_related("by", "article", "revision")
        return rows.only(*COLUMNS).order_by("-at", "-id")

    def page(self, size: int, before: "tuple[datetime, int] | None" = None) -> list[EditorialEvent]:
        events = self.events()
        if before is not None:
            moment, number = before
            events = events.filter(Q(at__lt=moment) | Q(pk__lt=number), at__lte=moment)
        return list(events[:size])

    def all(self) -> Iterator[EditorialEvent]:
        page = self.page(CHUNK)
        while page:
            yield from page
            page = self.page(CHUNK, (page[-1].at, page[-1].pk)) if len(page) == CHUNK else []


COLUMNS = [
    *("at", "step", "before", "after", "note", "by__name", "by__email"),
    *("article__title", "article__created_at", "article__edition", "revision__number", "revision__article"),
]


def steps() -> dict[str, Any]:
    return {**{step.name: step.label for step in STEPS.values()}, **ALSO}


def who(event: EditorialEvent) -> str:
    """Whoever has left is no longer named; what happens by itself has nobody."""
    return str(event.by) if event.by else _("nobody, or somebody who has left")


def place_of(event: EditorialEvent) -> str:
    return f"{event.at.isoformat()},{event.pk}"


def read_place(text: str) -> tuple[datetime, int] | None:
    moment, _comma, last = text.rpartition(",")
    at, number = moment_in(moment), number_in(last)
    return None if at is None or number is None else (at, number)


def completing(name: str) -> CompletesOne:
    return CompletesOne(EditorialEvent._meta.get_field(name), admin.site)


def day(label: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, validators=DAYS, widget=widget)


class LogForm(forms.Form):
    article = forms.ModelChoiceField(
        Article.objects.all(), label=gettext_lazy("Article"), required=False, widget=completing("article")
    )
    by = forms.ModelChoiceField(
        User.objects.filter(is_staff=True), label=gettext_lazy("Who"), required=False, widget=completing("by")
    )
    step = forms.ChoiceField(
        label=gettext_lazy("What"), required=False, choices=lambda: [("", _("Everything")), *steps().items()]
    )
    first = day(gettext_lazy("From"))
    last = day(gettext_lazy("Until"))


@for_editors
def log(request: StaffRequest) -> HttpResponse:
    """`?article=3&by=2&step=publish&first=2026-05-01&last=2026-05-31`, `&before=…` for what is older."""
    form, selection = asked(request)
    place = request.GET.get("before", "")
    before = read_place(place) if place else None
    if place and before is None:
        raise Http404
    events: list[Any] = selection.page(SHOWN + 1, before)
    for event in events:
        event.label, event.who = label_of(event.step), who(event)
    query = request.GET.copy()
    query.pop("before", None)
    return page(
        request, EditorialEvent, "log", _("Editorial log"), form=form, media=form.media, events=events[:SHOWN],
        query=query.urlencode(), before=place_of(events[SHOWN - 1]) if len(events) > SHOWN else None,
        is_first=before is None,
    )  # fmt: skip


@for_editors
def table(request: StaffRequest) -> HttpResponseBase:
    _form, selection = asked(request)
    head = [_("when"), _("who"), _("what"), _("article"), _("title now"), _("revision"), _("note")]
    return download("editorial-log", head, map(line, selection.all()))


def asked(request: StaffRequest) -> tuple[LogForm, Selection]:
    """What is wrong in an address, such as a day that never was, is said on the page, and finds nothing less."""
    # What completes cannot show again what is no number.
    data = {
        name: value
        for name, value in request.GET.items()
        if name not in {"article", "by"} or number_in(value) is not None
    }
    form = LogForm(data)
    form.is_valid()
    return form, Selection(**form.cleaned_data)


def line(event: EditorialEvent) -> list[Any]:
    return [
        timezone.localtime(event.at).isoformat(" ", "seconds"), who(event), label_of(event.step), event.article_id,
        event.article, event.revision.number if event.revision else "", event.note,
    ]  # fmt: skip

"""The editorial log, for editors: read, searched and exported, never changed."""

from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.decorators import permission_required
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from articles.desk.frame import StaffRequest, page
from articles.models import Article, EditorialEvent
from articles.models.steps import label_of
from articles.newsroom.calendar import FIRST_YEAR, LAST_YEAR
from articles.newsroom.log import Selection, place_of, read_place, steps, who
from edge.completing import CompletesOne
from edge.csv_export import download
from edge.numbers import number_in

SHOWN = 100
DAYS = [MinValueValidator(date(FIRST_YEAR, 1, 1)), MaxValueValidator(date(LAST_YEAR, 12, 31))]
# Reviewers hold the right to see what happened to an article; all that happens is for editors.
for_editors = permission_required(["articles.view_editorialevent", "articles.publish_article"], raise_exception=True)


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

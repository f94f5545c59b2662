"""The editorial log, for editors: read, searched and exported, never changed."""

from datetime import date

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from articles.models import Article, EditorialEvent
from articles.newsroom import log
from articles.newsroom.calendar import FIRST_YEAR, LAST_YEAR
from edge.admin import ReadOnlyAdmin
from edge.completing import CompletesOne
from edge.csv_export import download
from edge.numbers import number_in

SHOWN = 100
DAYS = [MinValueValidator(date(FIRST_YEAR, 1, 1)), MaxValueValidator(date(LAST_YEAR, 12, 31))]


class LogForm(forms.Form):
    article = forms.ModelChoiceField(Article.objects.all(), label=gettext_lazy("Article"), required=False)
    by = forms.ModelChoiceField(User.objects.filter(is_staff=True), label=gettext_lazy("Who"), required=False)
    step = forms.ChoiceField(label=gettext_lazy("What"), required=False)
    first = forms.DateField(
        label=gettext_lazy("From"), required=False, validators=DAYS,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip
    last = forms.DateField(
        label=gettext_lazy("Until"), required=False, validators=DAYS,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )  # fmt: skip

    def __init__(self, data):
        super().__init__(data)
        self.fields["step"].choices = [("", _("Everything")), *log.steps().items()]  # type: ignore[attr-defined]
        for name in ("article", "by"):
            widget = CompletesOne(EditorialEvent._meta.get_field(name), admin.site)
            self.fields[name].widget = widget
            widget.choices = self.fields[name].choices  # type: ignore[attr-defined]


@admin.register(EditorialEvent)
class EditorialEventAdmin(ReadOnlyAdmin):
    """Reviewers hold the right to see what happened to an article; all that happens is for editors."""

    fields = ["at", "who", "what", "article", "revision", "before", "after", "note"]
    readonly_fields = ["who", "what"]

    @admin.display(description=gettext_lazy("by"))
    def who(self, event):
        return log.who(event)

    @admin.display(description=gettext_lazy("step"))
    def what(self, event):
        return log.steps().get(event.step, event.step)

    def has_view_permission(self, request, obj=None):
        return super().has_view_permission(request, obj) and request.user.has_perm("articles.publish_article")

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def get_urls(self):
        view = self.admin_site.admin_view(self.csv_view)
        return [path("csv/", view, name="articles_editorialevent_csv"), *super().get_urls()]

    def changelist_view(self, request, extra_context=None):
        """`?article=3&by=2&step=publish&first=2026-05-01&last=2026-05-31`, `&before=…` for what is older."""
        form, selection = self.asked(request)
        before = log.read_place(asked) if (asked := request.GET.get("before", "")) else None
        if asked and before is None:
            raise Http404
        events = selection.page(SHOWN + 1, before)
        words = log.steps()
        for event in events:
            event.label, event.who = words.get(event.step, event.step), log.who(event)
        query = request.GET.copy()
        query.pop("before", None)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Editorial log"), "subtitle": None, "opts": self.opts, "form": form,
            "media": form.media, "events": events[:SHOWN], "query": query.urlencode(),
            "before": log.place_of(events[SHOWN - 1]) if len(events) > SHOWN else None, "is_first": before is None,
        }  # fmt: skip
        return TemplateResponse(request, "admin/articles/editorialevent/log.html", context)

    def csv_view(self, request):
        _form, selection = self.asked(request)
        head = [_("when"), _("who"), _("what"), _("article"), _("title now"), _("revision"), _("note")]
        words = log.steps()
        return download("editorial-log", head, (line(event, words) for event in selection.all()))

    def asked(self, request):
        """What is wrong in an address, such as a day that never was, is said on the page, and finds nothing less."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        # What completes cannot show again what is no number.
        data = {
            name: value
            for name, value in request.GET.items()
            if name not in {"article", "by"} or number_in(value) is not None
        }
        form = LogForm(data)
        form.is_valid()
        return form, log.Selection(**form.cleaned_data)


def line(event, words):
    return [
        timezone.localtime(event.at).isoformat(" ", "seconds"), log.who(event), words.get(event.step, event.step),
        event.article_id, event.article, event.revision.number if event.revision else "", event.note,
    ]  # fmt: skip

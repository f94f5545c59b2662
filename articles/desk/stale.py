"""The report of stale articles, for editors and reviewers; for writers, of their own."""

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Writer
from articles.desk.saving import DraftingAdmin
from articles.models import Article, Authorship, Topic
from articles.newsroom.stale import AGEING, REASONS, Place, Selection, place_of, reasons_of, sees_all
from edge.completing import CompletesOne
from edge.csv_export import download

SHOWN = 50


def completing(model, name):
    """A field that completes what is typed, as in the forms of the admin."""
    return CompletesOne(model._meta.get_field(name), admin.site)


class StaleForm(forms.Form):
    reason = forms.ChoiceField(label=gettext_lazy("Why"), required=False)
    topic = forms.ModelChoiceField(Topic.objects.all(), label=gettext_lazy("Topic"), required=False)
    writer = forms.ModelChoiceField(Writer.objects.all(), label=gettext_lazy("Writer"), required=False)

    def __init__(self, data, *, user):
        super().__init__(data)
        reasons = [(name, reason.label) for name, reason in REASONS.items()]
        self.fields["reason"].choices = [("", _("Everything that ages")), *reasons]  # type: ignore[attr-defined]
        self.fields["topic"].widget = completing(Article, "topic")
        self.fields["topic"].widget.choices = self.fields["topic"].choices  # type: ignore[attr-defined]
        if user.has_perm("accounts.change_writer"):
            self.fields["writer"].widget = completing(Authorship, "writer")
            self.fields["writer"].widget.choices = self.fields["writer"].choices  # type: ignore[attr-defined]
        else:
            del self.fields["writer"]


class StaleAdmin(DraftingAdmin):
    def get_urls(self):
        view = self.admin_site.admin_view(self.stale_view)
        return [path("stale/", view, name="articles_article_stale"), *super().get_urls()]

    def stale_view(self, request):
        """`?reason=overdue&topic=3&writer=2`, `&after=…` for the next page, `&csv=1` for all of it as a table."""
        if not (sees_all(request.user) or request.user.has_perm("articles.add_article")):
            raise PermissionDenied
        form = StaleForm(request.GET, user=request.user)
        after = Place.read(asked) if (asked := request.GET.get("after", "")) else None
        if not form.is_valid() or (asked and after is None):
            raise Http404
        selection = Selection(request.user, **form.cleaned_data)
        if "csv" in request.GET:
            return download("stale-articles", head(), map(line, selection.all()))
        return self.page_of_stale(request, form, selection, after)

    def changelist_view(self, request, extra_context=None):
        may = sees_all(request.user) or request.user.has_perm("articles.add_article")
        return super().changelist_view(request, {"may_see_stale": may, **(extra_context or {})})

    def page_of_stale(self, request, form, selection, after):
        rows = selection.page(SHOWN + 1, after)
        query = request.GET.copy()
        query.pop("after", None)
        for article in rows:
            article.reasons = reasons_of(article) if selection.reason in ("", *AGEING) else [article.reason]
        context = {
            **self.admin_site.each_context(request),
            "title": _("Stale articles"), "subtitle": None, "opts": self.opts,
            "form": form, "media": form.media, "articles": rows[:SHOWN], "query": query.urlencode(),
            "after": place_of(rows[SHOWN - 1]) if len(rows) > SHOWN else None, "is_first": after is None,
            "only_own": not sees_all(request.user),
        }  # fmt: skip
        return TemplateResponse(request, "admin/articles/article/stale.html", context)


def head():
    return [
        _("article"), _("address"), _("topic"), _("writers"), _("why"), _("since"), _("published"), _("text changed"),
        _("reviewed on"), _("next review"),
    ]  # fmt: skip


def line(article):
    times = [article.published_at, article.updated_at]
    return [
        article.title, article.get_absolute_url(), article.topic or "",
        ", ".join(writer.name for writer in article.writers.all()),
        article.reason.label, in_numbers(article.since), *map(in_numbers, times),
        article.reviewed_on or "", article.review_due_on or "",
    ]  # fmt: skip


def in_numbers(moment):
    """A day, or a moment of the site's own time, as tables sort it."""
    if moment is None:
        return ""
    return timezone.localtime(moment).isoformat(" ", "minutes") if hasattr(moment, "hour") else moment.isoformat()

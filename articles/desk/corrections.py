"""Corrections that readers see, and what else the newsroom shows beside an article: its series, and whether it helped."""

from collections import defaultdict
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.db.models.functions import TruncMonth
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.desk.frame import StaffRequest, page, seen_by_readers, to
from articles.forms import WIDE
from articles.models import Article, Feedback
from articles.models.four_eyes import TAKEN_BY_ANOTHER, objection
from articles.models.steps import StepRefused
from articles.workflow.corrections import correct, take_back
from edge.numbers import number_in

MONTHS = 12  # of what readers answered


class CorrectionForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("What was wrong, and what is right"), max_length=1000, strip=True,
        widget=forms.Textarea(attrs={**WIDE, "rows": 4}),
        help_text=gettext_lazy("Readers see it under the article: “An earlier version said … It is …”."),
    )  # fmt: skip
    on = forms.DateField(
        label=gettext_lazy("Corrected on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


def context(request: StaffRequest, article: Article | None) -> dict[str, Any]:
    if article is None:
        return {}
    return {
        "part": getattr(article, "part", None),
        "corrections": list(article.corrections.all()),
        "may_correct": article.is_live and request.user.has_perm("articles.publish_article"),
        "may_plan_series": request.user.has_perm("articles.change_series"),
        "feedback": feedback_on(article) if request.user.has_perm("articles.publish_article") else None,
    }


def feedback_on(article: Article) -> list[tuple[date, list[tuple[Any, int]]]]:
    """The latest months in which somebody answered, newest first, with the count of each answer that was given."""
    rows = (
        Feedback.objects.filter(article=article)
        .annotate(month=TruncMonth("changed_at"))
        .values_list("month", "answer")
        .annotate(count=Count("pk"))
    )
    months: dict[date, dict[str, int]] = defaultdict(dict)
    for month, answer, count in rows:
        months[month][answer] = count
    return [
        (
            month,
            [(label, months[month][answer]) for answer, label in Feedback.Answer.choices if answer in months[month]],
        )
        for month in sorted(months, reverse=True)[:MONTHS]
    ]


def corrections(request: StaffRequest, article: Article) -> HttpResponse:
    """GET shows them and asks for another one; POST adds it or, with `take_back`, takes one back."""
    if not request.user.has_perm("articles.publish_article"):
        raise PermissionDenied
    form = CorrectionForm(request.POST or None, initial={"on": timezone.localdate()})
    if request.method == "POST":
        act = take_one_back if "take_back" in request.POST else add
        if act(request, article, form):
            return to("article_corrections", article.pk)
    return page(
        request, Article, "corrections", _("Corrections"), status=422 if request.method == "POST" else 200,
        article=article, original=article, form=form, corrections=article.corrections.select_related("by"),
        held_by_four_eyes=objection(article, request.user, TAKEN_BY_ANOTHER),
    )  # fmt: skip


def add(request: StaffRequest, article: Article, form: CorrectionForm) -> bool:
    if not form.is_valid():
        return False
    try:
        correct(article, by=request.user, **form.cleaned_data)
    except StepRefused as refusal:
        form.add_error(None, str(refusal))
        return False
    messages.success(request, seen_by_readers(_("Readers see the correction now."), article))
    return True


def take_one_back(request: StaffRequest, article: Article, form: CorrectionForm) -> bool:
    correction = get_object_or_404(article.corrections, pk=number_in(request.POST["take_back"]))
    try:
        take_back(correction, by=request.user)
    except StepRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Taken back. The log keeps what it said."))
    return True

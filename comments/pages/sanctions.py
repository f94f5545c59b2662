"""Page about sanctions for the person: what she may not do here, why, until when, and the way to appeal."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from comments.decisions.appeals import open_appeal
from comments.forms.public import BodyField
from comments.ledger.statement import statement_of
from comments.models import Appeal, Decision, Sanction
from comments.models.appeals import CannotAppeal
from comments.text.signing import SANCTION
from edge.origin import token_or_same_origin
from edge.public_pages import unlisted


class AppealForm(forms.Form):
    decision = forms.IntegerField(widget=forms.HiddenInput)
    text = BodyField(
        label=_("Why should we look at it again?"),
        longest=Appeal.LONGEST,
        error_messages={"required": _("Please write a sentence or two.")},
    )


@never_cache
@token_or_same_origin
@require_http_methods(["GET", "HEAD", "POST"])
def sanctions(request: HttpRequest, token: str = "") -> HttpResponse:
    """For whoever is signed in; by a signed link (it was mailed to the person) one sanction, also when it is over."""
    if token:
        found = [get_object_or_404(Sanction, pk=SANCTION.number(token) or 0)]
    elif request.user.is_authenticated:
        found = list(Sanction.objects.on(user=request.user))
    else:
        found = []
    asked: dict[int, AppealForm] = {}
    if request.method == "POST":
        form = AppealForm(request.POST)
        if (decision := _decision(form, found)) and form.is_valid() and _appeal(decision, form):
            return redirect(request.path + "?sent")
        asked[decision.pk if decision else 0] = form
    context = {"cases": [_case(sanction, asked) for sanction in found], "by_link": bool(token)}
    return unlisted(request, "comments/sanctions.html", context, status=422 if asked else 200)


def _case(sanction: Sanction, asked: dict[int, AppealForm]) -> dict[str, Any]:
    decision = sanction.imposed
    return {
        "sanction": sanction,
        "decision": decision,
        "statement": statement_of(decision),
        "appeal": Appeal.objects.filter(decision=decision).first(),
        "form": asked.get(decision.pk) or AppealForm(initial={"decision": decision.pk}, auto_id=f"{decision.pk}_%s"),
    }


def _decision(form: AppealForm, found: list[Sanction]) -> Decision | None:
    """Only what this page shows can be appealed here."""
    given = str(form.data.get("decision", ""))
    return next((sanction.imposed for sanction in found if str(sanction.imposed.pk) == given), None)


def _appeal(decision: Decision, form: AppealForm) -> bool:
    try:
        open_appeal(decision, form.cleaned_data["text"])
    except CannotAppeal:
        form.add_error(None, _("This cannot be appealed any more. Your text is still here."))
        return False
    return True

"""Appeals at the desk: read, answered with words to the person, and taken back for some minutes."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_POST

from comments.decisions import appeals as judging
from comments.desk.queues import PAGE, QUEUES, Selection
from comments.desk.requests import ModeratorRequest, asked, desk_address, done, is_fragment, problem
from comments.models import AlreadyAnswered, AlreadyDecided, Appeal
from comments.models.appeals import TO_TAKE_BACK
from edge.letters import clean_text
from edge.numbers import number_in

PILE = "queue=appeals"
SAID = {
    Appeal.Outcome.UPHELD: gettext_lazy("Upheld, the decision stands:"),
    Appeal.Outcome.OVERTURNED: gettext_lazy("Overturned, what was taken away is back:"),
}
# It was right, and there was nothing to bring back: the person has written anew since, say, or the time was over.
NOTHING_BACK = gettext_lazy("Overturned; it had moved on meanwhile, so nothing came back:")


class AnswerForm(forms.Form):
    """Nobody's appeal is answered without a word to her, whichever way."""

    verb = forms.ChoiceField(choices=[("uphold", ""), ("overturn", "")])
    answer = forms.CharField(
        max_length=Appeal.LONGEST,
        error_messages={"required": gettext_lazy("Please say in a few words why: the person reads it.")},
        widget=forms.Textarea,
    )

    def clean_answer(self) -> str:
        answer = clean_text(self.cleaned_data["answer"])
        if not any(map(str.isalnum, answer)):
            raise forms.ValidationError(self.fields["answer"].error_messages["required"], code="required")
        return answer


def page(request: ModeratorRequest, selection: Selection) -> dict[str, Any]:
    """Those that wait, the oldest first, and what was answered in the last minutes and can still be taken back."""
    after = number_in(selection.after) or 0
    found = list(told(Appeal.objects.open()).filter(pk__gt=after)[: PAGE + 1])
    fresh = Appeal.objects.filter(decided_at__gt=timezone.now() - TO_TAKE_BACK).order_by("-decided_at")
    return {
        "appeals": [case(appeal, request) for appeal in found[:PAGE]],
        "answered": [
            {"words": words_for(appeal), "appeal": appeal, "theirs": appeal.by_id != request.user.pk}
            for appeal in told(fresh)[:PAGE]
            if appeal.may_be_taken_back and appeal.may_be_judged_by(request.user)
        ],
        "later": selection.address(after=str(found[PAGE - 1].pk)) if len(found) > PAGE else "",
        "start": selection.address() if after else "",
    }  # fmt: skip


def told(appeals: Any) -> Any:
    return appeals.select_related(
        "by", "decision__comment__thread", "decision__comment__parent__writer", "decision__comment__writer",
        "decision__sanction", "decision__by", "gave_back",
    )  # fmt: skip


def case(appeal: Appeal, request: ModeratorRequest, **fields: Any) -> dict[str, Any]:
    return {"appeal": appeal, "mine": appeal.may_be_judged_by(request.user), **fields}


def words_for(appeal: Appeal) -> str:
    comment = appeal.decision.comment
    whose = comment.display_name if comment else gettext("a sanction")
    nothing = appeal.outcome == Appeal.Outcome.OVERTURNED and not appeal.gave_back_id
    return f"{NOTHING_BACK if nothing else SAID[Appeal.Outcome(appeal.outcome)]} {whose}"


@require_POST
def judge(request: ModeratorRequest, pk: int) -> HttpResponse:
    """Another moderator's answer to somebody who appealed: the decision stands, or it was wrong."""
    appeal = found_for(request, pk)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return again(request, appeal, str(request.POST.get("answer", "")), errors(form), status=422)
    act = judging.overturn if form.cleaned_data["verb"] == "overturn" else judging.uphold
    try:
        act(appeal, by=request.user, answer=form.cleaned_data["answer"])
    except AlreadyAnswered as faster:
        return too_late(request, faster.appeal, form.cleaned_data["answer"], form.cleaned_data["verb"])
    return done(request, words_for(appeal), appeal=appeal, back=desk_address(PILE))


def take_back(request: ModeratorRequest, pk: int) -> HttpResponse:
    """Opens the appeal again, with the answer as it was typed; the person hears nothing."""
    appeal = found_for(request, pk)
    typed = appeal.answer
    try:
        judging.take_back(appeal, by=request.user)
    except (AlreadyAnswered, AlreadyDecided):
        if appeal.outcome:
            late = gettext("This cannot be taken back any more: too long ago, or something has happened since.")
            return problem(request, late)
    return again(request, appeal, typed)


def found_for(request: ModeratorRequest, pk: int) -> Appeal:
    appeal: Appeal = get_object_or_404(told(Appeal.objects.all()), pk=pk)
    if not appeal.may_be_judged_by(request.user):
        raise PermissionDenied
    return appeal


def errors(form: forms.Form) -> list[str]:
    return [str(message) for messages in form.errors.values() for message in messages]


def too_late(request: ModeratorRequest, appeal: Appeal, answer: str, verb: str) -> HttpResponse:
    """Somebody else answered first, or the person took her text back. The same click twice is fine."""
    mine = appeal.by_id == request.user.pk and appeal.answer == answer
    if mine and appeal.outcome == {"overturn": "overturned", "uphold": "upheld"}[verb]:
        return done(request, words_for(appeal), appeal=appeal, back=desk_address(PILE))
    who = {"name": appeal.by or gettext("Nobody"), "outcome": appeal.get_outcome_display()}
    return again(request, appeal, answer, [gettext("%(name)s was faster: %(outcome)s.") % who], status=409)


def again(
    request: ModeratorRequest, appeal: Appeal, typed: str, wrong: list[str] | None = None, *, status: int = 200
) -> HttpResponse:
    """The appeal once more, with what was typed: a piece of the desk, or a page of its own."""
    context: dict[str, Any] = case(
        told(Appeal.objects.all()).get(pk=appeal.pk), request, typed=typed, wrong=wrong or []
    )
    context["query"] = asked(request).query or PILE
    if is_fragment(request):
        return render(request, "admin/comments/desk/appeal.html", context, status=status)
    context |= admin.site.each_context(request)
    context |= {"title": QUEUES["appeals"].title, "back": desk_address(PILE)}
    return render(request, "admin/comments/desk/appeal_again.html", context, status=status)

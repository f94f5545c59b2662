"""Views for acting on a card: decide, decide for a whole group, take back, claim.

The desk's script gets the piece of the page that changes; everybody else is led on to the next card.
"""

from typing import Any

from django.contrib import admin, messages
from django.db import models
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from comments.decisions import comments as decisions
from comments.desk import appeals, claims
from comments.desk.cards import AT_ONCE, Card, card_of, dressed
from comments.desk.deciding import (
    DecisionForm,
    Seen,
    Verb,
    VerbForm,
    decide_many,
    was_the_same_click,
    why_refused,
    with_ground,
)
from comments.desk.requests import ModeratorRequest, asked, desk_address, done, is_fragment, problem
from comments.models import AlreadyDecided, Comment, Decision
from edge.day import moment_in
from edge.numbers import number_in

DONE_ONE = {
    Verb.APPROVE: _("Approved:"),
    Verb.KEEP: _("Checked, and fine:"),
    Verb.REJECT: _("Rejected:"),
    Verb.REMOVE: _("Removed:"),
    Verb.SPAM: _("Marked as spam:"),
}


@require_POST
def decide_one(request: ModeratorRequest, pk: int) -> HttpResponse:
    # No more than most decisions need: somebody waits for the next card, and who gets a letter is rarely asked.
    bare = Comment.objects.select_related("thread", "parent")
    comment = get_object_or_404(with_ground(bare, request.POST, pk), pk=pk)
    form = DecisionForm(request.POST, comment=comment)
    if not form.is_valid():
        return again(request, dressed(Comment.objects.all()).get(pk=pk), form, status=422)
    seen, verb = form.cleaned_data["seen"], Verb(form.cleaned_data["verb"])
    try:
        decision: Decision | None = form.decide(by=request.user)
    except AlreadyDecided as refusal:
        if not was_the_same_click(refusal, seen, verb, by=request.user):
            return refuse(request, refusal, form)
        decision = refusal.decision
    words = f"{DONE_ONE[verb]} {comment.display_name}"
    return done(request, words, [decision.pk] if decision else [], comment=comment)


def refuse(request: ModeratorRequest, refusal: AlreadyDecided, form: DecisionForm) -> HttpResponse:
    """The comment as it stands now, who was faster, and what the moderator had typed."""
    now = get_object_or_404(dressed(Comment.objects.all()), pk=refusal.comment.pk)
    told = why_refused(refusal, form.cleaned_data["seen"], by=request.user)
    return again(request, now, DecisionForm(comment=now, initial=form.typed), status=409, told=told)


def again(
    request: ModeratorRequest, comment: Comment, form: DecisionForm, *, status: int = 200, told: str = ""
) -> HttpResponse:
    """The card once more, with what is wrong: a piece of the desk, or a page of its own."""
    card = card_of(comment, request.user, form=form, told=told)
    selection = asked(request)
    context: dict[str, Any] = {"card": card, "selection": selection, "query": selection.query, "zen": selection.zen}
    if is_fragment(request):
        return render(request, "admin/comments/desk/card.html", context, status=status)
    context |= admin.site.each_context(request) | {"title": _("What %(name)s wrote") % {"name": comment.name}}
    return render(
        request, "admin/comments/desk/again.html", context | {"back": desk_address(selection.query)}, status=status
    )


@require_POST
def undo(request: ModeratorRequest) -> HttpResponse:
    """Takes back one decision, or all of a group's, or the answer to an appeal, while the time for it lasts."""
    if appeal := number_in(request.POST.get("appeal", "")):
        return appeals.take_back(request, appeal)
    numbers = [pk for text in request.POST.getlist("decision") if (pk := number_in(text))][:AT_ONCE]
    decisions = Decision.objects.filter(pk__in=numbers).select_related("comment").order_by("-pk")
    back = [decision for decision in decisions if taken_back(decision, request)]
    if not back:
        told = _(
            "This cannot be taken back any more: it was decided too long ago, or somebody decided again meanwhile."
        )
        return problem(request, str(told))
    if is_fragment(request) and len(back) == 1 and (only := back[0].comment):
        comment = dressed(Comment.objects.all()).get(pk=only.pk)
        return again(request, comment, DecisionForm(comment=comment))
    return done(request, _("%(n)d taken back.") % {"n": len(back)}, [], warn=len(back) < len(numbers))


def taken_back(decision: Decision, request: ModeratorRequest) -> bool:
    try:
        if decision.comment:
            decisions.undo(decision.comment, decision, by=request.user)
    except AlreadyDecided:
        # The same click twice: it is as it was wanted.
        return Decision.objects.filter(undoes=decision, by=request.user).exists()
    return decision.comment is not None


@require_POST
def claim(request: ModeratorRequest, pk: int) -> HttpResponse:
    """ "I read this one", or no longer."""
    comment = get_object_or_404(dressed(Comment.objects.all()), pk=pk)
    if request.POST.get("release"):
        claims.release(by=request.user)
        told = ""
    else:
        first = claims.claim(comment, by=request.user)
        told = _("%(name)s is reading this one just now.") % {"name": first} if first else ""
    comment = dressed(Comment.objects.all()).get(pk=pk)
    selection = asked(request)
    if is_fragment(request):
        card = Card(comment, DecisionForm(comment=comment), told=told, user=request.user)
        return render(request, "admin/comments/desk/claim.html", {"card": card, "query": selection.query})
    if told:
        messages.warning(request, told)
    return HttpResponseRedirect(desk_address(selection.address(card=pk) if selection.zen else selection.query))


@require_POST
def decide_group(request: ModeratorRequest, pk: int) -> HttpResponse:
    """One decision for near-identical comments: those that matched when the page was made, with the words of then."""
    form, seen_at = VerbForm(request.POST), moment_in(request.POST.get("seen_at", ""))
    if not form.is_valid() or not seen_at:
        return problem(request, " ".join(str(message) for errors in form.errors.values() for message in errors))
    as_seen = models.Q(edited_at=None) | models.Q(edited_at__lte=seen_at)
    members = asked(request).members(number_in(str(pk)) or 0).filter(as_seen, waits_since__lte=seen_at).order_by("pk")
    seen = [Seen.of(comment) for comment in members[:AT_ONCE]]
    verb = Verb(form.cleaned_data["verb"])
    possible = [one for one in seen if verb.is_possible(one.state)]
    outcome = decide_many(possible, verb, by=request.user, **form.typed)
    return done(request, str(outcome), outcome.decisions, warn=bool(outcome.refused))

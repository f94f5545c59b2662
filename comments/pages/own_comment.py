"""Private page of a comment's writer: what became of her words and why, and what she can do about it. Whoever holds the signed
link is taken to be her."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from comments.decisions.appeals import open_appeal
from comments.decisions.comments import withdraw
from comments.forms.comments import EditForm
from comments.intake.receive import revise
from comments.ledger.statement import Statement, statement_of
from comments.models import AlreadyDecided, Appeal, CannotAppeal, Comment, Decision, NotReceived, Status
from comments.pages.comments import draft_of, thanks_for
from comments.pages.sanctions import AppealForm
from comments.text.signing import OWN_COMMENT, SANCTION
from edge.letters import clean_text
from edge.origin import token_or_same_origin
from edge.public_pages import unlisted

DONE: dict[str, Promise] = {
    "changed": gettext_lazy("Your change is saved."),
    "withdrawn": gettext_lazy("You have taken it back."),
    "appealed": gettext_lazy("Thank you. Another moderator looks at it; the answer will stand here."),
}
STANDS: dict[str, Promise] = {
    Status.APPROVED: gettext_lazy("It is online"),
    Status.PENDING: gettext_lazy("It waits for a moderator"),
    Status.REMOVED: gettext_lazy("It was removed"),
    Status.WITHDRAWN: gettext_lazy("You took it back"),
}
ANSWERS: dict[str, Promise] = {
    Appeal.Outcome.OPEN: gettext_lazy("A moderator who did not decide it looks at it. The answer will stand here."),
    Appeal.Outcome.OVERTURNED: gettext_lazy("You were right: the decision is taken back."),
    Appeal.Outcome.DROPPED: gettext_lazy("You took your words back, so nobody looks at it any more."),
    Appeal.Outcome.UPHELD: gettext_lazy("A moderator who had not decided it has looked at it: the decision stands."),
}


@dataclass(frozen=True)
class Case:
    """One decision against her: why, and her appeal or the form for one."""

    decision: Decision
    statement: Statement
    appeal: Appeal | None
    form: AppealForm | None

    @property
    def answer(self) -> Promise | str:
        return ANSWERS[self.appeal.outcome] if self.appeal else ""


@never_cache
@token_or_same_origin
@require_http_methods(["GET", "HEAD", "POST"])
def own_comment(request: HttpRequest, token: str) -> HttpResponse:
    """One page, three deeds: change it, take it back, appeal. What cannot be done comes back with what was typed."""
    try:
        comment = _comment(token)
    except Http404:
        return unlisted(request, "comments/dead_link.html", {}, status=404)
    if request.method != "POST":
        return _page(request, comment)
    if "appeal" in request.POST:
        return _appeal(request, comment)
    return _take_back(request, comment) if "withdraw" in request.POST else _change(request, comment, token)


def _comment(token: str) -> Comment:
    found = Comment.objects.select_related("thread", "parent", "writer")
    return get_object_or_404(found, pk=OWN_COMMENT.number(token) or 0)


def _change(request: HttpRequest, comment: Comment, token: str) -> HttpResponse:
    form = EditForm(request.POST)
    if not form.is_valid():
        return _page(request, comment, form, status=422)
    try:
        if comment.state.read_version != form.cleaned_data["version"]:
            raise AlreadyDecided(comment)
        revise(comment, body=form.cleaned_data["body"])
    except NotReceived as refusal:
        return _page(request, comment, form, status=form.refuse(refusal))
    except AlreadyDecided:
        return _page(request, _comment(token), too_late=_("Your change was not saved"), status=409)
    return redirect(OWN_COMMENT.to(comment.pk) + "?changed")


def _take_back(request: HttpRequest, comment: Comment) -> HttpResponse:
    try:
        if not comment.may_be_withdrawn:
            raise AlreadyDecided(comment)
        withdraw(comment)
    except AlreadyDecided as refusal:
        if not refusal.comment.is_withdrawn:
            return _page(request, refusal.comment, too_late=_("It was not taken back"), status=409)
    return redirect(OWN_COMMENT.to(comment.pk) + "?withdrawn")


def _appeal(request: HttpRequest, comment: Comment) -> HttpResponse:
    form = AppealForm(request.POST)
    given = str(form.data.get("decision", ""))
    against = [case.decision for case in _cases(comment, None) if str(case.decision.pk) == given]
    try:
        if form.is_valid():
            if not against:
                raise CannotAppeal
            open_appeal(against[0], form.cleaned_data["text"])
            return redirect(OWN_COMMENT.to(comment.pk) + "?appealed")
    except CannotAppeal:
        return _page(request, comment, too_late=_("Your appeal was not sent"), status=409)
    return _page(request, comment, appeal_form=form, status=422)


def _page(
    request: HttpRequest,
    comment: Comment,
    form: EditForm | None = None,
    *,
    appeal_form: AppealForm | None = None,
    too_late: str = "",
    status: int = 200,
) -> HttpResponse:
    posted = request.POST.get("body") or request.POST.get("text") or ""
    standing = _standing(comment)
    heading = STANDS.get(standing, _("It does not appear"))
    if standing == Status.APPROVED and comment.waiting_version:
        heading = _("It is online, and your new wording waits")
    done = next((word for word in ["sent", *DONE] if word in request.GET), "")
    context = {
        "comment": comment,
        "draft": draft_of(comment),
        "standing": standing,
        "heading": heading,
        "cases": _cases(comment, appeal_form),
        "sanctions": [(sanction, SANCTION.to(sanction.pk)) for sanction in comment.sanctions.in_force()],
        "messages_to_her": comment.messages.order_by("id"),
        "form": form or EditForm(initial={"body": comment.read_body, "version": comment.state.read_version}),
        "waiting_body": comment.versions.get(number=comment.waiting_version) if comment.waiting_version else None,
        "may_change": comment.is_editable and (form is not None or comment.thread.is_open),
        "too_late": too_late,
        "typed": clean_text(posted),
        "is_sent": done == "sent",
        "done": thanks_for(comment) if done == "sent" else DONE.get(done),
    }
    return unlisted(request, "comments/own_comment.html", context, status=status)


def _standing(comment: Comment) -> str:
    """What she is told of its state. What only a program put aside, as it once did, no person has judged yet."""
    last = comment.lines.first()
    if comment.is_withdrawn:
        return "withdrawn"
    if comment.status == Status.SPAM and last is not None and last.by_machine:
        return "pending"
    return comment.status


def _cases(comment: Comment, posted: AppealForm | None) -> list[Case]:
    """The decisions against her that hold, and those that she has appealed; newest first."""
    lines = comment.lines.select_related("undone", "appeal")
    cases, approved = [], 0
    for line in lines:
        appeal = getattr(line, "appeal", None)
        holds = line.needs_statement and not hasattr(line, "undone") and line.version > approved
        if appeal or holds:
            cases.append(Case(line, statement_of(line), appeal, _appeal_form(line, posted) if not appeal else None))
        if line.outcome == Status.APPROVED:
            approved = max(approved, line.version)
    return cases


def _appeal_form(decision: Decision, posted: AppealForm | None) -> AppealForm | None:
    if posted is not None and str(posted.data.get("decision", "")) == str(decision.pk):
        return posted
    if not decision.may_be_appealed:
        return None
    return AppealForm(initial={"decision": decision.pk}, auto_id=f"{decision.pk}_%s")

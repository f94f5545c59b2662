"""Pages behind the links in moderators' mail. Looking changes nothing; one button does one thing."""

from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.staff import lacks_second_factor, to_second_factor
from comments.decisions.comments import decide
from comments.desk.deciding import ReasonForm, was_the_same_click, why_refused
from comments.desk.highlight import marked
from comments.letters import moderator_letters
from comments.letters.moderator_letters import Errand, WrongLink, read
from comments.models import AlreadyDecided, Comment, Verb
from edge.origin import token_or_same_origin
from edge.public_pages import unlisted

ANY = ["GET", "HEAD", "POST"]
# The question over the button, and what stands there when it has been pressed.
ASKED = {
    Verb.APPROVE: (_("Approve this?"), _("You approved it: readers see it now.")),
    Verb.KEEP: (_("Let this stand?"), _("You let it stand: this text is not reported again.")),
    Verb.REJECT: (_("Reject this?"), _("You rejected it: readers do not see it.")),
    Verb.REMOVE: (_("Take this away?"), _("You removed it: readers do not see it any more.")),
    Verb.SPAM: (_("Mark this as spam?"), _("You marked it as spam: readers do not see it.")),
}


class ErrandForm(ReasonForm):
    """Beside the button of a link: nothing, unless the decision needs a reason."""

    def __init__(self, data: Any, *, errand: Errand) -> None:
        self.errand = errand
        super().__init__(data)
        self.fields["reason"].required = True
        if not errand.verb.needs_reason:
            self.fields.clear()

    def clean(self) -> None:
        if "reason" not in self.errors:
            self.say_what_is_missing(self.errand.verb)


@never_cache
@token_or_same_origin
@require_http_methods(ANY)
def by_mail(request: HttpRequest, way: str, token: str) -> HttpResponse:
    """The words, why they wait, and the one button that this link is for.

    No log-in: the link is the moderator's. Only where the house asks its people for a second factor she has to be
    logged in with it; a mailbox is none.
    """
    try:
        errand = read(way, token)
        comment = errand.comment
        if first := _second_factor(request, errand):
            return first
    except WrongLink as wrong:
        return unlisted(
            request, "comments/wrong_link.html", {"desk": reverse("admin:comments_desk")}, status=wrong.status
        )
    form = ErrandForm(request.POST if request.method == "POST" else None, errand=errand)
    pressed = form.is_valid()
    if errand.is_open(comment) and not pressed:
        return _words(request, errand, comment, form)
    try:
        if not pressed or not errand.is_open(comment):
            raise AlreadyDecided(comment)
        decide(comment, errand.seen, errand.verb, by=errand.user, **form.cleaned_data)
    except AlreadyDecided as refusal:
        return _late(request, errand, refusal)
    # To the page that says so: loading it again sends nothing again.
    return HttpResponseRedirect(request.path)


@csrf_exempt
@never_cache
@require_http_methods(ANY)
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """No more of one kind of mail from the desk. Mail programs may POST here without asking (RFC 8058)."""
    found = moderator_letters.seat_of_stop_link(token)
    if found is None:
        raise Http404
    kind, seat = found
    if seat and request.method == "POST":
        seat.stop_mail(kind)
    return unlisted(request, "comments/desk_mail.html", {"kind": kind, "stopped": seat is None or not seat.wants(kind)})


def _second_factor(request: HttpRequest, errand: Errand) -> HttpResponse | None:
    """The way to the log-in where it is asked for. Raises WrongLink when somebody else is logged in."""
    if not settings.STAFF_SECOND_FACTOR:
        return None
    if not request.user.is_authenticated:
        return redirect_to_login(request.path)
    if request.user != errand.user:
        raise WrongLink
    return to_second_factor(request) if lacks_second_factor(request) else None


def _words(request: HttpRequest, errand: Errand, comment: Comment, form: ErrandForm) -> HttpResponse:
    spots = [spot for signal in comment.reasons for spot in signal.spots]
    context = {
        "errand": errand,
        "question": ASKED[errand.verb][0],
        "comment": comment,
        "words": marked(comment.read_body, spots),
        "signals": sorted(comment.reasons, key=lambda signal: -signal.points),
        "form": form,
        "card": reverse("admin:comments_comment_change", args=[comment.pk]),
    }
    return unlisted(request, "comments/by_mail.html", context, status=422 if form.is_bound else 200)


def _late(request: HttpRequest, errand: Errand, refusal: AlreadyDecided) -> HttpResponse:
    """It has been decided. By this very link: fine, however often it was pressed. By others: who, what and when."""
    mine = was_the_same_click(refusal, errand.seen, errand.verb, by=errand.user)
    context = {
        "errand": errand,
        "comment": refusal.comment,
        "mine": mine,
        "done": ASKED[errand.verb][1],
        "told": why_refused(refusal, errand.seen, by=errand.user),
        "card": reverse("admin:comments_comment_change", args=[refusal.comment.pk]),
    }
    return unlisted(request, "comments/by_mail_late.html", context, status=200 if mine else 409)

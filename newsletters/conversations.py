"""Pages for following a conversation. A link opens a page; only its button changes something."""

from typing import Any

from django import forms
from django.core.exceptions import BadRequest
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from comments.captcha.challenge import CaptchaField, spend
from comments.followers import following
from comments.forms.public import AddressField, posted
from comments.letters.decision_letters import confirmed_address
from comments.models import Follower, Thread
from comments.text.signing import FOLLOW_STOP, mail_path
from edge.network import allow
from edge.origin import token_or_same_origin
from newsletters.subscribing import ask_to_follow

ANY = ["GET", "HEAD", "POST"]
ASKINGS = 5
HOUR = 3600


class FollowForm(forms.Form):
    """For readers without a confirmed account: an address, and the human check."""

    email = AddressField(
        help_text=gettext_lazy("We write one letter to it first, with a link to confirm. It is never shown."),
        error_messages={"required": gettext_lazy("Please type your e-mail address.")},
    )
    captcha = CaptchaField(
        error_messages={
            "wrong": gettext_lazy("These characters did not match. Please try the new picture."),
            "spent": gettext_lazy("This picture was already used. Please try the new picture."),
            "expired": gettext_lazy("This picture was too old. Please try the new picture."),
        }
    )

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(**posted(request, {}))

    def ask(self, thread: Thread) -> bool:
        """False when the picture was used meanwhile."""
        with transaction.atomic():
            if not spend(self.cleaned_data["captcha"]):
                return False
            ask_to_follow(thread, self.cleaned_data["email"])
        return True


@never_cache
@token_or_same_origin
@require_http_methods(ANY)
def follow(request: HttpRequest, thread_id: int) -> HttpResponse:
    """Asking for mail about a conversation: a button for accounts, a form for everybody else."""
    thread = get_object_or_404(Thread.objects.readable(), pk=thread_id)
    if request.user.is_authenticated and confirmed_address(request.user):
        return _for_account(request, thread)
    form, status = FollowForm(request), 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            if not allow(request, "follow", limit=ASKINGS, seconds=HOUR):
                form.add_error(None, _("Many asked from your network just now. Please try again in an hour."))
                status = 429
            elif form.ask(thread):
                return _page(request, "follow", {"thread": thread, "asked": True})
            else:
                form.add_error("captcha", _("This picture was already used. Please try the new picture."))
    return _page(request, "follow", {"thread": thread, "form": form}, status=status)


@csrf_exempt
@require_http_methods(ANY)
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Mail programs may POST here without asking (RFC 8058). A link whose row is gone has nothing left to stop."""
    number = FOLLOW_STOP.number(token)
    if number is None:
        raise Http404
    follower = Follower.objects.select_related("user", "thread").filter(pk=number).first()
    if follower and request.method == "POST":
        following.stop(follower)
        follower.refresh_from_db()
    context = {
        "running": follower is not None and follower.stopped_at is None,
        "mail_url": mail_path("follower", follower.pk, follower.address) if follower else "",
    }
    return _page(request, "follow_stop", context)


def _for_account(request: HttpRequest, thread: Thread) -> HttpResponse:
    assert request.user.is_authenticated  # noqa: S101  the caller has looked
    if request.method == "POST":
        act = request.POST.get("act")
        if act == "follow":
            following.follow(thread, request.user)
        elif act == "stop":
            if follower := following.follower_of(thread, request.user):
                following.stop(follower)
        else:
            raise BadRequest
        return redirect("newsletters:conversation", thread.pk)
    context = {"thread": thread, "account": True, "follower": following.follower_of(thread, request.user)}
    return _page(request, "follow", context)


def _page(request: HttpRequest, name: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    response = render(request, f"comments/{name}.html", context, status=status)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response

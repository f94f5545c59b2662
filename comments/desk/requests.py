"""Requests to the desk: who asks, from which list or card, for a piece of the page or the whole, and the way back."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from accounts.models import User
from comments.desk.queues import Selection
from comments.models import Appeal, Comment
from edge.numbers import number_in


class ModeratorRequest(HttpRequest):
    """What the views get behind `urls.for_moderators`."""

    user: User


def is_fragment(request: HttpRequest) -> bool:
    """The desk's own script asks for a piece of the page; everybody else gets whole pages."""
    return request.headers.get("X-Fragment") == "1"


def asked(request: HttpRequest) -> Selection:
    return Selection.parse(request.GET)


def desk_address(query: str = "") -> str:
    return reverse("admin:comments_desk") + (f"?{query}" if query else "")


def onward(request: HttpRequest) -> str:
    """The list as it was left; of single cards the next one."""
    if not request.GET:
        return desk_address()
    selection = asked(request)
    if not selection.zen:
        return desk_address(selection.query)
    return desk_address(selection.address(card=number_in(request.POST.get("next", ""))))


def to_card(request: HttpRequest, pk: int) -> str:
    selection = asked(request)
    query = selection.address(card=pk) if selection.zen else selection.query
    return desk_address(query) + f"#c{pk}"


def done(
    request: ModeratorRequest, words: str, decisions: Sequence[int] = (), *, comment: Comment | None = None,
    appeal: Appeal | None = None, back: str = "", warn: bool = False,
) -> HttpResponse:  # fmt: skip
    """What happened and the way to take it back; and the next card, for whoever has no script."""
    if is_fragment(request):
        context = {"words": words, "decisions": decisions, "comment": comment, "appeal": appeal, "warn": warn}
        return render(request, "admin/comments/desk/done.html", context | {"query": asked(request).query})
    level, undo = messages.WARNING if warn else messages.SUCCESS, ["undo", *map(str, decisions)]
    messages.add_message(request, level, words, extra_tags=f"appeal-{appeal.pk}" if appeal else "-".join(undo))
    return HttpResponseRedirect(back or onward(request))


def problem(request: ModeratorRequest, told: str) -> HttpResponse:
    if is_fragment(request):
        return render(request, "admin/comments/desk/done.html", {"words": told, "warn": True}, status=409)
    messages.warning(request, told)
    return HttpResponseRedirect(desk_address(asked(request).query))

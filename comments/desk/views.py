"""Views for looking: the list, the single card, what is new. Nothing here changes anything but the reader's own seat."""

from dataclasses import replace
from typing import Any

from django.contrib import admin, messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from comments.desk import appeals
from comments.desk.cards import Card, card_of, cards_of, dressed, groups_of
from comments.desk.claims import claim, others, release, sit_down
from comments.desk.deciding import DecisionForm
from comments.desk.keys import key_groups
from comments.desk.people import person_of
from comments.desk.queues import (
    ORDERS,
    PAGE,
    QUEUES,
    Queue,
    Selection,
    counts_and_promise,
    new_in,
    not_claimed_by_others,
)
from comments.desk.requests import ModeratorRequest, desk_address, is_fragment
from comments.intake.trust import is_known
from comments.models import Appeal, Comment, Raid
from edge.day import moment_in
from edge.front_page import COUNTED
from edge.numbers import number_in

NEW = 100  # of what has come in meanwhile, counted no further


@require_safe
def desk(request: ModeratorRequest) -> HttpResponse:
    selection = Selection.parse(request.GET)
    # What stands around the cards is not asked for where only a card is wanted.
    counted, minutes = ({}, None) if is_fragment(request) else counts_and_promise()
    context: dict[str, Any] = {"selection": selection, "query": selection.query, "now": timezone.now()}
    if selection.queue.slug == "appeals":
        context |= appeals.page(request, selection)
        template = "appeals"
    elif selection.zen:
        context |= zen_page(request, selection, minutes)
        template = "zen"
    else:
        context |= list_page(request, selection, minutes)
        template = "list"
    context["part"] = f"admin/comments/desk/{template}.html"
    if is_fragment(request):
        return render(request, context["part"], context)
    return render(request, "admin/comments/desk/desk.html", frame(request, selection, counted) | context)


@require_POST
def search(request: ModeratorRequest) -> HttpResponse:
    """What is searched for comes by POST: a mail address must not stand in the address of a page, see Selection.parse."""
    return HttpResponseRedirect(desk_address(Selection.parse(request.POST).address()))


def frame(request: ModeratorRequest, selection: Selection, counted: dict[str, int]) -> dict[str, Any]:
    return {
        **admin.site.each_context(request),
        "title": _("What readers wrote"),
        "subtitle": selection.queue.title,
        "queues": rail(selection, counted),
        "orders": [
            (name, order.title, selection.address(sorted_by=name)) for name, order in ORDERS.items()
        ] if selection.queue.waits else [],
        "list_address": selection.address(zen=False), "zen_address": selection.address(zen=True),
        "all_address": address_of_all(selection), "filters": filters(selection), "told": told(request),
        "key_groups": key_groups(),
        "raids": Raid.objects.going_on().select_related("thread", "by") if counted.get("raids") else [],
    }  # fmt: skip


def rail(selection: Selection, counted: dict[str, int]) -> list[tuple[Queue, str, str]]:
    """(queue, how much is in it, its address). Everything, done or not, is offered only where somebody looks for something."""
    searching = selection.queue.slug == "all" or selection.is_filtered
    queues = [queue for queue in QUEUES.values() if queue.slug != "all" or searching]
    return [(queue, shown(counted.get(queue.slug)), selection.address(queue=queue)) for queue in queues]


def told(request: ModeratorRequest) -> list[dict[str, Any]]:
    """Of what has just been done: the words, what can be taken back (decisions, or the answer to an appeal), and whether
    something went wrong."""
    return [
        {"words": str(one.message), "warn": one.level >= messages.WARNING, **to_take_back(one.extra_tags or "")}
        for one in messages.get_messages(request)
    ]


def to_take_back(tags: str) -> dict[str, Any]:
    """From "undo-12-13" or "appeal-5", as `requests.done` writes them."""
    kind, *numbers = tags.split("-")
    if kind == "appeal":
        return {"appeal": Appeal(pk=int(numbers[0]))}
    return {"decisions": numbers if kind == "undo" else []}


def shown(count: int | None) -> str:
    if not count:
        return ""
    return f"{COUNTED:,}+" if count > COUNTED else str(count)


def address_of_all(selection: Selection) -> str:
    """Where one decides about everything that matches; offered where somebody has said what to match."""
    if not selection.is_filtered and selection.queue.slug not in {"held", "reported"}:
        return ""
    return reverse("admin:comments_batch_add") + f"?{selection.address(zen=False)}"


def filters(selection: Selection) -> list[tuple[Any, str]]:
    """(what is looked at, the address without it)."""
    named = {
        "thread": _("one page"), "person": _("one person"), "network": _("one network"),
        "cluster": _("near-identical comments"), "words": f"“{selection.words}”",
    }  # fmt: skip
    return [
        (title, selection.address(**{name: type(getattr(Selection, name))() if name in {"words", "network"} else None}))
        for name, title in named.items()
        if getattr(selection, name)
    ]


def list_page(request: ModeratorRequest, selection: Selection, minutes: int | None) -> dict[str, Any]:
    found = selection.page(dressed(selection.rows()))
    comments = found[:PAGE]
    more = bool(selection.before) or len(found) > PAGE
    return {
        "cards": cards_of(comments, request.user, selection=selection, minutes=minutes),
        "later": selection.address(after=selection.order.place(comments[-1])) if comments and more else "",
        "start": selection.address() if selection.after or selection.before else "",
    }


def zen_page(request: ModeratorRequest, selection: Selection, minutes: int | None) -> dict[str, Any]:
    """One card and the way to the next one that nobody else reads."""
    rows = not_claimed_by_others(selection.rows(), request.user)
    if selection.card or selection.before:
        found = dressed(Comment.objects.filter(pk=selection.card)) if selection.card else dressed(rows)
        comment = next(iter(found if selection.card else selection.page(found, 1)), None)
        leader, follower = selection.around(comment, rows) if comment else (None, None)
    else:
        # Two rows: the second is where "next" leads.
        comment, second, *_rest = [*selection.page(dressed(rows), 1), None, None]
        leader, follower = None, second and second.pk
    if comment is None:
        return {"card": None}
    like_this = groups_of([comment], selection).get(comment.cluster_id or 0, 0)
    group = selection.address(cluster=comment.cluster_id, zen=False)
    card = card_of(comment, request.user, minutes=minutes, like_this=like_this, group=group)
    return {
        "card": card,
        "next": selection.address(card=follower) if follower else "",
        "next_card": follower or "",
        "previous": selection.address(card=leader) if leader else "",
    }


@require_safe
def person(request: ModeratorRequest, pk: int) -> HttpResponse:
    """The drawer of a card in the list, when it is opened."""
    comment = get_object_or_404(dressed(Comment.objects.all()), pk=pk)
    card = Card(comment, DecisionForm(comment=comment), person=person_of(comment), user=request.user)
    card.is_known = is_known(comment.author)
    return render(request, "admin/comments/desk/person.html", {"card": card})


@require_POST
def here(request: ModeratorRequest) -> HttpResponse:
    """Every few seconds while somebody looks, and after a decision: she is here and reads this card; what is new, how much
    is in the queues, and who else is here."""
    selection = Selection.parse(request.POST)
    taken_by, seen_at = None, moment_in(request.POST.get("since", ""))
    # Alone, the card she looks at; in a list, the one that she has marked.
    reads = selection.card if selection.zen else number_in(request.POST.get("claimed", ""))
    if reads and (comment := Comment.objects.filter(pk=reads).first()):
        taken_by = claim(comment, by=request.user)
    else:
        release(by=request.user)
        sit_down(request.user)
    context = {
        "others": others(request.user), "taken_by": taken_by, "new": new_in(selection, seen_at, NEW) if seen_at else 0,
        "start": replace(selection, zen=False).address(), "most": NEW, "selection": selection,
        "queues": rail(selection, counts_and_promise()[0]),
    }  # fmt: skip
    return render(request, "admin/comments/desk/here.html", context)


def everything_about(request: ModeratorRequest, comment: Comment) -> HttpResponse:
    """`comment` comes from `cards.dressed`."""
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("What %(name)s wrote") % {"name": comment.display_name},
        "original": comment,
        "card": card_of(comment, request.user, is_known=is_known(comment.author)),
        "versions": comment.versions.order_by("-number"),
        "decisions": comment.decisions.select_related("by"),
        "back": reverse("admin:comments_desk"),
        "query": "",
        "whole": True,
        "key_groups": key_groups(),
    }
    return render(request, "admin/comments/comment/page.html", context)

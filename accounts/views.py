"""A writer's public page, and everybody's own."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.forms import CodeForm
from accounts.guards import address_of, is_code_open, send_code
from accounts.models import User, Writer
from accounts.staff import may_enter_admin
from edge.network import allow_person
from edge.public_pages import list_page, public_page

PER_PAGE = 20
# Codes that one person may have sent in an hour.
CODES = 5


@public_page
@require_safe
def writer(request: HttpRequest, slug: str) -> HttpResponse:
    writer = get_object_or_404(Writer, slug=slug, is_listed=True)
    written, reviewed = _articles_of(writer)
    has_written, has_reviewed = written.exists(), reviewed.exists()
    shows_reviewed = has_reviewed and (request.GET.get("show") == "reviewed" or not has_written)
    show = "reviewed" if shows_reviewed and has_written else ""
    page = list_page(request, reviewed if shows_reviewed else written, PER_PAGE, show=show)
    context = {
        "writer": writer,
        "page": page,
        "shows_reviewed": shows_reviewed,
        "has_both": has_written and has_reviewed,
        "query": "show=reviewed&" if shows_reviewed else "",
    }
    return render(request, "accounts/writer.html", context)


def _articles_of(writer: Writer) -> tuple[Any, Any]:
    """What she wrote, and what she stands for as its medical reviewer: only texts that are still as she read them.

    Asked through the writer's relations, because this app knows nothing of articles.
    """
    written = writer.articles.published()
    same_text = {"revision__fingerprint": OuterRef("live_revision__fingerprint")}
    stands_for = writer.reviews.standing().filter(article=OuterRef("pk"), **same_text)
    reviewed = writer.articles.model.objects.published().filter(Exists(stands_for))
    return written.for_cards().newest_first(), reviewed.for_cards().newest_first()


@never_cache
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    user = request.user
    page, ratings = None, None
    if isinstance(user, User):
        # By her relations, because this app knows nothing of articles.
        ratings = user.ratings.select_related("article").order_by("-changed_at", "-pk")[:PER_PAGE]
        comments = user.comments.select_related("thread").order_by("-id")
        page = list_page(request, comments, PER_PAGE)
    context = {"page": page, "ratings": ratings, "next": _next(request, reverse("accounts:me"))}
    return render(request, "accounts/me.html", context)


@never_cache
@require_safe
def corner(request: HttpRequest) -> HttpResponse:
    """The masthead's corner for whoever is there, and what the site has to tell her."""
    context = {"next": _next(request, "/"), "may_enter_admin": may_enter_admin(request)}
    return render(request, "accounts/corner.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """A code is mailed to her own address and typed in here; then she goes on to what asked for it (`?next=`)."""
    user, sent = request.user, False
    assert isinstance(user, User)  # noqa: S101  login_required has looked
    asks = request.method == "POST" and "send" in request.POST
    form = CodeForm(request, request.POST if request.method == "POST" and not asks else None)
    if asks and (sent := allow_person(user.pk, "code", limit=CODES, seconds=3600)):
        send_code(request, user)
    elif form.is_valid():
        return redirect(_next(request, reverse("mfa_index")))
    context = {
        "form": form,
        "next": _next(request, reverse("mfa_index")),
        "address": address_of(user),
        "is_open": is_code_open(request),
        "too_often": asks and not sent,
    }
    status = 429 if context["too_often"] else 422 if form.errors else 200
    return render(request, "accounts/code.html", context, status=status)


def _next(request: HttpRequest, otherwise: str) -> str:
    """Where she comes from and goes back to; only ever a page of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    try:
        is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    except ValueError:
        is_ours = False
    return wanted if is_ours else otherwise

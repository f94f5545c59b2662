"""Answers when something went wrong before a view could speak."""

import re
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext_lazy as _

from edge.origin import came_from, came_from_here
from edge.resending import Typed, resending_of

LABELS = {"title": _("Title"), "name": _("Name"), "email": _("E-mail"), "answer": _("Answer")}
# In the order in which a person would want back what she typed.
FIRST = (
    *("title", "name", "email", "body", "text", "answer"),
    *("summary", "key_points", "get_help", "guide", "note", "alt", "caption"),
)
# Rows below a form of the admin, such as an article's sources.
TYPED_ROW = re.compile(r"[a-z]+-\d+-(text|url|doi|name)")
NEVER_SHOWN = re.compile(r"pass|secret|token|code|key|captcha|mark|credential")
MOST_SHOWN = 100
LONG = {"body": 8, "text": 8, "answer": 8}  # rows


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token was missing or too old, or another site sent it: says so, gives back every word that was typed,
    and where that does no harm shows what a button would send, and where."""
    match = request.resolver_match
    again = resending_of(match.func) if match else None
    foreign = "" if came_from_here(request) else urlsplit(came_from(request)).hostname or ""
    context = {
        "again": again,
        "sends": again.sends(request.POST) if again else [],
        "action": request.path,
        "where": settings.BASE_URL + request.path,
        "foreign": foreign,
        "typed": [] if again else typed_in(request),
    }
    response = render(request, "csrf_failure.html", context, status=403)
    add_never_cache_headers(response)
    return response


def typed_in(request: HttpRequest) -> list[Typed]:
    """Whatever looks as if a person had typed it, in any form; never what is secret."""
    names = [name for name in FIRST if name in request.POST]
    names += [name for name, value in request.POST.items() if name not in names and _is_typed(name, str(value))]
    given = [(name, request.POST[name]) for name in names[:MOST_SHOWN]]
    return [Typed(name, value, LABELS.get(name, _("Text")), rows=LONG.get(name, 1)) for name, value in given if value]


def _is_typed(name: str, value: str) -> bool:
    return not NEVER_SHOWN.search(name.lower()) and bool(TYPED_ROW.fullmatch(name) or " " in value.strip())

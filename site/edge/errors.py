"""Answers when something went wrong before a view could speak."""

import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

# What a person may have typed, in the order she would want it back. Never passwords.
TYPED_FIELDS = (
    *("title", "name", "email", "body", "answer"),
    *("summary", "key_points", "get_help", "guide", "note", "alt", "caption"),
)
# Rows below a form of the admin, such as an article's sources.
TYPED_ROW = re.compile(r"[a-z]+-\d+-(text|url|doi|name)")
# Only these forms may be sent again with one button: they publish nothing by themselves.
SAFE_TO_RESEND = ("/comments/", "/questions/", "/newsletter/")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token was missing or too old: says so and gives back every word that was typed."""
    names = [*TYPED_FIELDS, *(name for name in request.POST if TYPED_ROW.fullmatch(name))]
    typed = [(name, request.POST[name]) for name in names if request.POST.get(name)]
    fields = [(name, value) for name, value in request.POST.items() if name != "csrfmiddlewaretoken"]
    resend = request.path.startswith(SAFE_TO_RESEND)
    context = {"typed": typed, "fields": fields if resend else [], "action": request.get_full_path() if resend else ""}
    response = render(request, "csrf_failure.html", context, status=403)
    add_never_cache_headers(response)
    return response

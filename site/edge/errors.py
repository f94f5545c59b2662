"""Answers when something went wrong before a view could speak."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext_lazy as _

from edge.origin import came_from, came_from_here


@dataclass(frozen=True)
class Form:
    """What a form publishes nothing by itself may be sent again with one button: its name in words, and its fields."""

    words: Any
    fields: tuple[str, ...]


WHO = ("name", "email")
CAPTCHA = ("captcha_1", "captcha_0", "mark", "hurried")
# By the name of the address. What only a signed link may do is not among them, and nothing that staff do.
MAY_BE_SENT_AGAIN = {
    "comments:add": Form(_("a comment"), (*WHO, "body", "parent", "wants_mail", *CAPTCHA)),
    "questions:ask": Form(_("a question to us"), (*WHO, "title", "body", "topic", "wants_mail", *CAPTCHA)),
    "comments:report": Form(_("a report to the moderators"), ("reason", "text", *CAPTCHA)),
    "comments:notice": Form(
        _("a notice of illegal content"), ("where", "text", "law", *WHO, "child", "good_faith", *CAPTCHA)
    ),
    "newsletters:sign_up": Form(_("a sign-up for the newsletter"), ("email",)),
    "newsletters:follow": Form(_("a sign-up for news about a topic"), ("email", "frequency")),
}
LABELS = {
    "title": _("Title"),
    "name": _("Name"),
    "email": _("E-mail"),
    "answer": _("Answer"),
    "where": _("Where it stands"),
    "law": _("Law"),
    "reason": _("Reason"),
    "topic": _("Number of the topic"),
    "parent": _("In answer to comment number"),
    "captcha_1": _("Letters of the picture"),
    "frequency": _("How often"),
    "wants_mail": _("Mail me about it"),
    "child": _("It shows sexual abuse of a child"),
    "good_faith": _("I believe that what I say is true"),
}
BOXES = {"wants_mail", "child", "good_faith"}
# Of the form itself: they say nothing, and hold no words.
SIGNS = re.compile(r"[\w:.=+/-]{0,600}", re.ASCII)
HIDDEN = {"captcha_0", "mark", "hurried"}
# In the order in which a person would want back what she typed.
FIRST = (
    "title",
    *WHO,
    "body",
    "text",
    "answer",
    "summary",
    "key_points",
    "get_help",
    "guide",
    "note",
    "alt",
    "caption",
)
# Rows below a form of the admin, such as an article's sources.
TYPED_ROW = re.compile(r"[a-z]+-\d+-(text|url|doi|name)")
NEVER_SHOWN = re.compile(r"pass|secret|token|code|key|captcha|mark|credential")
MOST_SHOWN = 100
LONG = {"body", "text", "answer"}


@dataclass(frozen=True)
class Typed:
    name: str
    value: str

    @property
    def label(self) -> Any:
        return LABELS.get(self.name, _("Text"))

    @property
    def kind(self) -> str:
        return "hidden" if self.name in HIDDEN else "box" if self.name in BOXES else "text"

    @property
    def rows(self) -> int:
        return 8 if self.name in LONG else 1


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token was missing or too old, or another site sent it: says so, gives back every word that was typed,
    and where that does no harm shows what a button would send, and where."""
    match = request.resolver_match
    form = MAY_BE_SENT_AGAIN.get(match.view_name) if match else None
    foreign = "" if came_from_here(request) else urlsplit(came_from(request)).hostname or ""
    context = {
        "form": form,
        "sends": known_to(form, request) if form else [],
        "action": request.path,
        "where": settings.BASE_URL + request.path,
        "foreign": foreign,
        "typed": [] if form else typed_in(request),
    }
    response = render(request, "csrf_failure.html", context, status=403)
    add_never_cache_headers(response)
    return response


def known_to(form: Form, request: HttpRequest) -> list[Typed]:
    """The fields of this form, and no other that somebody put beside them."""
    given = [Typed(name, request.POST[name]) for name in form.fields if request.POST.get(name)]
    return [typed for typed in given if typed.kind != "hidden" or SIGNS.fullmatch(typed.value)]


def typed_in(request: HttpRequest) -> list[Typed]:
    """Whatever looks as if a person had typed it, in any form; never what is secret."""
    names = [name for name in FIRST if name in request.POST]
    names += [name for name, value in request.POST.items() if name not in names and _is_typed(name, str(value))]
    return [Typed(name, value) for name in names[:MOST_SHOWN] if (value := request.POST[name])]


def _is_typed(name: str, value: str) -> bool:
    return not NEVER_SHOWN.search(name.lower()) and bool(TYPED_ROW.fullmatch(name) or " " in value.strip())

"""What every page of the admin asks before its view, and allows on its answer."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from csp.constants import NONCE
from csp.decorators import csp_update
from django.contrib.admin import ModelAdmin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from js_asset import Media

from accounts.staff import lacks_second_factor, may_enter_admin, to_second_factor

# The writers' editor puts one <style> of its own into the page. The policy names exactly that text; it changes with the
# editor's version, and a browser test says so then.
EDITOR_STYLE = "'sha256-PlumsSlvJ7vvWzjqibGAYKq92O3y/4JTxWWsWJvyUYA='"

SEARCHED = 200  # characters of what somebody looks for in a list

View = Callable[..., Any]


def guarded(view: View, checked: View) -> View:
    """A `view` as Django's own site `checked` it."""

    @wraps(checked)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if lacks_second_factor(request):
            return to_second_factor(request)
        shorten_search(request)
        if may_enter_admin(request) and is_missing_and_for_others(request, view, kwargs):
            raise PermissionDenied
        return allow_editor(request, checked(request, *args, **kwargs))

    return wrapper


def shorten_search(request: HttpRequest) -> None:
    """What every list and every field that completes is asked for, cut to a length that makes sense: SQLite refuses long
    patterns, every word of them is a condition more, and PostgreSQL refuses a zero byte."""
    for name in {"q", "term"} & request.GET.keys():
        asked = request.GET.copy()
        asked[name] = str(asked[name]).replace("\x00", "")[:SEARCHED]
        request.GET = asked  # type: ignore[assignment]


def is_missing_and_for_others(request: HttpRequest, view: Callable[..., Any], kwargs: dict[str, Any]) -> bool:
    """Whether Django's own page of an object would lead away because there is none, and she might not open it if there were:
    then she gets the answer that what is not for her gets. Our own views see to it themselves."""
    desk = getattr(view, "__self__", None)
    if not isinstance(desk, ModelAdmin) or "object_id" not in kwargs:
        return False
    looks = request.method in {"GET", "HEAD"} and view.__name__ in {"change_view", "history_view"}
    may = desk.has_view_permission if looks else desk.has_change_permission
    return not may(request, desk.model(pk=0)) and desk.get_object(request, unquote(kwargs["object_id"])) is None


def allow_editor(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Where a page has the writers' editor, its policy allows the editor's import map (a nonce) and its style (a hash).

    Everywhere else in the admin the policy is the one of the public pages.
    """
    context = getattr(response, "context_data", None) or {}
    if not isinstance(context.get("media"), Media):
        return response
    context["media"] = context["media"].with_nonce(str(request.csp_nonce))  # type: ignore[attr-defined]
    allow = csp_update({"script-src": [NONCE], "style-src": [EDITOR_STYLE]})
    return cast(HttpResponse, allow(lambda _request: response)(request))

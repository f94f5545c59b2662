"""Answers to whoever was logged out meanwhile, or may no longer save: nothing that was typed is lost."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

View = Callable[..., HttpResponse]
LOGGED_OUT = _("You have been logged out.")


def for_script(view: View, why: Any = LOGGED_OUT) -> View:
    """A page's script is told that somebody is logged out; it could not follow the way to the login."""

    @require_POST
    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not admin.site.has_permission(request):
            return JsonResponse({"why": why}, status=401)
        return view(request, *args, **kwargs)

    return wrapper

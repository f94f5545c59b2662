"""Forms that stand in cached pages: they carry no token, so the browser's word on where they were sent from counts."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.views.decorators.csrf import csrf_exempt


def came_from_here(request: HttpRequest) -> bool:
    """True when the browser says that a page of this site sent the form.

    `Sec-Fetch-Site` cannot be set by a page; browsers without it send `Origin` (or at least `Referer`) with a POST.
    """
    if fetch_site := request.headers.get("Sec-Fetch-Site"):
        return fetch_site in {"same-origin", "none"}
    source = request.headers.get("Origin") or request.headers.get("Referer") or ""
    parts = urlsplit(source)
    return f"{parts.scheme}://{parts.netloc}" in {
        f"{request.scheme}://{request.get_host()}",
        *settings.CSRF_TRUSTED_ORIGINS,
    }


def token_or_same_origin(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Accepts a POST that came from this site; any other needs the usual token, or gets the usual refusal."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and not came_from_here(request):
            check = CsrfViewMiddleware(lambda _request: HttpResponse())
            check.process_request(request)
            if refusal := check.process_view(request, view_with_token, args, kwargs):
                return refusal
        return view(request, *args, **kwargs)

    return csrf_exempt(wrapper)


def view_with_token() -> HttpResponse:
    """Stands for a view without `csrf_exempt` when the token is checked by hand."""
    return HttpResponse()

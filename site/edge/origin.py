"""The origin of forms and addresses: ours, or another site's. Forms that stand in cached pages carry no token, so the
browser's word on where they were sent from counts."""

import re
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.views.decorators.csrf import csrf_exempt

WEB = {"http", "https"}


def came_from_here(request: HttpRequest) -> bool:
    """True when the browser says that a page of this site sent the form.

    `Sec-Fetch-Site` cannot be set by a page; browsers without it send `Origin` (or at least `Referer`) with a POST.
    """
    if fetch_site := request.headers.get("Sec-Fetch-Site"):
        return fetch_site in {"same-origin", "none"}
    ours = {f"{request.scheme}://{request.get_host()}", *settings.CSRF_TRUSTED_ORIGINS}
    return came_from(request) in ours


def came_from(request: HttpRequest) -> str:
    """The site whose page sent the form, as "https://host:port"; "" where the browser says nothing that makes sense."""
    source = request.headers.get("Origin") or request.headers.get("Referer") or ""
    try:
        parts = urlsplit(source)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}" if parts.hostname else ""


def is_ours(address: str) -> bool:
    """Whether an address in a text leads to this site. Compares hosts: ours may be how the name of another begins."""
    address = re.sub(r"[\t\r\n]", "", address).strip().replace("\\", "/")  # as browsers read it
    try:
        parts, ours = urlsplit(address), urlsplit(settings.BASE_URL)
        there, home = _place(parts), _place(ours)
    except ValueError:
        return False
    if not (parts.scheme or parts.netloc):
        return not address.startswith("//")
    return parts.scheme in {"", *WEB} and parts.username is None and there == home


def _place(parts: SplitResult) -> tuple[str, int | None]:
    return (parts.hostname or "").rstrip("."), parts.port if parts.port not in {80, 443} else None


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

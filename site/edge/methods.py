"""The methods that our pages know."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.middleware.common import CommonMiddleware

KNOWN = ["GET", "HEAD", "POST"]


class GetAndPostMiddleware:
    """A page is looked at, or a form of it is sent. Packages take other methods for one of the two: allauth takes a PUT for
    a POST."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        return None if request.method in KNOWN else HttpResponseNotAllowed(KNOWN)


class SlashMiddleware(CommonMiddleware):
    """Whoever looks for an address without its last slash is led to it. What is sent there is sent nowhere: led on it would
    arrive empty, and with DEBUG Django answers 500."""

    def should_redirect_with_slash(self, request: HttpRequest) -> bool:
        return request.method in {"GET", "HEAD"} and super().should_redirect_with_slash(request)

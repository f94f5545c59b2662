"""Middleware of every answer: its headers (the content security policy is a setting), methods and charset of a request."""

from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.middleware.common import CommonMiddleware
from django.utils.deprecation import MiddlewareMixin
from django.views.defaults import bad_request

from edge.charsets import REFUSED

KNOWN = ["GET", "HEAD", "POST"]


class HeadersMiddleware(MiddlewareMixin):
    """Private unless a view says otherwise, and no browser feature we do not use."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        response.headers.setdefault("Cache-Control", "private, no-store")
        response.headers.setdefault(
            "Permissions-Policy",
            "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=(), interest-cohort=()",
        )
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


class OnlyUtf8Middleware(MiddlewareMixin):
    """Answers 400 to what asks to be decoded in another way; and to a null byte in a cookie, which no form looks for."""

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        if REFUSED in request.META:
            return bad_request(request, BadRequest("Another charset than UTF-8, or no length."))
        if any("\0" in value for value in request.COOKIES.values()):
            return bad_request(request, BadRequest("A null byte, which no database keeps."))
        return None


class GetAndPostMiddleware(MiddlewareMixin):
    """A page is looked at, or a form of it is sent. Packages take other methods for one of the two: allauth takes a PUT for
    a POST."""

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        return None if request.method in KNOWN else HttpResponseNotAllowed(KNOWN)


class SlashMiddleware(CommonMiddleware):
    """Whoever looks for an address without its last slash is led to it. What is sent there is sent nowhere: led on it would
    arrive empty, and with DEBUG Django answers 500."""

    def should_redirect_with_slash(self, request: HttpRequest) -> bool:
        return request.method in {"GET", "HEAD"} and super().should_redirect_with_slash(request)

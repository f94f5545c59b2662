"""The masthead's corner: the cookie that tells a script whether there is something to fetch for it.

Public pages are the same bytes for everybody, so that somebody is signed in, and what the site has to tell her, comes as an
island. Who has no session must not cost a request, and a script cannot see the session's cookie. This one says "1", no more.
"""

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.session import SessionStorage
from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin

COOKIE = "corner"


class CornerMiddleware(MiddlewareMixin):
    """Outside the session and the messages: it sees what both have made of the answer. Whatever looked at neither is left
    alone, so a public page sets no cookie."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        session = getattr(request, "session", None)
        if session is None or not (session.accessed or CookieStorage.cookie_name in response.cookies):
            return response
        is_signed_in = SESSION_KEY in session
        if is_signed_in or has_messages(request, response):
            is_new = COOKIE not in request.COOKIES or settings.SESSION_COOKIE_NAME in response.cookies
            if is_new:
                response.set_cookie(
                    COOKIE,
                    "1",
                    max_age=settings.SESSION_COOKIE_AGE if is_signed_in else None,
                    samesite="Lax",
                    secure=settings.SESSION_COOKIE_SECURE,
                )
        elif COOKIE in request.COOKIES:
            response.delete_cookie(COOKIE, samesite="Lax")
        return response


def has_messages(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether some wait for the next page."""
    sent = response.cookies.get(CookieStorage.cookie_name)
    in_cookie = sent.value if sent else request.COOKIES.get(CookieStorage.cookie_name)
    return bool(in_cookie) or SessionStorage.session_key in request.session

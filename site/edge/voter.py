"""Who is voting: an account, or a browser that carries a signed cookie with a random number. For stars, for whether a page helped, and for hands up."""

import time
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import get_random_string, salted_hmac

from edge.network import network_key

COOKIE = "voter"
SALT = "articles.ratings"  # as in the cookies that are out there
COOKIE_SECONDS = 2 * 365 * 24 * 3600
# A browser's first vote comes without a cookie. The same vote sent twice within this time is one person's double click.
FIRST_VOTE_SECONDS = 5


@dataclass(frozen=True)
class Voter:
    """Who is voting. `first_keys` stand in for `browser` until the browser has its cookie."""

    user: Any  # an account, or None
    browser: str
    network: str
    first_keys: tuple[str, ...] = ()

    @classmethod
    def of(cls, request: HttpRequest, about: object) -> "Voter":
        """`about` names what the vote is on: the same browser's first votes on two things are two people's until then."""
        user = request.user if request.user.is_authenticated else None
        browser = request.get_signed_cookie(COOKIE, default="", salt=SALT, max_age=COOKIE_SECONDS) or ""
        first_keys = _first_keys(request, about) if request.method == "POST" and not (browser or user) else ()
        return cls(user, browser[:32], network_key(request), first_keys)

    @property
    def keys(self) -> list[str]:
        """Under which of these an earlier vote of this browser may stand."""
        return [key for key in (self.browser, *self.first_keys) if key]

    @property
    def key(self) -> str:
        """Under which a new vote is kept; "" for an account."""
        return "" if self.user else self.browser or next(iter(self.first_keys), "") or get_random_string(32)


def _first_keys(request: HttpRequest, about: object) -> tuple[str, ...]:
    """Unguessable names for "this browser, now", for this window of time and the one before."""
    window = int(time.time()) // FIRST_VOTE_SECONDS
    headers = [request.headers.get(name, "") for name in ("User-Agent", "Accept-Language")]
    who = "\n".join([network_key(request), str(about), *headers])
    return tuple(
        salted_hmac(SALT, f"{who}\n{number}", algorithm="sha256").hexdigest()[:32] for number in (window, window - 1)
    )


def remember(response: HttpResponse, browser: str) -> None:
    """Lets the browser change its vote later. The cookie holds a random name and nothing about the person."""
    if browser:
        response.set_signed_cookie(
            COOKIE,
            browser,
            salt=SALT,
            max_age=COOKIE_SECONDS,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )

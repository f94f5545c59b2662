"""Client of a service that speaks Akismet's language (comment-check, submit-ham, submit-spam).

Only the words go, with the address of this site and its language: no network address, no name, no e-mail address, no
page (its path would name a topic). They are words about health all the same, so this is off until an operator says so.
Written with the standard library: the package `akismet` asks its own service only, wants the writer's network address,
and brings an HTTP client along.
"""

import urllib.error
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

TIMEOUT = 5  # seconds for each step of the talk
LONGEST_ANSWER = 200  # bytes; "false" has five
NO_ADDRESS = "0.0.0.0"  # noqa: S104  the protocol wants a network address: this one is nobody's


class NoAnswer(Exception):
    """The service did not say what it thinks. `is_away`: it could not be reached, so asking about others is no use."""

    def __init__(self, why: str, *, is_away: bool = False) -> None:
        super().__init__(why)
        self.is_away = is_away


class StayHere(urllib.request.HTTPRedirectHandler):
    """Readers' words go to the address that the operator named and to no other."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


@dataclass(frozen=True)
class Service:
    url: str
    key: str

    def is_spam(self, text: str) -> bool:
        """Raises NoAnswer for everything but a clear yes or no."""
        answer = self._ask("comment-check", text)
        if answer not in {"true", "false"}:
            if answer == "invalid":  # the same for every text, and for the operator to mend
                raise NoAnswer("it does not know this key or this site", is_away=True)
            raise NoAnswer("an answer that is neither true nor false")
        return answer == "true"

    def teach(self, text: str, *, is_spam: bool) -> None:
        self._ask("submit-spam" if is_spam else "submit-ham", text)

    def _ask(self, what: str, text: str) -> str:
        said = {
            "api_key": self.key, "blog": settings.BASE_URL, "blog_lang": settings.LANGUAGE_CODE, "blog_charset": "UTF-8",
            "user_ip": NO_ADDRESS, "comment_type": "comment", "comment_content": text,
        }  # fmt: skip
        headers = {"User-Agent": "Wellread", "Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
        request = urllib.request.Request(  # noqa: S310  the operator's own address, checked at the start
            f"{self.url}/1.1/{what}", urlencode(said).encode(), headers
        )
        try:
            with urllib.request.build_opener(StayHere).open(request, timeout=TIMEOUT) as response:
                return response.read(LONGEST_ANSWER).decode("ascii", "replace").strip()
        except urllib.error.HTTPError as error:
            raise NoAnswer(f"status {error.code}", is_away=error.code in {429, 500, 502, 503, 504}) from None
        except (OSError, HTTPException, ValueError) as error:
            raise NoAnswer(type(error).__name__, is_away=True) from None


def service() -> Service | None:
    """None while the outside check is off."""
    if not settings.OUTSIDE_CHECK_URL:
        return None
    return Service(settings.OUTSIDE_CHECK_URL, settings.OUTSIDE_CHECK_KEY)

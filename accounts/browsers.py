"""Browsers in which somebody has logged in before: wrong passwords that others try do not lock her out of them."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare, get_random_string, salted_hmac

from accounts.models import User

COOKIE = "known_browser"
COOKIE_SECONDS = 365 * 24 * 3600
# How many people's log-ins one browser remembers: a family at one computer.
PEOPLE = 4


def remember(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """The cookie holds a random name for the browser and a mark for each person, which says nothing to anybody else."""
    name, marks = _read(request)
    name = name or get_random_string(22)
    mark = _mark(name, user)
    marks = [mark, *(each for each in marks if each != mark)][:PEOPLE]
    response.set_signed_cookie(
        COOKIE,
        ".".join([name, *marks]),
        salt=COOKIE,
        max_age=COOKIE_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def known_as(request: HttpRequest, users: list[User]) -> str:
    """The browser's name when one of them has logged in here with the password she still has; "" for any other browser."""
    name, marks = _read(request)
    known = any(constant_time_compare(mark, _mark(name, user)) for user in users for mark in marks)
    return name if known else ""


def _read(request: HttpRequest) -> tuple[str, list[str]]:
    value = request.get_signed_cookie(COOKIE, default="", salt=COOKIE, max_age=COOKIE_SECONDS) or ""
    name, *marks = value.split(".")
    return name, marks


def _mark(name: str, user: User) -> str:
    return salted_hmac(COOKIE, f"{name}.{user.pk}.{user.password}", algorithm="sha256").hexdigest()[:32]

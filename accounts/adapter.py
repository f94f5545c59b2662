"""The account pages as allauth asks for them: our post office, what tries are counted by, and browsers that are known.

In a browser in which somebody has logged in before, wrong passwords that others try do not lock her out.
"""

from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as allauth_context
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.crypto import constant_time_compare, get_random_string, salted_hmac

from accounts.models import User
from accounts.staff import may_enter_admin
from edge.models import Letter
from edge.network import network_key, wider_key
from pages.models import SiteSettings

COOKIE = "known_browser"
COOKIE_SECONDS = 365 * 24 * 3600
# How many people's log-ins one browser remembers: a family at one computer.
PEOPLE = 4


class AccountAdapter(DefaultAccountAdapter):
    """allauth's account pages, with our post office: their mail is a Letter like any other."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        request = allauth_context.request
        if template_prefix.endswith("account_already_exists"):
            make_password(get_random_string(12))  # a new account takes this long: the clock must not tell them apart
        site = SiteSettings.current()
        context = {"password_reset_url": settings.BASE_URL + reverse("account_reset_password"), **context}
        current_site = SimpleNamespace(name=site.name, domain=urlsplit(settings.BASE_URL).netloc)
        mail = self.render_mail(
            template_prefix,
            email,
            {"request": request, "email": email, "current_site": current_site, **with_our_address(request, context)},
        )
        context = {"text": mail.body, "subject": mail.subject, "site": site, "base_url": settings.BASE_URL}
        Letter.objects.create(
            key=f"account:{get_random_string(22)}",
            to=email,
            subject=mail.subject[:255],
            text=mail.body,
            html=render_to_string("mail/account.html", context),
        )

    def is_safe_url(self, url: str) -> bool:
        """What cannot be read as an address leads nowhere."""
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False

    def format_email_subject(self, subject: str) -> str:
        return subject

    def send_password_reset_mail(self, user: Any, email: str, context: dict[str, Any]) -> None:
        is_new = user.last_login is None and not user.has_usable_password()
        self.send_mail(f"account/email/{'invitation' if is_new else 'password_reset_key'}", email, context)

    def get_client_ip(self, request: HttpRequest) -> str:
        """What sign-ups and log-ins are counted by: the wider network, believed and hashed as everywhere else here. What is
        allowed in a minute is enough for all who share it."""
        return wider_key(network_key(request))

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        remember(request, response, user)
        return response

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Under which wrong passwords for one account are counted. A browser in which she has logged in before has a count
        of its own, so that strangers who try passwords do not lock her out; theirs goes on."""
        key: str = super()._get_login_attempts_cache_key(request, **credentials)
        if COOKIE not in request.COOKIES:
            return key
        name = known_as(request, list(User.objects.reached_at(str(credentials.get("email") or ""))))
        return f"{key}:{name}" if name else key

    def get_from_email(self) -> str:
        return settings.DEFAULT_FROM_EMAIL

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, str]]:
        methods: list[dict[str, str]] = super().get_reauthentication_methods(user)
        return [method for method in methods if method["id"] != "reauthenticate"] or methods

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        return "/admin/" if may_enter_admin(request) else "/me/"

    def get_email_verification_redirect_url(self, email_address: Any) -> str:
        return "/me/"


def with_our_address(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """Links in mail lead to BASE_URL: whoever asks for a mail to somebody else can choose the request's host or port."""
    asked = request.build_absolute_uri("/")
    return {
        name: f"{settings.BASE_URL}/{value.removeprefix(asked)}" if str(value).startswith(asked) else value
        for name, value in context.items()
    }


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

"""Guards around the account pages of allauth: what they ask for beyond its own questions, and whom they tell.
`accounts/account_urls.py` says which page has which."""

import secrets
import time
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts.models import User
from accounts.staff import count_as_used, has_roles, has_used_factor

# In the session: the code that was sent, when, and how often it was mistyped; and when one was typed in.
SENT, PROVEN = "accounts_code_sent", "accounts_code_proven"
CODE_SECONDS = 15 * 60
TRIES = 3

View = Callable[..., HttpResponse]
Row = TypeVar("Row", bound=Model)


def guard(question: Callable[[HttpRequest], HttpResponse | None]) -> Callable[[View], View]:
    """A decorator of views: what `question` answers comes in place of the view's answer."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            return question(request) or view(request, *args, **kwargs)

        return guarded

    return decorate


@guard
def asks_own_factor(request: HttpRequest) -> None:
    """Whoever has a second factor has to give it in this session before she changes anything of her account: a browser
    that logged in before the factor was set up elsewhere knows only the password."""
    user = request.user
    if isinstance(user, User) and is_mfa_enabled(user) and not has_used_factor(request, user):
        raise ReauthenticationRequired


def question_by_mail(request: HttpRequest) -> HttpResponse | None:
    """Whoever has no factor yet types a code that was mailed to her: a stolen password must not set up its own factor."""
    if is_mfa_enabled(request.user) or has_typed_code(request):
        return None
    return redirect(reverse("accounts:code", query={"next": request.path}))


asks_code_by_mail = guard(question_by_mail)


@guard
def asks_staff_code_by_mail(request: HttpRequest) -> HttpResponse | None:
    """Only of people with roles: nobody lets the code for a factor go to another address with a stolen password. Readers
    must be able to leave an address that they no longer read."""
    user = request.user
    return question_by_mail(request) if isinstance(user, User) and has_roles(user) else None


def enrols(view: View) -> View:
    """A factor that was set up here has been used in this session."""

    @wraps(view)
    def watched(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        new = still_to_come(Authenticator.objects.filter(user_id=request.user.pk))
        response = view(request, *args, **kwargs)
        for factor in new.exclude(type=Authenticator.Type.RECOVERY_CODES):
            count_as_used(request, factor)
        return response

    return watched


def tells_of_new_addresses(view: View) -> View:
    """allauth tells the old address when another one becomes the first; that one was added should be known before."""

    @wraps(view)
    def watched(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        mine = EmailAddress.objects.filter(user_id=request.user.pk)
        had_one, new = mine.exists(), still_to_come(mine)
        response = view(request, *args, **kwargs)
        for added in new if had_one else []:
            get_adapter().send_notification_mail("account/email/email_added", request.user, {"added": added.email})
        return response

    return watched


def still_to_come(rows: QuerySet[Row]) -> QuerySet[Row]:
    return rows.exclude(pk__in=list(rows.values_list("pk", flat=True)))


def send_code(request: HttpRequest, user: User) -> None:
    code = get_adapter().generate_login_code()
    request.session[SENT] = {"code": code, "at": time.time(), "wrong": 0}
    get_adapter().send_mail("account/email/own_code", address_of(user), {"code": code})


def is_code_open(request: HttpRequest) -> bool:
    sent = request.session.get(SENT)
    return sent is not None and sent["wrong"] < TRIES and time.time() - sent["at"] < CODE_SECONDS


def take_code(request: HttpRequest, typed: str) -> bool:
    """Whether it is the code; then it counts for a quarter of an hour. Three wrong ones end it."""
    sent = request.session.get(SENT)
    if sent is None or not is_code_open(request):
        return False
    if secrets.compare_digest(plain(typed).encode(), plain(sent["code"]).encode()):
        del request.session[SENT]
        request.session[PROVEN] = time.time()
        return True
    request.session[SENT] = {**sent, "wrong": sent["wrong"] + 1}
    return False


def has_typed_code(request: HttpRequest) -> bool:
    return time.time() - request.session.get(PROVEN, 0) < CODE_SECONDS


def plain(code: str) -> str:
    return "".join(filter(str.isalnum, code)).upper()


def address_of(user: User) -> str:
    found = EmailAddress.objects.filter(user=user, verified=True).order_by("-primary").first()
    return found.email if found else user.email


def believe_address(user: User, **kwargs: Any) -> None:
    """Whoever chose a password by a mailed link reads the mail of the address that it went to; with only one there is no
    doubt which. So somebody who was invited is not asked twice."""
    if not EmailAddress.objects.filter(user=user).exclude(email__iexact=user.email).exists():
        EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"primary": True, "verified": True})

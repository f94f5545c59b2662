"""Roles and their second factor: people who work here may use what a role gives; where the operator asks for it, only in a
session that has used a second factor. Until then the person is a reader, in the admin and everywhere else."""

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY, get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import get_user
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.deprecation import MiddlewareMixin
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from accounts.models import User

SET_UP = _(
    "People who work here log in with a second factor: an app on the telephone that shows a code, or a passkey. Please set "
    "one up; then you come to your work."
)


class SecondFactorMiddleware(MiddlewareMixin):
    """With STAFF_SECOND_FACTOR on, makes a reader of everybody whose session has not used the factor that her role needs.

    Lazily: a page that does not look who is there must not begin to depend on the session.
    """

    def process_request(self, request: HttpRequest) -> None:
        if settings.STAFF_SECOND_FACTOR:
            request.user = SimpleLazyObject(lambda: as_let_in(request))  # type: ignore[assignment]


def as_let_in(request: HttpRequest) -> User | AnonymousUser:
    user = get_user(request)
    if isinstance(user, User):
        user.acts_as_reader = not has_used_factor(request, user) and has_roles(user)
    return user  # type: ignore[return-value]


def has_roles(user: User) -> bool:
    more = Q(writer__isnull=False) | Q(groups__isnull=False) | Q(user_permissions__isnull=False)
    return user.is_staff or user.is_superuser or User.objects.filter(more, pk=user.pk).exists()


def may_enter_admin(request: HttpRequest) -> bool:
    user = request.user
    return isinstance(user, User) and user.is_active and user.is_staff and not user.acts_as_reader


def lacks_second_factor(request: HttpRequest) -> bool:
    """Whether she works here, and only her second factor is missing."""
    user = request.user
    return isinstance(user, User) and user.is_active and user.is_staff and user.acts_as_reader


def to_second_factor(request: HttpRequest) -> HttpResponse:
    """To where she sets one up. Raises ReauthenticationRequired when she has one: allauth then asks for it, and goes on
    with what she was about to do."""
    if is_mfa_enabled(request.user):
        raise ReauthenticationRequired
    messages.warning(request, SET_UP)
    return redirect("mfa_index")


def has_used_factor(request: HttpRequest, user: User) -> bool:
    """Whether this session has given a second factor that she still has; logging in with a passkey is giving one."""
    used = [record.get("id") for record in get_authentication_records(request, user) if record["method"] == "mfa"]
    return bool(used) and Authenticator.objects.filter(user=user, pk__in=used).exists()


def count_as_used(request: HttpRequest, factor: Authenticator) -> None:
    records = get_authentication_records(request, factor.user)
    record = {"method": "mfa", "at": factor.created_at.timestamp(), "id": factor.pk, "type": factor.type}
    request.session[AUTHENTICATION_METHODS_SESSION_KEY] = [*records, record]

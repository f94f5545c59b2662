"""Who may enter the admin: staff, and where the operator asks for it only with a second factor."""

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _


def may_enter_admin(request: HttpRequest) -> bool:
    user = request.user
    return user.is_authenticated and user.is_active and user.is_staff


class SecondFactorMiddleware:
    """With STAFF_SECOND_FACTOR on, staff without a second factor are led from the admin to where they set one up.

    allauth asks everybody who has a second factor for it at log-in, so having one is having used it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith("/admin/") and may_enter_admin(request) and lacks_second_factor(request):
            messages.warning(request, _("People who work here log in with a second factor. Please set one up."))
            return redirect("mfa_index")
        return self.get_response(request)


def lacks_second_factor(request: HttpRequest) -> bool:
    return settings.STAFF_SECOND_FACTOR and not is_mfa_enabled(request.user)

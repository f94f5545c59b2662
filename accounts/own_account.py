"""What somebody does with her own account: the name that is shown, what we hold to take along, and leaving for good."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from allauth.account.models import EmailAddress
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.forms import NameForm
from accounts.guards import asks_own_factor
from accounts.models import User
from accounts.people import erase, held_about
from accounts.staff import has_roles

# What people who work here note for one another, and by what machines sort: that is asked for in a letter.
WITHHELD = {"comments.Note", "admin.LogEntry"}
WITHHELD_FIELDS = {"signals", "note", "salt", "digest", "machine_found", "cluster", "words_key", "form_key"}

asks_again = reauthentication_required(app="allauth.account")


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def name(request: HttpRequest) -> HttpResponse:
    user = own(request)
    form = NameForm(request.POST if request.method == "POST" else None, initial={"name": user.name})
    if form.is_valid():
        user.name = form.cleaned_data["name"]
        user.save(update_fields=["name"])
        messages.success(request, _("From now on you are called %(name)s here.") % {"name": user.name})
        return redirect("accounts:me")
    return render(request, "accounts/name.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@login_required
@require_safe
@asks_again
@asks_own_factor
def export(request: HttpRequest) -> HttpResponse:
    held = [(email, kind) for email in addresses_of(own(request)) for kind in held_about(email)]
    data = [
        {
            "address": email,
            "what": kind.rule.what,
            "rows": [{key: row[key] for key in row if key not in WITHHELD_FIELDS} for row in kind.rows],
        }
        for email, kind in held
        if kind.rule.model not in WITHHELD
    ]
    answer = JsonResponse(data, safe=False, json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return answer


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@asks_again
@asks_own_factor
def leave(request: HttpRequest) -> HttpResponse:
    """Says what goes and what stays, and does it when she is sure. Who works here is refused: her name stands in records."""
    user = own(request)
    works_here = has_roles(user)
    is_sure = request.method == "POST" and "sure" in request.POST and not works_here
    if is_sure:
        with transaction.atomic():
            for email in addresses_of(user):
                erase(email)
        logout(request)
        messages.success(request, _("Your account is deleted."))
        return redirect("/")
    kinds = {kind.rule.model: kind.rule for email in addresses_of(user) for kind in held_about(email) if kind.rule.what}
    context = {
        "works_here": works_here,
        "gone": [rule.what for rule in kinds.values() if rule.leave == "delete"],
        "blanked": [rule.what for rule in kinds.values() if rule.leave == "blank"],
        "kept": [rule.what for rule in kinds.values() if rule.leave == "keep"],
        "refused": request.method == "POST",
    }
    status = 200 if request.method != "POST" else 403 if works_here else 422
    return render(request, "accounts/leave.html", context, status=status)


def own(request: HttpRequest) -> User:
    user: Any = request.user
    assert isinstance(user, User)  # noqa: S101  login_required has looked
    return user


def addresses_of(user: User) -> list[str]:
    """Hers beyond doubt. The account's own comes last: the others are found by it."""
    confirmed = EmailAddress.objects.filter(user=user, verified=True).exclude(email__iexact=user.email)
    return [*confirmed.order_by("pk").values_list("email", flat=True), user.email]

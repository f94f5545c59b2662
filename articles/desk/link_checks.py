"""The button that looks once more whether a link works."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from articles.desk.frame import StaffRequest, to
from articles.models import Link
from articles.sources.link_checks import check_now
from edge.network import allow_person

CHECKS, CHECK_SECONDS = 30, 600  # of one person: each waits for another site


@require_POST
def check_again(request: StaffRequest, pk: int) -> HttpResponse:
    if not request.user.may_view(Link):
        raise PermissionDenied
    link = get_object_or_404(Link, pk=pk)
    if not allow_person(request.user.pk, "check-link", limit=CHECKS, seconds=CHECK_SECONDS):
        messages.warning(request, _("You have checked many links. Please wait some minutes."))
        return to("link_changelist")
    said = check_now(link)
    works = _("%(address)s works.") if said.works else _("%(address)s: %(answer)s")
    messages.info(request, works % {"address": link.address, "answer": said.words})
    return to("link_changelist")

"""The month with what appears, ends and falls due: of all that this person may see, and nothing else."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.desk.frame import StaffRequest, page
from articles.models import Article
from articles.newsroom.calendar import KINDS, beside, month_of, read_month, weekdays


def calendar(request: StaffRequest) -> HttpResponse:
    """`?month=2026-11&kind=review`; without them, this month and everything."""
    if not request.user.may_view(Article):
        raise PermissionDenied
    asked, name = request.GET.get("month", ""), request.GET.get("kind", "")
    today = timezone.localdate()
    first = read_month(asked) if asked else today.replace(day=1)
    if first is None or (name and name not in KINDS):
        raise Http404
    before, after = beside(first)
    return page(
        request, Article, "calendar", _("Calendar"), before=before, after=after, today=today, weekdays=weekdays(),
        month=month_of(request.user, first, [KINDS[name]] if name else []),
        kinds=KINDS.values(), kind=KINDS.get(name), query=f"&kind={name}" if name else "",
    )  # fmt: skip

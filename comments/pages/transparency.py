"""The figures about moderation, for everybody, month by month. Those for moderators: `comments.desk.figures`."""

from datetime import datetime
from typing import Any, cast

from django.core.cache import caches
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from comments.ledger.figures import Figures, month_of, months, next_month
from comments.models import Seal
from edge.public_pages import public_page

KEPT_SECONDS = 600


@public_page
@require_safe
def transparency(request: HttpRequest, month: str = "") -> HttpResponse:
    """One month of moderation, for everybody (EU Digital Services Act, Article 15): counted, never estimated."""
    known = months() or [month_of(timezone.now())]
    wanted = [each for each in known if not month or each.strftime("%Y-%m") == month]
    if not wanted:
        raise Http404
    context = {
        "month": wanted[0],
        "is_running": next_month(wanted[0]) > timezone.now(),
        "others": [each for each in known if each != wanted[0]],
        # The end of the chain: whoever writes it down can prove later that nothing before it has changed.
        "seal": Seal.objects.first(),
        **of_month(wanted[0]),
    }
    return render(request, "comments/transparency.html", context)


def of_month(month: datetime) -> dict[str, Any]:
    """Everything that is counted; kept for some minutes, for a busy month has many rows and the page many readers."""
    key = f"transparency:{month.isoformat()}"
    return cast(dict[str, Any], caches["pages"].get_or_set(key, Figures(month, next_month(month)).all, KEPT_SECONDS))

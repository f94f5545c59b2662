"""The figures about moderation, for moderators. Those for everybody: `comments.pages.transparency`."""

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from comments.desk.queues import QUEUES, counts
from comments.ledger.figures import Figures, waiting_now
from edge.front_page import COUNTED

SPANS = (7, 30, 90)  # days


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    asked, counted = request.GET.get("days", ""), counts()
    days = int(asked) if asked in map(str, SPANS) else 30
    found = Figures(timezone.now() - timedelta(days=days))
    told = found.all()
    totals = told["totals"]
    context = {
        "title": _("Figures"),
        "days": days,
        "spans": [(span, span == days) for span in SPANS],
        "waiting": [(queue, how_many(queue.slug, counted)) for queue in QUEUES.values() if queue.slug in counted],
        "oldest": waiting_now(),
        **told,
        "charts": [
            chart(_("Decisions"), _("decisions"), totals.named_outcomes),
            chart(_("Why something was turned down"), _("decisions"), totals.named_reasons),
            chart(_("Who decided"), _("decisions"), found.by_moderator()),
            chart(_("At what hour"), _("decisions"), found.by_hour()),
        ],
    }
    return render(request, "admin/comments/figures.html", {**admin.site.each_context(request), **context})


def how_many(slug: str, counted: dict[str, int]) -> str:
    return f"{counted[slug]:,}" + ("+" if counted[slug] >= COUNTED else "")


def chart(title: str, unit: str, counts: list[tuple[str, int]]) -> dict[str, Any]:
    """Each bar's `share` is that of the longest one, 0 to 100."""
    longest = max((count for _label, count in counts), default=0) or 1
    bars = [{"label": label, "count": count, "share": round(100 * count / longest)} for label, count in counts]
    return {"title": title, "unit": unit, "bars": bars}

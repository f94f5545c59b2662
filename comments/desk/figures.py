"""The figures about moderation, for moderators. Those for everybody: `comments.pages.transparency`."""

from datetime import timedelta

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from comments.desk.queues import QUEUES, counts
from comments.ledger.figures import Chart, Record, waiting_now
from edge.front_page import COUNTED

SPANS = (7, 30, 90)  # days


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    asked, counted = request.GET.get("days", ""), counts()
    days = int(asked) if asked in map(str, SPANS) else 30
    record = Record(timezone.now() - timedelta(days=days))
    totals = record.totals()
    context = {
        "title": _("Figures"),
        "days": days,
        "spans": [(span, span == days) for span in SPANS],
        "waiting": [(queue, how_many(queue.slug, counted)) for queue in QUEUES.values() if queue.slug in counted],
        "oldest": waiting_now(),
        "totals": totals,
        "waits": record.waits().in_words(),
        "appeals": record.appeals(),
        "reports": record.reports(),
        "charts": [
            Chart.of(_("Decisions"), _("decisions"), totals.named_outcomes),
            Chart.of(_("Why something was turned down"), _("decisions"), totals.named_reasons),
            Chart.of(_("Who decided"), _("decisions"), record.by_moderator()),
            Chart.of(_("At what hour"), _("decisions"), record.by_hour()),
        ],
    }
    return render(request, "admin/comments/figures.html", {**admin.site.each_context(request), **context})


def how_many(slug: str, counted: dict[str, int]) -> str:
    return f"{counted[slug]:,}" + ("+" if counted[slug] >= COUNTED else "")

"""The figures about moderation: a page for moderators, and one for everybody, made from the same record."""

from datetime import datetime, timedelta
from typing import Any, cast

from django.contrib import admin
from django.core.cache import caches
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from comments.desk.queues import QUEUES, counts
from comments.ledger.figures import Chart, Record, Waits, month_of, months, next_month, seal, waiting_now
from edge.front_page import COUNTED
from edge.public_pages import public_page

SPANS = (7, 30, 90)  # days
KEPT_SECONDS = 600


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """For moderators, within the admin."""
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
        "waits": in_words(record.waits()),
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
        "seal": seal(),
        **of_month(wanted[0]),
    }
    return render(request, "comments/transparency.html", context)


def of_month(month: datetime) -> dict[str, Any]:
    """Everything that is counted; kept for some minutes, for a busy month has many rows and the page many readers."""
    key = f"transparency:{month.isoformat()}"
    return cast(dict[str, Any], caches["pages"].get_or_set(key, lambda: count(month), KEPT_SECONDS))


def count(month: datetime) -> dict[str, Any]:
    record = Record(month, next_month(month))
    return {
        "totals": record.totals(),
        "waits": in_words(record.waits()),
        "appeals": record.appeals(),
        "reports": record.reports(),
    }


def how_many(slug: str, counted: dict[str, int]) -> str:
    return f"{counted[slug]:,}" + ("+" if counted[slug] >= COUNTED else "")


def in_words(waits: Waits) -> dict[str, Any]:
    """{"median": "12 minutes", "ninetieth": …, "longest": …, "few": of how many when they are few}; empty when nobody
    waited."""
    if waits.median is None or waits.ninetieth is None or waits.longest is None:
        return {}
    spans = {"median": waits.median, "ninetieth": waits.ninetieth, "longest": waits.longest}
    return {name: span(duration) for name, duration in spans.items()} | {"few": waits.of if waits.is_few else 0}


def span(duration: timedelta) -> str:
    now = timezone.now()
    return timesince(now - duration, now) if duration >= timedelta(minutes=1) else _("less than a minute")

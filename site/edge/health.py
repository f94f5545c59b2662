from datetime import datetime, timedelta

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone

from edge.models import Heartbeat

# A worker writes its heartbeat every ten seconds; three missed ones and somebody should look.
WORKER_SILENCE = timedelta(seconds=40)


def is_alive(seen: datetime | None) -> bool:
    return seen is not None and seen > timezone.now() - WORKER_SILENCE


def worker_seen_at() -> datetime | None:
    return Heartbeat.objects.order_by("-seen_at").values_list("seen_at", flat=True).first()


def healthz(request: HttpRequest) -> JsonResponse:
    """`{"database": "ok", "worker": "ok"}` with 200, or what is wrong with 503. A missing worker is told, not fatal:
    pages can still be read, so a load balancer must not take the web server away."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        seen = worker_seen_at()
    except DatabaseError:
        return JsonResponse({"database": "down", "worker": "unknown"}, status=503)
    worker = "ok" if is_alive(seen) else "not running"
    return JsonResponse({"database": "ok", "worker": worker, "worker_seen_at": seen})

from datetime import timedelta

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone

from edge.models import Heartbeat

# A worker writes its heartbeat every ten seconds; three missed ones and somebody should look.
WORKER_SILENCE = timedelta(seconds=40)


def healthz(request: HttpRequest) -> JsonResponse:
    """`{"database": "ok", "worker": "ok"}` with 200, or what is wrong with 503. A missing worker is told, not fatal:
    pages can still be read, so a load balancer must not take the web server away."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        seen = Heartbeat.objects.order_by("-seen_at").values_list("seen_at", flat=True).first()
    except DatabaseError:
        return JsonResponse({"database": "down", "worker": "unknown"}, status=503)
    alive = seen is not None and seen > timezone.now() - WORKER_SILENCE
    return JsonResponse({"database": "ok", "worker": "ok" if alive else "not running", "worker_seen_at": seen})

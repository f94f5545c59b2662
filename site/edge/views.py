"""Answers of the site itself: whether it is up, an uploaded picture, and a form that was refused before its view."""

from urllib.parse import urlsplit

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils._os import safe_join
from django.utils.cache import add_never_cache_headers
from django.views.static import serve as serve_file

from edge.models import Heartbeat
from edge.origin import came_from, came_from_here
from edge.resending import Resending, typed_in


def healthz(request: HttpRequest) -> JsonResponse:
    """`{"database": "ok", "worker": "ok"}` with 200, or what is wrong with 503. A missing worker is told, not fatal:
    pages can still be read, so a load balancer must not take the web server away."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        beat = Heartbeat.latest()
    except DatabaseError:
        return JsonResponse({"database": "down", "worker": "unknown"}, status=503)
    worker = "ok" if beat and beat.is_alive else "not running"
    return JsonResponse({"database": "ok", "worker": worker, "worker_seen_at": beat and beat.seen_at})


def serve(request: HttpRequest, name: str) -> HttpResponseBase:
    """An uploaded picture. Names are random and contents never change, so caches may keep them for ever.

    A proxy in front may serve /media/ itself; see docs/operating.md.
    """
    safe_join(settings.MEDIA_ROOT, name)
    try:
        response = serve_file(request, name, document_root=str(settings.MEDIA_ROOT))
    except OSError:  # a name longer than any file's
        raise Http404 from None
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form's token was missing or too old, or another site sent it: says so, gives back every word that was typed,
    and where that does no harm shows what a button would send, and where."""
    again: Resending | None = getattr(request.resolver_match and request.resolver_match.func, "resending", None)
    context = {
        "again": again,
        "sends": again.sends(request.POST) if again else [],
        "action": request.path,
        "where": settings.BASE_URL + request.path,
        "foreign": "" if came_from_here(request) else urlsplit(came_from(request)).hostname or "",
        "typed": [] if again else typed_in(request.POST),
    }
    response = render(request, "csrf_failure.html", context, status=403)
    add_never_cache_headers(response)
    return response

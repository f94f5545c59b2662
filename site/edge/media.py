from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils._os import safe_join
from django.views.static import serve as serve_file


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

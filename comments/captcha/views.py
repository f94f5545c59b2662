"""Views of the captcha: its picture and its sound. Nothing here writes: a key carries everything a picture or a sound needs."""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from comments.captcha.challenge import CaptchaInput, answer_for, dice_for
from comments.captcha.picture import draw
from comments.captcha.speech import speak
from edge.network import allow

ELEMENT_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,60}")
ONE_RANGE = re.compile(r"bytes=(\d{1,9})-(\d{0,9})")
PER_MINUTE = 60


@never_cache
@require_safe
def new(request: HttpRequest) -> HttpResponse:
    """The captcha again with another challenge, for htmx to put in the place of the one that nobody can read."""
    id_ = request.GET.get("id", "")
    attrs = {"id": id_ if ELEMENT_ID.fullmatch(id_) else "id_captcha", "required": True, "autofocus": True}
    widget = CaptchaInput()
    widget.harder = "harder" in request.GET
    return HttpResponse(widget.render("captcha", None, attrs))


@require_safe
def picture(request: HttpRequest, key: str) -> HttpResponse:
    return _made(request, key, lambda it: HttpResponse(draw(it, dice_for(key, "picture")), content_type="image/png"))


@require_safe
def sound(request: HttpRequest, key: str) -> HttpResponse:
    language = get_language() or "en"
    return _made(request, key, lambda it: _ranged(request, speak(it, dice_for(key, "sound"), language)))


def _made(request: HttpRequest, key: str, make: Callable[[str], HttpResponse]) -> HttpResponse:
    challenge = answer_for(key)
    if challenge is None:
        return HttpResponse(status=410)
    if not allow(request, "captcha", limit=PER_MINUTE, seconds=60):
        return HttpResponse(status=429, headers={"Retry-After": "60", "Cache-Control": "no-store"})
    response = make(challenge)
    # One key has one picture and one sound for ever; but they are for one reader, not for a shared cache.
    response["Cache-Control"] = "private, max-age=7200, immutable"
    response["X-Robots-Tag"] = "noindex"
    return response


def _ranged(request: HttpRequest, wav: bytes) -> HttpResponse:
    """The sound, or the part of it that was asked for: Safari plays nothing from a server that cannot give parts."""
    wanted = ONE_RANGE.fullmatch(request.headers.get("Range", ""))
    headers = {"Accept-Ranges": "bytes"}
    if not wanted:
        return HttpResponse(wav, content_type="audio/wav", headers=headers)
    first, last = int(wanted[1]), min(int(wanted[2] or len(wav)), len(wav) - 1)
    if first > last:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{len(wav)}"})
    headers["Content-Range"] = f"bytes {first}-{last}/{len(wav)}"
    return HttpResponse(wav[first : last + 1], status=206, content_type="audio/wav", headers=headers)

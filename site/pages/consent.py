"""The marketing pixel and the question before it. Off by default; see `SiteSettings.pixel_url`.

A visitor's answer is kept in a cookie that names the pixel it was about: another pixel asks again. Nothing is kept here.
"""

from hashlib import sha256
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse

from pages.models import SiteSettings

COOKIE = "consent"
COOKIE_SECONDS = 180 * 24 * 3600
ACCEPTED, REFUSED, OPEN = "accepted", "refused", "open"


def answer(request: HttpRequest, site: SiteSettings) -> str:
    """`accepted`, `refused` or `open` (not asked yet). Global Privacy Control is a refusal, whatever the cookie says."""
    if request.headers.get("Sec-GPC") == "1":
        return REFUSED
    given, _dot, about = request.COOKIES.get(COOKIE, "").partition(".")
    return given if given in {ACCEPTED, REFUSED} and about == pixel_mark(site) else OPEN


def remember(response: HttpResponse, request: HttpRequest, site: SiteSettings, given: str) -> None:
    response.set_cookie(
        COOKIE,
        f"{given}.{pixel_mark(site)}",
        max_age=COOKIE_SECONDS,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )


def pixel_mark(site: SiteSettings) -> str:
    return sha256(site.pixel_url.encode()).hexdigest()[:12]


def allow_pixel(response: HttpResponse, site: SiteSettings) -> HttpResponse:
    """Lets this page, which is not about a topic, load the pixel's host. Does nothing while no pixel is set."""
    if site.pixel_url:
        parts = urlsplit(site.pixel_url)
        response._csp_update = {"img-src": [f"{parts.scheme}://{parts.netloc}"]}  # type: ignore[attr-defined]
    return response

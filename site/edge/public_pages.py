"""Public pages: the same bytes for everybody, and headers that say so."""

from collections.abc import Callable
from functools import wraps
from hashlib import blake2b
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.core.paginator import InvalidPage, Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag

# A shared cache keeps a page this long and may serve it stale while it asks again; a browser always asks.
SHARED_SECONDS = 60
STALE_SECONDS = 600


def at_our_address(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For what names whole addresses and is kept for others: they begin with BASE_URL, whatever host was asked for.

    `Host: wellread.example:666` is the right host to Django, and would be kept in the feed of everybody.
    """

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.META["HTTP_HOST"] = urlsplit(settings.BASE_URL).netloc
        return view(request, *args, **kwargs)

    return wrapper


def public_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Marks a view whose GET answer is the same for everybody.

    The view must not look at the session or the user: whatever depends on the person is an island with an address
    of its own. Answers 304 to a browser that already has these bytes.
    """

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # base.html leaves messages out of these: one reader's message must not reach another.
        request.is_public_page = request.method in {"GET", "HEAD"}  # type: ignore[attr-defined]
        if request.is_public_page:  # type: ignore[attr-defined]
            request.canonical = settings.BASE_URL + request.path  # type: ignore[attr-defined]
        try:
            response = view(request, *args, **kwargs)
        except Http404:
            request.canonical = ""  # type: ignore[attr-defined]  # of a page that there is not
            raise
        if request.method not in {"GET", "HEAD"} or response.status_code != 200 or response.streaming:
            return response
        response["Cache-Control"] = (
            f"public, max-age=0, s-maxage={SHARED_SECONDS}, stale-while-revalidate={STALE_SECONDS}"
        )
        response["ETag"] = quote_etag(blake2b(response.content, digest_size=12).hexdigest())
        answer = get_conditional_response(request, etag=response["ETag"], response=response) or response
        return _with_headers_of(response, answer) if answer is not response else response

    return wrapper


def _with_headers_of(response: HttpResponse, short: HttpResponse) -> HttpResponse:
    """A browser puts the headers of a 304 in the place of those it keeps: a policy that allowed more would be lost there."""
    for name, value in response.items():
        if not name.startswith("Content-"):
            short.headers.setdefault(name, value)
    short._csp_update = getattr(response, "_csp_update", None)  # type: ignore[attr-defined]
    return short


def list_page(request: HttpRequest, rows: Any, per_page: int, **query: str) -> Page[Any]:
    """The page of a list that `?page=` asks for; one that the list does not have is not found. `query` is what else of the
    address makes another list, and stands in the page's canonical address, too."""
    try:
        page = Paginator(rows, per_page).page(request.GET.get("page") or 1)
    except InvalidPage:
        raise Http404 from None
    kept = {**query, "page": page.number if page.number > 1 else ""}
    words = urlencode({name: value for name, value in kept.items() if value})
    request.canonical = f"{settings.BASE_URL}{request.path}?{words}".removesuffix("?")  # type: ignore[attr-defined]
    return page


def unlisted(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A page behind somebody's own link, or about one act: no search engine lists it."""
    response = render(request, template, context, status=status)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response

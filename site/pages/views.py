import re
from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.html import escape
from django.views.decorators.http import require_safe

from edge.directions import directed
from edge.origin import token_or_same_origin
from edge.public_pages import public_page
from pages import consent as choice
from pages.models import Page, PageVersion, SiteSettings
from pages.personal_data import rules

PLACEHOLDERS = {"site_name": "name", "contact_email": "contact_email", "postal_address": "postal_address"}
# A tag is read over with whatever its attributes hold: a name that is filled in there may be the address of a script.
PLACEHOLDER = re.compile(r"<[^<>]*>|\{\{ (\w+) \}\}")


@require_safe
@public_page
def page(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Page.objects.select_related("current"), slug=slug, current__isnull=False)
    site = SiteSettings.current()
    context = {
        "page": found,
        "version": found.current,
        "body": filled(found.current, site),
        "policy": [rule for rule in rules() if rule.what] if slug == "privacy" else None,
    }
    # The context processor need not ask again.
    request.site_settings = site  # type: ignore[attr-defined]
    return choice.allow_pixel(render(request, "pages/page.html", context), site)


@require_safe
@public_page
def versions(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Page, slug=slug)
    return render(request, "pages/versions.html", {"page": found, "versions": found.versions.defer("body")[:200]})


@require_safe
@public_page
def version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    found = get_object_or_404(PageVersion.objects.select_related("page"), page__slug=slug, number=number)
    body = filled(found, SiteSettings.current())
    return render(request, "pages/page.html", {"page": found.page, "version": found, "body": body, "is_old": True})


def filled(version: PageVersion | None, site: SiteSettings) -> str:
    """The text with the site's own name and addresses in place of {{ site_name }} and its like; in its words alone."""
    if version is None:
        raise Http404
    values = {name: escape(getattr(site, field)) for name, field in PLACEHOLDERS.items()}
    return directed(PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), version.body))


@token_or_same_origin
def consent(request: HttpRequest) -> HttpResponse:
    """GET: the question, or the pixel for whoever has accepted it. POST: the answer. Nobody else's page loads either."""
    site = SiteSettings.current()
    if not site.pixel_url:
        raise Http404
    if request.method == "POST":
        given = choice.ACCEPTED if request.POST.get("answer") == choice.ACCEPTED else choice.REFUSED
        answer = redirect(reverse("pages:consent"))
        choice.remember(answer, request, site, given)
        return answer
    fragment = bool(getattr(request, "htmx", False))
    context = {"answer": choice.answer(request, site), "has_gpc": request.headers.get("Sec-GPC") == "1", "site": site}
    response = render(request, "pages/consent_island.html" if fragment else "pages/consent.html", context)
    add_never_cache_headers(response)
    return choice.allow_pixel(response, site) if fragment else response


@require_safe
@public_page
def robots(request: HttpRequest) -> HttpResponse:
    """Forbids little: a page that may not be fetched cannot say that no search engine should list it."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in ("/admin/", "/captcha/", "/preview/")),
        f"Sitemap: {settings.BASE_URL}/sitemap.xml",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
@public_page
def manifest(request: HttpRequest) -> HttpResponse:
    name, colour = SiteSettings.current().name, "#0a6657"
    icons = [
        {"src": static("img/favicon.svg"), "sizes": "any", "type": "image/svg+xml"},
        {"src": "/apple-touch-icon.png", "sizes": "180x180", "type": "image/png"},
    ]
    about = {"name": name, "short_name": name, "start_url": "/", "display": "browser", "icons": icons}
    return JsonResponse({**about, "theme_color": colour}, content_type="application/manifest+json")


@require_safe
@public_page
def security(request: HttpRequest) -> HttpResponse:
    """Whom to tell about a weakness of the site (RFC 9116)."""
    mail = SiteSettings.current().contact_email
    lines = [
        f"Contact: mailto:{mail}" if mail else f"Contact: {settings.BASE_URL}/contact/",
        f"Expires: {timezone.now() + timedelta(days=300):%Y-%m-%dT00:00:00Z}",
        f"Preferred-Languages: {settings.LANGUAGE_CODE}",
        f"Canonical: {settings.BASE_URL}{request.path}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def change_password(request: HttpRequest) -> HttpResponse:
    """Where keepers of passwords send people."""
    return redirect("account_change_password")

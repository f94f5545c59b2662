from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from pages.models import SiteSettings


def site(request: HttpRequest) -> dict[str, object]:
    """`site` in every template: name, disclaimer, addresses. One query, made when the first template asks."""
    if not hasattr(request, "site_settings"):
        request.site_settings = SimpleLazyObject(SiteSettings.current)  # type: ignore[attr-defined]
    return {"site": request.site_settings}  # type: ignore[attr-defined]

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from edge.prepared import Prepared
from pages.models import SiteSettings

ROW = Prepared(lambda: SiteSettings.objects.filter(pk=1))


def site(request: HttpRequest) -> dict[str, object]:
    """`site` in every template: name, disclaimer, addresses. One query, made when the first template asks."""
    if not hasattr(request, "site_settings"):
        request.site_settings = SimpleLazyObject(lambda: next(iter(ROW()), None) or SiteSettings(pk=1))  # type: ignore[attr-defined]
    return {"site": request.site_settings}  # type: ignore[attr-defined]

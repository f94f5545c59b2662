from datetime import datetime

from django.contrib.sitemaps import Sitemap
from django.db.models import QuerySet

from pages.models import Page


class PageSitemap(Sitemap):
    changefreq = "yearly"

    def items(self) -> QuerySet[Page]:
        return Page.objects.filter(current__isnull=False).select_related("current").order_by("slug")

    def lastmod(self, item: Page) -> datetime | None:
        return item.current.created_at if item.current else None

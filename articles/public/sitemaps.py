from datetime import datetime

from django.contrib.sitemaps import Sitemap
from django.db.models import Max, QuerySet
from django.db.models.functions import Coalesce

from articles.models import Article, Series, Topic


class ArticleSitemap(Sitemap):
    def items(self) -> QuerySet[Article]:
        return Article.objects.published().only("slug", "published_at", "updated_at").order_by("pk")

    def lastmod(self, item: Article) -> datetime | None:
        return item.updated_at or item.published_at

    def get_latest_lastmod(self) -> datetime | None:
        """Asked of the database: Django would load every article to find it."""
        return Article.objects.published().aggregate(latest=Max(Coalesce("updated_at", "published_at")))["latest"]


class TopicSitemap(Sitemap):
    def items(self) -> QuerySet[Topic]:
        return Topic.objects.only("slug", "guide_updated_at").order_by("pk")

    def lastmod(self, item: Topic) -> datetime | None:
        return item.guide_updated_at

    def get_latest_lastmod(self) -> datetime | None:
        return Topic.objects.aggregate(latest=Max("guide_updated_at"))["latest"]


class SeriesSitemap(Sitemap):
    def items(self) -> QuerySet[Series]:
        return Series.objects.public().only("slug").order_by("pk")

"""Where each part of the site begins. An app's own urls.py says what follows."""

from django.contrib import admin
from django.contrib.sitemaps.views import index as sitemap_index
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from articles.public.sitemaps import ArticleSitemap, SeriesSitemap, TopicSitemap
from edge.public_pages import at_our_address
from edge.views import healthz, serve
from pages.sitemaps import PageSitemap
from questions.sitemaps import QuestionSitemap

SITEMAPS = {
    "articles": ArticleSitemap,
    "series": SeriesSitemap,
    "topics": TopicSitemap,
    "questions": QuestionSitemap,
    "pages": PageSitemap,
}
kept_an_hour = cache_control(public=True, s_maxage=3600)

urlpatterns = [
    path("healthz", require_safe(healthz)),
    path("admin/", admin.site.urls),
    path("accounts/", include("accounts.account_urls")),
    path("accounts/", include("allauth.urls")),
    path("media/<path:name>", require_safe(serve), name="media"),
    path("sitemap.xml", require_safe(kept_an_hour(at_our_address(sitemap_index))), {"sitemaps": SITEMAPS}),
    path(
        "sitemap-<section>.xml",
        require_safe(kept_an_hour(at_our_address(sitemap))),
        {"sitemaps": SITEMAPS},
        name="django.contrib.sitemaps.views.sitemap",
    ),
    path("captcha/", include("comments.captcha.urls")),
    path("comments/", include("comments.urls")),
    path("questions/", include("questions.urls")),
    path("", include("newsletters.urls")),
    path("", include("articles.urls")),
    path("", include("accounts.urls")),
    path("", include("pages.urls")),
]

"""Where each part of the site begins. An app's own urls.py says what follows."""

from django.contrib import admin
from django.urls import include, path
from django.views.decorators.http import require_safe

from config.sitemaps import SECTIONS
from edge import sitemaps
from edge.views import healthz, serve

urlpatterns = [
    path("healthz", require_safe(healthz)),
    path("admin/", admin.site.urls),
    path("accounts/", include("accounts.account_urls")),
    path("accounts/", include("allauth.urls")),
    path("media/<path:name>", require_safe(serve), name="media"),
    path("sitemap.xml", sitemaps.index, {"sections": SECTIONS}),
    path("sitemap-<section>.xml", sitemaps.part, {"sections": SECTIONS}),
    path("captcha/", include("comments.captcha.urls")),
    path("comments/", include("comments.urls")),
    path("questions/", include("questions.urls")),
    path("", include("newsletters.urls")),
    path("", include("articles.urls")),
    path("", include("accounts.urls")),
    path("", include("pages.urls")),
]

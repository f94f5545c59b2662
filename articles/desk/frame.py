"""The admin site's frame around the desk's pages, and the ways between them."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from accounts.models import User
from articles.models import Article


class StaffRequest(HttpRequest):
    """What the views get behind `AdminSite.admin_view`."""

    user: User


def page(
    request: StaffRequest, model: type[Model], name: str, title: Any, *, status: int = 200, **context: Any
) -> TemplateResponse:
    """The template of this name, from the folder of the model's own pages in the admin."""
    frame = {**admin.site.each_context(request), "title": title, "subtitle": None, "opts": model._meta}
    template = f"admin/articles/{model._meta.model_name}/{name}.html"
    return TemplateResponse(request, template, frame | context, status=status)


def to(name: str, *args: Any, place: str = "") -> HttpResponseRedirect:
    """Leads to a page of the desk: `to("article_change", article.pk, place="#notes")`."""
    return HttpResponseRedirect(reverse(f"admin:articles_{name}", args=args) + place)


def seen_by_readers(said: Any, article: Article) -> Any:
    """What was done, with a link to what readers see now, if they see anything."""
    if not article.is_public:
        return said
    return format_html('{} <a href="{}">{}</a>', said, article.get_absolute_url(), _("View on site"))

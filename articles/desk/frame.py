"""The admin site's frame around the desk's pages, and the ways between them."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from accounts.models import User


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

"""The picture of an article on its writer's page: shown with its words, and chosen in the library. Without JavaScript its
number is typed, or looked up."""

import re

from django.contrib import admin
from django.contrib.admin.widgets import ForeignKeyRawIdWidget
from django.core.exceptions import PermissionDenied
from django.forms import Script
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path, reverse

from articles.desk.saving import DraftingAdmin
from articles.models import Image

MAYBE_A_NUMBER = re.compile(r"[0-9]{1,18}")


class PictureWidget(ForeignKeyRawIdWidget):
    class Media:
        js = [Script("js/main-picture.js", type="module")]

    def render(self, name, value, attrs=None, renderer=None):
        number = super().render(name, value, attrs, renderer)
        picture = pictures().filter(pk=value).first() if MAYBE_A_NUMBER.fullmatch(str(value or "")) else None
        return render_to_string("admin/articles/article/picture.html", {"number": number, **card(picture)})

    def label_and_url_for_value(self, value):
        """The picture itself says more."""
        return "", ""


class ChoosesPicture(DraftingAdmin):
    raw_id_fields = ["image"]

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "image":
            kwargs["widget"] = PictureWidget(db_field.remote_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class ShowsCards(admin.ModelAdmin):
    """Of the library: one picture in small, for the page that has just chosen it."""

    def get_urls(self):
        card = path("<int:pk>/card/", self.admin_site.admin_view(self.card_view), name="articles_image_card")
        return [card, *super().get_urls()]

    def card_view(self, request, pk):
        if not self.has_view_permission(request):
            raise PermissionDenied
        picture = get_object_or_404(pictures(), pk=pk)
        return TemplateResponse(request, "admin/articles/article/picture_card.html", card(picture))


def pictures():
    return Image.objects.prefetch_related("renditions")


def card(picture):
    from articles.admin.images import thumbnail

    if picture is None:
        return {}
    url = reverse("admin:articles_image_change", args=[picture.pk])
    return {"picture": picture, "thumbnail": thumbnail(picture, 240), "url": url}

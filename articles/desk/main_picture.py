"""The picture of an article on its writer's page: shown with its words, and chosen in the library. Without JavaScript its
number is typed, or looked up."""

from django.contrib.admin.widgets import ForeignKeyRawIdWidget
from django.forms import Script
from django.template.loader import render_to_string

from articles.desk.pictures.cards import about
from articles.desk.saving import DraftingAdmin
from articles.models import Image
from edge.numbers import number_in


class PictureWidget(ForeignKeyRawIdWidget):
    class Media:
        js = [Script("js/main-picture.js", type="module")]

    def render(self, name, value, attrs=None, renderer=None):
        number = super().render(name, value, attrs, renderer)
        pk = number_in(str(value or ""))
        image = Image.objects.prefetch_related("renditions").filter(pk=pk).first() if pk else None
        card = about(image) if image else {}
        return render_to_string("admin/articles/article/picture.html", {"number": number, **card})

    def label_and_url_for_value(self, value):
        """The picture itself says more."""
        return "", ""


class ChoosesPicture(DraftingAdmin):
    raw_id_fields = ["image"]

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "image":
            kwargs["widget"] = PictureWidget(db_field.remote_field, self.admin_site)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

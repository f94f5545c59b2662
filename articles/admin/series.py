from django import forms
from django.contrib import admin
from django.utils.translation import gettext_lazy

from articles.admin.widgets import without_icons
from articles.forms import WIDE
from articles.models import FormerAddress, Part, Series
from edge.completing import Completing


class PartInline(Completing, admin.TabularInline):
    model = Part
    autocomplete_fields = ["article"]
    fields = ["article", "position"]
    extra = 1

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        return without_icons(super().formfield_for_dbfield(db_field, request, **kwargs))


@admin.register(Series)
class SeriesAdmin(admin.ModelAdmin):
    """Readers see the parts that are published, in the order of their positions."""

    fields = ["title", "slug", "summary"]
    list_display = ["title", "parts", "created_at"]
    search_fields = ["title"]
    inlines = [PartInline]
    show_full_result_count = False

    @admin.display(description=gettext_lazy("parts"))
    def parts(self, series):
        return len(series.parts.all())

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("parts")

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj else {"slug": ["title"]}

    def view_on_site(self, series):
        return series.get_absolute_url()

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        if db_field.name == "summary":
            kwargs["widget"] = forms.Textarea(attrs={**WIDE, "rows": 2})
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_formset(self, request, form, formset, change):
        """A new part without a position comes last."""
        last = max((part.position for part in form.instance.parts.all()), default=0)
        for added in formset.extra_forms:
            if added.has_changed() and not added.instance.position:
                added.instance.position = last = last + 1
        super().save_formset(request, form, formset, change)

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        FormerAddress.objects.keep_up_with(obj, form.initial.get("slug") if change else None)

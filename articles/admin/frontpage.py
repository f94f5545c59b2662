from django.contrib import admin
from django.http import HttpResponseRedirect
from django.urls import reverse

from articles.models import Article, FrontPage
from edge.completing import Completing


@admin.register(FrontPage)
class FrontPageAdmin(Completing, admin.ModelAdmin):
    """One row, so there is no list: the menu leads straight to it."""

    fields = ["welcome", "lead", "topics"]
    autocomplete_fields = ["lead", "topics"]

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_or_change_permission(request):
            return super().changelist_view(request, extra_context)
        return HttpResponseRedirect(reverse("admin:articles_frontpage_change", args=[1]))

    def get_object(self, request, object_id, from_field=None):
        """The row is there as soon as somebody saves it; until then its fields are empty."""
        return super().get_object(request, object_id, from_field) or FrontPage(pk=1)

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "lead":
            kwargs["queryset"] = Article.objects.published()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

from django.contrib import admin

from articles.models import Article, FrontPage
from edge.admin import OneRowAdmin
from edge.completing import Completing


@admin.register(FrontPage)
class FrontPageAdmin(Completing, OneRowAdmin):
    fields = ["welcome", "lead", "topics"]
    autocomplete_fields = ["lead", "topics"]

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        if db_field.name == "lead":
            kwargs["queryset"] = Article.objects.published()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

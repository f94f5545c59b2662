from django.contrib import admin
from django.urls import path
from django.utils.translation import gettext_lazy

from articles.desk import log
from articles.models import EditorialEvent
from articles.models.steps import label_of
from edge.admin import ReadOnlyAdmin


@admin.register(EditorialEvent)
class EditorialEventAdmin(ReadOnlyAdmin):
    """Reviewers hold the right to see what happened to an article; all that happens is for editors."""

    fields = ["at", "who", "what", "article", "revision", "before", "after", "note"]
    readonly_fields = ["who", "what"]

    @admin.display(description=gettext_lazy("by"))
    def who(self, event):
        return log.who(event)

    @admin.display(description=gettext_lazy("step"))
    def what(self, event):
        return label_of(event.step)

    def has_view_permission(self, request, obj=None):
        return super().has_view_permission(request, obj) and request.user.has_perm("articles.publish_article")

    def has_module_permission(self, request):
        return self.has_view_permission(request)

    def get_urls(self):
        pages = {"changelist": ("", log.log), "csv": ("csv/", log.table)}
        named = self.admin_site.admin_view
        ours = [path(at, named(view), name=f"articles_editorialevent_{name}") for name, (at, view) in pages.items()]
        return [*ours, *super().get_urls()]

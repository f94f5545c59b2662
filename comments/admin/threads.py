from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from comments.models import Thread
from edge.desk import BoundedPaginator


@admin.register(Thread)
class ThreadAdmin(admin.ModelAdmin):
    fields = ["title", "page", "is_public", "mode", "closes_at", "closes_after_days", "its_comments"]
    list_display = ["title", "mode", "closes_at", "is_public"]
    list_filter = ["mode"]
    search_fields = ["title"]
    readonly_fields = ["title", "page", "is_public", "its_comments"]
    show_full_result_count = False
    paginator = BoundedPaginator

    @admin.display(description=_("page"))
    def page(self, thread):
        return format_html('<a href="{}">{}</a>', thread.get_absolute_url(), thread.address)

    @admin.display(description=_("comments"))
    def its_comments(self, thread):
        url = reverse("admin:comments_comment_changelist", query={"thread__id__exact": thread.pk, "status": "all"})
        return format_html('<a href="{}">{}</a>', url, _("All comments of this page"))

    def has_add_permission(self, request):
        """A thread comes with its article or question, and goes with it."""
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        obj.save(update_fields=form.changed_data)

from django.contrib import admin

from comments.models import ReplyTemplate


@admin.register(ReplyTemplate)
class ReplyTemplateAdmin(admin.ModelAdmin):
    """Words that moderators have ready; at the desk they are offered in the message to a reader."""

    fields = ["title", "body", "for_crisis"]
    list_display = ["title", "for_crisis"]

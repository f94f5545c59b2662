from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from comments.models import ReplyTemplate


@admin.register(ReplyTemplate)
class ReplyTemplateAdmin(admin.ModelAdmin):
    """Words that moderators have ready; at the desk they are offered in the message to a reader."""

    fields = ["title", "body", "for_crisis", "for_close"]
    list_display = ["title", "first_in_danger"]
    # There are a few; and the buttons for sorting by two columns leave a phone no room for the words.
    sortable_by = ()

    @admin.display(description=_("in danger"), boolean=True)
    def first_in_danger(self, template):
        return template.for_crisis

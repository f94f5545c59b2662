from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from comments.models import Decision
from edge.admin import ReadOnlyAdmin


@admin.register(Decision)
class DecisionAdmin(ReadOnlyAdmin):
    fields = [
        "at", "who", "of_comment", "version", "before", "outcome", "reason", "explanation", "ground", "note", "source",
        "machine_found", "territory", "until", "undoes", "batch", "sanction", "place", "digest",
    ]  # fmt: skip
    list_display = ["at", "who", "outcome", "reason", "of_comment"]
    list_filter = ["outcome", "reason", "source"]
    list_select_related = ["by", "comment"]
    readonly_fields = ["place", "digest"]
    search_fields = ["by__name", "=by__email", "note"]  # a list that shows no address is not asked for the half of one

    @admin.display(description=_("by"))
    def who(self, decision):
        if decision.is_by_its_writer:
            return _("its writer")
        return decision.by or (_("the checks") if decision.by_machine else _("somebody who has left"))

    @admin.display(description=_("comment"))
    def of_comment(self, decision):
        if decision.comment is None:
            return _("%(number)s, which is gone") % {"number": decision.number} if decision.number else "–"
        url = reverse("admin:comments_comment_change", args=[decision.comment_id])
        return format_html('<a href="{}">{}</a>', url, decision.comment)

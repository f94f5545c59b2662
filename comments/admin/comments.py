"""Comments in the admin, and the record of decisions."""

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from comments.desk.cards import dressed
from comments.desk.views import everything_about
from comments.models import Comment, Decision
from edge.admin import ReadOnlyAdmin


@admin.register(Comment)
class CommentAdmin(ReadOnlyAdmin):
    """The list is the desk (comments/desk/); here is the page of one comment. Nobody edits a reader's words, and the
    state changes only by a decision."""

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        return HttpResponseRedirect(desk_address(request.GET))

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        comment = self.get_object(request, unquote(object_id))
        if comment is None:
            messages.warning(request, _("This comment no longer exists."))
            return HttpResponseRedirect(desk_address({}))
        return everything_about(request, comment)

    def get_queryset(self, request):
        return dressed(Comment.objects.all())

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("comments.moderate_comment")


def desk_address(asked) -> str:
    """Links to the list as it was before the desk find what they meant."""
    query = {"q": asked.get("q"), "thread": asked.get("thread__id__exact")}
    if asked.get("status", "pending") != "pending" or query["q"]:
        query["queue"] = "all"
    return reverse("admin:comments_desk", query={name: value for name, value in query.items() if value})


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

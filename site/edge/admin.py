from django.contrib import admin, messages
from django.core.paginator import Paginator
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from edge.front_page import COUNTED
from edge.models import Heartbeat, Letter


class BoundedPaginator(Paginator):
    """Pages through the first COUNTED objects: a queue is read from its start, and the rest is found by searching."""

    @cached_property
    def count(self):
        return self.object_list.order_by()[:COUNTED].count()  # type: ignore[attr-defined]


class NeitherAddedNorDeleted:
    """Of an admin or of rows in one: they come and go in another way."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


class ReadOnly(NeitherAddedNorDeleted):
    """The same: what stands here is changed by acts that leave a record, never edited."""

    def has_change_permission(self, request, obj=None):
        return False


class LongList(admin.ModelAdmin):
    """A list that costs the same at a million rows as at a hundred."""

    show_full_result_count = False
    paginator = BoundedPaginator


class ReadOnlyAdmin(NeitherAddedNorDeleted, LongList):
    """A long list of what is written once: looked at and searched. No ReadOnly above it: one class fewer to look through."""

    has_change_permission = ReadOnly.has_change_permission


class OneRowAdmin(NeitherAddedNorDeleted, admin.ModelAdmin):
    """A model with one row, which is there as soon as somebody saves it: the menu leads straight to it."""

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_or_change_permission(request):
            return super().changelist_view(request, extra_context)
        return redirect(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", 1)

    def get_object(self, request, object_id, from_field=None):
        return super().get_object(request, object_id, from_field) or self.model(pk=1)


class OpeningFilter(admin.SimpleListFilter):
    """A list that opens on what the first of these lookups means, and not on everything there is."""

    def value(self):
        asked, offered = super().value(), [value for value, _label in self.lookup_choices]
        return asked if asked in offered else offered[0]

    def choices(self, changelist):
        for value, label in self.lookup_choices:
            query = changelist.get_query_string({self.parameter_name: value})
            yield {"selected": self.value() == value, "query_string": query, "display": label}


class TroubleFilter(OpeningFilter):
    """Opens on what needs a person."""

    title = _("state")
    parameter_name = "status"

    def lookups(self, request, model_admin):
        return [("trouble", _("failed or in doubt")), *Letter.Status.choices, ("all", _("all"))]

    def queryset(self, request, queryset):
        if self.value() == "all":
            return queryset
        return queryset.in_trouble() if self.value() == "trouble" else queryset.filter(status=self.value())


@admin.register(Letter)
class LetterAdmin(ReadOnlyAdmin):
    # Neither the text nor the headers: they hold links that log in, confirm or stop in somebody else's name.
    fields = ["to", "subject", "key", "status", "error", "attempts", "created_at", "send_after", "sent_at"]
    list_display = ["to", "subject", "status_chip", "error", "created_at"]
    list_filter = [TroubleFilter]
    search_fields = ["to__iexact"]
    search_help_text = _("A whole e-mail address.")
    actions = ["send_again"]

    @admin.display(description=_("state"))
    def status_chip(self, letter):
        kind = {Letter.Status.SENT: "good", Letter.Status.FAILED: "alarm", Letter.Status.IN_DOUBT: "alarm"}
        return format_html(
            '<span class="chip chip--{}">{}</span>', kind.get(letter.status, "wait"), letter.get_status_display()
        )

    @admin.action(description=_("Send again"), permissions=["send"])
    def send_again(self, request, queryset):
        """A letter in doubt may have arrived: sending it again is a person's decision, and logged as hers."""
        letters = [letter for letter in queryset if letter.send_again()]
        for letter in letters:
            self.log_change(request, letter, "Sent again.")
        n = len(letters)
        self.message_user(request, ngettext("%d letter goes out again.", "%d letters go out again.", n) % n)
        if left := len(queryset) - n:
            told = ngettext("%d was left as it is.", "%d were left as they are.", left) % left
            self.message_user(request, told, messages.WARNING)

    def has_send_permission(self, request) -> bool:
        return request.user.has_perm("edge.change_letter")


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnlyAdmin):
    list_display = ["name", "seen_at", "is_running"]
    list_display_links = None

    @admin.display(description=_("running"), boolean=True)
    def is_running(self, heartbeat):
        return heartbeat.is_alive

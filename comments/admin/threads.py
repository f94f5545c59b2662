"""Threads in the admin: who may write where."""

from collections import Counter

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.contrib.admin.views.main import ChangeList
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from comments.intake import raids
from comments.models import Comment, Raid, Thread
from edge.admin import LongList
from edge.numbers import number_in


class RoomForm(ActionForm):
    """Beside the choice of an action: who may write in all that are ticked."""

    mode = forms.ChoiceField(label=_("Comments are:"), choices=[("", "—"), *Thread.Mode.choices], required=False)


class Rooms(ChangeList):
    """The page's threads with what waits in them and where a raid goes on: two queries for all of them together."""

    def get_results(self, request):
        super().get_results(request)
        self.result_list = list(self.result_list)
        ids = [thread.pk for thread in self.result_list]
        waiting = Counter(Comment.objects.waiting().filter(thread__in=ids).order_by().values_list("thread", flat=True))
        raided = set(Raid.objects.going_on().filter(thread__in=ids).values_list("thread", flat=True))
        for thread in self.result_list:
            thread.waiting, thread.raided = waiting[thread.pk], thread.pk in raided


@admin.register(Thread)
class ThreadAdmin(LongList):
    fields = ["title", "page", "is_public", "mode", "closes_at", "closes_after_days", "closing", "its_comments"]
    list_display = ["title", "room", "waits", "door", "closing"]
    list_filter = ["mode"]
    search_fields = ["title"]
    readonly_fields = ["title", "page", "is_public", "closing", "its_comments"]
    actions = ["set_mode", "stricter", "back_to_normal"]
    action_form = RoomForm
    change_form_template = "admin/comments/thread/change_form.html"

    @admin.display(description=_("page"))
    def page(self, thread):
        return format_html('<a href="{}">{}</a>', thread.get_absolute_url(), thread.address)

    @admin.display(description=_("comments"))
    def its_comments(self, thread):
        url = reverse("admin:comments_comment_changelist", query={"thread__id__exact": thread.pk, "status": "all"})
        return format_html('<a href="{}">{}</a>', url, _("All comments of this page"))

    @admin.display(description=_("comments are"), ordering="mode")
    def room(self, thread):
        """The word before the colon: the list has no room for the rest."""
        return str(thread.get_mode_display()).partition(":")[0]

    @admin.display(description=_("waiting"), empty_value="")
    def waits(self, thread):
        return thread.waiting or None

    @admin.display(description=_("stricter door"), empty_value="")
    def door(self, thread):
        return _("on: raid") if thread.raided else None

    @admin.display(description=_("closes"))
    def closing(self, thread):
        if not (at := thread.closing_at):
            return _("not by itself")
        said = _("closed since %(moment)s") if at <= timezone.now() else "%(moment)s"
        return said % {"moment": date_format(timezone.localtime(at), "DATETIME_FORMAT")}

    @admin.action(description=_("Set who may write"), permissions=["change"])
    def set_mode(self, request, queryset):
        mode = request.POST.get("mode", "")
        if mode not in Thread.Mode.values:
            self.message_user(request, _("Please choose beside the action who may write."), messages.ERROR)
            return
        n = Thread.objects.filter(pk__in=queryset.values("pk")).update(mode=mode)
        said = ngettext("%(n)d thread is now %(mode)s.", "%(n)d threads are now %(mode)s.", n)
        self.message_user(request, said % {"n": n, "mode": Thread.Mode(mode).label})

    @admin.action(description=_("Switch the stricter door on"), permissions=["moderate"])
    def stricter(self, request, queryset):
        for pk in queryset.values_list("pk", flat=True):
            raids.start(pk, by=request.user)
        self.message_user(request, _("The stricter door is on: newcomers are held and leave their links out."))

    @admin.action(description=_("Switch the stricter door off"), permissions=["moderate"])
    def back_to_normal(self, request, queryset):
        going_on = Raid.objects.going_on().filter(thread__in=queryset.values("pk"))
        raids.end([raid.pk for raid in going_on], by=request.user)
        self.message_user(request, _("Back to normal."))

    def change_view(self, request, object_id, form_url="", extra_context=None):
        going_on = Raid.objects.going_on().filter(thread=number_in(object_id) or 0).select_related("thread", "by")
        context = {"raids": going_on, "may_switch": self.has_moderate_permission(request)}
        return super().change_view(request, object_id, form_url, {**context, **(extra_context or {})})

    def formfield_for_dbfield(self, db_field, request, **kwargs):
        """Django names the two fields of a moment beside them, and for nobody who cannot see that."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field and db_field.name == "closes_at":
            for widget, name in zip(field.widget.widgets, [_("Closes at: date"), _("Closes at: time")], strict=True):
                widget.attrs["aria-label"] = name
        return field

    def get_queryset(self, request):
        return Thread.objects.begun().order_by(*self.get_ordering(request))

    def get_changelist(self, request, **kwargs):
        return Rooms

    def has_moderate_permission(self, request) -> bool:
        return request.user.has_perm("comments.moderate_comment")

    def has_add_permission(self, request):
        """A thread comes with its article or question, and goes with it."""
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def save_model(self, request, obj, form, change):
        obj.save(update_fields=form.changed_data)

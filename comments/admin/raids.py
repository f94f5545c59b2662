from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from comments.intake import raids
from comments.models import Raid, Thread
from edge.admin import ReadOnlyAdmin
from edge.numbers import number_in


@admin.register(Raid)
class RaidAdmin(ReadOnlyAdmin):
    fields = ["where", "started_at", "on_by", "in_a_minute", "usual", "refused", "refused_at", "ended_at", "off_by"]
    list_display = ["where", "started_at", "on_by", "in_a_minute", "refused", "ended_at", "off_by"]
    list_select_related = ["thread", "by", "ended_by"]
    change_list_template = "admin/comments/raid/change_list.html"

    @admin.display(description=_("where"))
    def where(self, raid):
        return raid.thread or _("the whole site")

    @admin.display(description=_("switched on by"))
    def on_by(self, raid):
        return raid.by or _("the detector")

    @admin.display(description=_("switched off by"), empty_value="")
    def off_by(self, raid):
        return raid.ended_by or (_("nobody: it was calm") if raid.ended_at else None)

    def get_urls(self):
        start, end = self.admin_site.admin_view(self.start), self.admin_site.admin_view(self.end)
        return [
            path("start/", start, name="comments_raid_start"),
            path("<int:pk>/end/", end, name="comments_raid_end"),
            *super().get_urls(),
        ]

    @method_decorator(require_POST)
    def start(self, request):
        """The stricter door by hand: for the thread that is named, else for the whole site."""
        if not may_switch(request):
            raise PermissionDenied
        thread = None
        if given := request.POST.get("thread", ""):
            thread = get_object_or_404(Thread, pk=number_in(given))
        raid = raids.start(thread.pk if thread else None, by=request.user)
        self.message_user(request, _("The stricter door is on: %(where)s.") % {"where": self.where(raid)})
        return self.back(request)

    @method_decorator(require_POST)
    def end(self, request, pk):
        """One click back to normal. The second of two clicks finds it done."""
        if not may_switch(request):
            raise PermissionDenied
        raid = get_object_or_404(Raid.objects.select_related("thread"), pk=pk)
        if raids.end([raid.pk], by=request.user):
            self.message_user(request, _("Back to normal: %(where)s.") % {"where": self.where(raid)})
        else:
            self.message_user(request, _("It was over already."), messages.WARNING)
        return self.back(request)

    def back(self, request):
        came_from = request.POST.get("next", "")
        if not url_has_allowed_host_and_scheme(came_from, allowed_hosts=None):
            came_from = reverse("admin:comments_raid_changelist")
        return HttpResponseRedirect(came_from)

    def changelist_view(self, request, extra_context=None):
        going_on = Raid.objects.going_on().select_related("thread", "by")
        context = {
            "title": _("Raids"),
            "raids": going_on,
            "everywhere": going_on.filter(thread=None).exists(),
            "may_switch": may_switch(request),
        }
        return super().changelist_view(request, {**context, **(extra_context or {})})


def may_switch(request) -> bool:
    return request.user.has_perm("comments.moderate_comment")

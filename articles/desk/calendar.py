"""The month with what appears, ends and falls due: of all that this person may see, and nothing else."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.desk.saving import DraftingAdmin
from articles.newsroom.calendar import KINDS, beside, month_of, read_month, weekdays


class CalendarAdmin(DraftingAdmin):
    def get_urls(self):
        view = self.admin_site.admin_view(self.calendar_view)
        return [path("calendar/", view, name="articles_article_calendar"), *super().get_urls()]

    def calendar_view(self, request):
        """`?month=2026-11&kind=review`; without them, this month and everything."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        asked, name = request.GET.get("month", ""), request.GET.get("kind", "")
        today = timezone.localdate()
        first = read_month(asked) if asked else today.replace(day=1)
        if first is None or (name and name not in KINDS):
            raise Http404
        before, after = beside(first)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Calendar"), "subtitle": None, "opts": self.opts,
            "month": month_of(request.user, first, [KINDS[name]] if name else []),
            "before": before, "after": after, "today": today, "weekdays": weekdays(),
            "kinds": KINDS.values(), "kind": KINDS.get(name),
            "query": f"&kind={name}" if name else "",
        }  # fmt: skip
        return TemplateResponse(request, "admin/articles/article/calendar.html", context)

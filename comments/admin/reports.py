"""Reports and notices in the admin. About a comment, the desk decides; about any other page, it is answered here."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from comments.intake.reports import answer_notice
from comments.models import Report
from edge.admin import ReadOnlyAdmin


class AnswerForm(forms.Form):
    """A moderator's answer to a notice about a page."""

    state = forms.ChoiceField(
        label=_("Decision"),
        choices=[
            (Report.State.AGREED, _("It was against the law or our rules, and something was done")),
            (Report.State.DECLINED, _("It was checked, and it stands")),
        ],
        error_messages={"required": _("Please choose a decision.")},
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=_("Answer"),
        max_length=4_000,
        help_text=_("The person reads it on her private page: what was decided, and why."),
        error_messages={"required": _("Please say why: the person has a right to know.")},
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
    )


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "kind", "reason", "about", "state", "decided_at"]
    list_filter = ["state", "is_notice", "reason"]
    list_select_related = ["comment"]
    search_fields = ["=id", "=email", "=by__email"]
    search_help_text = _("The number of a notice, or a whole e-mail address.")

    @admin.display(description=_("kind"), ordering="is_notice")
    def kind(self, report):
        return _("notice %(number)s") % {"number": report.pk} if report.is_notice else _("report")

    @admin.display(description=_("about"))
    def about(self, report):
        if report.comment:
            url = reverse("admin:comments_comment_change", args=[report.comment_id])
            return format_html('<a href="{}">{}</a>', url, report.comment)
        return format_html('<a href="{}">{}</a>', report.page, report.page) if report.page else "–"

    def get_urls(self):
        answer = self.admin_site.admin_view(self.answer)
        return [path("<int:pk>/answer/", answer, name="comments_report_answer"), *super().get_urls()]

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        report = self.get_object(request, unquote(object_id))
        if report is None:
            self.message_user(request, _("This report no longer exists."), messages.WARNING)
            return redirect("admin:comments_report_changelist")
        return self.page(request, report, answer_form(report))

    def page(self, request, report, form, *, status=200):
        """One report or notice, and the form for its answer where there is one."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": report,
            "title": capfirst(self.kind(report)),
            "about": self.about(report),
            "form": form,
        }
        return TemplateResponse(request, "admin/comments/report/change_form.html", context, status=status)

    @method_decorator(require_POST)
    def answer(self, request, pk):
        """Decides about a notice that is about no comment; the person is told by letter."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        report, form = get_object_or_404(Report, pk=pk), AnswerForm(request.POST)
        if not form.is_valid():
            return self.page(request, report, form, status=422)
        if not answer_notice(report, **form.cleaned_data):
            told = _("Nothing was saved: this is decided already, or the desk decides it. What you typed is below.")
            self.message_user(request, told, messages.ERROR)
            return self.page(request, get_object_or_404(Report, pk=pk), form, status=409)
        self.log_change(request, report, f"Answered: {report.state}.")
        self.message_user(request, _("Answered. The person gets a letter within minutes."))
        return redirect("admin:comments_report_change", pk)

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("comments.moderate_comment")

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("comment", "by")


def answer_form(report: Report) -> AnswerForm | None:
    """None where nothing is to be answered here."""
    return AnswerForm() if report.is_notice and report.is_open and report.comment_id is None else None

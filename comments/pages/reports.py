"""Pages for a report, for a notice of illegal content, and for what came of either."""

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from comments.forms.reports import NoticeForm, ReportForm
from comments.intake.reports import NotTaken
from comments.models import Comment, Report
from comments.text.signing import REPORT
from edge.letters import clean_text
from edge.numbers import number_in
from edge.origin import token_or_same_origin
from edge.public_pages import unlisted
from edge.resending import may_be_sent_again

ANY = ["GET", "HEAD", "POST"]


@never_cache
@may_be_sent_again(_("a report to the moderators"), ReportForm)
@token_or_same_origin
@require_http_methods(ANY)
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """The form for a report: a page of its own, or a piece of the article's page by htmx."""
    comment = Comment.objects.public().select_related("thread", "writer").filter(pk=pk).first()
    if comment is None:
        return _gone(request)
    form = ReportForm(request, about=comment)
    if sent := form.send():
        return _thank(request, sent, form)
    return _answer(request, "report", {"comment": comment, "form": form}, status=form.http_status)


@never_cache
@may_be_sent_again(_("a notice of illegal content"), NoticeForm)
@token_or_same_origin
@require_http_methods(ANY)
def notice(request: HttpRequest) -> HttpResponse:
    """The form for a notice of illegal content (EU Digital Services Act, Article 16)."""
    form = NoticeForm(request, where=_asked_about(request))
    if sent := form.send():
        return redirect(REPORT.to(sent.pk) + "?sent")
    return unlisted(request, "comments/notice.html", {"form": form}, status=form.http_status)


@never_cache
@require_safe
def reported(request: HttpRequest, token: str) -> HttpResponse:
    """What came of my report or notice, for whoever holds the signed link."""
    found = Report.objects.select_related("comment__thread", "decision")
    report = get_object_or_404(found, pk=REPORT.number(token) or 0)
    comment = Comment.objects.public().filter(pk=report.comment_id or 0).first()
    context = {"report": report, "comment": comment, "draft": "notice" if report.is_notice else ""}
    return unlisted(request, "comments/reported.html", context)


def _thank(request: HttpRequest, sent: Report, form: ReportForm) -> HttpResponse:
    """Her own report has a link; that of somebody else in her network has none."""
    new = sent.form_key == form.key
    mine = new or (sent.by_id is not None and sent.by == form.user)
    link = REPORT.to(sent.pk) if mine else ""
    if new and not getattr(request, "htmx", False):
        return redirect(link + "?sent")
    context = {"report": sent, "new": new, "link": link, "form": form, "comment": form.about}
    return _answer(request, "report_sent", context)


def _gone(request: HttpRequest) -> HttpResponse:
    """What readers cannot see cannot be reported. Hidden and missing look the same, and typed words come back."""
    if request.method != "POST":
        raise Http404
    context = {"sentence": NotTaken.Why.GONE.label, "typed": clean_text(request.POST.get("text", ""))}
    return _answer(request, "kept", context, status=409)


def _asked_about(request: HttpRequest) -> str:
    comment = Comment.objects.public().filter(pk=number_in(request.GET.get("comment")) or 0).first()
    return settings.BASE_URL + comment.get_absolute_url() if comment else ""


def _answer(request: HttpRequest, name: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    part = "_fragment" if getattr(request, "htmx", False) else ""
    return unlisted(request, f"comments/{name}{part}.html", context, status=status)

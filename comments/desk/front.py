"""What the admin's front page says about comments."""

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from accounts.models import User
from comments.desk.alarms import alarms
from comments.models import Comment, Report
from edge.desk import Row, Section


def waiting_for(user: User) -> list[Section]:
    if not user.has_perm("comments.moderate_comment"):
        return []
    waiting = Comment.objects.waiting()
    rows = [
        Row(
            text=f"{comment.name}: {Truncator(comment.body).chars(80)}",
            url=reverse("admin:comments_comment_change", args=[comment.pk]),
            note=comment.thread.title,
            at=comment.created_at,
        )
        for comment in waiting.select_related("thread")[:5]
    ]
    return [
        *alarms(),
        *notices(),
        Section(
            title=_("Comments to read"),
            url=reverse("admin:comments_comment_changelist"),
            count=waiting.order_by().count(),
            rows=rows,
            empty=_("Everything readers wrote has been read."),
        ),
    ]


def notices() -> list[Section]:
    """Notices of illegal content about a page; those about a comment wait at the desk."""
    waiting = Report.objects.open().filter(comment=None, is_notice=True).order_by("id")
    rows = [
        Row(
            text=_("Notice %(number)s: %(page)s") % {"number": notice.pk, "page": notice.page},
            url=reverse("admin:comments_report_change", args=[notice.pk]),
            at=notice.created_at,
        )
        for notice in waiting[:5]
    ]
    url = reverse("admin:comments_report_changelist", query={"state__exact": "open", "is_notice__exact": 1})
    title = _("Notices of illegal content to answer")
    return [Section(title=title, url=url, count=waiting.count(), rows=rows)] if rows else []

"""Everything about one comment: its words and their versions, what was decided, and what else this person wrote."""

from typing import Any

from django.contrib import admin
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from comments.desk.cards import card_of
from comments.desk.keys import key_groups
from comments.desk.requests import ModeratorRequest
from comments.intake.trust import is_known
from comments.models import Comment, HouseRules


def everything_about(request: ModeratorRequest, comment: Comment) -> HttpResponse:
    """`comment` comes from `cards.dressed`."""
    minutes = HouseRules.current().crisis_minutes if comment.is_crisis else 0
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "title": _("What %(name)s wrote") % {"name": comment.display_name},
        "original": comment,
        "card": card_of(comment, request.user, minutes=minutes, is_known=is_known(comment.author)),
        "versions": comment.versions.order_by("-number"),
        "decisions": comment.decisions.select_related("by"),
        "back": reverse("admin:comments_desk"),
        "query": "",
        "whole": True,
        "key_groups": key_groups(),
    }
    return render(request, "admin/comments/comment/page.html", context)

"""Browsers, and which comments were written in them. Nobody finds her own words helpful, whether she logs in or not.

The cookie holds one short mark for each, made with the site's secret: on a computer that many use it tells nobody which words
those were. It is set when somebody sends something, and asked for when she votes.
"""

import re

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from comments.models import Comment
from edge.mailboxes import mailbox_of

COOKIE = "wrote"
SECONDS = 180 * 24 * 3600  # about as long as her private page is open to her
MARK, MOST = 10, 100  # characters of one mark, and marks


def is_own(comment: Comment, request: HttpRequest) -> bool:
    """By the browser, by the account, or by an account with the address that was typed."""
    if mark_of(comment) in marks(request):
        return True
    user = request.user if request.user.is_authenticated else None
    return user is not None and (
        comment.author_id == user.pk or bool(comment.mailbox) and comment.mailbox == mailbox_of(user.email)
    )


def remember(response: HttpResponse, request: HttpRequest, comment: Comment) -> None:
    mine = [*(mark for mark in marks(request) if mark != mark_of(comment)), mark_of(comment)][-MOST:]
    response.set_cookie(
        COOKIE, ".".join(mine), max_age=SECONDS, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )


def marks(request: HttpRequest) -> list[str]:
    """The browser may send anything: what is no mark is left out."""
    return re.findall(rf"\b[0-9a-f]{{{MARK}}}\b", request.COOKIES.get(COOKIE, ""), re.ASCII)[-MOST:]


def mark_of(comment: Comment) -> str:
    return salted_hmac("comments.wrote", str(comment.pk), algorithm="sha256").hexdigest()[:MARK]

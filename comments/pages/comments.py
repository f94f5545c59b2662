"""Pages for writing a comment, for its permalink, for voting, and for stopping mail."""

import re
from functools import partial
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.crypto import salted_hmac
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comments.forms.comments import CommentForm, comment_form, draft_key
from comments.helpful import VOTES_AN_HOUR, give, has_voted, take_back
from comments.intake.receive import receive
from comments.intake.trust import is_blocked, is_known
from comments.letters import comment_letters
from comments.models import GONE, Comment, NotReceived, Sanction, Thread
from comments.pages.thread import address_of, gone_sentence, replies_page
from comments.text.signing import OWN_COMMENT, STOP_MAIL, mail_path
from edge.letters import clean_text
from edge.mailboxes import mailbox_of
from edge.network import allow
from edge.numbers import number_in
from edge.origin import token_or_same_origin
from edge.public_pages import public_page, unlisted
from edge.resending import may_be_sent_again
from edge.voter import Voter, remember

ANY = ["GET", "HEAD", "POST"]
PARENT_WORDS = 60
WROTE = "wrote"  # the cookie by which a browser knows what was written in it
WROTE_SECONDS = 180 * 24 * 3600  # about as long as her private page is open to her
MARK, MOST_MARKS = 10, 100  # characters of one mark, and marks
# What is said before anything is typed; when something was, NotReceived says it.
SHUT = {
    NotReceived.Why.GONE: gettext_lazy("This page has been taken down meanwhile."),
    NotReceived.Why.CLOSED: gettext_lazy("Comments are closed here."),
    NotReceived.Why.TRUSTED: gettext_lazy("Only readers whom we know can write here at the moment."),
}


@never_cache
@may_be_sent_again(gettext_lazy("a comment"), CommentForm)
@token_or_same_origin
@require_http_methods(ANY)
def add(request: HttpRequest, thread_id: int) -> HttpResponse:
    """The form for a comment or a reply: a page of its own, or a piece of the article's page by htmx."""
    thread = Thread.objects.readable().select_related("opening").filter(pk=thread_id).first()
    if thread is None:
        return _not_here(request, None, NotReceived.Why.GONE)
    if why := thread.door_for(known=_is_known(request, thread)):
        return _not_here(request, thread, why)
    if refused := shut_out(request, thread):
        return refused
    asked, parent = _parent(request, thread)
    parent_is_gone = NotReceived.Why.PARENT_GONE if asked and not parent else None
    form = comment_form(request, thread, parent)
    if comment := form.send(partial(receive, thread, parent=parent), refused=parent_is_gone):
        return thank(request, comment)
    context = {"thread": thread, "parent": parent, "parent_words": PARENT_WORDS, "form": form}
    return render(request, _page(request, "add"), context, status=form.http_status)


@require_safe
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    """The permalink. Answers for what readers can see and for nothing else."""
    return redirect(address_of(get_object_or_404(Comment.objects.public().select_related("thread"), pk=pk)))


@public_page
@require_safe
def replies(request: HttpRequest, pk: int) -> HttpResponse:
    """All replies to one comment, where its page shows only the first."""
    seen = [Comment.Status.APPROVED, *GONE]
    threads = Thread.objects.readable()
    root = get_object_or_404(
        Comment.objects.select_related("thread", "writer"), pk=pk, root=None, status__in=seen, thread__in=threads
    )
    talk = replies_page(root, request.GET.get("from"))
    if not talk.count or root.pk == root.thread.opening_id:
        raise Http404
    context = {"root": root, "gone": gone_sentence(root), "talk": talk, "thread": root.thread}
    return render(request, "comments/replies.html", context)


@never_cache
@require_safe
def helpful(request: HttpRequest, pk: int) -> HttpResponse:
    """Where a vote leads without JavaScript: thank you, and a button to take it back."""
    comment = get_object_or_404(Comment.objects.public().select_related("thread"), pk=pk)
    return _helpful_page(request, comment, has_voted=has_voted(comment, Voter.of(request, comment.pk)))


@never_cache
@token_or_same_origin
@require_POST
def vote(request: HttpRequest) -> HttpResponse:
    """`comment`: this one helped me; `undo`: the same, taken back. One short button a comment, so the pages stay small."""
    given = request.POST.get("undo") or request.POST.get("comment") or ""
    comment = get_object_or_404(Comment.objects.public().select_related("thread"), pk=number_in(given))
    voter, undo = Voter.of(request, comment.pk), "undo" in request.POST
    if is_blocked(user=voter.user):
        return _helpful_page(request, comment, blocked=True, status=403)
    if not allow(request, "helpful", limit=VOTES_AN_HOUR, seconds=3600):
        return _helpful_page(request, comment, has_voted=has_voted(comment, voter), too_many=True, status=429)
    if not undo and is_own(comment, request):
        return _helpful_page(request, comment, own=True, status=403)
    if undo:
        take_back(comment, voter)
    browser = "" if undo else give(comment, voter)
    comment.refresh_from_db(fields=["helpful_count"])
    if getattr(request, "htmx", False):
        response = _helpful_page(request, comment, has_voted=bool(browser) or has_voted(comment, voter))
    else:
        response = redirect("comments:helpful", comment.pk)
        response.status_code = 303
    remember(response, browser)
    return response


def _helpful_page(request: HttpRequest, comment: Comment, *, status: int = 200, **context: Any) -> HttpResponse:
    return unlisted(request, _page(request, "helpful"), {"comment": comment, **context}, status=status)


@csrf_exempt
@never_cache
@require_http_methods(ANY)
def stop_mail(request: HttpRequest, token: str) -> HttpResponse:
    """Stop the mail about comments. Looking changes nothing; mail programs may POST here without asking (RFC 8058)."""
    comment = get_object_or_404(Comment, pk=STOP_MAIL.number(token) or 0)
    if request.method == "POST":
        comment_letters.stop_mail(comment)
    mail_url = mail_path("comment", comment.pk, comment.address) if comment.address else ""
    context = {"stopped": request.method == "POST", "mail_url": mail_url}
    return unlisted(request, "comments/stop_mail.html", context)


def thank(request: HttpRequest, comment: Comment) -> HttpResponse:
    """The answer to everything that came through the door; the browser remembers that it is its own."""
    if getattr(request, "htmx", False):
        context = {
            "comment": comment,
            "own": OWN_COMMENT.to(comment.pk),
            "draft": draft_of(comment),
            "thanks": thanks_for(comment),
        }
        response = render(request, "comments/thanks_fragment.html", context)
    else:
        response = redirect(OWN_COMMENT.to(comment.pk) + "?sent")
    remember_as_own(response, request, comment)
    return response


# What came, said for one that is online and for one that waits.
THANKS = {
    Comment.Kind.COMMENT: (
        gettext_lazy("Thank you. Your comment is online."),
        gettext_lazy("Thank you. A moderator reads every comment before it appears."),
    ),
    Comment.Kind.REPLY: (
        gettext_lazy("Thank you. Your reply is online."),
        gettext_lazy("Thank you. A moderator reads every reply before it appears."),
    ),
    Comment.Kind.QUESTION: (
        gettext_lazy("Thank you. Your question is online."),
        gettext_lazy("Thank you. A moderator reads every question before it appears."),
    ),
    Comment.Kind.ANSWER: (
        gettext_lazy("Thank you. Your answer is online."),
        gettext_lazy("Thank you. A moderator reads every answer before it appears."),
    ),
}


def thanks_for(comment: Comment) -> Promise:
    online, waits = THANKS[comment.kind]
    return online if comment.is_public else waits


def draft_of(comment: Comment) -> str:
    return draft_key(comment.thread_id, comment.parent_id) if comment.thread.opening_id != comment.pk else "ask"


def _parent(request: HttpRequest, thread: Thread) -> tuple[bool, Comment | None]:
    """Whether a reply is meant, and to what; None when readers cannot see that. Pending and missing look the same."""
    number = number_in(request.POST.get("parent") or request.GET.get("reply_to"))
    if number is None or number == thread.opening_id:
        return False, None
    return True, thread.comments.public().select_related("writer").filter(pk=number).first()


def _is_known(request: HttpRequest, thread: Thread) -> bool:
    """Asked only where it decides whether there is a form at all."""
    return thread.is_for_known_readers and request.user.is_authenticated and is_known(request.user)


def shut_out(request: HttpRequest, thread: Thread | None = None) -> HttpResponse | None:
    """For whom a sanction keeps from writing: said when she opens a form, before she has written anything. Only of an
    account; an address anybody can type."""
    if request.method == "POST" or not request.user.is_authenticated:
        return None
    sanction = Sanction.objects.on(user=request.user).exclude(kind=Sanction.Kind.HOLD).first()
    return _not_here(request, thread, NotReceived.Why.SANCTION, sanction) if sanction else None


def _not_here(
    request: HttpRequest, thread: Thread | None, why: NotReceived.Why, sanction: Sanction | None = None
) -> HttpResponse:
    """She cannot write here (any more). Whatever was typed comes back; what a hidden page is called stays unsaid."""
    if request.method != "POST" and thread is None and sanction is None:
        raise Http404
    context = {
        "sentence": sanction.sentence if sanction else SHUT[why],
        "sanction": sanction,
        "only_known": why == NotReceived.Why.TRUSTED,
        "typed": clean_text(request.POST.get("body", "")),
        "thread": thread,
    }
    return render(request, _page(request, "kept"), context, status=409 if request.method == "POST" else 200)


def _page(request: HttpRequest, name: str) -> str:
    return f"comments/{name}_fragment.html" if getattr(request, "htmx", False) else f"comments/{name}.html"


# --- In which browser a comment was written ------------------------------------------------------------------------------
# Nobody finds her own words helpful, whether she logs in or not. The cookie holds one short mark for each comment, made with
# the site's secret: on a computer that many use it tells nobody which words those were. It is set when somebody sends
# something, and asked for when she votes.


def is_own(comment: Comment, request: HttpRequest) -> bool:
    """By the browser, by the account, or by an account with the address that was typed."""
    if mark_of(comment) in marks(request):
        return True
    user = request.user if request.user.is_authenticated else None
    return user is not None and (
        comment.author_id == user.pk or bool(comment.mailbox) and comment.mailbox == mailbox_of(user.email)
    )


def remember_as_own(response: HttpResponse, request: HttpRequest, comment: Comment) -> None:
    mine = [*(mark for mark in marks(request) if mark != mark_of(comment)), mark_of(comment)][-MOST_MARKS:]
    response.set_cookie(
        WROTE,
        ".".join(mine),
        max_age=WROTE_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def marks(request: HttpRequest) -> list[str]:
    """The browser may send anything: what is no mark is left out."""
    return re.findall(rf"\b[0-9a-f]{{{MARK}}}\b", request.COOKIES.get(WROTE, ""), re.ASCII)[-MOST_MARKS:]


def mark_of(comment: Comment) -> str:
    return salted_hmac("comments.wrote", str(comment.pk), algorithm="sha256").hexdigest()[:MARK]

"""The outside check: an optional service that the worker asks about what came in, after all other checks.

While it has not answered, nothing appears: `Comment.outside_at` says when it is asked (again), the signal `outside`
tells moderators that an answer is missing, and they need not wait for it. No failure lets anything through.

The service speaks Akismet's language (comment-check, submit-ham, submit-spam). Only the words go, with the address of this
site and its language: no network address, no name, no e-mail address, no page (its path would name a topic). They are words
about health all the same, so this is off until an operator says so. Written with the standard library: the package `akismet`
asks its own service only, wants the writer's network address, and brings an HTTP client along.
"""

import logging
import urllib.error
import urllib.request
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.client import HTTPException
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from comments.decisions.comments import approve
from comments.intake.checks import is_held, verdict
from comments.intake.trust import is_known
from comments.models.comments import Comment
from comments.models.errors import AlreadyDecided
from comments.models.moves import Status
from comments.models.sanctions import Sanction
from comments.models.signals import Signal
from comments.models.threads import Thread

logger = logging.getLogger(__name__)

SOONEST, LATEST = timedelta(minutes=5), timedelta(hours=6)
AWAY = timedelta(minutes=1)
# The moderators' decision is told to the service when it can no longer be taken back, and has been slept over.
TAUGHT_AFTER = timedelta(days=1)
GIVES_UP_AFTER = timedelta(days=30)
APPEARS_IN = {Thread.Mode.OPEN, Thread.Mode.TRUSTED}


TIMEOUT = 5  # seconds for each step of the talk
LONGEST_ANSWER = 200  # bytes; "false" has five
NO_ADDRESS = "0.0.0.0"  # noqa: S104  the protocol wants a network address: this one is nobody's


class NoAnswer(Exception):
    """The service did not say what it thinks. `is_away`: it could not be reached, so asking about others is no use."""

    def __init__(self, why: str, *, is_away: bool = False) -> None:
        super().__init__(why)
        self.is_away = is_away


class StayHere(urllib.request.HTTPRedirectHandler):
    """Readers' words go to the address that the operator named and to no other."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


@dataclass(frozen=True)
class Service:
    url: str
    key: str

    def is_spam(self, text: str) -> bool:
        """Raises NoAnswer for everything but a clear yes or no."""
        answer = self._ask("comment-check", text)
        if answer not in {"true", "false"}:
            if answer == "invalid":  # the same for every text, and for the operator to mend
                raise NoAnswer("it does not know this key or this site", is_away=True)
            raise NoAnswer("an answer that is neither true nor false")
        return answer == "true"

    def teach(self, text: str, *, is_spam: bool) -> None:
        self._ask("submit-spam" if is_spam else "submit-ham", text)

    def _ask(self, what: str, text: str) -> str:
        said = {
            "api_key": self.key, "blog": settings.BASE_URL, "blog_lang": settings.LANGUAGE_CODE, "blog_charset": "UTF-8",
            "user_ip": NO_ADDRESS, "comment_type": "comment", "comment_content": text,
        }  # fmt: skip
        headers = {"User-Agent": "Wellread", "Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
        request = urllib.request.Request(  # noqa: S310  the operator's own address, checked at the start
            f"{self.url}/1.1/{what}", urlencode(said).encode(), headers
        )
        try:
            with urllib.request.build_opener(StayHere).open(request, timeout=TIMEOUT) as response:
                return response.read(LONGEST_ANSWER).decode("ascii", "replace").strip()
        except urllib.error.HTTPError as error:
            raise NoAnswer(f"status {error.code}", is_away=error.code in {429, 500, 502, 503, 504}) from None
        except (OSError, HTTPException, ValueError) as error:
            raise NoAnswer(type(error).__name__, is_away=True) from None


def service() -> Service | None:
    """None while the outside check is off."""
    if not settings.OUTSIDE_CHECK_URL:
        return None
    return Service(settings.OUTSIDE_CHECK_URL, settings.OUTSIDE_CHECK_KEY)


def check_outside_due(limit: int = 20) -> int:
    """Asks about what is due; returns how many got an answer. Several workers may call it at once."""
    asked, settled, unclear = service(), 0, Counter[str]()
    due = Comment.objects.filter(outside_at__lte=timezone.now()).order_by("outside_at")
    for comment in due.select_related("thread__opening", "author")[:limit]:
        try:
            settled += look_after(comment, asked)
        except NoAnswer as error:
            unclear[str(error)] += 1
            if error.is_away:
                due.update(outside_at=timezone.now() + AWAY)
                break
    for why, times in unclear.items():
        logger.warning("the outside check did not answer, %s times: %s", times, why)
    return settled


def look_after(comment: Comment, asked: Service | None) -> bool:
    """One comment whose time has come. Raises NoAnswer; then it is due again later."""
    missing = any(map(is_missing_in, comment.reasons))
    if asked is None or not (missing or settings.OUTSIDE_CHECK_TEACH):
        return settle(comment, due=comment.outside_at, found=[one for one in comment.reasons if not is_missing_in(one)])
    if missing and (comment.waits_since is None or not comment.read_body):
        return put_off(comment, None)  # a moderator was faster, or the person has left and taken her words along
    due = again_at(comment) if missing else timezone.now() + TAUGHT_AFTER
    # Claimed before the question: whoever dies in between leaves it to be asked again, not to be forgotten.
    if not put_off(comment, due):
        return False
    if not missing:
        return teach(comment, asked, due)
    is_spam = asked.is_spam(comment.read_body)
    found = [one for one in comment.reasons if one.code != "outside"]
    return settle(comment, due=due, found=[*found, Signal("outside", 60, 1)] if is_spam else found, clear=not is_spam)


def settle(comment: Comment, *, due: datetime | None, found: list[Signal], clear: bool = False) -> bool:
    """Keeps what was found, if the comment is still what was asked about. What is `clear` may appear now."""
    fields = {
        "signals": [signal.as_json() for signal in found],
        "priority": sum(signal.points for signal in found),
        "is_held": is_held(found),
        "outside_at": timezone.now() + TAUGHT_AFTER if settings.OUTSIDE_CHECK_TEACH and service() else None,
    }
    state = comment.state
    same = Comment.objects.filter(
        pk=comment.pk, outside_at=due, status=state.status, version=state.version, waiting_version=state.waiting
    )
    with transaction.atomic():
        if not same.update(**fields):
            return False
        comment.versions.filter(number=state.read_version).update(signals=fields["signals"])
        for name, value in fields.items():
            setattr(comment, name, value)
        if clear and verdict(found, may_appear=may_appear(comment)) == Status.APPROVED:
            appear(comment)
    return True


def may_appear(comment: Comment) -> bool:
    """Whether it would have appeared at once, and nothing has happened since: no edit, no decision, no sanction."""
    thread = Thread.objects.select_related("opening").get(pk=comment.thread_id)
    untouched = comment.version == 1 and comment.status == Status.PENDING
    return (
        untouched
        and thread.mode in APPEARS_IN
        and thread.is_readable
        and is_known(comment.author)
        and not comment.decisions.filter(by_number__isnull=False).exists()
        and not Sanction.objects.on(user=comment.author, email=comment.email, network="").exists()
    )


def appear(comment: Comment) -> None:
    try:
        with transaction.atomic():
            approve(comment, by=None)
    except AlreadyDecided:
        logger.info("comment %s was decided while the outside check answered", comment.pk)


def teach(comment: Comment, asked: Service, due: datetime) -> bool:
    """Tells the service what a moderator decided where it was of another mind, once."""
    said_spam = any(one.code == "outside" for one in comment.reasons)
    last = comment.decisions.filter(outcome__in=[Status.APPROVED, Status.SPAM]).order_by("-pk").first()
    is_decided = comment.status in {Status.APPROVED, Status.SPAM} and last is not None and last.by_number is not None
    if is_decided and said_spam != (comment.status == Status.SPAM):
        asked.teach(comment.body, is_spam=comment.status == Status.SPAM)
    old = comment.created_at < timezone.now() - GIVES_UP_AFTER
    if comment.waits_since is None or old:
        Comment.objects.filter(pk=comment.pk, outside_at=due).update(outside_at=None)
    return is_decided


def put_off(comment: Comment, due: datetime | None) -> bool:
    """False when another worker has it, or the text has changed."""
    mine = Comment.objects.filter(pk=comment.pk, outside_at=comment.outside_at)
    return bool(mine.update(outside_at=due))


def again_at(comment: Comment) -> datetime:
    """After as long again as it has waited already: five minutes, ten, twenty, at most six hours."""
    waited = timezone.now() - (comment.edited_at or comment.created_at)
    return timezone.now() + min(max(waited, SOONEST), LATEST)


def is_missing_in(signal: Signal) -> bool:
    return signal.code == "outside" and not signal.count

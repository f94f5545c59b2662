"""Signed links and marks: what a reader without an account can prove, and for how long."""

import secrets
import time
from dataclasses import dataclass

from django.core.signing import BadSignature, Signer, TimestampSigner, b62_decode
from django.urls import reverse

# As long as she can appeal.
OWN_DAYS = 180
# As long as the words of a report are kept.
REPORT_DAYS = 365


def own_link(comment_id: int) -> str:
    """The page that shows a writer her own comment, whatever became of it."""
    return reverse("comments:own_comment", args=[_owner().sign(str(comment_id))])


def comment_of_own_link(token: str) -> int | None:
    """The comment's number; None when the link is forged or older than OWN_DAYS."""
    try:
        return int(_owner().unsign(token, max_age=OWN_DAYS * 24 * 3600))
    except (BadSignature, ValueError):
        return None


def report_link(report_id: int) -> str:
    """The page that tells whoever sent a report or a notice what came of it."""
    return reverse("comments:reported", args=[_reporter().sign(str(report_id))])


def report_of_link(token: str) -> int | None:
    """The report's number; None when the link is forged or older than REPORT_DAYS."""
    try:
        return int(_reporter().unsign(token, max_age=REPORT_DAYS * 24 * 3600))
    except (BadSignature, ValueError):
        return None


def standing_link(sanction_id: int) -> str:
    """For the letter to the person: the page about one sanction. Works for good; an appeal has its own end."""
    return reverse("comments:sanction", args=[_stander().sign(str(sanction_id))])


def sanction_of_link(token: str) -> int | None:
    try:
        return int(_stander().unsign(token))
    except (BadSignature, ValueError):
        return None


@dataclass(frozen=True)
class FormMark:
    """Stands in every form that is drawn: a name of its own, and for how many seconds it has been open."""

    key: str
    seconds: float


def new_mark(place: str) -> str:
    """`place` says what the form belongs to ("thread:12"); the mark of one place is worth nothing in another."""
    return _marker(place).sign(secrets.token_urlsafe(15))


def read_mark(place: str, mark: str) -> FormMark | None:
    """None when we did not make this mark for this place. It never gets too old: nobody's words expire."""
    try:
        key = _marker(place).unsign(mark)
        drawn_at = b62_decode(mark.split(":")[1])
    except (BadSignature, ValueError):
        return None
    return FormMark(key, max(0.0, time.time() - drawn_at))


def _stander() -> Signer:
    return Signer(salt="comments.standing")


def _owner() -> TimestampSigner:
    return TimestampSigner(salt="comments.own")


def _reporter() -> TimestampSigner:
    return TimestampSigner(salt="comments.report")


def _marker(place: str) -> TimestampSigner:
    return TimestampSigner(salt=f"comments.form:{place}")

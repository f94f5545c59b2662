"""Signed links and form marks: what a reader without an account can prove, and for how long."""

import secrets
import time
from dataclasses import dataclass

from django.core.signing import BadSignature, Signer, TimestampSigner, b62_decode
from django.urls import reverse


@dataclass(frozen=True)
class SignedLink:
    """The address of a page with a signed number in it: whoever has it may see or do what the page is for.

    Without `days` it works for good: a letter may be read years later."""

    page: str
    salt: str
    days: int = 0

    def to(self, number: int) -> str:
        signer = TimestampSigner(salt=self.salt) if self.days else Signer(salt=self.salt)
        return reverse(self.page, args=[signer.sign(str(number))])

    def number(self, token: str) -> int | None:
        """None when the link is forged, or older than `days`."""
        try:
            if self.days:
                return int(TimestampSigner(salt=self.salt).unsign(token, max_age=self.days * 24 * 3600))
            return int(Signer(salt=self.salt).unsign(token))
        except (BadSignature, ValueError):
            return None


# A writer's own comment, whatever became of it; as long as she can appeal.
OWN_COMMENT = SignedLink("comments:own_comment", "comments.own", days=180)
# What came of a report or a notice; as long as its words are kept.
REPORT = SignedLink("comments:reported", "comments.report", days=365)
# One sanction, for the letter to the person; an appeal has its own end.
SANCTION = SignedLink("comments:sanction", "comments.standing")
STOP_MAIL = SignedLink("comments:stop_mail", "comments.mail")
FOLLOW_STOP = SignedLink("newsletters:unfollow", "comments.follow.stop")


def mail_path(kind: str, pk: int, address: str) -> str:
    """The page of all that the site mails to this address, which a follower or a comment (`kind`) has. Worth nothing
    when the row has gone, or has another address."""
    return reverse("newsletters:preferences", args=[mail_signer(kind, address).sign(f"{kind}-{pk}")])


def mail_signer(kind: str, address: str) -> Signer:
    return Signer(salt=f"comments.mail.{kind}:{address.lower()}")


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


def _marker(place: str) -> TimestampSigner:
    return TimestampSigner(salt=f"comments.form:{place}")

"""Moderating by mail: a signed link for one moderator and one decision about one text. It leads to a page with a button.

What a link is good for is all in its signature: the comment, its versions and state, what was last decided, the
moderator, her password as it is, the decision, and two days. Whatever of it has changed makes the link worthless.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.urls import reverse

from accounts.models import User
from comments.models import Comment, Seen, Verb

LINK_FOR = timedelta(hours=48)
# In the order of the letter; the word stands in the address.
WAYS = {
    "approve": Verb.APPROVE,
    "keep": Verb.KEEP,
    "reject": Verb.REJECT,
    "remove": Verb.REMOVE,
    "spam": Verb.SPAM,
}
# About what stands; all others are about what waits.
STANDING = {Verb.KEEP, Verb.REMOVE}


class WrongLink(Exception):
    """Not a link of ours for this, or its moderator is none any more."""


class ExpiredLink(Exception):
    """A link of ours that is too old."""


@dataclass(frozen=True)
class Errand:
    """What a link asks for: this moderator takes this decision about the comment as it was then."""

    user: User
    verb: Verb
    seen: Seen
    last: int  # the newest decision about the comment when the letter was written; 0 for none

    @property
    def comment(self) -> Comment:
        """Raises WrongLink when it is gone."""
        comment = Comment.objects.select_related("thread", "author", "writer", "parent__writer").filter(pk=self.seen.pk)
        if not (found := comment.first()):
            raise WrongLink
        return found

    def is_open(self, comment: Comment) -> bool:
        """Whether the comment stands as it did: not even decided and put back meanwhile."""
        return comment.state == self.seen.state and last_decision(comment) == self.last


def may_moderate(user: User) -> bool:
    return user.is_active and user.is_staff and user.has_perm("comments.moderate_comment")


def paths_for(comment: Comment, user: User) -> dict[str, str]:
    """The address of each decision that can be taken now: about what waits, or else about what is online."""
    head = f"{comment.pk}.{Seen.of(comment)}.{last_decision(comment)}.{user.pk}"
    return {
        way: reverse("comments:by_mail", args=[way, _signer(verb, user).sign(head)])
        for way, verb in WAYS.items()
        if verb.is_possible(comment.state) and not (comment.waits_since and verb in STANDING)
    }


def read(way: str, token: str) -> Errand:
    """Raises WrongLink or ExpiredLink."""
    try:
        number, *seen, last, by = token.partition(":")[0].split(".")
        user = User.objects.get(pk=int(by))
        errand = Errand(user, WAYS[way], Seen.parse(int(number), ".".join(seen)), int(last))
        _signer(errand.verb, user).unsign(token, max_age=LINK_FOR)
    except SignatureExpired:
        raise ExpiredLink from None
    except (ValueError, KeyError, OverflowError, User.DoesNotExist, BadSignature):
        raise WrongLink from None
    if not may_moderate(user):
        raise WrongLink
    return errand


def last_decision(comment: Comment) -> int:
    return comment.decisions.order_by("-pk").values_list("pk", flat=True).first() or 0


def _signer(verb: Verb, user: User) -> TimestampSigner:
    """One for each decision and each password: a link for one is noise to all others."""
    return TimestampSigner(salt=f"comments.by_mail:{verb}:{user.password}")

"""Moves of a comment: the states it can be in, what leads from one to the next, and what a moderator may do in each."""

from dataclasses import dataclass, replace
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    """Of a comment. The only legal moves stand in MOVES; everything else is a mistake or a race."""

    PENDING = "pending", _("waiting")
    APPROVED = "approved", _("approved")
    REJECTED = "rejected", _("rejected")
    SPAM = "spam", _("spam")
    REMOVED = "removed", _("removed")
    # By the person who wrote it. Nobody of the house decided, so it is in no figure about the house; there is no way back.
    WITHDRAWN = "withdrawn", _("taken back by its writer")


# Readers see an empty place, where others have answered.
GONE = [Status.REMOVED, Status.WITHDRAWN]
MOVES: dict[str, set[str]] = {
    Status.APPROVED: {Status.PENDING, Status.REJECTED, Status.SPAM, Status.REMOVED},
    Status.REJECTED: {Status.PENDING},
    Status.SPAM: {Status.PENDING, Status.APPROVED, Status.REJECTED},
    Status.REMOVED: {Status.APPROVED},
}


@dataclass(frozen=True)
class State:
    """Where a comment stands: its status, the version that stands, and a newer version that waits to be read (or None).

    An edit of an approved comment waits while the approved text stays; the decision is then about the newer one.
    """

    status: str
    version: int
    waiting: int | None = None

    @property
    def read_version(self) -> int:
        """The version a moderator reads: the one that waits, else the one that stands."""
        return self.waiting or self.version

    @property
    def read_status(self) -> str:
        return Status.PENDING if self.waiting else self.status

    @property
    def is_editable(self) -> bool:
        """By the person who wrote it, who may take it back as well."""
        return self.status in {Status.PENDING, Status.APPROVED}

    def may_become(self, outcome: str) -> bool:
        """Removing is about the words that stand; every other decision about the words that wait, if some do."""
        return (self.status if outcome == Status.REMOVED else self.read_status) in MOVES.get(outcome, set())

    def arrived(self, version: int) -> Self:
        """A new text by the person who wrote it."""
        if self.status == Status.APPROVED:
            return replace(self, waiting=version)
        return replace(self, status=Status.PENDING, version=version, waiting=None)

    def decided(self, outcome: str, version: int) -> Self:
        """What follows from a decision about `version`. Turning an edit down leaves the approved text where it is, and
        so does finding that what stands is fine while an edit waits."""
        about_edit = self.waiting == version
        if about_edit and outcome != Status.APPROVED or self.keeps(outcome, version):
            return replace(self, waiting=None if about_edit else self.waiting)
        return replace(self, status=outcome, version=version, waiting=None)

    def keeps(self, outcome: str, version: int) -> bool:
        """Whether the decision says of words that stand already that they may."""
        return (outcome, outcome, version) == (Status.APPROVED, self.status, self.version)


class Verb(models.TextChoices):
    """What a moderator may do with a comment."""

    APPROVE = "approve", _("Approve")
    KEEP = "keep", _("Checked, fine")
    REJECT = "reject", _("Reject")
    REMOVE = "remove", _("Remove")
    SPAM = "mark_as_spam", _("Spam")

    @property
    def outcome(self) -> Status:
        return OUTCOMES[self]

    @property
    def needs_reason(self) -> bool:
        return self in {Verb.REJECT, Verb.REMOVE}

    def is_possible(self, state: State) -> bool:
        return state.status == Status.APPROVED if self is Verb.KEEP else state.may_become(self.outcome)


OUTCOMES = {
    Verb.APPROVE: Status.APPROVED,
    Verb.KEEP: Status.APPROVED,
    Verb.REJECT: Status.REJECTED,
    Verb.REMOVE: Status.REMOVED,
    Verb.SPAM: Status.SPAM,
}


def verbs_for(state: State) -> list[Verb]:
    return [verb for verb in Verb if verb.is_possible(state)]

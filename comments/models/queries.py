"""Which comments: the conditions that lists, queues and indexes share, and the phrases of the querysets."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models.functions import Coalesce
from django.utils import timezone

from comments.models.record import Status
from edge.mailboxes import mailbox_of
from edge.network import in_network

if TYPE_CHECKING:
    from comments.models.comments import Comment

WAITS = models.Q(waits_since__isnull=False)
# Words that wait, and words that are online and about which readers called for help.
IN_DANGER = models.Q(is_crisis=True) & (WAITS | models.Q(reported_at__isnull=False))
# Worked out and not kept: nothing has to be held in step with it. The property of that name says the same of one.
OPEN_SINCE = Coalesce("waits_since", "reported_at")


class CommentQuerySet(models.QuerySet["Comment"]):
    def public(self) -> Self:
        """What any reader may see. The one definition: page, feed, count and search all use it."""
        opened = models.Q(thread__opening=None) | models.Q(thread__opening__status=Status.APPROVED)
        return self.filter(opened, status=Status.APPROVED, thread__is_public=True)

    def waiting(self) -> Self:
        """What a moderator has to read, oldest first: new comments, and new texts of approved ones."""
        return self.filter(waits_since__isnull=False).order_by("waits_since", "id")

    def dated(self) -> Self:
        """To be filtered and ordered by `open_since`, which is no column."""
        since: dict[str, Any] = {"open_since": OPEN_SINCE}
        return self.alias(**since)

    def by_person(self, comment: "Comment") -> Self:
        """Everything by the same person as far as we can tell: the account, else the mailbox of what was typed."""
        mailbox = mailbox_of(comment.email)
        same = models.Q(mailbox=mailbox) if mailbox else models.Q(pk=None)
        if comment.author_id:
            same |= models.Q(author=comment.author_id)
        return self.filter(same).exclude(pk=comment.pk)

    def from_network(self, network: str, *, within: timedelta) -> Self:
        """`network`: the key of one, or the half that it shares with all others of the wider one."""
        return self.filter(in_network(network), created_at__gt=timezone.now() - within)

    def sent_with(self, form_key: str | None) -> "Comment | None":
        return self.filter(form_key=form_key).first() if form_key else None

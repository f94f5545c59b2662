"""Threads: who may write in one, and until when."""

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from comments.models.comments import Comment
from comments.models.door import HouseRules
from comments.models.errors import NotReceived


class ThreadQuerySet(models.QuerySet["Thread"]):
    def readable(self) -> Self:
        """Threads whose page a reader can open. A question's page waits until its text is approved."""
        opened = models.Q(opening=None) | models.Q(opening__status=Comment.Status.APPROVED)
        return self.filter(opened, is_public=True)

    def begun(self) -> Self:
        """Those whose page was shown to readers once: before that an article's thread has no name, and no list shows it."""
        return self.exclude(title="")


class Thread(models.Model):
    """The place where readers' words hang. An article has one, a question has one."""

    class Mode(models.TextChoices):
        OPEN = "open", _("open: known readers appear at once, all others wait")
        HELD = "held", _("held: everything waits for a moderator")
        TRUSTED = "trusted", _("known readers only: they appear at once, all others can read")
        READ_ONLY = "read_only", _("read only: nobody can write")

    title = models.CharField(_("title"), max_length=200)
    address = models.CharField(_("address"), max_length=300, help_text=_("Path of the page it belongs to."))
    is_public = models.BooleanField(_("public"), default=False, help_text=_("Its page can be read."))
    mode = models.CharField(_("comments are"), max_length=9, choices=Mode, default=Mode.HELD)
    closes_at = models.DateTimeField(_("closes at"), null=True, blank=True)
    closes_after_days = models.PositiveSmallIntegerField(
        _("closes after days without comments"),
        null=True,
        blank=True,
        help_text=_("Empty: as the house rules say. 0: never."),
    )
    # When the last text came in, whatever became of it.
    last_at = models.DateTimeField(null=True, blank=True, editable=False)
    # The page's own text when a reader wrote it: a question. It is not listed among the comments. When it is deleted, the
    # page goes: a question without its text would look like an article's thread, which nobody has to approve.
    opening = models.OneToOneField(
        "Comment", models.CASCADE, null=True, blank=True, related_name="opens", verbose_name=_("opening text")
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    objects = ThreadQuerySet.as_manager()

    class Meta:
        verbose_name = _("thread")
        verbose_name_plural = _("threads")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return self.address

    def door_for(self, *, known: bool) -> NotReceived.Why | None:
        """Why somebody cannot write here now; None when she can. `known`: as comments/intake/trust.py says.

        The one answer: the page, the form and intake/receive.py ask here, the last one under its lock.
        """
        why = NotReceived.Why
        if not self.is_readable:
            return why.GONE
        if not self.is_open:
            return why.CLOSED
        return why.TRUSTED if self.mode == self.Mode.TRUSTED and not known else None

    @property
    def is_open(self) -> bool:
        """Whether anybody may write here; who, `mode` says."""
        # Where somebody talked today is not quiet: no need to ask the house rules.
        talked = (self.last_at or self.created_at) > timezone.now() - timedelta(days=1)
        closing = self.closes_at if talked else self.closing_at
        return self.mode != self.Mode.READ_ONLY and (closing is None or closing > timezone.now())

    @property
    def is_for_known_readers(self) -> bool:
        return self.mode == self.Mode.TRUSTED

    @cached_property
    def closing_at(self) -> datetime | None:
        """When it closes by itself, or did: at its date, or so many days after its last comment. None: it does not."""
        days = self.closes_after_days
        if days is None:
            days = HouseRules.days_until_closing()
        quiet = self.quiet_since + timedelta(days=days) if days else None
        return min((moment for moment in (self.closes_at, quiet) if moment), default=None)

    @property
    def quiet_since(self) -> datetime:
        """When the last text came in, else when the thread began."""
        return self.last_at or self.comments.aggregate(at=models.Max("created_at"))["at"] or self.created_at

    @property
    def is_readable(self) -> bool:
        return self.is_public and (self.opening is None or self.opening.is_public)

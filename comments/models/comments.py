"""Comments, which of them a list shows, and how a page says what it showed of one."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from django.db import models
from django.db.models.functions import Coalesce, Upper
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User, Writer
from comments.models.moves import State, Status
from comments.models.record import Decision
from comments.models.signals import Signal
from comments.text.words import words_key
from edge.mailboxes import MailboxField, mailbox_of
from edge.network import in_network

# Replies deeper than this hang on the last level: a phone has no room for more.
MAX_DEPTH = 3
EDIT_HOURS = 24
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


class Comment(models.Model):
    """The one kind of thing a reader writes: a comment, a reply, a question's text, an answer.

    Stored as typed, as plain text; escaped when shown.
    """

    Status = Status

    class Kind(models.TextChoices):
        COMMENT = "comment", _("Your comment")
        REPLY = "reply", _("Your reply")
        QUESTION = "question", _("Your question")
        ANSWER = "answer", _("Your answer")

    thread = models.ForeignKey("Thread", models.CASCADE, related_name="comments", verbose_name=_("thread"))
    parent = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="replies", verbose_name=_("reply to")
    )
    root = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="+", editable=False)
    depth = models.PositiveSmallIntegerField(default=0, editable=False)
    author = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="comments")
    writer = models.ForeignKey(Writer, models.SET_NULL, null=True, blank=True, related_name="comments")
    name = models.CharField(_("name"), max_length=60)
    email = models.EmailField(_("e-mail"), max_length=254, blank=True)
    # However it was spelt: who it is, by this.
    mailbox = MailboxField()
    body = models.TextField(_("text"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PENDING, editable=False)
    version = models.PositiveIntegerField(_("version of the text"), default=1)
    # A newer text of an approved comment, which nobody but moderators sees until it is approved.
    waiting_version = models.PositiveIntegerField(_("version that waits"), null=True, blank=True)
    # The columns that the desk's queues are filters over.
    waits_since = models.DateTimeField(_("waits since"), null=True, blank=True)
    priority = models.IntegerField(_("points"), default=0, help_text=_("The sum of what was noticed."))
    is_held = models.BooleanField(_("held by a rule"), default=False)
    is_crisis = models.BooleanField(_("somebody may be in danger"), default=False)
    reported_at = models.DateTimeField(_("reported"), null=True, blank=True)
    # A moderator has looked at a report of this version and found nothing: further reports are answered at once.
    checked_version = models.PositiveIntegerField(null=True, blank=True, editable=False)
    cluster = models.ForeignKey(
        "Cluster", models.SET_NULL, null=True, blank=True, related_name="comments", verbose_name=_("cluster")
    )
    # When the outside check is asked (again), or told what moderators decided; null: nothing to ask or tell.
    outside_at = models.DateTimeField(null=True, blank=True, editable=False)
    # By this the same words are found again, see comments/intake/facts.py; null for texts older than it.
    words_key = models.BigIntegerField(null=True, editable=False)
    helpful_count = models.PositiveIntegerField(_("found helpful"), default=0)
    signals = models.JSONField(_("why it waits"), default=list, blank=True)
    network = models.CharField(_("network"), max_length=32, blank=True, editable=False)
    # One per rendered form: the same form sent twice makes one comment.
    form_key = models.CharField(max_length=64, null=True, unique=True, editable=False)  # noqa: DJ001  unique, so null
    terms = models.ForeignKey(
        "pages.PageVersion", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("agreed to terms")
    )
    wants_mail = models.BooleanField(_("mail about replies"), default=False)
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["-id"]
        permissions = [("moderate_comment", _("Can decide what readers wrote"))]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(parent=None, root=None, depth=0)
                | models.Q(parent__isnull=False, root__isnull=False, depth__gt=0),
                name="comments_reply_has_root",
            ),
            # What waits is in the queue, and what is in the queue waits.
            models.CheckConstraint(
                condition=models.Q(
                    models.Q(status="pending") | models.Q(waiting_version__isnull=False), waits_since__isnull=False
                )
                | models.Q(~models.Q(status="pending"), waiting_version=None, waits_since=None),
                name="comments_waiting_waits",
            ),
        ]
        indexes = [
            models.Index(fields=["thread", "status", "root", "id"], name="comments_page"),
            # Not partial: SQLite thinks that few comments have no root, and would sort them.
            models.Index(fields=["thread", "status", "root", "-helpful_count", "-id"], name="comments_page_helpful"),
            models.Index(fields=["waits_since", "id"], name="comments_waiting", condition=WAITS),
            models.Index(fields=["-priority", "id"], name="comments_waiting_points", condition=WAITS),
            models.Index(fields=["waits_since", "id"], name="comments_held", condition=WAITS & models.Q(is_held=True)),
            models.Index(OPEN_SINCE, "id", name="comments_crisis", condition=IN_DANGER),
            models.Index(fields=["cluster", "id"], name="comments_waiting_cluster", condition=WAITS),
            models.Index(
                fields=["reported_at", "id"], name="comments_reported", condition=models.Q(reported_at__isnull=False)
            ),
            models.Index(
                fields=["-decided_at", "-id"], name="comments_decided", condition=models.Q(decided_at__isnull=False)
            ),
            models.Index(fields=["outside_at"], name="comments_outside", condition=models.Q(outside_at__isnull=False)),
            models.Index(fields=["words_key", "thread"], name="comments_same_words"),
            models.Index(fields=["created_at"], name="comments_rate"),
            models.Index(fields=["thread", "created_at"], name="comments_thread_rate"),
            models.Index(fields=["network", "created_at"], name="comments_network_rate"),
            models.Index(Upper("email"), name="comments_email"),
            models.Index(fields=["mailbox"], name="comments_mailbox"),
        ]

    def __str__(self) -> str:
        return _("%(name)s on %(date)s") % {"name": self.name, "date": self.created_at.date()}

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self._state.adding and self.status == Status.PENDING and self.waits_since is None:
            self.waits_since = self.created_at
        if self._state.adding and self.words_key is None:
            self.words_key = words_key(self.body)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("comments:comment", args=[self.pk])

    @property
    def kind(self) -> Kind:
        """What readers call it."""
        if self.thread.opening_id == self.pk:
            return self.Kind.QUESTION
        if self.parent_id:
            return self.Kind.REPLY
        return self.Kind.ANSWER if self.thread.opening_id else self.Kind.COMMENT

    @property
    def is_public(self) -> bool:
        return self.status == self.Status.APPROVED

    @property
    def is_editable(self) -> bool:
        """By the person who wrote it: while it waits or stands, and not for ever."""
        age = timezone.now() - self.created_at
        return self.state.is_editable and age < timedelta(hours=EDIT_HOURS)

    @property
    def may_be_withdrawn(self) -> bool:
        """By its writer. Not a question: the answers hang on it."""
        return self.state.is_editable and self.thread.opening_id != self.pk

    @property
    def is_withdrawn(self) -> bool:
        return self.status == Status.WITHDRAWN

    @property
    def lines(self) -> models.QuerySet[Decision]:
        """The record of its words, newest first; what was decided about its writer is not among it."""
        return self.decisions.filter(outcome__in=Status.values).order_by("-id")

    @property
    def state(self) -> State:
        return State(self.status, self.version, self.waiting_version)

    @property
    def read_body(self) -> str:
        """The words a moderator reads: those that wait, else those that stand."""
        if not self.waiting_version:
            return self.body
        return self.versions.get(number=self.waiting_version).body

    @property
    def open_since(self) -> datetime | None:
        """Since when a moderator is asked for: her words wait, or they are online and readers called."""
        return self.waits_since or self.reported_at

    @property
    def reasons(self) -> list[Signal]:
        """Why it waits, as the checks said of the present version."""
        return [Signal.from_json(data) for data in self.signals]

    @property
    def sounds_like_crisis(self) -> bool:
        """By its own words, whatever readers reported."""
        return any(signal.code == "crisis" for signal in self.reasons)

    @property
    def was_trapped(self) -> bool:
        """A field that people do not see was filled in. She is told: a password manager may have done it."""
        return any(signal.code == "trap" for signal in self.reasons)

    @property
    def display_name(self) -> str:
        return self.writer.name if self.writer else self.name

    @property
    def address(self) -> str:
        """Where mail to this person goes: the account's address if there is an account. "" for nowhere."""
        return self.author.email if self.author else self.email


@dataclass(frozen=True)
class Seen:
    """A comment as the moderator read it: a decision holds for these versions in this state and for no others."""

    pk: int
    state: State

    @classmethod
    def of(cls, comment: "Comment") -> Self:
        return cls(comment.pk, comment.state)

    @classmethod
    def parse(cls, pk: int, token: str) -> Self:
        """From "2.0.pending": version, version that waits (0 for none), status. ValueError when it is anything else."""
        version, _dot, rest = token.partition(".")
        waiting, _dot, status = rest.partition(".")
        return cls(pk, State(Status(status).value, int(version), int(waiting) or None))

    def __str__(self) -> str:
        return f"{self.state.version}.{self.state.waiting or 0}.{self.state.status}"

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self, TypedDict, Unpack

from django.db import models, transaction
from django.db.models.functions import Coalesce, Upper
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.models import User, Writer
from comments.intake.checks import is_held, look_at, verdict
from comments.intake.facts import gather
from comments.intake.near_duplicates import cluster_for
from comments.letters import comment_letters, decision_letters
from comments.models.appeals import Appeal
from comments.models.errors import AlreadyDecided, NotReceived, OwnWords
from comments.models.moves import State, Status
from comments.models.record import Decision, Version
from comments.models.reports import Report
from comments.models.sanctions import Sanction
from comments.models.signals import Signal
from comments.spam.akismet import service
from comments.text.cleaning import as_html
from comments.text.words import words_key
from edge.mailboxes import MailboxField, mailbox_of
from edge.network import in_network

if TYPE_CHECKING:
    from comments.models.work import Batch

# Replies deeper than this hang on the last level: a phone has no room for more.
MAX_DEPTH = 3
EDIT_HOURS = 24
# Each is kept, with a line in the record: nobody needs as many, and a script would fill the database.
MOST_VERSIONS = 50
TEN_MINUTES = timedelta(minutes=10)
# Signals of how it was sent, not of what it says: an edit does not take them back.
SENDING = {"trap", "fast", "old_form", "raid"}


class Statement(TypedDict, total=False):
    """What a decision says beside its reason; see Decision for each."""

    explanation: str
    ground: str
    source: str
    machine_found: bool
    territory: str
    until: datetime | None
    batch: "Batch | None"


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
            # Partial by what is written out in every query: SQLite cannot match a condition with a parameter.
            models.Index(
                fields=["thread", "status", "-helpful_count", "-id"],
                name="comments_page_helpful",
                condition=models.Q(root=None),
            ),
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

    def approve(self, *, by: User | None, reason: str = "", note: str = "", **statement: Unpack[Statement]) -> Decision:
        """Readers see it from now on, and the people who asked for it get a letter."""
        with transaction.atomic():
            decision = self._decide(Status.APPROVED, by=by, reason=reason, note=note, **statement)
            comment_letters.write_about(self)
        return decision

    def reject(self, *, by: User | None, reason: str, note: str = "", **statement: Unpack[Statement]) -> Decision:
        return self._decide(Status.REJECTED, by=by, reason=reason, note=note, **statement)

    def mark_as_spam(self, *, by: User | None, note: str = "", **statement: Unpack[Statement]) -> Decision:
        return self._decide(Status.SPAM, by=by, reason=Decision.Reason.SPAM, note=note, **statement)

    def remove(self, *, by: User | None, reason: str, note: str = "", **statement: Unpack[Statement]) -> Decision:
        return self._decide(Status.REMOVED, by=by, reason=reason, note=note, **statement)

    def keep(self, *, by: User, note: str = "", **statement: Unpack[Statement]) -> Decision:
        """Reported, looked at, and fine: it stays, and this text is not reported again. Of two who say so, one does."""
        state = self.state
        if not self.is_public or self.reported_at is None:
            raise AlreadyDecided(Comment.objects.get(pk=self.pk))
        if by.pk == self.author_id:
            raise OwnWords(self)
        with transaction.atomic():
            # Nothing about the state changes, so the report itself is what is compared and set.
            self._move(state, same={"reported_at": self.reported_at}, checked_version=self.version)
            return self._write(
                Status.APPROVED, version=self.version, before=state, by=by, reason="", note=note, **statement
            )

    def withdraw(self) -> Decision:
        """Its writer takes it back, for good. Raises AlreadyDecided when a moderator, or she herself, was faster."""
        state = self.state
        if not state.is_editable:
            raise AlreadyDecided(Comment.objects.get(pk=self.pk))
        with transaction.atomic():
            self._move(State(Status.WITHDRAWN, state.version), seen=state, decided_at=None)
            comment_letters.hold_back(self)
            decision = self._write(
                Status.WITHDRAWN, version=state.version, before=state, by=self.author, reason=Decision.Reason.WITHDRAWN
            )
            Report.settle(self, decision)
            Appeal.drop(self)
            return decision

    def restore(self, decision: Decision, *, by: User, note: str = "") -> Decision | None:
        """What `decision` took away stands again, because an appeal was right. None when it had moved on meanwhile."""
        with transaction.atomic():
            self.lock()
            self.refresh_from_db()
            statement: Statement = {"source": Decision.Source.APPEAL}
            if (self.status, self.version) == (decision.outcome, decision.version):
                return self.approve(by=by, note=note, **statement)
            state = self.state
            if state != State(Status.APPROVED, decision.stood) or decision.version <= self.version:
                return None
            text = self.versions.get(number=decision.version)
            self._move(State(Status.APPROVED, text.number), seen=state, body=text.body, decided_at=timezone.now())
            return self._write(Status.APPROVED, version=text, before=state, by=by, note=note, **statement)

    def undo(self, decision: Decision, *, by: User, appeal: Appeal | None = None) -> Decision:
        """Takes the last decision back, for some minutes: everything is as it was, and mail that has not left stays.

        `appeal`: it gave this back and is itself taken back. Raises AlreadyDecided when it is not the last one any more,
        was taken back already, or is too old."""
        with transaction.atomic():
            self.lock()
            was, now = decision.state_before, self.state
            in_time = decision.is_fresh if appeal else decision.may_be_undone
            if was is None or decision != self.lines.first() or not in_time:
                raise AlreadyDecided(Comment.objects.get(pk=self.pk))
            stood = (
                self.lines.filter(pk__lt=decision.pk, undoes=None, undone=None).exclude(outcome=Status.PENDING).first()
            )
            decided_at = stood.at if stood and was.status != Status.PENDING else None
            noticed = self._noticed_in(was.read_version) if was.waiting else {}
            body = self.versions.get(number=was.version).body
            self._move(was, seen=now, body=body, decided_at=decided_at, **noticed)
            comment_letters.withdraw(self, decision)
            undo = self._write(was.status, version=was.read_version, before=now, by=by, undoes=decision)
            Report.reopen(self, decision)
            Appeal.settle_by_itself(models.Q(decision=decision))
            if was.status in {Status.REJECTED, Status.REMOVED}:
                Appeal.open_again(decision)
            return undo

    def revise(self, *, body: str) -> Version:
        """The writer's own new wording, for some hours; the same checks look at it.

        A comment that waits gets the new text; an approved one keeps its text until a moderator approves the new one.
        Raises AlreadyDecided when a moderator, or another window of hers, was faster or the time is up; NotReceived when
        she may not write, nobody may write here any more, or she has changed it MOST_VERSIONS times.
        """
        if self.is_editable:
            # As it is now, and outside of what is rolled back: what is refused in a raid is counted.
            type(self.thread)._default_manager.get(pk=self.thread_id).let_change(self, body)
        with transaction.atomic():
            self.lock()
            before = self.state
            if not self.is_editable:
                raise AlreadyDecided(Comment.objects.get(pk=self.pk))
            sanction = self.let_in()
            newest = self.versions.aggregate(number=models.Max("number"))["number"] or self.version
            if newest >= MOST_VERSIONS:
                raise NotReceived(NotReceived.Why.CHANGES)
            after = before.arrived(newest + 1)
            stands, self.body, self.edited_at = self.body, body, timezone.now()
            self.notice(sanctioned=sanction is not None)
            if after.waiting:
                self.body = stands
            self._move(
                after, seen=before, body=self.body, edited_at=self.edited_at, signals=self.signals,
                priority=self.priority, is_held=self.is_held, is_crisis=self.is_crisis, cluster=self.cluster,
                words_key=self.words_key, outside_at=self.outside_at,
            )  # fmt: skip
            version = self.versions.create(number=after.read_version, body=body, signals=self.signals)
            self._write(Status.PENDING, version=version, before=before, by=None, note=self._codes)
            return version

    def stop_mail(self) -> None:
        """No more letters about comments to this person, about this one or any other."""
        mine = Comment.objects.filter(
            models.Q(pk=self.pk) | models.Q(pk__in=Comment.objects.by_person(self).values("pk"))
        )
        mine.filter(wants_mail=True).update(wants_mail=False)

    def hang_under(self, parent: "Comment | None") -> None:
        """Makes it a reply. A reply to the text that opens the thread is a comment like any other."""
        if parent is None or parent.pk == self.thread.opening_id:
            return
        # Asked again: a moderator may have taken it away while the answer was being typed.
        if not self.thread.comments.filter(pk=parent.pk, status=self.Status.APPROVED).exists():
            raise NotReceived(NotReceived.Why.PARENT_GONE)
        self.parent, self.root_id, self.depth = parent, parent.root_id or parent.pk, min(parent.depth + 1, MAX_DEPTH)

    def let_in(self) -> Sanction | None:
        """The strongest sanction on the person, who may write all the same. Raises NotReceived when she may not."""
        sanction = Sanction.objects.on(user=self.author, email=self.email, network=self.network).first()
        if sanction and sanction.shuts_out:
            # Why, and until when, is told to an account: anybody can type anybody's address.
            raise NotReceived(NotReceived.Why.SANCTION, sanction if self.author_id else None)
        return sanction

    def notice(
        self,
        *,
        seconds: float | None = None,
        trapped: bool = False,
        sanctioned: bool = False,
        raid: bool = False,
        newcomer: bool = True,
    ) -> None:
        """Runs the checks over the text as it is now. What an earlier version's sending gave away stays noticed."""
        self.cluster = cluster_for(self.body) if newcomer else None
        self.words_key = words_key(self.body)
        self.outside_at = None if trapped or not self._is_asked_outside else timezone.now()
        outside = "wait" if self.outside_at else ""
        found = look_at(
            gather(self, seconds=seconds, trapped=trapped, sanctioned=sanctioned, raid=raid, outside=outside)
        )
        found += [old for old in self.reasons if old.code in SENDING and old.code not in {new.code for new in found}]
        self.signals = [signal.as_json() for signal in found]
        codes = {signal.code for signal in found}
        self.priority = sum(signal.points for signal in found)
        self.is_crisis, self.is_held = "crisis" in codes, is_held(found)

    def begin(self, *, may_appear: bool) -> None:
        """The first version, the first line of the record, and what the checks alone may decide."""
        first = self.versions.create(number=self.version, body=self.body, signals=self.signals)
        self._write(Status.PENDING, version=first, before=None, by=None, note=self._codes)
        if verdict(self.reasons, may_appear=may_appear) == Status.APPROVED:
            self.approve(by=None)

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
    def was_trapped(self) -> bool:
        """A field that people do not see was filled in. She is told: a password manager may have done it."""
        return any(signal.code == "trap" for signal in self.reasons)

    @property
    def display_name(self) -> str:
        return self.writer.name if self.writer else self.name

    @property
    def body_html(self) -> SafeString:
        return as_html(self.body)

    @property
    def address(self) -> str:
        """Where mail to this person goes: the account's address if there is an account. "" for nowhere."""
        return self.author.email if self.author else self.email

    @property
    def _is_asked_outside(self) -> bool:
        """Readers' words, while the outside check is on; what people of the house write stays in it."""
        return service() is not None and not self.writer_id and not (self.author and self.author.is_staff)

    @property
    def _codes(self) -> str:
        return ", ".join(signal.code for signal in self.reasons)

    def _decide(
        self, outcome: str, *, by: User | None, reason: str = "", note: str = "", **statement: Unpack[Statement]
    ) -> Decision:
        """Compare and set on what `self` was when it was loaded: its state, and the text that was read.

        Raises AlreadyDecided when either has changed since, or when the move is not a legal one.
        """
        before = self.state
        if not before.may_become(outcome):
            raise AlreadyDecided(Comment.objects.get(pk=self.pk))
        if by and by.pk == self.author_id and outcome == Status.APPROVED and before.read_status != Status.PENDING:
            raise OwnWords(self)
        with transaction.atomic():
            version = before.version if outcome == Status.REMOVED else before.read_version
            after = before.decided(outcome, version)
            body = self.body if after.version == before.version else self.versions.get(number=after.version).body
            statement.setdefault("machine_found", bool(self.priority))
            # An edit that was turned down takes along what was noticed in it.
            noticed = self._noticed_in(after.version) if before.waiting and not after.waiting else {}
            self._move(after, seen=before, body=body, decided_at=timezone.now(), **noticed)
            decision = self._write(
                outcome, version=version, before=before, by=by, reason=reason, note=note, **statement
            )
            if not self.is_public:
                comment_letters.hold_back(self)
            elif before.status in {Status.REJECTED, Status.REMOVED}:
                Appeal.settle_by_itself(models.Q(decision__comment=self))
            decision_letters.write_decision(self, decision)
            return decision

    def _noticed_in(self, version: int) -> dict[str, Any]:
        """What the checks saw in that text: the marks have to stand where its words stand."""
        signals = self.versions.get(number=version).signals
        return {"signals": signals, "priority": sum(int(signal.get("points", 0)) for signal in signals)}

    def lock(self) -> None:
        """Nobody else decides about it until this transaction ends. SQLite locks everything anyway."""
        Comment.objects.select_for_update(no_key=True).filter(pk=self.pk).values_list("pk").first()

    def _move(
        self, after: State, *, seen: State | None = None, same: dict[str, Any] | None = None, **fields: Any
    ) -> None:
        """Puts the row into the state `after` if it still is in the state `seen` (its present one, when not given) and
        what stands in `same` is still so."""
        seen = seen or self.state
        begins = (after.waiting and self.edited_at) or self.created_at
        waits = (self.waits_since or begins) if after.read_status == Status.PENDING else None
        fields |= {
            "status": after.status, "version": after.version, "waiting_version": after.waiting, "waits_since": waits,
        }  # fmt: skip
        unchanged = Comment.objects.filter(
            pk=self.pk, status=seen.status, version=seen.version, waiting_version=seen.waiting, **(same or {})
        )
        if not unchanged.update(**fields):
            raise AlreadyDecided(Comment.objects.get(pk=self.pk))
        for name, value in fields.items():
            setattr(self, name, value)

    def _write(
        self, outcome: str, *, version: int | Version, before: State | None, by: User | None, **fields: Any
    ) -> Decision:
        """A line of the record. What was reported is settled by whatever a person decides."""
        text = version if isinstance(version, Version) else self.versions.get(number=version)
        if by and self.reported_at and "undoes" not in fields:
            fields.setdefault("source", Report.source_of(self))
        decision = self.decisions.create(
            version=text.number, words=text.digest, outcome=outcome, by=by, before=before.status if before else "",
            stood=before.version if before else 0, waited=(before and before.waiting) or 0, **fields,
        )  # fmt: skip
        # Asked each time: a report may have come in since this comment was read.
        if by and "undoes" not in fields:
            Report.settle(self, decision)
        return decision


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

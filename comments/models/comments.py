from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models.functions import Upper
from django.db.models.lookups import Exact
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.models import User, Writer
from comments import notices
from comments.checks import Signal, Writing, look_at, verdict
from comments.shown import as_html

# Replies deeper than this hang on the last level: a phone has no room for more.
MAX_DEPTH = 3
EDIT_MINUTES = 15
TEN_MINUTES = timedelta(minutes=10)
# Signals of how it was sent, not of what it says: an edit does not take them back.
SENDING = {"trap", "fast", "old_form"}


class NotReceived(Exception):
    """Why the door stayed shut. Nothing was saved; whoever catches this gives the reader her text back."""

    class Why(models.TextChoices):
        GONE = "gone", _("This page has been taken down meanwhile.")
        CLOSED = "closed", _("Comments have been closed here meanwhile.")
        PARENT_GONE = "parent_gone", _("The comment that you answered is gone. You can post yours by itself.")
        TOO_MANY = (
            "too_many",
            _("Many comments came from your network lately. Your text is still here: please try again later."),
        )
        BUSY = "busy", _("Very many people are writing here just now. Your text is still here: please try again later.")
        CAPTCHA = "captcha", _("This picture was already used. Your text is still here; try the new picture.")

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


class AlreadyDecided(Exception):
    """Somebody else was faster, or the text has changed since it was read. `comment` is as it stands now."""

    def __init__(self, comment: "Comment") -> None:
        super().__init__(f"comment {comment.pk} is now {comment.status}, version {comment.version}")
        self.comment = comment
        self.decision = comment.decisions.select_related("by").order_by("-id").first()


class CommentQuerySet(models.QuerySet["Comment"]):
    def public(self) -> Self:
        """What any reader may see. The one definition: page, feed, count and search all use it."""
        opened = models.Q(thread__opening=None) | models.Q(thread__opening__status=Comment.Status.APPROVED)
        return self.filter(opened, status=Comment.Status.APPROVED, thread__is_public=True)

    def waiting(self) -> Self:
        """What a moderator has to read, oldest first."""
        return self.filter(status=Comment.Status.PENDING).order_by("created_at", "id")

    def by_person(self, comment: "Comment") -> Self:
        """Everything by the same person as far as we can tell: the account, else the e-mail address as typed."""
        same = (
            models.Q(Exact(Upper("email"), Upper(models.Value(comment.email)))) if comment.email else models.Q(pk=None)
        )
        if comment.author_id:
            same |= models.Q(author=comment.author_id)
        return self.filter(same).exclude(pk=comment.pk)

    def from_network(self, network: str, *, within: timedelta) -> Self:
        return self.filter(network=network, created_at__gt=timezone.now() - within)

    def sent_with(self, form_key: str | None) -> "Comment | None":
        return self.filter(form_key=form_key).first() if form_key else None


class Comment(models.Model):
    """The one kind of thing a reader writes: a comment, a reply, a question's text, an answer.

    Stored as typed, as plain text; escaped when shown.
    """

    class Status(models.TextChoices):
        PENDING = "pending", _("waiting")
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("rejected")
        SPAM = "spam", _("spam")
        REMOVED = "removed", _("removed")

    # The only legal moves; everything else is a mistake or a race.
    MOVES = {
        Status.APPROVED: {Status.PENDING, Status.REJECTED, Status.SPAM, Status.REMOVED},
        Status.REJECTED: {Status.PENDING},
        Status.SPAM: {Status.PENDING, Status.APPROVED, Status.REJECTED},
        Status.REMOVED: {Status.APPROVED},
    }

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
    body = models.TextField(_("text"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PENDING)
    version = models.PositiveIntegerField(_("version of the text"), default=1)
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
            )
        ]
        indexes = [
            models.Index(fields=["thread", "status", "root", "id"], name="comments_page"),
            models.Index(fields=["created_at", "id"], name="comments_waiting", condition=models.Q(status="pending")),
            models.Index(fields=["thread", "created_at"], name="comments_thread_rate"),
            models.Index(fields=["network", "created_at"], name="comments_network_rate"),
            models.Index(Upper("email"), name="comments_email"),
        ]

    def __str__(self) -> str:
        return _("%(name)s on %(date)s") % {"name": self.name, "date": self.created_at.date()}

    def get_absolute_url(self) -> str:
        return reverse("comments:comment", args=[self.pk])

    def approve(self, *, by: User | None, reason: str = "", note: str = "") -> "Decision":
        """Readers see it from now on, and the people who asked for it get a letter."""
        with transaction.atomic():
            decision = self._decide(self.Status.APPROVED, by=by, reason=reason, note=note)
            notices.write_about(self)
        return decision

    def reject(self, *, by: User | None, reason: str, note: str = "") -> "Decision":
        return self._decide(self.Status.REJECTED, by=by, reason=reason, note=note)

    def mark_as_spam(self, *, by: User | None, note: str = "") -> "Decision":
        return self._decide(self.Status.SPAM, by=by, reason=Decision.Reason.SPAM, note=note)

    def remove(self, *, by: User | None, reason: str, note: str = "") -> "Decision":
        return self._decide(self.Status.REMOVED, by=by, reason=reason, note=note)

    def revise(self, *, body: str) -> "Version":
        """The writer's own new wording, while it waits and for some minutes; the same checks look at it.

        Raises AlreadyDecided when a moderator, or another window of hers, was faster or the time is up.
        """
        with transaction.atomic():
            seen, self.version, self.body, self.edited_at = self.version, self.version + 1, body, timezone.now()
            self.notice()
            changed = self.is_editable and Comment.objects.filter(
                pk=self.pk, status=self.Status.PENDING, version=seen
            ).update(version=self.version, body=body, edited_at=self.edited_at, signals=self.signals)
            if not changed:
                raise AlreadyDecided(Comment.objects.get(pk=self.pk))
            return self.versions.create(number=self.version, body=body, signals=self.signals)

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

    def notice(self, *, seconds: float | None = None, trapped: bool = False) -> None:
        """Runs the checks over the text as it is now. What an earlier version's sending gave away stays noticed."""
        ten_minutes = Comment.objects.exclude(pk=self.pk).from_network(self.network, within=TEN_MINUTES)
        writing = Writing(
            body=self.body,
            seconds=seconds,
            trapped=trapped,
            is_first=not Comment.objects.by_person(self).filter(status=self.Status.APPROVED).exists(),
            repeats=Comment.objects.filter(thread=self.thread_id, body=self.body).exclude(pk=self.pk).count(),
            from_network=ten_minutes.count() if self.network else 0,
        )
        found = look_at(writing)
        found += [old for old in self.reasons if old.code in SENDING and old.code not in {new.code for new in found}]
        self.signals = [signal.as_json() for signal in found]

    def begin(self, *, may_appear: bool) -> None:
        """The first version, the first line of the record, and what the checks alone may decide."""
        codes = ", ".join(signal.code for signal in self.reasons)
        self.versions.create(number=self.version, body=self.body, signals=self.signals)
        self.decisions.create(version=self.version, outcome=self.Status.PENDING, note=codes)
        outcome = verdict(self.reasons, may_appear=may_appear)
        if outcome == self.Status.SPAM:
            self.mark_as_spam(by=None, note=codes)
        elif outcome == self.Status.APPROVED:
            self.approve(by=None)

    @property
    def is_public(self) -> bool:
        return self.status == self.Status.APPROVED

    @property
    def is_editable(self) -> bool:
        """By the person who wrote it: while nobody has decided, and not for long, so that a moderator can rely on it."""
        age = timezone.now() - self.created_at
        return self.status == self.Status.PENDING and age < timedelta(minutes=EDIT_MINUTES)

    @property
    def reasons(self) -> list[Signal]:
        """Why it waits, as the checks said of the present version."""
        return [Signal.from_json(data) for data in self.signals]

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

    def _decide(self, status: Status, *, by: User | None, reason: str = "", note: str = "") -> "Decision":
        """Compare and set on what `self` was when it was loaded: its state and the version of its text.

        Raises AlreadyDecided when either has changed since, or when the move is not a legal one.
        """
        seen = self.Status(self.status)
        with transaction.atomic():
            now = timezone.now()
            moved = seen in self.MOVES[status] and Comment.objects.filter(
                pk=self.pk, status=seen, version=self.version
            ).update(status=status, decided_at=now)
            if not moved:
                raise AlreadyDecided(Comment.objects.get(pk=self.pk))
            self.status, self.decided_at = status, now
            return self.decisions.create(
                by=by, version=self.version, before=seen, outcome=status, reason=reason, note=note, at=now
            )


class Version(models.Model):
    """A text as it was at some moment, and what the checks saw in it. Decisions point at its number."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="versions", verbose_name=_("comment"))
    number = models.PositiveIntegerField(_("version"))
    body = models.TextField(_("text"))
    signals = models.JSONField(_("signals"), default=list, blank=True)
    created_at = models.DateTimeField(_("written"), default=timezone.now)

    class Meta:
        verbose_name = _("version of a comment")
        verbose_name_plural = _("versions of comments")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["comment", "number"], name="comments_version_number")]

    def __str__(self) -> str:
        return f"{self.comment_id}.{self.number}"

    @property
    def body_html(self) -> SafeString:
        return as_html(self.body)


class Decision(models.Model):
    """Who decided what about which version, why and when. Written once, never changed."""

    class Reason(models.TextChoices):
        ADVERT = "advert", _("It advertises something")
        UNKIND = "unkind", _("It attacks a person or a group")
        DANGEROUS = "dangerous", _("It gives medical advice that could harm")
        PRIVATE = "private", _("It shows private details of a person")
        OFF_TOPIC = "off_topic", _("It has nothing to do with the page")
        UNLAWFUL = "unlawful", _("It is against the law")
        SPAM = "spam", _("Spam")
        OTHER = "other", _("Another reason, in the note")

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="decisions", verbose_name=_("comment"))
    version = models.PositiveIntegerField(_("version of the text"))
    # Nobody: the checks decided, or let it through where the thread's policy allows that.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="decisions", verbose_name=_("by")
    )
    before = models.CharField(_("before"), max_length=10, choices=Comment.Status, blank=True)
    outcome = models.CharField(_("decision"), max_length=10, choices=Comment.Status)
    reason = models.CharField(_("reason"), max_length=12, choices=Reason, blank=True)
    note = models.TextField(_("note"), blank=True)
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["-id"]
        indexes = [models.Index(fields=["-at"], name="comments_decision_at")]

    def __str__(self) -> str:
        return f"{self.comment_id}.{self.version}: {self.outcome}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("A decision is written once; decide again instead.")
        super().save(*args, **kwargs)

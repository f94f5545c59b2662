from datetime import timedelta
from typing import Any, Self

from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User, Writer
from comments import captcha as captchas
from comments.door.trust import is_known
from comments.models.comments import TEN_MINUTES, Comment, NotReceived


class ThreadQuerySet(models.QuerySet["Thread"]):
    def readable(self) -> Self:
        """Threads whose page a reader can open. A question's page waits until its text is approved."""
        opened = models.Q(opening=None) | models.Q(opening__status=Comment.Status.APPROVED)
        return self.filter(opened, is_public=True)


class Thread(models.Model):
    """The place where readers' words hang. An article has one, a question has one."""

    class Mode(models.TextChoices):
        OPEN = "open", _("open: known readers appear at once, all others wait")
        HELD = "held", _("held: everything waits for a moderator")
        TRUSTED = "trusted", _("known readers only: all others can read")
        READ_ONLY = "read_only", _("read only: nobody can write")

    title = models.CharField(_("title"), max_length=200)
    address = models.CharField(_("address"), max_length=300, help_text=_("Path of the page it belongs to."))
    is_public = models.BooleanField(_("public"), default=False, help_text=_("Its page can be read."))
    mode = models.CharField(_("comments are"), max_length=9, choices=Mode, default=Mode.HELD)
    closes_at = models.DateTimeField(_("closes at"), null=True, blank=True)
    closes_after_days = models.PositiveSmallIntegerField(
        _("closes after days without comments"), null=True, blank=True, help_text=_("Empty: as the house rules say.")
    )
    # When the last text came in, whatever became of it.
    last_at = models.DateTimeField(null=True, blank=True, editable=False)
    # The page's own text when a reader wrote it: a question. It is not listed among the comments. When it is deleted, the
    # page goes: a question without its text would look like an article's thread, which nobody has to approve.
    opening = models.OneToOneField(
        "Comment", models.CASCADE, null=True, blank=True, related_name="opens", verbose_name=_("opening text")
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    # What one network, and everybody together, may send to be read.
    PER_NETWORK = [(TEN_MINUTES, 5), (timedelta(days=1), 20)]
    PER_THREAD = 60  # in ten minutes

    objects = ThreadQuerySet.as_manager()

    class Meta:
        verbose_name = _("thread")
        verbose_name_plural = _("threads")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return self.address

    def receive(
        self,
        *,
        name: str,
        email: str,
        body: str,
        author: User | None = None,
        writer: Writer | None = None,
        parent: "Comment | None" = None,
        network: str = "",
        form_key: str | None = None,
        captcha: str | None = None,
        terms: Any = None,
        wants_mail: bool = False,
        seconds: float | None = None,
        trapped: bool = False,
        limited: bool = True,
    ) -> "Comment":
        """The one door: takes in what a reader wrote, and says what becomes of it.

        The same `form_key` again returns the comment that it made the first time. `captcha` is a key that was answered
        and is spent here. `seconds` since the form was drawn, `trapped` when a hidden field was filled in;
        `limited=False` for people who may write as fast as they like. Raises NotReceived; then nothing is saved.
        """
        comment = Comment(
            thread=self, name=name, email=email.lower(), body=body, author=author, writer=writer, network=network,
            form_key=form_key, terms=terms, wants_mail=wants_mail and bool(email),
        )  # fmt: skip
        try:
            with transaction.atomic():
                return self._take_in(
                    comment, parent=parent, captcha=captcha, seconds=seconds, trapped=trapped, limited=limited
                )
        except IntegrityError:
            # The same form at the very same moment, under another thread's lock.
            if earlier := Comment.objects.sent_with(form_key):
                return earlier
            raise

    @property
    def is_open(self) -> bool:
        """Whether somebody may write here; who, `mode` says."""
        closed = self.closes_at is not None and self.closes_at <= timezone.now()
        return self.mode != self.Mode.READ_ONLY and not closed

    @property
    def is_readable(self) -> bool:
        return self.is_public and (self.opening is None or self.opening.is_public)

    @property
    def newest_first(self) -> bool:
        """Talk under an article begins with the newest; answers to a question are read in order."""
        return self.opening_id is None

    def _take_in(
        self,
        comment: "Comment",
        *,
        parent: "Comment | None",
        captcha: str | None,
        seconds: float | None,
        trapped: bool,
        limited: bool,
    ) -> "Comment":
        # One at a time per thread: whether it is open and how much was written must be true when we save.
        thread = Thread.objects.select_for_update(no_key=True).get(pk=self.pk)
        if earlier := Comment.objects.sent_with(comment.form_key):
            return earlier
        thread._let_in(comment, limited=limited)
        comment.hang_under(parent)
        comment.notice(seconds=seconds, trapped=trapped)
        comment.save(force_insert=True)
        if captcha is not None and not captchas.spend(captcha):
            raise NotReceived(NotReceived.Why.CAPTCHA)
        comment.begin(may_appear=thread.mode == self.Mode.OPEN and is_known(comment.author))
        return comment

    def _let_in(self, comment: "Comment", *, limited: bool) -> None:
        why = NotReceived.Why
        if not self.is_readable:
            raise NotReceived(why.GONE)
        if not self.is_open:
            raise NotReceived(why.CLOSED)
        if not limited:
            return
        if comment.network and any(
            Comment.objects.from_network(comment.network, within=span).count() >= most
            for span, most in self.PER_NETWORK
        ):
            raise NotReceived(why.TOO_MANY)
        if self.comments.filter(created_at__gt=timezone.now() - TEN_MINUTES).count() >= self.PER_THREAD:
            raise NotReceived(why.BUSY)

from datetime import datetime, timedelta
from typing import Any, Self

from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.models import User, Writer
from comments.captcha import challenge as captchas
from comments.intake import raids
from comments.intake.facts import title_of
from comments.intake.near_duplicates import names_a_site, sites_in
from comments.intake.trust import is_known
from comments.models.comments import TEN_MINUTES, Comment
from comments.models.door import HouseRules, Raid
from comments.models.errors import NotReceived
from edge.limits import one_at_a_time
from edge.network import WIDER, shares, wider_key


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

    # What one network may send to be read. Everybody together may send anything: comments.intake.raids sees to floods.
    PER_NETWORK = [(TEN_MINUTES, 5), (timedelta(days=1), 20)]

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
        except NotReceived as refusal:
            if refusal.why == NotReceived.Why.LINKS:
                raids.count_refusal(self.pk)
            raise
        except IntegrityError:
            # The same form at the very same moment, under another thread's lock.
            if earlier := Comment.objects.sent_with(form_key):
                return earlier
            raise

    def door_for(self, *, known: bool) -> NotReceived.Why | None:
        """Why somebody cannot write here now; None when she can. `known`: as comments.intake.trust.is_known says.

        The one answer: the page, the form and `receive` all ask here, the last one under its lock.
        """
        why = NotReceived.Why
        if not self.is_readable:
            return why.GONE
        if not self.is_open:
            return why.CLOSED
        return why.TRUSTED if self.mode == self.Mode.TRUSTED and not known else None

    def let_change(self, comment: "Comment", body: str) -> None:
        """What the door says to new words for a text that is here already. Raises NotReceived.

        Where nobody can write nobody changes either, and a newcomer brings no link in by the back door of a raid.
        """
        if not self.is_open:
            raise NotReceived(NotReceived.Why.NO_CHANGES)
        if not sites_in(body) - sites_in(comment.read_body) or is_known(comment.author):
            return
        if raids.going_on(self.pk):
            raids.count_refusal(self.pk)
            raise NotReceived(NotReceived.Why.LINKS)

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
        known = is_known(comment.author)
        thread._let_in(comment, known=known, limited=limited)
        comment.hang_under(parent)
        sanction = comment.let_in()
        # Who shares a network with somebody else does not wait for him when the house knows her.
        sanctioned = sanction is not None and not (sanction.network and known)
        raid = None if known else thread._raid_for(comment)
        comment.notice(
            seconds=seconds, trapped=trapped, sanctioned=sanctioned, raid=raid is not None, newcomer=not known
        )
        comment.save(force_insert=True)
        if captcha is not None and not captchas.spend(captcha):
            raise NotReceived(NotReceived.Why.CAPTCHA)
        Thread.objects.filter(pk=self.pk).update(last_at=comment.created_at)
        comment.begin(may_appear=known and thread.mode in {self.Mode.OPEN, self.Mode.TRUSTED})
        return comment

    def _let_in(self, comment: "Comment", *, known: bool, limited: bool) -> None:
        if why := self.door_for(known=known):
            raise NotReceived(why)
        if limited and comment.network and self._is_too_much(comment.network):
            raise NotReceived(NotReceived.Why.TOO_MANY)

    def _is_too_much(self, network: str) -> bool:
        """Whether the network has sent as much as it may, here and elsewhere."""
        one_at_a_time(f"comments {wider_key(network)}")
        longest, most = max(self.PER_NETWORK)
        lately = Comment.objects.from_network(wider_key(network), within=longest).order_by("-created_at")
        sent = list(lately.values_list("created_at", "network")[: WIDER * most])
        return any(
            self._is_over([at for at, whose in sent if whose.startswith(key)], times) for key, times in shares(network)
        )

    def _is_over(self, moments: list[datetime], times: int) -> bool:
        """Whether so many times what one network may send was sent at these moments, the newest first."""
        now = timezone.now()
        return any(len(moments) >= times * n and now - moments[times * n - 1] < span for span, n in self.PER_NETWORK)

    def _raid_for(self, comment: "Comment") -> Raid | None:
        """The raid that a newcomer writes in. The text that starts one is held, never sent back: what sends a text
        back saves nothing, so the raid would not begin."""
        if raid := raids.going_on(self.pk):
            if names_a_site("\n".join([comment.body, title_of(comment), comment.name])):
                raise NotReceived(NotReceived.Why.LINKS)
            return raid
        return raids.notice_a_flood(self.pk)

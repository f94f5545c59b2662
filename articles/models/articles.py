from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User, Writer
from articles.content import Content
from articles.models.addresses import FormerAddress
from articles.models.images import Image
from articles.models.queries import ArticleQuerySet
from articles.models.topics import Topic
from articles.steps import STEPS, NotReady, WrongStep
from comments.mail.following import follow_as_writer
from comments.models import Thread
from edge.richtext import RichTextField

if TYPE_CHECKING:
    from articles.models.authorships import Authorship
    from articles.models.record import EditorialEvent, Revision
    from articles.models.references import Reference
    from articles.models.reviews import MedicalReview

WORDS_PER_MINUTE = 220


class Article(models.Model):
    """An article. What is being written is the content of its latest Revision; its columns and rows hold what readers
    see and, while they see nothing of it, the same as the latest Revision."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("submitted")
        IN_REVIEW = "in_review", _("in medical review")
        APPROVED = "approved", _("approved")
        SCHEDULED = "scheduled", _("scheduled")
        PUBLISHED = "published", _("published")
        ARCHIVED = "archived", _("archived")

    title = models.CharField(_("title"), max_length=150, blank=True)
    slug = models.SlugField(
        _("address"), max_length=160, unique=True, help_text=_("When it changes, the old address leads here.")
    )
    summary = models.CharField(
        _("summary"), max_length=300, help_text=_("One or two sentences under the title, in lists and in mail.")
    )
    body = RichTextField(_("text"), blank=True, help_text=_("Write [1] to point at the first reference."))
    # What readers get: body with anchors, references and pictures worked in. Made anew on every save.
    body_html = models.TextField(editable=False, default="")
    key_points = models.TextField(_("key points"), blank=True, help_text=_("One a line; three to five."))
    get_help = models.TextField(
        _("when to get help"), blank=True, help_text=_("Signs that should not wait, and whom to call.")
    )
    image = models.ForeignKey(
        Image, models.SET_NULL, null=True, blank=True, related_name="articles", verbose_name=_("picture")
    )
    topic = models.ForeignKey(
        Topic, models.PROTECT, null=True, blank=True, related_name="articles", verbose_name=_("main topic")
    )
    other_topics: "models.ManyToManyField[Topic, Any]" = models.ManyToManyField(
        Topic, blank=True, related_name="more_articles", verbose_name=_("other topics")
    )
    writers: "models.ManyToManyField[Writer, Authorship]" = models.ManyToManyField(
        Writer, through="Authorship", related_name="articles", verbose_name=_("writers")
    )
    # Where the latest revision is on its way. An older one may be what readers see meanwhile.
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT, editable=False)
    is_live = models.BooleanField(_("readers see it"), default=False, editable=False)
    # The number of the latest revision: who saves says from which one she started.
    edition = models.PositiveIntegerField(default=0, editable=False)
    # Of the page on which it was begun: saved twice, it is one article.
    draft_key = models.CharField(max_length=32, null=True, unique=True, editable=False)  # noqa: DJ001  unique, so null
    live_revision = models.ForeignKey("Revision", models.SET_NULL, null=True, editable=False, related_name="+")
    latest_revision = models.ForeignKey("Revision", models.SET_NULL, null=True, editable=False, related_name="+")
    thread = models.OneToOneField(Thread, models.PROTECT, null=True, editable=False, related_name="article")
    rating_count = models.PositiveIntegerField(default=0, editable=False)
    rating_sum = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(_("begun"), default=timezone.now, editable=False)
    submitted_at = models.DateTimeField(_("submitted at"), null=True, editable=False)
    publish_at = models.DateTimeField(_("to be published at"), null=True, editable=False)
    published_at = models.DateTimeField(_("published at"), null=True, editable=False)
    updated_at = models.DateTimeField(_("text changed"), null=True, editable=False)
    expire_at = models.DateTimeField(_("to be archived at"), null=True, editable=False)
    # Of the newest review of the text that readers see, for lists: the reviews themselves are the truth.
    reviewed_on = models.DateField(_("reviewed on"), null=True, editable=False)
    review_due_on = models.DateField(_("next review"), null=True, editable=False)
    # Whether the worker has read what the latest text holds, see `articles/indexing.py`.
    is_indexed = models.BooleanField(default=False, editable=False)

    objects = ArticleQuerySet.as_manager()

    # Byline and sources of a content that is not in the database, while it is looked at.
    drafted: "tuple[list[Writer], list[Reference]] | None" = None

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        ordering = ["-id"]
        permissions = [
            ("edit_any_article", _("Can edit articles of others")),
            ("publish_article", _("Can publish, schedule, send back and archive articles")),
            ("review_article", _("Can review articles medically")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_live=False)
                | models.Q(published_at__isnull=False, thread__isnull=False, topic__isnull=False),
                name="articles_live_has_date",
            ),
            models.CheckConstraint(
                condition=(~models.Q(status="published") | models.Q(is_live=True))
                & (~models.Q(status="archived") | models.Q(is_live=False)),
                name="articles_status_fits_readers",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="scheduled") | models.Q(publish_at__isnull=False),
                name="articles_scheduled_has_time",
            ),
        ]
        indexes = [
            models.Index(fields=["-published_at", "-id"], name="articles_newest", condition=models.Q(is_live=True)),
            models.Index(fields=["topic", "-published_at"], name="articles_of_topic", condition=models.Q(is_live=True)),
            models.Index(fields=["publish_at"], name="articles_due", condition=models.Q(status="scheduled")),
            models.Index(fields=["status", "submitted_at"], name="articles_work"),
            models.Index(fields=["expire_at"], name="articles_expiring", condition=models.Q(expire_at__isnull=False)),
            models.Index(fields=["review_due_on", "id"], name="articles_review_due", condition=models.Q(is_live=True)),
            models.Index(fields=["updated_at", "id"], name="articles_untouched", condition=models.Q(is_live=True)),
            models.Index(fields=["id"], name="articles_unread", condition=models.Q(is_indexed=False)),
        ]

    def __str__(self) -> str:
        return self.title or gettext("Untitled")

    def get_absolute_url(self) -> str:
        return reverse("articles:detail", args=[self.slug])

    def submit(self, *, by: User) -> "EditorialEvent":
        """A writer gives her draft to the editors. Raises NotReady when text, summary or byline is missing."""
        self._be_complete()
        return self._take("submit", by=by, submitted_at=timezone.now())

    def withdraw(self, *, by: User) -> "EditorialEvent":
        return self._take("withdraw", by=by)

    def send_back(self, *, by: User, note: str) -> "EditorialEvent":
        if not note.strip():
            raise NotReady(gettext("Please say what should change: the writer reads your note."))
        return self._take("send_back", by=by, note=note)

    def start_review(self, *, by: User) -> "EditorialEvent":
        return self._take("start_review", by=by)

    def pass_review(
        self, *, by: User, reviewer: Writer | None = None, scope: str = "", next_due_on: date | None = None
    ) -> "MedicalReview":
        """A medical professional stands with her own name for the text as it is now."""
        reviewer = reviewer or Writer.objects.filter(user=by).first()
        if reviewer is None or reviewer.user_id != by.pk or not reviewer.is_medical_professional:
            raise NotReady(gettext("A review needs the byline of a medical professional, and it has to be your own."))
        with transaction.atomic():
            self._lock()
            STEPS["pass_review"].check(self, by)
            revision = self._latest(by)
            self._take("pass_review", by=by, note=scope)
            return self.reviews.create(
                revision=revision,
                reviewer=reviewer,
                scope=scope,
                reviewed_on=timezone.localdate(),
                next_due_on=next_due_on,
            )

    def approve(self, *, by: User) -> "EditorialEvent":
        return self._take("approve", by=by)

    def publish(self, *, by: User, at: datetime | None = None) -> "EditorialEvent":
        """Shows the latest text to readers now or, with a moment yet to come, then."""
        self._be_complete()
        if at is not None and at > timezone.now():
            return self._take("schedule", by=by, publish_at=at)
        return self._go_live(by=by)

    def unschedule(self, *, by: User) -> "EditorialEvent":
        return self._take("unschedule", by=by, publish_at=None)

    def publish_when_due(self) -> "EditorialEvent":
        """Its time has come. Nobody does this: somebody has scheduled it. Raises WrongStep when it is not due."""
        if self.status != self.Status.SCHEDULED or self.publish_at is None or self.publish_at > timezone.now():
            raise WrongStep(gettext("It is not time to publish this article."))
        self._be_complete()
        return self._go_live(by=None)

    def discard(self, *, by: User) -> "EditorialEvent":
        """What was changed since it was published does not come: the latest text is again the one that readers see."""
        from articles.revisions import discard

        return discard(self, by)

    def archive(self, *, by: User, note: str = "") -> "EditorialEvent":
        with transaction.atomic():
            event = self._take("archive", by=by, note=note, publish_at=None, is_live=False, live_revision=None)
            self.keep_thread()
            return event

    def reopen(self, *, by: User) -> "EditorialEvent":
        return self._take("reopen", by=by)

    def keep_thread(self) -> None:
        """The readers' thread knows the article's title and address, and is public as long as the article is.

        Its writers hear about comments, unless they do not want to.
        """
        if self.thread is not None:
            Thread.objects.filter(pk=self.thread.pk).update(
                title=self.title, address=self.get_absolute_url(), is_public=self.is_live
            )
            for writer in User.objects.filter(writer__authorships__article=self):
                follow_as_writer(self.thread, writer)

    def is_by(self, user: User) -> bool:
        return user.pk is not None and user.pk in self.accounts_of_writers

    @cached_property
    def accounts_of_writers(self) -> frozenset[int]:
        """Asked for every permission, so read once."""
        return frozenset(self.authorships.exclude(writer__user=None).values_list("writer__user", flat=True))

    def can_be_edited_by(self, user: User) -> bool:
        """Editors edit everything but the archive; writers their own drafts until they submit them, and what is
        published: that begins a new draft beside it."""
        if not user.has_perm("articles.change_article"):
            return False
        if user.has_perm("articles.edit_any_article"):
            return self.status != self.Status.ARCHIVED
        return self.status in {self.Status.DRAFT, self.Status.PUBLISHED} and self.is_by(user)

    def show_to(self, user: User) -> None:
        """For whoever may not read what is being written, the latest text is the one that readers see."""
        if self.is_live and not Article.objects.drafts_open_to(user).filter(pk=self.pk).exists():
            self.latest_revision = self.live_revision

    def can_be_seen_by(self, user: User) -> bool:
        return Article.objects.visible_to(user).filter(pk=self.pk).exists()

    @property
    def is_public(self) -> bool:
        return self.is_live and self.published_at is not None and self.published_at <= timezone.now()

    @property
    def content(self) -> Content:
        """What is being written: the latest revision's, or what the columns hold before there is one."""
        from articles.revisions import snapshot

        return self.latest_revision.content if self.latest_revision else snapshot(self)

    @property
    def rating(self) -> float | None:
        """Average of one to five stars, or None before the first vote."""
        return self.rating_sum / self.rating_count if self.rating_count else None

    def byline(self) -> list[Writer]:
        """Who wrote what this object shows, in order. See `articles.preview.as_drafted` for one that readers do not see."""
        if self.drafted is not None:
            return self.drafted[0]
        return [authorship.writer for authorship in self.authorships.select_related("writer")]

    def sources(self) -> "list[Reference]":
        return list(self.references.all()) if self.drafted is None else self.drafted[1]

    def _be_complete(self) -> None:
        """A draft may be anything; what leaves the writer's hands may not lack these."""
        content = self.content
        needed = {
            "title": gettext("a title"), "summary": gettext("a summary"), "body": gettext("the text"),
            "topic": gettext("a main topic"), "writers": gettext("a writer"),
        }  # fmt: skip
        missing = [words for name, words in needed.items() if not content[name] or not str(content[name]).strip()]
        if missing:
            raise NotReady(gettext("Still missing: %(what)s.") % {"what": ", ".join(missing)})

    def _lock(self) -> None:
        """Holds the row until the transaction ends. Raises WrongStep when it changed since `self` was read."""
        same = Article.objects.select_for_update().filter(pk=self.pk, status=self.status, edition=self.edition)
        if not list(same.values_list("pk")):
            raise WrongStep(self._what_happened())

    def _take(self, name: str, *, by: User | None, note: str = "", **changes: Any) -> "EditorialEvent":
        """One step with its record; compare and set, so that of two people at once one gets a clear answer."""
        step, before = STEPS[name], self.status
        if by is not None:
            step.check(self, by)
        with transaction.atomic():
            changes["status"] = self.Status(step.after)
            if "live_revision" in changes:
                changes["is_indexed"] = False  # what readers see counts, too
            if not Article.objects.filter(pk=self.pk, status=before, edition=self.edition).update(**changes):
                raise WrongStep(self._what_happened())
            for field, value in changes.items():
                setattr(self, field, value)
            return self.events.create(
                revision_id=self.latest_revision_id, by=by, step=name, before=before, after=step.after, note=note
            )

    def _go_live(self, *, by: User | None) -> "EditorialEvent":
        from articles.rendering import refresh
        from articles.revisions import show

        with transaction.atomic():
            self._lock()
            if by is not None:
                STEPS["publish"].check(self, by)
            revision = self._latest(by)
            former_slug = self.slug if self.published_at else ""
            show(self, revision.content)
            refresh(self)
            event = self._take(
                "publish",
                by=by,
                # Keep the first date: feed readers show an article again when its date moves.
                published_at=self.published_at or timezone.now(),
                publish_at=None,
                is_live=True,
                live_revision=revision,
                updated_at=revision.created_at,
                thread=self.thread or Thread.objects.create(title=self.title, address=self.get_absolute_url()),
            )
            self.keep_thread()
            if former_slug and former_slug != self.slug:
                FormerAddress.objects.remember(reverse("articles:detail", args=[former_slug]), article=self)
            FormerAddress.objects.reclaim(self.get_absolute_url())
            return event

    def _latest(self, by: User | None) -> "Revision":
        """The latest revision; made now when the article came in by another way than the desk."""
        from articles.revisions import record

        return self.latest_revision or record(self, by)

    def _what_happened(self) -> str:
        event = self.events.select_related("by").first()
        latest = self.revisions.select_related("by").first()
        now = Article.objects.get(pk=self.pk)
        if now.status == self.status and latest is not None:
            return gettext(
                "%(who)s has changed the text since you opened it. Please read it again; nothing was done."
            ) % {"who": latest.by or gettext("Somebody")}
        return gettext("%(who)s was faster: this article is now %(status)s. Nothing was done.") % {
            "who": (event and event.by) or gettext("Somebody"),
            "status": now.get_status_display(),
        }

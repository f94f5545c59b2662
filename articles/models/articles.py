from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User, Writer
from articles.models.constraints import CONSTRAINTS, INDEXES
from articles.models.images import Image
from articles.models.queries import REVIEW_AHEAD, ArticleQuerySet
from articles.models.steps import STEPS, NotReady, WrongStep
from articles.models.topics import Topic
from articles.text.content import Content
from comments.followers.following import follow_as_writer
from comments.models import Thread
from edge.richtext import RichTextField

if TYPE_CHECKING:
    from articles.models.authorships import Authorship
    from articles.models.corrections import Correction
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
        constraints = CONSTRAINTS
        indexes = INDEXES

    def __str__(self) -> str:
        return self.title or gettext("Untitled")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """The readers' thread is there from the first word on, so that a preview is the page to come. Until something is
        published it has no name: lists of threads are for people who may not know of the article."""
        with transaction.atomic():
            if self._state.adding and self.thread is None:
                self.thread = Thread.objects.create()
            super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        with transaction.atomic():
            deleted = super().delete(*args, **kwargs)
            if self.thread is not None:
                # Where nobody has ever written.
                Thread.objects.filter(pk=self.thread.pk, title="").delete()
            return deleted

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
        """A medical professional stands with her own name for the text as it is now. Without `next_due_on` it is due
        again in two years."""
        from articles.workflow.reviewing import pass_review

        return pass_review(self, by=by, reviewer=reviewer, scope=scope, next_due_on=next_due_on)

    def review_again(
        self,
        *,
        by: User,
        reviewer: Writer | None = None,
        revision: int | None = None,
        scope: str = "",
        next_due_on: date | None = None,
    ) -> "MedicalReview":
        """The same for the text that readers see, which stays. `revision` is the key of the one that she has read."""
        from articles.workflow.reviewing import review_again

        return review_again(self, by=by, reviewer=reviewer, revision=revision, scope=scope, next_due_on=next_due_on)

    def withdraw_review(self, review: "MedicalReview", *, by: User, note: str) -> "EditorialEvent":
        """It no longer counts. What is approved or scheduled because of it goes back into review."""
        from articles.workflow.reviewing import withdraw

        return withdraw(self, review, by=by, note=note)

    def approve(self, *, by: User) -> "EditorialEvent":
        return self._take("approve", by=by)

    def publish(self, *, by: User, at: datetime | None = None, until: datetime | None = None) -> "EditorialEvent":
        """Shows the latest text to readers now or, with a moment yet to come, then; `until` ends that, if given."""
        self._be_complete()
        self._hold_nothing()
        end: dict[str, Any] = {} if at is None else {"expire_at": until}
        if at is not None and at > timezone.now():
            self._be_in_order(at, until)
            return self._take("schedule", by=by, publish_at=at, **end)
        return self._go_live(by=by, **end)

    def unschedule(self, *, by: User) -> "EditorialEvent":
        return self._take("unschedule", by=by, publish_at=None, **self._end_if_live())

    def publish_when_due(self) -> "EditorialEvent":
        """Its time has come. Nobody does this: somebody has scheduled it. Raises WrongStep when it is not due."""
        with transaction.atomic():
            self._lock()
            if self.status != self.Status.SCHEDULED or self.publish_at is None or self.publish_at > timezone.now():
                raise WrongStep(gettext("It is not time to publish this article."))
            self._be_complete()
            return self._go_live(by=None)

    def expire(self, *, by: User, at: datetime) -> "EditorialEvent":
        """Readers see it until then."""
        if at <= timezone.now():
            raise NotReady(gettext("This moment has passed. Choose a later one, or archive the article now."))
        with transaction.atomic():
            self._lock()
            self._be_in_order(self.publish_at, at)
            return self._take("expire", by=by, expire_at=at)

    def keep(self, *, by: User) -> "EditorialEvent":
        """The time at which it was to be archived no longer counts."""
        return self._take("keep", by=by, expire_at=None)

    def archive_when_due(self) -> "EditorialEvent":
        """Its time is over. Nobody does this: somebody has said until when. Raises WrongStep when it is not over."""
        with transaction.atomic():
            self._lock()
            if self.expire_at is None or self.expire_at > timezone.now():
                raise WrongStep(gettext("It is not time to archive this article."))
            return self._archive(by=None)

    def discard(self, *, by: User) -> "EditorialEvent":
        """What was changed since it was published does not come: the latest text is again the one that readers see."""
        from articles.drafts.saving import discard

        return discard(self, by)

    def correct(self, *, by: User, text: str, on: date | None = None) -> "Correction":
        """Tells readers what was wrong in what they see, and on which day it was put right."""
        from articles.workflow.corrections import correct

        return correct(self, by=by, text=text, on=on)

    def archive(self, *, by: User, note: str = "") -> "EditorialEvent":
        return self._archive(by=by, note=note)

    def reopen(self, *, by: User) -> "EditorialEvent":
        return self._take("reopen", by=by)

    def keep_thread(self) -> None:
        """The readers' thread knows the article's title and address, and is public as long as the article is.

        Its writers hear about comments, unless they do not want to.
        """
        if self.thread is not None and self.published_at is not None:
            # It begins when readers first see it: a thread that is quiet for long closes.
            Thread.objects.filter(pk=self.thread.pk, title="").update(created_at=self.published_at)
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

    def will_be_by(self, user: User) -> bool:
        """Whether the latest text has her in its byline, which readers may not see yet."""
        if self.latest_revision_id == self.live_revision_id:
            return False
        return user.pk is not None and Writer.objects.filter(user=user, pk__in=self.content["writers"]).exists()

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
    def is_to_be_reviewed(self) -> bool:
        """Of the text that readers see: nobody has reviewed it, or the next review is due soon."""
        due = self.review_due_on
        return self.reviewed_on is None or due is None or due <= timezone.localdate() + REVIEW_AHEAD

    @property
    def content(self) -> Content:
        """What is being written: the latest revision's, or what the columns hold before there is one."""
        from articles.drafts.saving import snapshot

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

    def made_corrections(self) -> "list[Correction]":
        """The newest first. No query when `for_reading` has found that there are none."""
        return list(self.corrections.all()) if self.__dict__.get("is_corrected", True) else []

    def sources(self) -> "list[Reference]":
        return list(self.references.all()) if self.drafted is None else self.drafted[1]

    def _hold_nothing(self) -> None:
        """What readers must not see, see `articles/checklist`. Raises NotReady with a sentence for each."""
        from articles.checklist import holding

        if found := holding(self, self.content):
            raise NotReady(" ".join([gettext("This cannot be published yet."), *map(str, found)]))

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

    def _be_in_order(self, begin: datetime | None, end: datetime | None) -> None:
        if begin is not None and end is not None and end <= begin:
            raise NotReady(gettext("It would be archived before it appears. Choose a later end, or an earlier begin."))

    def _lock(self) -> None:
        """Holds the row until the transaction ends, and reads again what others may have set meanwhile. Raises WrongStep
        when status or text changed since `self` was read."""
        same = Article.objects.select_for_update().filter(pk=self.pk, status=self.status, edition=self.edition)
        row = same.values("publish_at", "expire_at", "is_live", "live_revision_id", "published_at").first()
        if row is None:
            raise WrongStep(self._what_happened())
        for field, value in row.items():
            setattr(self, field, value)

    def _take(self, name: str, *, by: User | None, note: str = "", **changes: Any) -> "EditorialEvent":
        """One step with its record; compare and set, so that of two people at once one gets a clear answer."""
        step, before = STEPS[name], self.status
        if by is not None:
            step.check(self, by)
        with transaction.atomic():
            changes["status"] = self.Status(step.after or before)
            if "live_revision" in changes:
                changes["is_indexed"] = False  # what readers see counts, too
            if not Article.objects.filter(pk=self.pk, status=before, edition=self.edition).update(**changes):
                raise WrongStep(self._what_happened())
            for field, value in changes.items():
                setattr(self, field, value)
            return self.events.create(
                revision_id=self.latest_revision_id, by=by, step=name, before=before, after=changes["status"], note=note
            )

    def _go_live(self, *, by: User | None, **changes: Any) -> "EditorialEvent":
        from articles.workflow.publishing import go_live

        return go_live(self, by, **changes)

    def _archive(self, *, by: User | None, note: str = "") -> "EditorialEvent":
        from articles.workflow.publishing import archive

        return archive(self, by, note)

    def _end_if_live(self) -> dict[str, Any]:
        """What is neither published nor scheduled has no end."""
        return {} if self.is_live else {"expire_at": None}

    def _latest(self, by: User | None) -> "Revision":
        """The latest revision; made now when the article came in by another way than the desk."""
        from articles.drafts.saving import record

        return self.latest_revision or record(self, by)

    def _what_happened(self) -> str:
        event = self.events.exclude(before=models.F("after")).select_related("by").first()
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

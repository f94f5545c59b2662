from datetime import timedelta
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
from articles.models.queries import ArticleQuerySet
from articles.models.topics import Topic
from articles.text.content import REFERENCE_FIELDS, ROWS, TEXTS, Content, empty
from comments.models import Thread
from edge.prepared import Prepared
from edge.richtext import RichTextField

if TYPE_CHECKING:
    from articles.models.authorships import Authorship
    from articles.models.corrections import Correction
    from articles.models.references import Reference


# Editors see that a review is due this long before readers see that it is overdue.
REVIEW_AHEAD = timedelta(days=30)


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

    @staticmethod
    def can_be_begun_by(user: User) -> bool:
        """A byline comes first: an article without a writer could not leave the drafts."""
        has_byline = user.has_perm("articles.edit_any_article") or hasattr(user, "writer")
        return has_byline and user.has_perm("articles.add_article")

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
        return self.latest_revision.content if self.latest_revision else self.shown_content()

    def shown_content(self) -> Content:
        """As it stands in columns and rows."""
        content = Article.objects.values(*TEXTS, *ROWS).get(pk=self.pk) if self.pk else empty()
        content["other_topics"] = sorted(self.other_topics.order_by().values_list("pk", flat=True))
        content["writers"] = list(self.authorships.order_by("position", "id").values_list("writer", flat=True))
        content["references"] = [
            {**reference, "accessed_on": reference["accessed_on"] and reference["accessed_on"].isoformat()}
            for reference in self.references.order_by("number").values(*REFERENCE_FIELDS)
        ]
        return content

    def note_review(self) -> None:
        """Keeps the columns `reviewed_on` and `review_due_on` in step with the reviews, which are the truth. Call it in the
        transaction of what has changed.

        Readers see a text that was reviewed once, before it was changed or the review was withdrawn: it is due now.
        """
        reviewed_on = review_due_on = None
        live = self.live_revision if self.is_live else None
        if live is not None:
            review = self.reviews.standing().of_text(live).first()
            if review is not None:
                reviewed_on, review_due_on = review.reviewed_on, review.next_due_on
            elif self.reviews.filter(revision__number__lte=live.number).exists():
                review_due_on = timezone.localdate()
        if (self.reviewed_on, self.review_due_on) != (reviewed_on, review_due_on):
            self.reviewed_on, self.review_due_on = reviewed_on, review_due_on
            Article.objects.filter(pk=self.pk).update(reviewed_on=reviewed_on, review_due_on=review_due_on)

    @property
    def rating(self) -> float | None:
        return self.rating_sum / self.rating_count if self.rating_count else None

    def byline(self) -> list[Writer]:
        """Who wrote what this object shows, in order. See `articles.drafts.preview.as_drafted` for one that readers do not see."""
        if self.drafted is not None:
            return self.drafted[0]
        return BYLINE(article=self.pk)

    def made_corrections(self) -> "list[Correction]":
        """The newest first. No query when `for_reading` has found that there are none."""
        return list(self.corrections.all()) if self.__dict__.get("is_corrected", True) else []


BYLINE = Prepared(
    lambda article: Writer.objects.filter(authorships__article=article).order_by(
        "authorships__position", "authorships__id"
    ),
    article=models.BigIntegerField(),
)

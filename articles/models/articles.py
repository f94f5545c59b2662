from typing import Any, Self

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User, Writer
from articles.models.images import Image
from articles.models.topics import Topic
from comments.models import Thread
from edge.richtext import RichTextField

WORDS_PER_MINUTE = 220


class ArticleQuerySet(models.QuerySet["Article"]):
    def published(self) -> Self:
        """What any reader may see. The one definition: page, list, feed and sitemap use it."""
        return self.filter(status=Article.Status.PUBLISHED, published_at__lte=timezone.now())

    def newest_first(self) -> Self:
        return self.order_by("-published_at", "-id")

    def about(self, topic: Topic) -> Self:
        return self.filter(models.Q(topic=topic) | models.Q(other_topics=topic)).distinct()

    def written_by(self, user: User) -> Self:
        return self.filter(authorships__writer__user=user).distinct()

    def due(self) -> Self:
        """Scheduled articles whose time has come."""
        return self.filter(status=Article.Status.SCHEDULED, publish_at__lte=timezone.now())

    def for_cards(self) -> Self:
        """What a list shows of an article: picture, topic, writers; the same three queries for any number."""
        return (
            self.select_related("topic", "image")
            .prefetch_related("image__renditions", "writers")
            .defer("body", "body_html", "key_points", "get_help")
        )


class Article(models.Model):
    """An article. Its columns hold what readers see (or, before it was ever published, the working text);
    every save of an editor leaves a Revision."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("submitted")
        IN_REVIEW = "in_review", _("in medical review")
        APPROVED = "approved", _("approved")
        SCHEDULED = "scheduled", _("scheduled")
        PUBLISHED = "published", _("published")
        ARCHIVED = "archived", _("archived")

    title = models.CharField(_("title"), max_length=150)
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
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="articles", verbose_name=_("main topic"))
    other_topics = models.ManyToManyField(
        Topic, blank=True, related_name="more_articles", verbose_name=_("other topics")
    )
    writers = models.ManyToManyField(Writer, through="Authorship", related_name="articles", verbose_name=_("writers"))
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT, editable=False)
    # Counts every change, so that nobody saves over what somebody else has saved meanwhile.
    edition = models.PositiveIntegerField(default=0, editable=False)
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

    objects = ArticleQuerySet.as_manager()

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
                condition=~models.Q(status="published") | models.Q(published_at__isnull=False, thread__isnull=False),
                name="articles_published_has_date",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="scheduled") | models.Q(publish_at__isnull=False),
                name="articles_scheduled_has_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-published_at", "-id"], name="articles_newest", condition=models.Q(status="published")
            ),
            models.Index(
                fields=["topic", "-published_at"], name="articles_of_topic", condition=models.Q(status="published")
            ),
            models.Index(fields=["publish_at"], name="articles_due", condition=models.Q(status="scheduled")),
            models.Index(fields=["status", "submitted_at"], name="articles_work"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("articles:detail", args=[self.slug])

    @property
    def is_public(self) -> bool:
        return (
            self.status == self.Status.PUBLISHED
            and self.published_at is not None
            and self.published_at <= timezone.now()
        )

    @property
    def rating(self) -> float | None:
        """Average of one to five stars, or None before the first vote."""
        return self.rating_sum / self.rating_count if self.rating_count else None


class Authorship(models.Model):
    """Who wrote an article, in the order of the byline."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="authorships", verbose_name=_("article"))
    writer = models.ForeignKey(Writer, models.PROTECT, related_name="authorships", verbose_name=_("writer"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("writer")
        verbose_name_plural = _("writers")
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["article", "writer"], name="articles_writer_once")]

    def __str__(self) -> str:
        return str(self.writer)


class Reference(models.Model):
    """A numbered source. `number` is its place in the list at the end and in the text's [n]."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="references", verbose_name=_("article"))
    number = models.PositiveSmallIntegerField(_("number"))
    text = models.CharField(_("source"), max_length=500, help_text=_("Who published it, title, year."))
    url = models.URLField(_("address"), max_length=500, blank=True)
    doi = models.CharField("DOI", max_length=120, blank=True)
    accessed_on = models.DateField(_("read on"), null=True, blank=True)

    class Meta:
        verbose_name = _("reference")
        verbose_name_plural = _("references")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["article", "number"], name="articles_reference_number")]

    def __str__(self) -> str:
        return f"{self.number}. {self.text}"

    @property
    def link(self) -> str:
        return f"https://doi.org/{self.doi}" if self.doi else self.url


class FormerAddress(models.Model):
    """An address that an article or a topic once had; it leads to where the text is now."""

    path = models.CharField(_("path"), max_length=300, unique=True)
    article = models.ForeignKey(Article, models.CASCADE, null=True, blank=True, related_name="former_addresses")
    topic = models.ForeignKey(Topic, models.CASCADE, null=True, blank=True, related_name="former_addresses")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("former address")
        verbose_name_plural = _("former addresses")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(article__isnull=False, topic=None) | models.Q(article=None, topic__isnull=False),
                name="articles_address_has_one_target",
            )
        ]

    def __str__(self) -> str:
        return self.path

    @property
    def target(self) -> Any:
        return self.article or self.topic

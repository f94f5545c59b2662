from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self

from django.db import models, transaction
from django.template.defaultfilters import floatformat
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.html import strip_tags
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User, Writer
from articles.models.constraints import CONSTRAINTS, INDEXES
from articles.models.corrections import Correction
from articles.models.images import Image
from articles.models.log import EditorialEvent
from articles.models.steps import STEPS
from articles.models.topics import Topic
from articles.text.content import REFERENCE_FIELDS, ROWS, TEXTS, Content, empty
from articles.text.readability import WORDS_PER_MINUTE
from comments.models import Thread
from edge.prepared import Prepared
from edge.richtext import RichTextField

if TYPE_CHECKING:
    from articles.models.references import Reference


# Editors see that a review is due this long before readers see that it is overdue.
REVIEW_AHEAD = timedelta(days=30)
# An article that has not appeared this long after its time needs somebody to look.
LATE = timedelta(minutes=5)


class ArticleQuerySet(models.QuerySet["Article"]):
    def published(self, at: Any = None) -> Self:
        """What any reader may see, now or at some moment. The one definition: page, list, feed and sitemap use it."""
        return self.filter(is_live=True, published_at__lte=at or timezone.now())

    def newest_first(self) -> Self:
        return self.order_by("-published_at", "-id")

    def about(self, *topics: Topic) -> Self:
        """About any of these, as main or other topic; each article once, without a DISTINCT over whole texts."""
        beside = self.model.other_topics.through.objects.filter(topic__in=topics).values("article")
        return self.filter(models.Q(topic__in=topics) | models.Q(pk__in=beside))

    def written_by(self, user: User) -> Self:
        return self.filter(self._is_by(user))

    def due(self) -> Self:
        """Scheduled articles whose time has come, and not gone by already."""
        still = models.Q(expire_at=None) | models.Q(expire_at__gt=timezone.now())
        return self.filter(still, status=self.model.Status.SCHEDULED, publish_at__lte=timezone.now())

    def expired(self) -> Self:
        """Articles that are to be archived by now, also those that were never published in time."""
        return self.filter(expire_at__lte=timezone.now())

    def overdue_to_publish(self) -> Self:
        """Their time has passed and readers do not see them: no worker runs, or something is missing, which stands in the
        event "not_published"."""
        return self.filter(status=self.model.Status.SCHEDULED, publish_at__lte=timezone.now() - LATE)

    def visible_to(self, user: User) -> Self:
        """What a member of staff may open in the admin: what is public, and what she may read the draft of."""
        mine = self._draft_is_open_to(user)
        return self.filter(mine | models.Q(is_live=True)) if mine else self

    def drafts_open_to(self, user: User) -> Self:
        """Those whose latest text she may read, published or not: her own, and what her work is about."""
        return self.filter(self._draft_is_open_to(user))

    def latest_open_to(self, user: User) -> Self:
        """Those whose latest text she may read: besides the drafts open to her, what is live with nothing newer beside it."""
        mine = self._draft_is_open_to(user)
        is_shown = models.Q(latest_revision=None) | models.Q(latest_revision=models.F("live_revision"))
        return self.filter(mine | models.Q(is_shown, is_live=True)) if mine else self

    def with_last_event(self, *, open_to: User | None = None) -> Self:
        """`last_step` and `last_note`: the step taken last, such as "send_back" with the editor's words. With `open_to`
        both are "" for drafts that are not open to her."""
        step, note = _last_event("step"), _last_event("note")
        mine = self._draft_is_open_to(open_to) if open_to else models.Q()
        if not mine:
            return self.annotate(last_step=step, last_note=note)
        hers: dict[str, Any] = {"default": models.Value(""), "output_field": models.TextField()}
        return self.annotate(
            last_step=models.Case(models.When(mine, then=step), **hers),
            last_note=models.Case(models.When(mine, then=note), **hers),
        )

    def for_reading(self) -> Self:
        """What the article's own page needs besides its lists of writers, reviews and references."""
        return (
            self.select_related("topic__parent__parent", "image", "thread", "part__series")
            .annotate(is_corrected=models.Exists(Correction.objects.filter(article=models.OuterRef("pk"))))
            .defer("body")
        )

    def for_cards(self) -> Self:
        """What a list shows of an article: picture, topic, writers; the same three queries for any number."""
        return (
            self.select_related("topic", "image")
            .prefetch_related("image__renditions", "writers")
            .defer("body", "body_html", "key_points", "get_help")
        )

    def _draft_is_open_to(self, user: User) -> models.Q:
        """Empty for whoever may read them all."""
        if user.has_perm("articles.edit_any_article") or user.has_perm("articles.publish_article"):
            return models.Q()
        mine = self._is_by(user)
        if user.has_perm("articles.review_article"):
            status = self.model.Status
            return mine | ~models.Q(status__in=[status.DRAFT, status.ARCHIVED])
        return mine

    def _is_by(self, user: User) -> models.Q:
        return models.Q(pk__in=self.model.writers.through.objects.filter(writer__user=user).values("article"))


def _last_event(field: str) -> models.Subquery:
    # Steps only: a note that was resolved since does not take an editor's words away.
    steps = EditorialEvent.objects.filter(article=models.OuterRef("pk"), step__in=[*STEPS])
    return models.Subquery(steps.order_by("-id").values(field)[:1])


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
        if self.title:
            return self.title
        day = date_format(timezone.localtime(self.created_at), "MONTH_DAY_FORMAT")
        return gettext("Untitled draft of %(day)s") % {"day": day}

    def save(self, *args: Any, **kwargs: Any) -> None:
        """The readers' thread is there from the first word on, so that a preview is the page to come. Until something is
        published it has no name: lists of threads are for people who may not know of the article.

        No act, since a row without its thread may never be: importers, the demo and tests make articles, too."""
        with transaction.atomic():
            if self._state.adding and self.thread is None:
                self.thread = Thread.objects.create()
            super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Its thread goes along where nobody has ever written: nothing would lead there any more."""
        with transaction.atomic():
            deleted = super().delete(*args, **kwargs)
            if self.thread is not None:
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
    def points(self) -> list[str]:
        return [line.strip() for line in self.key_points.splitlines() if line.strip()]

    @property
    def reading_time(self) -> str:
        minutes = max(1, round(len(strip_tags(self.body_html).split()) / WORDS_PER_MINUTE))
        return ngettext("%(minutes)s minute read", "%(minutes)s minute read", minutes) % {"minutes": minutes}

    @property
    def was_updated(self) -> bool:
        """On a later day than the one it was published on."""
        if not self.published_at or not self.updated_at:
            return False
        return timezone.localdate(self.updated_at) > timezone.localdate(self.published_at)

    @property
    def rating(self) -> str:
        if not (count := self.rating_count):
            return gettext("No ratings yet")
        words = ngettext("%(average)s from %(counter)s reader", "%(average)s from %(counter)s readers", count)
        return words % {"average": floatformat(self.rating_sum / count, 1), "counter": count}

    def byline(self) -> list[Writer]:
        """Who wrote what this object shows, in order. See `articles.drafts.preview.as_drafted` for one that readers do not see."""
        if self.drafted is not None:
            return self.drafted[0]
        return BYLINE(article=self.pk)

    def made_corrections(self) -> list[Correction]:
        """The newest first. No query when `for_reading` has found that there are none."""
        return list(self.corrections.all()) if self.__dict__.get("is_corrected", True) else []


BYLINE = Prepared(
    lambda article: Writer.objects.filter(authorships__article=article).order_by(
        "authorships__position", "authorships__id"
    ),
    article=models.BigIntegerField(),
)


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

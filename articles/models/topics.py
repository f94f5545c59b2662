import unicodedata
from datetime import datetime
from typing import Any, Self

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from tree_queries.models import TreeNode
from tree_queries.query import TreeQuerySet

from edge.richtext import RichTextField


class TopicQuerySet(TreeQuerySet):
    def areas(self) -> Self:
        return self.filter(parent=None, children__isnull=False).distinct()


class Topic(TreeNode):
    """A condition or subject: name, synonyms, a place in a small tree, and its guide."""

    class Kind(models.TextChoices):
        """The types of schema.org that search engines are told."""

        OTHER = "", _("something else, such as an area or everyday life")
        CONDITION = "MedicalCondition", _("an illness or condition")
        SYMPTOM = "MedicalSymptom", _("a symptom")
        THERAPY = "MedicalTherapy", _("a treatment")
        TEST = "MedicalTest", _("a test or examination")
        DRUG = "Drug", _("a medicine")

    name: "models.CharField[str, str]" = models.CharField(_("name"), max_length=150)
    slug: "models.SlugField[str, str]" = models.SlugField(_("address"), max_length=160, unique=True)
    letter: "models.CharField[str, str]" = models.CharField(max_length=1, editable=False, default="0")
    summary: "models.CharField[str, str]" = models.CharField(
        _("summary"), max_length=300, blank=True, help_text=_("One sentence for lists and search engines.")
    )
    kind: "models.CharField[str, str]" = models.CharField(
        _("kind"),
        max_length=20,
        choices=Kind,
        blank=True,
        default=Kind.OTHER,
        help_text=_("Search engines are told so."),
    )
    guide = RichTextField(_("guide"), blank=True, help_text=_("The topic’s own page: what it is, what helps."))
    guide_updated_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(
        _("guide updated"), null=True, blank=True, editable=False
    )
    created_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField(default=timezone.now, editable=False)

    objects = TopicQuerySet.as_manager(with_tree_fields=False)

    class Meta:
        verbose_name = _("topic")
        verbose_name_plural = _("topics")
        ordering = ["name"]
        indexes = [models.Index(fields=["letter", "name"], name="articles_topic_az")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.letter = first_letter(self.name)
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("articles:topic", args=[self.slug])


def first_letter(name: str) -> str:
    """The letter of the A–Z that a name stands under: A to Z without accents, "0" for all others."""
    letter = unicodedata.normalize("NFKD", name.strip()[:1])[:1].upper()
    return letter if "A" <= letter <= "Z" else "0"


class TopicSynonym(models.Model):
    topic = models.ForeignKey(Topic, models.CASCADE, related_name="synonyms", verbose_name=_("topic"))
    name = models.CharField(_("other name"), max_length=200)

    class Meta:
        verbose_name = _("other name")
        verbose_name_plural = _("other names")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["topic", "name"], name="articles_synonym_once")]
        indexes = [models.Index(fields=["name"], name="articles_synonym_name")]

    def __str__(self) -> str:
        return self.name


class Background(models.Model):
    """A question and answer from an outside collection, shown under a topic with its credit.

    Its review date is unknown, and it is never shown as reviewed.
    """

    topic = models.ForeignKey(Topic, models.CASCADE, related_name="background", verbose_name=_("topic"))
    key = models.CharField(_("identity in the collection"), max_length=60, unique=True)
    question = models.CharField(_("question"), max_length=500)
    answer = models.TextField(_("answer"))
    kind = models.CharField(_("kind"), max_length=60, blank=True)
    source = models.CharField(_("source"), max_length=120)
    source_url = models.URLField(_("address of the source"), max_length=500, blank=True)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("background")
        verbose_name_plural = _("background")
        ordering = ["position", "id"]
        indexes = [models.Index(fields=["topic", "position"], name="articles_background_topic")]

    def __str__(self) -> str:
        return self.question

from dataclasses import dataclass
from typing import Self

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.articles import Article


class SeriesQuerySet(models.QuerySet["Series"]):
    def public(self) -> Self:
        live = Part.objects.filter(article__in=Article.objects.published())
        return self.filter(pk__in=live.values("series"))


class Series(models.Model):
    title = models.CharField(_("title"), max_length=150)
    slug = models.SlugField(_("address"), max_length=160, unique=True)
    summary = models.CharField(_("summary"), max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = SeriesQuerySet.as_manager()

    class Meta:
        verbose_name = _("series")
        verbose_name_plural = _("series")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("articles:series", args=[self.slug])

    @property
    def is_public(self) -> bool:
        return self.live_parts().exists()

    def live_parts(self) -> models.QuerySet[Article]:
        """What readers see of it, in its order."""
        parts = Article.objects.published().filter(part__series=self)
        return parts.for_cards().order_by("part__position", "part__id")


@dataclass(frozen=True)
class Place:
    """Where an article stands in its series, among what readers see of it."""

    series: Series
    number: int
    count: int
    before: Article | None
    after: Article | None


class Part(models.Model):
    series = models.ForeignKey(Series, models.CASCADE, related_name="parts", verbose_name=_("series"))
    article = models.OneToOneField(Article, models.CASCADE, related_name="part", verbose_name=_("article"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("part")
        verbose_name_plural = _("parts")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return f"{self.series}: {self.article}"

    def place(self) -> Place:
        """In one query. A draft counts as if it were published, so that a preview is the page to come."""
        shown = models.Q(article__in=Article.objects.published()) | models.Q(pk=self.pk)
        rows = Part.objects.filter(shown, series=self.series_id).select_related("article")
        articles = [row.article for row in rows.only("series", "position", "article__title", "article__slug")]
        here = articles.index(self.article)
        return Place(
            series=self.series,
            number=here + 1,
            count=len(articles),
            before=articles[here - 1] if here else None,
            after=articles[here + 1] if here + 1 < len(articles) else None,
        )

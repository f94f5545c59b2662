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
        return Article.objects.published().filter(part__series=self).exists()


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

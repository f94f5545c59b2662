from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.topics import Topic


class FormerAddressQuerySet(models.QuerySet["FormerAddress"]):
    def remember(self, path: str, **target: models.Model) -> None:
        """From now on `path` leads to this `article`, `topic` or `series`."""
        self.update_or_create(path=path, defaults={"article": None, "topic": None, "series": None, **target})

    def keep_up_with(self, moved: Any, former_slug: str | None) -> None:
        """What has moved lives at its address again; the one with its former slug, if it had one, leads there."""
        path = moved.get_absolute_url()
        if former_slug and former_slug != moved.slug:
            former = f"{path.removesuffix(f'{moved.slug}/')}{former_slug}/"
            self.remember(former, **{moved._meta.model_name: moved})
        self.filter(path=path).delete()

    def leading_from(self, path: str) -> "FormerAddress | None":
        return self.filter(path=path).select_related("article__topic", "topic", "series").first()


class FormerAddress(models.Model):
    """An address that an article, a topic or a series once had; it leads to where that is now."""

    path = models.CharField(_("path"), max_length=300, unique=True)
    article = models.ForeignKey("Article", models.CASCADE, null=True, blank=True, related_name="former_addresses")
    topic = models.ForeignKey(Topic, models.CASCADE, null=True, blank=True, related_name="former_addresses")
    series = models.ForeignKey("Series", models.CASCADE, null=True, blank=True, related_name="former_addresses")
    created_at = models.DateTimeField(default=timezone.now)

    objects = FormerAddressQuerySet.as_manager()

    class Meta:
        verbose_name = _("former address")
        verbose_name_plural = _("former addresses")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(article__isnull=False, topic=None, series=None)
                | models.Q(article=None, topic__isnull=False, series=None)
                | models.Q(article=None, topic=None, series__isnull=False),
                name="articles_address_has_one_target",
            )
        ]

    def __str__(self) -> str:
        return self.path

    @property
    def target(self) -> Any:
        return self.article or self.topic or self.series

    @property
    def is_open(self) -> bool:
        """Whether a reader may be led there: the address of what she cannot see would tell her its title."""
        if self.series is not None:
            return self.series.is_public
        return self.topic is not None or (self.article is not None and self.article.is_public)

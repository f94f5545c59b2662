from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.topics import Topic

if TYPE_CHECKING:
    from articles.models.articles import Article
    from articles.models.series import Series


class FormerAddressQuerySet(models.QuerySet["FormerAddress"]):
    def remember(
        self,
        path: str,
        *,
        article: "Article | None" = None,
        topic: Topic | None = None,
        series: "Series | None" = None,
    ) -> None:
        self.update_or_create(path=path, defaults={"article": article, "topic": topic, "series": series})

    def leading_from(self, path: str) -> "FormerAddress | None":
        targets = ("article__topic", "topic", "series")
        found: FormerAddress | None = self.filter(path=path).select_related(*targets).first()
        return found

    def reclaim(self, path: str) -> None:
        self.filter(path=path).delete()


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

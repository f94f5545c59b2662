from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.articles import Article


class PresenceQuerySet(models.QuerySet["Presence"]):
    def on(self, article: Article) -> Self:
        return self.filter(article=article, seen_at__gt=timezone.now() - Presence.FRESH)


class Presence(models.Model):
    """Somebody has an article open in a window of her browser: it says so again and again."""

    FRESH = timedelta(seconds=60)

    article = models.ForeignKey(Article, models.CASCADE, related_name="presences")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    window = models.CharField(max_length=32, blank=True)
    seen_at = models.DateTimeField(default=timezone.now)

    objects = PresenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("presence")
        verbose_name_plural = _("presences")
        constraints = [models.UniqueConstraint(fields=["article", "window"], name="articles_presence_once")]

    def __str__(self) -> str:
        return f"{self.user_id} at {self.article_id}"

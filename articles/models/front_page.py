from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models.articles import Article
from articles.models.topics import Topic


class FrontPage(models.Model):
    """One row: what an editor puts on the home page. Empty fields fall back to the newest and the fullest."""

    lead = models.ForeignKey(
        Article, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("lead article")
    )
    topics: "models.ManyToManyField[Topic, Any]" = models.ManyToManyField(
        Topic, blank=True, related_name="+", verbose_name=_("featured topics")
    )
    welcome = models.CharField(_("welcome line"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("front page")
        verbose_name_plural = _("front page")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="articles_one_front_page")]

    def __str__(self) -> str:
        return str(_("Front page"))

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.pk = 1
        super().save(*args, **kwargs)

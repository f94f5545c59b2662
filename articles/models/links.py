"""Links in the latest texts of articles, and marks by which texts are found that are alike. Made by the worker, see
`articles/indexing.py`."""

from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.articles import Article


class LinkQuerySet(models.QuerySet["Link"]):
    def due(self) -> Self:
        return self.filter(due_at__lte=timezone.now()).order_by("due_at", "id")

    def broken(self) -> Self:
        return self.filter(broken_at__isnull=False)


class Link(models.Model):
    """An address elsewhere that articles lead to, and whether it answers."""

    address = models.CharField(_("address"), max_length=500, unique=True)
    articles: "models.ManyToManyField[Article, models.Model]" = models.ManyToManyField(
        Article, related_name="links", verbose_name=_("articles")
    )
    due_at = models.DateTimeField(_("looked at again"), default=timezone.now)
    answered_at = models.DateTimeField(_("worked last"), null=True, blank=True)
    broken_at = models.DateTimeField(_("broken since"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)  # in a row that failed
    answer = models.CharField(_("answer"), max_length=120, blank=True)

    objects = LinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        ordering = ["-broken_at", "id"]
        indexes = [
            models.Index(fields=["due_at"], name="articles_link_due"),
            models.Index(
                fields=["broken_at"], name="articles_link_broken", condition=models.Q(broken_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.address


class Likeness(models.Model):
    """One mark of an article's text; texts that are alike have some in common."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="likenesses")
    mark = models.BigIntegerField(db_index=True)

    class Meta:
        verbose_name = _("likeness")
        verbose_name_plural = _("likenesses")
        constraints = [models.UniqueConstraint(fields=["article", "mark"], name="articles_likeness_once")]

    def __str__(self) -> str:
        return f"{self.article_id}: {self.mark}"

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Writer
from articles.models.articles import Article


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

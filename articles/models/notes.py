from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.articles import Article
from articles.models.record import Revision


class NoteQuerySet(models.QuerySet["Note"]):
    def open(self) -> Self:
        return self.filter(resolved_at=None)


class Note(models.Model):
    """Something said to whoever writes an article, about one paragraph of it or, with an empty quote, about all of it.

    The paragraph is known by its words: it is found again while most of them are still there.
    """

    article = models.ForeignKey(Article, models.CASCADE, related_name="notes", verbose_name=_("article"))
    revision = models.ForeignKey(Revision, models.SET_NULL, null=True, editable=False, related_name="+")
    quote = models.TextField(_("paragraph"), blank=True)
    text = models.TextField(_("note"), max_length=5000)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    created_at = models.DateTimeField(_("when"), default=timezone.now)
    resolved_at = models.DateTimeField(_("resolved"), null=True, editable=False)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )

    objects = NoteQuerySet.as_manager()

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["article"], name="articles_open_notes", condition=models.Q(resolved_at=None)),
        ]

    def __str__(self) -> str:
        return self.text[:60]

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.revisions import Revision


class EditorialEvent(models.Model):
    """Who did what to which revision. Written once, never changed."""

    # Of a draft that was discarded nothing is left but this line, and its name in the note.
    article = models.ForeignKey(
        "articles.Article", models.CASCADE, null=True, blank=True, related_name="events", verbose_name=_("article")
    )
    revision = models.ForeignKey(Revision, models.SET_NULL, null=True, blank=True, related_name="+")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    step = models.CharField(_("step"), max_length=30)
    before = models.CharField(_("before"), max_length=10, blank=True)
    after = models.CharField(_("after"), max_length=10, blank=True)
    note = models.TextField(_("note"), blank=True)
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("entry in the editorial log")
        verbose_name_plural = _("editorial log")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["-at", "-id"], name="articles_log"),
            models.Index(fields=["by", "-at", "-id"], name="articles_log_of_person"),
            models.Index(fields=["step", "-at", "-id"], name="articles_log_of_step"),
        ]

    def __str__(self) -> str:
        return f"{self.article_id}: {self.step}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("An editorial event is written once.")
        super().save(*args, **kwargs)

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Writer
from articles.models.articles import Article


class Revision(models.Model):
    """A snapshot of everything an editor can change, as JSON of `articles.revisions.snapshot`."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="revisions", verbose_name=_("article"))
    number = models.PositiveIntegerField(_("number"))
    content = models.JSONField(_("content"))
    fingerprint = models.CharField(_("fingerprint"), max_length=32)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by")
    )
    created_at = models.DateTimeField(_("saved"), default=timezone.now)

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["article", "number"], name="articles_revision_number")]

    def __str__(self) -> str:
        return f"{self.article_id}.{self.number}"


class MedicalReview(models.Model):
    """A named professional read one revision. The page says so only while that revision is the live one."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="reviews", verbose_name=_("article"))
    revision = models.ForeignKey(Revision, models.CASCADE, related_name="reviews", verbose_name=_("revision"))
    reviewer = models.ForeignKey(Writer, models.PROTECT, related_name="reviews", verbose_name=_("reviewer"))
    scope = models.CharField(_("what was checked"), max_length=200, blank=True)
    reviewed_on = models.DateField(_("reviewed on"))
    next_due_on = models.DateField(_("next review"), null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("medical review")
        verbose_name_plural = _("medical reviews")
        ordering = ["-reviewed_on", "-id"]

    def __str__(self) -> str:
        return f"{self.reviewer}, {self.reviewed_on}"

    @property
    def is_overdue(self) -> bool:
        return self.next_due_on is not None and self.next_due_on < timezone.localdate()


class EditorialEvent(models.Model):
    """Who did what to which revision. Written once, never changed."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="events", verbose_name=_("article"))
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
        verbose_name = _("editorial event")
        verbose_name_plural = _("editorial events")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.article_id}: {self.step}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("An editorial event is written once.")
        super().save(*args, **kwargs)

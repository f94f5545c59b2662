from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Correction(models.Model):
    """What was wrong in a published article, said to its readers with the day on which it was put right."""

    article = models.ForeignKey(
        "articles.Article", models.CASCADE, related_name="corrections", verbose_name=_("article")
    )
    text = models.TextField(_("correction"), max_length=1000)
    corrected_on = models.DateField(_("corrected on"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+", verbose_name=_("by")
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ["-corrected_on", "-id"]

    def __str__(self) -> str:
        return self.text[:60]

"""Decisions that wait to be told in one letter."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class PendingLetter(models.Model):
    """A decision whose letter would have been one too many that day: it is told with others, in one letter. The row is
    written with the decision and goes with the letter, so none is lost and none is told twice."""

    decision = models.OneToOneField(
        "Decision", models.CASCADE, related_name="pending_letter", verbose_name=_("decision")
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("to"))
    created_at = models.DateTimeField(_("since"), default=timezone.now)

    class Meta:
        verbose_name = _("decision to be told")
        verbose_name_plural = _("decisions to be told")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.decision_id}"

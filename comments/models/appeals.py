from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Appeal(models.Model):
    """The person asks for another pair of eyes: once per decision, and somebody else decides."""

    class Outcome(models.TextChoices):
        OPEN = "", _("open")
        UPHELD = "upheld", _("the decision stands")
        OVERTURNED = "overturned", _("the decision was wrong")

    LONGEST = 2_000  # characters

    decision = models.OneToOneField("Decision", models.CASCADE, related_name="appeal", verbose_name=_("decision"))
    text = models.TextField(_("text"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome, default=Outcome.OPEN, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("decided by")
    )
    answer = models.TextField(_("answer"), blank=True, help_text=_("The person reads it."))
    created_at = models.DateTimeField(_("sent"), default=timezone.now)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        ordering = ["id"]
        indexes = [models.Index(fields=["id"], name="comments_appeal_open", condition=models.Q(outcome=""))]

    def __str__(self) -> str:
        return f"{self.pk}: {self.get_outcome_display()}"

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Paper(models.Model):
    """A scientific paper that articles cite, by its DOI or PMID: how it is cited, and whether it was retracted.

    A fact about the world and not part of an article, so a retraction is known of all articles at once.
    """

    doi = models.CharField("DOI", max_length=120, null=True, unique=True)  # noqa: DJ001  unique, so null
    pmid = models.CharField("PMID", max_length=12, null=True, unique=True)  # noqa: DJ001  unique, so null
    text = models.CharField(_("source"), max_length=500, blank=True)
    url = models.URLField(_("address"), max_length=500, blank=True)
    retracted_on = models.DateField(_("retracted on"), null=True, blank=True)
    is_retracted = models.BooleanField(_("retracted"), default=False)
    notice = models.URLField(_("notice of the retraction"), max_length=500, blank=True)
    asked_at = models.DateTimeField(_("asked"), null=True, blank=True)
    due_at = models.DateTimeField(_("asked again"), default=timezone.now)

    class Meta:
        verbose_name = _("paper")
        verbose_name_plural = _("papers")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["due_at"], name="articles_paper_due"),
            models.Index(fields=["id"], name="articles_paper_gone", condition=models.Q(is_retracted=True)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(doi__isnull=False) | models.Q(pmid__isnull=False), name="articles_paper_has_number"
            )
        ]

    def __str__(self) -> str:
        return self.text or self.doi or f"PMID {self.pmid}"

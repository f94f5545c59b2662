"""Reports of comments, and notices of illegal content."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ReportQuerySet(models.QuerySet["Report"]):
    def open(self) -> Self:
        return self.filter(state=Report.State.OPEN)

    def untold(self) -> Self:
        """Decided, and whoever sent them has not been told yet."""
        return self.filter(decided_at__isnull=False, told_at=None)

    def sent_with(self, form_key: str | None) -> "Report | None":
        return self.filter(form_key=form_key).first() if form_key else None


class Report(models.Model):
    """Somebody says that a comment should not stand; as a notice of illegal content also any page (DSA, Article 16)."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        AGREED = "agreed", _("agreed: something was done")
        DECLINED = "declined", _("checked, and fine")
        # Nobody agreed and nobody declined: its writer took the text back before anybody had looked.
        GONE = "gone", _("taken back by its writer")

    class Reason(models.TextChoices):
        ADVERT = "advert", _("It advertises something")
        UNKIND = "unkind", _("It attacks a person or a group")
        DANGEROUS = "dangerous", _("It gives medical advice that could harm")
        CRISIS = "crisis", _("Somebody may be in danger")
        PRIVATE = "private", _("It shows private details of a person")
        UNLAWFUL = "unlawful", _("It is against the law")
        OTHER = "other", _("Something else")

    comment = models.ForeignKey(
        "Comment", models.CASCADE, null=True, blank=True, related_name="reports", verbose_name=_("comment")
    )
    version = models.PositiveIntegerField(_("version of the text"), default=0)
    # Only a notice has these: the page when it is about no comment, who sends it, which law.
    page = models.CharField(_("page"), max_length=300, blank=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail"), max_length=254, blank=True)
    is_notice = models.BooleanField(_("notice of illegal content"), default=False)
    law = models.CharField(_("law"), max_length=300, blank=True)
    reason = models.CharField(_("reason"), max_length=10, choices=Reason)
    text = models.TextField(_("explanation"), blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="reports", verbose_name=_("by")
    )
    network = models.CharField(_("network"), max_length=32, blank=True, editable=False)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.OPEN)
    answer = models.TextField(_("answer"), blank=True, help_text=_("The person who reported reads it."))
    decision = models.ForeignKey(
        "Decision", models.SET_NULL, null=True, blank=True, related_name="reports", verbose_name=_("decision")
    )
    created_at = models.DateTimeField(_("sent"), default=timezone.now)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    # By letter, or there is no address; the private page says it from the decision on.
    told_at = models.DateTimeField(_("told"), null=True, blank=True, editable=False)
    # One per rendered form: the same form sent twice makes one report.
    form_key = models.CharField(max_length=64, null=True, unique=True, editable=False)  # noqa: DJ001  unique, so null

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["comment", "version", "by"], condition=models.Q(by__isnull=False, is_notice=False),
                name="comments_report_once",
            ),
            models.UniqueConstraint(
                fields=["comment", "version", "network"],
                condition=models.Q(by=None, is_notice=False) & ~models.Q(network=""),
                name="comments_report_once_network",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["comment"], name="comments_report_open", condition=models.Q(state="open")),
            models.Index(fields=["network", "created_at"], name="comments_report_rate"),
            models.Index(
                fields=["decided_at", "id"], name="comments_report_untold",
                condition=models.Q(decided_at__isnull=False, told_at=None),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_reason_display()} ({self.pk})"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def is_agreed(self) -> bool:
        return self.state == self.State.AGREED

    @property
    def is_gone(self) -> bool:
        return self.state == self.State.GONE

    @property
    def was_replaced(self) -> bool:
        """The text that was reported has given way to a newer one, which a moderator has read."""
        decision = self.decision
        return decision is not None and decision.outcome == "approved" and decision.version > self.version

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from comments.models.comments import Comment
    from comments.models.record import Decision


class ReportQuerySet(models.QuerySet["Report"]):
    def open(self) -> Self:
        return self.filter(state=Report.State.OPEN)


class Report(models.Model):
    """Somebody says that a comment should not stand; as a notice of illegal content also any page (DSA, Article 16)."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        AGREED = "agreed", _("agreed: something was done")
        DECLINED = "declined", _("checked, and fine")

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
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} ({self.pk})"

    @classmethod
    def settle(cls, comment: "Comment", decision: "Decision") -> None:
        """A moderator's decision about a comment answers every open report of it."""
        agreed = decision.outcome not in {"approved", "pending"}
        cls.objects.open().filter(comment=comment).update(
            state=cls.State.AGREED if agreed else cls.State.DECLINED, decision=decision, decided_at=decision.at
        )
        type(comment).objects.filter(pk=comment.pk).update(reported_at=None)
        comment.reported_at = None

    @classmethod
    def reopen(cls, comment: "Comment", decision: "Decision") -> None:
        """The decision that answered them was taken back."""
        if cls.objects.filter(decision=decision).update(state=cls.State.OPEN, decision=None, decided_at=None):
            first = cls.objects.open().filter(comment=comment).aggregate(at=models.Min("created_at"))["at"]
            type(comment).objects.filter(pk=comment.pk).update(reported_at=first, checked_version=None)
            comment.reported_at = first

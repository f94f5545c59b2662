from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User, Writer
from articles.models.articles import Article
from articles.models.revisions import Revision


class MedicalReviewQuerySet(models.QuerySet["MedicalReview"]):
    def standing(self) -> Self:
        return self.filter(withdrawn_at=None)

    def of_text(self, revision: Revision) -> Self:
        """Of this revision, or of another that is the same word for word, such as after changes were discarded."""
        return self.filter(models.Q(revision=revision) | models.Q(revision__fingerprint=revision.fingerprint))


class MedicalReview(models.Model):
    """A named professional read one revision. The page says so only while that revision is the live one."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="reviews", verbose_name=_("article"))
    revision = models.ForeignKey(Revision, models.CASCADE, related_name="reviews", verbose_name=_("revision"))
    reviewer = models.ForeignKey(Writer, models.PROTECT, related_name="reviews", verbose_name=_("reviewer"))
    scope = models.CharField(_("what was checked"), max_length=200, blank=True)
    reviewed_on = models.DateField(_("reviewed on"))
    next_due_on = models.DateField(_("next review"), null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    # The reviewer no longer stands by it, or an editor found that it should not count.
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )

    objects = MedicalReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("medical review")
        verbose_name_plural = _("medical reviews")
        ordering = ["-reviewed_on", "-id"]

    def __str__(self) -> str:
        return f"{self.reviewer}, {self.reviewed_on}"

    @property
    def is_overdue(self) -> bool:
        return self.next_due_on is not None and self.next_due_on < timezone.localdate()

    def can_be_withdrawn_by(self, user: User) -> bool:
        return user.is_active and (self.reviewer.user_id == user.pk or user.has_perm("articles.publish_article"))

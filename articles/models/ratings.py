from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.articles import Article


class Rating(models.Model):
    """One person's stars for one article: an account, or a browser with a signed cookie."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="ratings", verbose_name=_("article"))
    stars = models.PositiveSmallIntegerField(_("stars"), validators=[MinValueValidator(1), MaxValueValidator(5)])
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="ratings", verbose_name=_("by")
    )
    browser = models.CharField(max_length=32, blank=True, editable=False)
    network = models.CharField(max_length=32, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        constraints = [
            models.CheckConstraint(condition=models.Q(stars__gte=1, stars__lte=5), name="articles_one_to_five_stars"),
            models.CheckConstraint(
                condition=models.Q(user__isnull=False) | ~models.Q(browser=""), name="articles_rating_by_somebody"
            ),
            models.UniqueConstraint(
                fields=["article", "user"], condition=models.Q(user__isnull=False), name="articles_one_vote_per_account"
            ),
            models.UniqueConstraint(
                fields=["article", "browser"], condition=~models.Q(browser=""), name="articles_one_vote_per_browser"
            ),
        ]
        indexes = [models.Index(fields=["network", "created_at"], name="articles_rating_network")]

    def __str__(self) -> str:
        return f"{self.article_id}: {self.stars}"

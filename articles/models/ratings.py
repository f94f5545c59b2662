"""Votes of readers on an article: how many stars, and whether the page helped."""

from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.models.articles import Article


class Vote(models.Model):
    """What one person said of one article: an account, or a browser with a signed cookie."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="%(class)ss", verbose_name=_("article"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="%(class)ss", verbose_name=_("by")
    )
    browser = models.CharField(max_length=32, blank=True, editable=False)
    network = models.CharField(max_length=32, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    changed_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        abstract = True


def one_per_person(kind: str, vote: str) -> list[Any]:
    return [
        models.CheckConstraint(
            condition=models.Q(user__isnull=False) | ~models.Q(browser=""), name=f"articles_{kind}_by_somebody"
        ),
        models.UniqueConstraint(
            fields=["article", "user"],
            condition=models.Q(user__isnull=False),
            name=f"articles_one_{vote}_per_account",
        ),
        models.UniqueConstraint(
            fields=["article", "browser"], condition=~models.Q(browser=""), name=f"articles_one_{vote}_per_browser"
        ),
    ]


class Rating(Vote):
    stars = models.PositiveSmallIntegerField(_("stars"), validators=[MinValueValidator(1), MaxValueValidator(5)])

    class Meta:
        verbose_name = _("rating")
        verbose_name_plural = _("ratings")
        constraints = [
            models.CheckConstraint(condition=models.Q(stars__gte=1, stars__lte=5), name="articles_one_to_five_stars"),
            *one_per_person("rating", "vote"),
        ]
        indexes = [models.Index(fields=["network", "created_at"], name="articles_rating_network")]

    def __str__(self) -> str:
        return f"{self.article_id}: {self.stars}"


class Feedback(Vote):
    """Whether the page helped, in closed words. Editors read the counts; nothing is ranked by them."""

    class Answer(models.TextChoices):
        YES = "yes", _("Yes")
        OTHER = "other", _("Not what I looked for")
        HARD = "hard", _("Hard to understand")
        OLD = "old", _("Out of date")
        WRONG = "wrong", _("Something is wrong")

    answer = models.CharField(_("answer"), max_length=5, choices=Answer)

    class Meta:
        verbose_name = _("answer about a page")
        verbose_name_plural = _("answers about pages")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(answer__in=["yes", "other", "hard", "old", "wrong"]), name="articles_feedback_answer"
            ),
            *one_per_person("feedback", "feedback"),
        ]
        indexes = [
            models.Index(fields=["article"], name="articles_feedback_old", condition=models.Q(answer="old")),
        ]

    def __str__(self) -> str:
        return f"{self.article_id}: {self.answer}"

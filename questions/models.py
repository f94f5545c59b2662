from typing import Self

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from articles.models import Topic
from comments.models import Comment, Thread


class QuestionQuerySet(models.QuerySet["Question"]):
    def public(self) -> Self:
        """Questions whose text a moderator has approved."""
        return self.filter(thread__is_public=True, thread__opening__status=Comment.Status.APPROVED)

    def for_list(self) -> Self:
        return self.select_related("topic", "thread__opening__writer").order_by("-asked_at", "-id")


class Question(models.Model):
    """A reader's question: a title, a topic, and a thread that opens with the question's text."""

    title = models.CharField(_("question"), max_length=150)
    slug = models.SlugField(max_length=80, blank=True, editable=False)
    topic = models.ForeignKey(
        Topic, models.SET_NULL, null=True, blank=True, related_name="questions", verbose_name=_("topic")
    )
    thread = models.OneToOneField(Thread, models.PROTECT, related_name="question", verbose_name=_("thread"))
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["-asked_at", "-id"]
        indexes = [models.Index(fields=["topic", "-asked_at"], name="questions_of_topic")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("questions:detail", args=[self.pk, self.slug])

    @staticmethod
    def slug_for(title: str) -> str:
        """Words of the title for the address; never empty."""
        return slugify(title)[:80].strip("-") or "question"

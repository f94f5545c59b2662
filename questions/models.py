from typing import Any, Self

from django.db import models, transaction
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from articles.models import Topic
from comments.intake.receive import receive
from comments.models import Comment, Thread


class QuestionQuerySet(models.QuerySet["Question"]):
    def public(self) -> Self:
        return self.filter(thread__is_public=True, thread__opening__status=Comment.Status.APPROVED)

    def for_list(self) -> Self:
        """Newest first, each with its first words and how many answers it has: the same queries for any number."""
        answers = Comment.objects.filter(thread=OuterRef("thread"), root=None, status=Comment.Status.APPROVED)
        answers = answers.exclude(pk=OuterRef("thread__opening"))
        counted = answers.order_by().values("thread").annotate(n=Count("pk")).values("n")
        return (
            self.select_related("topic", "thread__opening__writer")
            .annotate(answers=Coalesce(Subquery(counted), 0))
            .order_by("-asked_at", "-id")
        )


class Question(models.Model):
    """A reader's question: a title, a topic, and a thread that opens with the question's text."""

    title = models.CharField(_("question"), max_length=150)
    slug = models.SlugField(max_length=80, blank=True, editable=False)
    topic = models.ForeignKey(
        Topic, models.SET_NULL, null=True, blank=True, related_name="questions", verbose_name=_("topic")
    )
    thread = models.OneToOneField(Thread, models.CASCADE, related_name="question", verbose_name=_("thread"))
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

    def rename(self, title: str, *, topic: Topic | None) -> None:
        """A clearer title or topic. The address follows: the old words may be why it is renamed, and the number leads."""
        self.title, self.topic, self.slug = title, topic, self.slug_for(title)
        with transaction.atomic():
            self.save(update_fields=["title", "topic", "slug"])
            Thread.objects.filter(pk=self.thread_id).update(title=title, address=self.get_absolute_url())

    @classmethod
    def ask(cls, *, title: str, topic: Topic | None = None, **received: Any) -> "Question":
        """A new question by the same door as every comment: `received` is what comments.intake.receive takes.

        The same form sent again gives the question that it made the first time. Raises NotReceived.
        """
        with transaction.atomic():
            thread = Thread.objects.create(title=title, is_public=True)
            comment = receive(thread, **received)
            if comment.thread_id != thread.pk:
                thread.delete()
                return cls.objects.get(thread=comment.thread_id)
            question = cls.objects.create(title=title, slug=cls.slug_for(title), topic=topic, thread=thread)
            thread.opening, thread.address = comment, question.get_absolute_url()
            thread.save(update_fields=["opening", "address"])
        return question

    @property
    def is_public(self) -> bool:
        return self.thread.is_readable

    @staticmethod
    def slug_for(title: str) -> str:
        """Words of the title for the address; never empty."""
        return slugify(title)[:80].strip("-") or "question"

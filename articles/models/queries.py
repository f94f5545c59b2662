"""Querysets of articles: the phrases that pages, lists, desks and the worker share."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.utils import timezone

from accounts.models import User
from articles.models.corrections import Correction
from articles.models.log import EditorialEvent
from articles.models.steps import STEPS
from articles.models.topics import Topic

if TYPE_CHECKING:
    from articles.models.articles import Article  # noqa: F401  the querysets are of these

# An article that has not appeared this long after its time needs somebody to look.
LATE = timedelta(minutes=5)


class ArticleQuerySet(models.QuerySet["Article"]):
    def published(self, at: Any = None) -> Self:
        """What any reader may see, now or at some moment. The one definition: page, list, feed and sitemap use it."""
        return self.filter(is_live=True, published_at__lte=at or timezone.now())

    def newest_first(self) -> Self:
        return self.order_by("-published_at", "-id")

    def about(self, *topics: Topic) -> Self:
        """About any of these, as main or other topic; each article once, without a DISTINCT over whole texts."""
        beside = self.model.other_topics.through.objects.filter(topic__in=topics).values("article")
        return self.filter(models.Q(topic__in=topics) | models.Q(pk__in=beside))

    def written_by(self, user: User) -> Self:
        return self.filter(self._is_by(user))

    def due(self) -> Self:
        """Scheduled articles whose time has come, and not gone by already."""
        still = models.Q(expire_at=None) | models.Q(expire_at__gt=timezone.now())
        return self.filter(still, status=self.model.Status.SCHEDULED, publish_at__lte=timezone.now())

    def expired(self) -> Self:
        """Articles that are to be archived by now, also those that were never published in time."""
        return self.filter(expire_at__lte=timezone.now())

    def overdue_to_publish(self) -> Self:
        """Their time has passed and readers do not see them: something is missing, or no worker runs.

        What is missing stands in the event "not_published".
        """
        return self.filter(status=self.model.Status.SCHEDULED, publish_at__lte=timezone.now() - LATE)

    def visible_to(self, user: User) -> Self:
        """What a member of staff may open in the admin: what is public, and what she may read the draft of."""
        mine = self._draft_is_open_to(user)
        return self.filter(mine | models.Q(is_live=True)) if mine else self

    def drafts_open_to(self, user: User) -> Self:
        """Those whose latest text she may read, published or not: her own, and what her work is about."""
        return self.filter(self._draft_is_open_to(user))

    def latest_open_to(self, user: User) -> Self:
        """Those whose latest text she may read: besides the drafts open to her, what is live with nothing newer beside it."""
        mine = self._draft_is_open_to(user)
        is_shown = models.Q(latest_revision=None) | models.Q(latest_revision=models.F("live_revision"))
        return self.filter(mine | models.Q(is_shown, is_live=True)) if mine else self

    def with_last_event(self, *, open_to: User | None = None) -> Self:
        """`last_step` and `last_note`: the step taken last, such as "send_back" with the editor's words. With `open_to`
        both are "" for drafts that are not open to her."""
        step, note = _last_event("step"), _last_event("note")
        mine = self._draft_is_open_to(open_to) if open_to else models.Q()
        if not mine:
            return self.annotate(last_step=step, last_note=note)
        hers: dict[str, Any] = {"default": models.Value(""), "output_field": models.TextField()}
        return self.annotate(
            last_step=models.Case(models.When(mine, then=step), **hers),
            last_note=models.Case(models.When(mine, then=note), **hers),
        )

    def for_reading(self) -> Self:
        """What the article's own page needs besides its lists of writers, reviews and references."""
        return (
            self.select_related("topic__parent__parent", "image", "thread", "part__series")
            .annotate(is_corrected=_has_corrections())
            .defer("body")
        )

    def for_cards(self) -> Self:
        """What a list shows of an article: picture, topic, writers; the same three queries for any number."""
        return (
            self.select_related("topic", "image")
            .prefetch_related("image__renditions", "writers")
            .defer("body", "body_html", "key_points", "get_help")
        )

    def _draft_is_open_to(self, user: User) -> models.Q:
        """Empty for whoever may read them all."""
        if user.has_perm("articles.edit_any_article") or user.has_perm("articles.publish_article"):
            return models.Q()
        mine = self._is_by(user)
        if user.has_perm("articles.review_article"):
            status = self.model.Status
            return mine | ~models.Q(status__in=[status.DRAFT, status.ARCHIVED])
        return mine

    def _is_by(self, user: User) -> models.Q:
        return models.Q(pk__in=self.model.writers.through.objects.filter(writer__user=user).values("article"))


def _last_event(field: str) -> models.Subquery:
    # Steps only: a note that was resolved since does not take an editor's words away.
    steps = EditorialEvent.objects.filter(article=models.OuterRef("pk"), step__in=[*STEPS])
    return models.Subquery(steps.order_by("-id").values(field)[:1])


def _has_corrections() -> models.Exists:
    return models.Exists(Correction.objects.filter(article=models.OuterRef("pk")))

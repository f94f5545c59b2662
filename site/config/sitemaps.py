"""What stands in the sitemap: every page that search engines may list, with the date of its last real change."""

from datetime import datetime

from django.db.models import F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest

from accounts.models import Writer
from articles.models import Article, Series, Topic
from edge.sitemaps import Places, Section, Sections
from pages.models import Page
from questions.models import Question

TEXT_CHANGED = Greatest(Coalesce("updated_at", "published_at"), "published_at")


def articles_changed() -> datetime | None:
    return Article.objects.published().aggregate(latest=Max(TEXT_CHANGED))["latest"]


def _last_published(**of: OuterRef) -> Subquery:
    """When the latest article appeared on a page that lists them; of a topic by its index, of the others there are few."""
    rows: QuerySet[Article] = Article.objects.published().filter(**of)
    return Subquery(rows.order_by("-published_at").values("published_at")[:1])


def topic_changed() -> Coalesce:
    guide, last = F("guide_updated_at"), _last_published(topic=OuterRef("pk"))
    return Coalesce(Greatest(guide, last), guide, last)  # SQLite knows no greatest of a date and nothing


SECTIONS: Sections = {
    "lists": Places(
        {
            "articles:home": articles_changed,
            "articles:list": articles_changed,
            **dict.fromkeys(
                ("articles:topics", "questions:list", "newsletters:sign_up", "comments:transparency"), lambda: None
            ),
        }
    ),
    "articles": Section(lambda: Article.objects.published(), "articles:detail", lambda: TEXT_CHANGED),
    "series": Section(
        lambda: Series.objects.public(), "articles:series", lambda: _last_published(part__series=OuterRef("pk"))
    ),
    "topics": Section(lambda: Topic.objects.all(), "articles:topic", topic_changed),
    "writers": Section(
        lambda: Writer.objects.filter(is_listed=True),
        "accounts:writer",
        lambda: _last_published(writers=OuterRef("pk")),
    ),
    "questions": Section(
        lambda: Question.objects.public(),
        "questions:detail",
        lambda: Coalesce("thread__opening__decided_at", "asked_at"),
        ("pk", "slug"),
    ),
    "pages": Section(lambda: Page.objects.filter(~Q(current=None)), "pages:page", lambda: F("current__created_at")),
}

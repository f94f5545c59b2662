"""What readers are told of an article's newest medical review."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils import timezone

from articles.models import Article, MedicalReview


def with_review(articles: QuerySet[Article]) -> QuerySet[Article]:
    """Brings the facts of the newest review along with each article, in the same query."""
    newest = MedicalReview.objects.standing().filter(article=OuterRef("pk")).order_by("-reviewed_on", "-id")
    facts = JSONObject(
        revision="revision_id",
        name="reviewer__name",
        slug="reviewer__slug",
        title="reviewer__title",
        credentials="reviewer__credentials",
        is_listed="reviewer__is_listed",
        scope="scope",
        reviewed_on="reviewed_on",
        next_due_on="next_due_on",
    )
    return articles.annotate(review_facts=Subquery(newest.values(facts=facts)[:1]))


@dataclass(frozen=True)
class Reviewed:
    """`is_current` says whether the text that was reviewed is the one readers see; only then is it "reviewed"."""

    name: str
    slug: str
    title: str
    credentials: str
    is_listed: bool
    scope: str
    reviewed_on: date
    next_due_on: date | None
    is_current: bool

    @classmethod
    def of(cls, article: Article) -> "Reviewed | None":
        """None when nobody has reviewed it yet. Asks the database unless the article came through `with_review`."""
        if "review_facts" not in article.__dict__:
            article = with_review(Article.objects.filter(pk=article.pk)).get()
        facts: dict[str, Any] | None = article.review_facts  # type: ignore[attr-defined]
        if facts is None:
            return None
        is_current = facts.pop("revision") == article.live_revision_id
        days = {name: facts[name] and date.fromisoformat(facts[name]) for name in ("reviewed_on", "next_due_on")}
        return cls(**{**facts, **days, "is_listed": bool(facts["is_listed"]), "is_current": is_current})

    @property
    def is_overdue(self) -> bool:
        return self.next_due_on is not None and self.next_due_on < timezone.localdate()

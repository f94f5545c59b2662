"""Medical reviews, and what readers are told of the newest one."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, JSONObject
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
        return self.filter(Q(revision=revision) | Q(revision__fingerprint=revision.fingerprint))


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


def with_review(articles: QuerySet[Article], *, text: Revision | None = None) -> QuerySet[Article]:
    """Brings the facts of the newest review along with each article, in the same query.

    Of a review of the text that readers see, when there is one; else of the last before it: what was reviewed since is
    a draft, and nobody's business. With `text`, of that one instead of the one that readers see.
    """
    shown: dict[str, Any] = {name: OuterRef(f"live_revision__{name}") for name in ("pk", "number", "fingerprint")}
    if text is not None:
        shown = {name: Value(getattr(text, name)) for name in shown}
    same = Q(revision=shown["pk"]) | Q(revision__fingerprint=shown["fingerprint"])
    reviews = MedicalReview.objects.standing().filter(article=OuterRef("pk")).order_by("-reviewed_on", "-id")
    current = reviews.filter(same).values(facts=_facts(is_current=True))
    earlier = reviews.filter(revision__number__lt=shown["number"]).values(facts=_facts(is_current=False))
    return articles.annotate(review_facts=Coalesce(Subquery(current[:1]), Subquery(earlier[:1])))


def _facts(*, is_current: bool) -> JSONObject:
    of_reviewer = {name: f"reviewer__{name}" for name in ("name", "slug", "title", "credentials", "is_listed")}
    of_review = {name: name for name in ("scope", "reviewed_on", "next_due_on")}
    return JSONObject(is_current=Value(is_current), **of_reviewer, **of_review)


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
        """None when nobody has reviewed it yet. Asks the database unless the article came through `with_review`.

        Of one that is being drafted (`articles.drafts.preview.as_drafted`), as readers will be told when it is published.
        """
        if article.drafted is not None or "review_facts" not in article.__dict__:
            text = article.latest_revision if article.drafted is not None else None
            article = with_review(Article.objects.filter(pk=article.pk), text=text).get()
        facts: dict[str, Any] | None = article.review_facts  # type: ignore[attr-defined]
        if facts is None:
            return None
        days = {name: facts[name] and date.fromisoformat(facts[name]) for name in ("reviewed_on", "next_due_on")}
        return cls(**{**facts, **days, "is_listed": bool(facts["is_listed"]), "is_current": bool(facts["is_current"])})

    @property
    def qualified(self) -> str:
        """What follows the name: the credentials, and the line under it unless they say the same."""
        says_same = self.title.casefold() in self.credentials.casefold()
        return ", ".join(filter(None, [self.credentials, "" if says_same else self.title]))

    @property
    def is_overdue(self) -> bool:
        return self.next_due_on is not None and self.next_due_on < timezone.localdate()

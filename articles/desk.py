"""What waits for writers, reviewers and editors on the admin's front page."""

from typing import Any

from django.db.models import Case, When
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from articles.models import Article
from articles.models.queries import ArticleQuerySet
from edge.desk import Row, Section

# The front page shows the first few; the section's title leads to all.
SHOWN = 5
Status = Article.Status


def waiting_for(user: User) -> list[Section]:
    """The sections of this person's work, in the order in which an article passes through them."""
    sections = []
    if user.has_perm("articles.add_article"):
        sections.append(own_drafts(user))
    if user.has_perm("articles.publish_article"):
        sections += [submitted(), approved(), scheduled()]
    if user.has_perm("articles.review_article"):
        sections.append(to_review(user))
    return sections


def own_drafts(user: User) -> Section:
    """The writer's own drafts; what an editor sent back comes first, with the note."""
    first = Case(When(last_step="send_back", then=0), default=1)
    articles = Article.objects.filter(status=Status.DRAFT).written_by(user).with_last_event().order_by(first, "-id")
    rows = [
        Row(article.title, change_url(article), sent_back(article), article.updated_at or article.created_at)
        for article in articles[:SHOWN]
    ]
    return Section(_("Your drafts"), list_url("mine"), articles.count(), rows, _("You have no drafts."))


def submitted() -> Section:
    articles = Article.objects.filter(status=Status.SUBMITTED).order_by("submitted_at", "id")
    return section(_("Submitted"), Status.SUBMITTED, articles, _("Nothing was submitted."))


def approved() -> Section:
    articles = Article.objects.filter(status=Status.APPROVED).order_by("submitted_at", "id")
    return section(_("Approved, to be published"), Status.APPROVED, articles, _("Nothing waits to be published."))


def to_review(user: User) -> Section:
    own = Article.objects.written_by(user).values("pk")
    articles = Article.objects.filter(status=Status.IN_REVIEW).exclude(pk__in=own).order_by("submitted_at", "id")
    return section(_("Waiting for medical review"), Status.IN_REVIEW, articles, _("Nothing to review."))


def scheduled() -> Section:
    articles = Article.objects.filter(status=Status.SCHEDULED).order_by("publish_at", "id")
    rows = [Row(article.title, change_url(article), at=article.publish_at) for article in articles[:SHOWN]]
    return Section(_("Scheduled"), list_url(Status.SCHEDULED), articles.count(), rows, _("Nothing is scheduled."))


def section(title: str, status: str, articles: ArticleQuerySet, empty: str) -> Section:
    rows = [
        Row(article.title, change_url(article), note=names(article), at=article.submitted_at or article.created_at)
        for article in articles.prefetch_related("writers")[:SHOWN]
    ]
    return Section(title, list_url(status), articles.count(), rows, empty)


def sent_back(article: Any) -> str:
    """The editor's words, when that is the last that happened to an article from `with_last_event`."""
    return _("Sent back: %(note)s") % {"note": article.last_note} if article.last_step == "send_back" else ""


def names(article: Article) -> str:
    return ", ".join(writer.name for writer in article.writers.all())


def change_url(article: Article) -> str:
    return reverse("admin:articles_article_change", args=[article.pk])


def list_url(what: str) -> str:
    return f"{reverse('admin:articles_article_changelist')}?what={what}"

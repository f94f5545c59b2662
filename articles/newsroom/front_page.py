"""Sections of the admin's front page: what waits for writers, reviewers and editors.

A section costs one query, and a second one, with a limit, when there is more than it shows.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from articles.models import Article, EditorialEvent, Image, Note
from articles.models.articles import REVIEW_AHEAD, ArticleQuerySet
from articles.models.steps import STEPS
from articles.newsroom import stale
from articles.newsroom.calendar import KINDS
from edge.day import start_of
from edge.front_page import COUNTED, Row, Section
from pages.models import SiteSettings

# The front page shows the first few; the section's title leads to all.
SHOWN = 5
ENOUGH_EDITORS = 2  # for four eyes
Status = Article.Status
MOVES = [*(step.name for step in STEPS.values() if step.after), "revise"]
# What a section of stale articles is called, and what it says when there are none.
STALE = {
    "overdue": (gettext_lazy("Medical reviews overdue"), gettext_lazy("No review is overdue.")),
    "changed": (gettext_lazy("Updated since their review"), gettext_lazy("No reviewed text was changed.")),
    "untouched": (gettext_lazy("Stale articles"), gettext_lazy("No text has been left alone for too long.")),
    "links": (gettext_lazy("Articles with broken links"), gettext_lazy("Every link answers.")),
    "papers": (gettext_lazy("Retracted papers cited"), gettext_lazy("No article cites a retracted paper.")),
}


def waiting_for(user: User) -> list[Section]:
    """The sections of this person's work: what is hers, what comes to her, and what needs care."""
    writes, publishes = user.has_perm("articles.add_article"), user.has_perm("articles.publish_article")
    reviews = user.has_perm("articles.review_article")
    sections = [*four_eyes(user), *(late() if publishes else [])]
    if writes:
        sections += [sent_back(user), own_drafts(user)]
    if publishes:
        sections += [submitted(), approved()]
    if reviews:
        sections.append(to_review(user))
    if writes:
        sections.append(scheduled(user))
    if publishes or reviews:
        sections += [_stale(user, "overdue"), due_soon()]
    if writes or reviews:
        sections += [_stale(user, "changed"), _stale(user, "untouched")]
    if writes:
        sections += [_stale(user, "links"), _stale(user, "papers"), failed_pictures(user)]
    return sections


# --- Hers --------------------------------------------------------------------------------------------------------------


def sent_back(user: User) -> Section:
    articles = _drafts_of(user).filter(moved="send_back").annotate(moved_note=_last("note", MOVES), open_notes=_notes())
    return section(
        _("Sent back to you"), list_url("mine"), articles.order_by("-moved_at", "-id"), _("Nothing was sent back."),
        lambda article: row(article, note=_what_was_said(article), at=article.moved_at),
    )  # fmt: skip


def own_drafts(user: User) -> Section:
    articles = _drafts_of(user).exclude(moved="send_back").order_by("-id")
    return section(
        _("Your drafts"), list_url("mine"), articles, _("You have no drafts."),
        lambda article: row(article, at=article.updated_at or article.created_at),
    )  # fmt: skip


def scheduled(user: User) -> Section:
    articles = _hers(user, Article.objects.filter(status=Status.SCHEDULED)).order_by("publish_at", "id")
    url = f"{reverse('admin:articles_article_calendar')}?kind={KINDS['scheduled'].name}"
    return section(
        _("Scheduled"), url, articles, _("Nothing is scheduled."),
        lambda article: row(article, note=date_format(timezone.localtime(article.publish_at), "DATETIME_FORMAT")),
    )  # fmt: skip


# --- What comes to her -------------------------------------------------------------------------------------------------


def submitted() -> Section:
    return _steps_on(Status.SUBMITTED, _("Submitted"), _("Nothing was submitted."))


def approved() -> Section:
    return _steps_on(Status.APPROVED, _("Approved, to be published"), _("Nothing waits to be published."))


def to_review(user: User) -> Section:
    own = Article.objects.written_by(user).values("pk")
    return _steps_on(Status.IN_REVIEW, _("Waiting for medical review"), _("Nothing to review."), without=own)


def late() -> list[Section]:
    """What should have appeared by now and did not; only when there is something."""
    articles = Article.objects.overdue_to_publish().annotate(moved=_last("note", ["not_published"]))
    found = section(
        _("Could not be published"), list_url(Status.SCHEDULED), articles.order_by("publish_at", "id"), "",
        lambda article: row(article, note=article.moved or _("Its time has passed."), at=article.publish_at),
        alarm=True,
    )  # fmt: skip
    return [found] if found.count else []


def four_eyes(user: User) -> list[Section]:
    """Whoever runs the site is asked once there are two editors, until it is decided."""
    if not user.has_perm("pages.change_sitesettings"):
        return []
    is_decided = SiteSettings.objects.filter(four_eyes__isnull=False)
    editors = User.objects.filter(~Exists(is_decided), is_active=True, groups__name="Editor")
    if editors.count() < ENOUGH_EDITORS:
        return []
    url = reverse("admin:pages_sitesettings_changelist")
    note = _("There is more than one editor now: somebody else could approve or publish what one of you has written.")
    return [Section(_("Four eyes"), url, 1, [Row(_("Decide in the site settings"), url, note)])]


# --- What needs care ---------------------------------------------------------------------------------------------------


def due_soon() -> Section:
    today = timezone.localdate()
    soon = {"review_due_on__gte": today, "review_due_on__lte": today + REVIEW_AHEAD}
    articles = Article.objects.published().filter(reviewed_on__isnull=False, **soon).order_by("review_due_on", "id")
    return section(
        _("Medical reviews due soon"), f"{reverse('admin:articles_article_calendar')}?kind=review", articles,
        _("No review is due in the next %(days)s days.") % {"days": REVIEW_AHEAD.days},
        lambda article: row(article, note=_("due on %(date)s") % {"date": date_format(article.review_due_on)}),
    )  # fmt: skip


def failed_pictures(user: User) -> Section:
    images = Image.objects.filter(render_failed_at__isnull=False).order_by("render_failed_at")
    if not user.has_perm("articles.edit_any_article"):
        images = images.filter(uploaded_by=user)
    return section(
        _("Pictures that could not be read"), reverse("admin:articles_image_changelist"), images,
        _("Every picture could be read."),
        lambda image: Row(str(image), reverse("admin:articles_image_change", args=[image.pk]), at=image.render_failed_at),
    )  # fmt: skip


# --- How a section is made ---------------------------------------------------------------------------------------------


def section(
    title: str,
    url: str,
    objects: "QuerySet[Any, Any]",
    empty: str,
    as_row: Callable[[Any], Row],
    *,
    alarm: bool = False,
) -> Section:
    light = objects.defer("body", "body_html", "key_points", "get_help") if objects.model is Article else objects
    found = list(light[: SHOWN + 1])
    count = len(found) if len(found) <= SHOWN else objects.order_by()[:COUNTED].count()
    return Section(title, url, count, [as_row(each) for each in found[:SHOWN]], empty, alarm)


def row(article: Article, *, note: str = "", at: datetime | None = None) -> Row:
    return Row(str(article), change_url(article), note, at)


def change_url(article: Article) -> str:
    return reverse("admin:articles_article_change", args=[article.pk])


def list_url(what: str) -> str:
    return f"{reverse('admin:articles_article_changelist')}?what={what}"


def _steps_on(status: str, title: str, empty: str, *, without: Any = ()) -> Section:
    articles = Article.objects.filter(status=status).order_by("submitted_at", "id").prefetch_related("writers")
    return section(
        title, list_url(status), articles.exclude(pk__in=without) if without else articles, empty,
        lambda article: row(article, note=names(article), at=article.submitted_at or article.created_at),
    )  # fmt: skip


def _stale(user: User, reason: str) -> Section:
    title, empty = STALE[reason]
    articles = stale.Selection(user, reason).articles(stale.REASONS[reason])
    url = f"{reverse('admin:articles_article_stale')}?reason={reason}"
    found = section(str(title), url, articles, str(empty), lambda article: row(article, at=_since(article, reason)))
    return replace(found, alarm=reason == "papers" and bool(found.count))


def _since(article: Article, reason: str) -> datetime | None:
    since = getattr(article, stale.REASONS[reason].by) if reason in stale.AGEING else None
    if since is None or isinstance(since, datetime):
        return since
    return start_of(since)


def names(article: Article) -> str:
    return ", ".join(writer.name for writer in article.writers.all())


def _hers(user: User, articles: ArticleQuerySet) -> ArticleQuerySet:
    return articles if user.has_perm("articles.publish_article") else articles.written_by(user)


def _drafts_of(user: User) -> "QuerySet[Any, Any]":
    """With the last step that was taken with each, and when; notes and the like are no steps."""
    drafts = Article.objects.filter(status=Status.DRAFT).written_by(user)
    return drafts.annotate(moved=Coalesce(_last("step", MOVES), Value("")), moved_at=_last("at", MOVES))


def _last(column: str, steps: Iterable[str]) -> Subquery:
    events = EditorialEvent.objects.filter(article=OuterRef("pk"), step__in=steps)
    return Subquery(events.order_by("-id").values(column)[:1])


def _notes() -> Coalesce:
    opened = Note.objects.open().filter(article=OuterRef("pk")).order_by().values("article")
    return Coalesce(Subquery(opened.annotate(n=Count("pk")).values("n")), 0)


def _what_was_said(article: Any) -> str:
    said = [Truncator(article.moved_note).chars(160)] if article.moved_note else []
    if count := article.open_notes:
        said.append(ngettext("%d open note", "%d open notes", count) % count)
    return " · ".join(said)

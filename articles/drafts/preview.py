"""Previews: an article as it would be for readers, with a content that they do not see."""

from copy import copy
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from accounts.models import Writer
from articles.models import Article, Image, Reference, Topic
from articles.rendering import images_in, render_html
from articles.text.content import ROWS, TEXTS, Content


def as_drafted(article: Article, content: Content | None = None, *, is_page: bool = False) -> Article:
    """A copy to look at, never to save. What was deleted meanwhile is missing in it. Only on the page to come do videos
    lead to a page below it: until it is published there is none."""
    content = article.content if content is None else content
    drafted = copy(article)
    for name in TEXTS:
        setattr(drafted, name, content[name])
    for name, model in zip(ROWS, (Image, Topic), strict=True):
        setattr(drafted, name, _newest(model, content[name]))
    writers = Writer.objects.in_bulk(content["writers"])
    byline = [writers[number] for number in content["writers"] if number in writers]
    rows = sorted(content["references"], key=lambda row: row["number"])
    sources = [Reference(article=drafted, **_dated(row)) for row in rows]
    drafted.drafted = byline, sources
    numbers = {source.number for source in sources}
    address = drafted.get_absolute_url() if is_page else ""
    drafted.body_html = render_html(drafted.body, references=numbers, images=images_in(drafted.body), address=address)
    return drafted


def as_published(article: Article) -> Article:
    """A copy to look at, never to save: what the page will be made of if the latest text goes live now, or at the time
    it is scheduled for. Of what is live already, what the page is made of."""
    page = Article.objects.for_reading().get(pk=article.pk)
    page.latest_revision = article.latest_revision
    is_shown = page.is_live and page.latest_revision_id == page.live_revision_id
    if is_shown:
        return page
    page = as_drafted(page, is_page=True)
    _go_live(page)
    return page


def _go_live(page: Article) -> None:
    """What `publish` does, to the copy alone."""
    moment = _moment(page)
    is_first = page.published_at is None
    page.published_at = page.published_at or moment
    page.updated_at = page.latest_revision.created_at if page.latest_revision else moment
    page.live_revision, page.is_live = page.latest_revision, True
    if page.thread is not None:
        page.thread.title, page.thread.address, page.thread.is_public = page.title, page.get_absolute_url(), True
        if is_first:
            page.thread.created_at = moment


def _moment(page: Article) -> datetime:
    now = timezone.now()
    is_scheduled = page.status == Article.Status.SCHEDULED and page.publish_at is not None
    return max(now, page.publish_at) if is_scheduled and page.publish_at else now


def _newest(model: Any, number: int | None) -> Any:
    rows = (
        model.objects.prefetch_related("renditions")
        if model is Image
        else model.objects.select_related("parent__parent")
    )
    return rows.filter(pk=number).first() if number else None


def _dated(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "accessed_on": row["accessed_on"] and date.fromisoformat(row["accessed_on"])}

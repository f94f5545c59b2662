"""An article as it would be for readers, with a content that they do not see."""

from copy import copy
from datetime import date
from typing import Any

from accounts.models import Writer
from articles.content import ROWS, TEXTS, Content
from articles.models import Article, Image, Reference, Topic
from articles.rendering import images_in, render_html


def as_drafted(article: Article, content: Content | None = None) -> Article:
    """A copy to look at, never to save. What was deleted meanwhile is missing in it."""
    content = article.content if content is None else content
    drafted = copy(article)
    for name in TEXTS:
        setattr(drafted, name, content[name])
    for name, model in zip(ROWS, (Image, Topic), strict=True):
        setattr(drafted, name, _newest(model, content[name]))
    writers = Writer.objects.in_bulk(content["writers"])
    byline = [writers[number] for number in content["writers"] if number in writers]
    sources = [Reference(article=drafted, **_dated(row)) for row in content["references"]]
    drafted.drafted = byline, sources
    numbers = {source.number for source in sources}
    drafted.body_html = render_html(drafted.body, references=numbers, images=images_in(drafted.body))
    return drafted


def _newest(model: Any, number: int | None) -> Any:
    rows = (
        model.objects.prefetch_related("renditions")
        if model is Image
        else model.objects.select_related("parent__parent")
    )
    return rows.filter(pk=number).first() if number else None


def _dated(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "accessed_on": row["accessed_on"] and date.fromisoformat(row["accessed_on"])}

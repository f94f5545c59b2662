"""The page on which an article is written: what stands beside Django's form of it."""

from typing import Any

from accounts.models import User
from articles.desk import checks, corrections, notes, preview, reviews, sources, steps
from articles.desk.frame import StaffRequest
from articles.models import Article
from articles.text.content import TEXTS

# What each tells the page is its `context`; what an autosave is answered stands in `saving.answer`.
PANELS = [checks, notes, preview, sources, reviews, corrections, steps]


def context(request: StaffRequest, article: Article | None) -> dict[str, Any]:
    """`article` is None on the page of a new one."""
    context: dict[str, Any] = {}
    if article is not None:
        context = {
            "title": str(article),
            "subtitle": None,
            "byline": ", ".join(article.writers.values_list("name", flat=True)),
            "review_is_old": article.is_live and article.reviewed_on is None and article.review_due_on is not None,
        }
    for panel in PANELS:
        context |= panel.context(request, article)
    return context


def as_written(article: Any, user: User) -> Any:
    """What is being written, which may be newer than what readers see."""
    article.show_to(user)
    content = article.content
    for name in TEXTS:
        setattr(article, name, content[name])
    article.takes_notes = Article.objects.drafts_open_to(user).filter(pk=article.pk).exists()
    return article

"""The addresses of the writers' and editors' own pages, below /admin/articles/article/. The article admin takes them in."""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from django.http import Http404
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST

from articles.desk import (
    calendar,
    corrections,
    history,
    link_search,
    notes,
    preview,
    reviews,
    saving,
    sources,
    stale,
    steps,
)
from articles.desk.frame import StaffRequest, may_view
from articles.desk.given_back import NOT_SAVED, View, posted, refuse
from articles.models import Article
from articles.models.queries import ArticleQuerySet
from articles.workflow.notes import reopen_note, resolve_note, take_back_note
from edge.numbers import number_in


def patterns(admin_view: Callable[[View], View]) -> list[URLPattern]:
    """With the admin site's own check of who may enter around each."""
    pages: dict[str, tuple[str, View]] = {
        "calendar": ("calendar/", calendar.calendar),
        "stale": ("stale/", stale.stale),
        "to_link": ("to-link/", link_search.articles_to_link),
        "logged_in": ("logged-in/", saving.logged_in),
        "history": ("<path:pk>/history/", of_article(history.history)),
        "compare": ("<int:pk>/compare/", of_draft(history.compare)),
        "restore": ("<int:pk>/restore/<int:number>/", require_POST(of_draft(history.restore_revision))),
        "step": ("<int:pk>/step/<slug:name>/", of_article(steps.take_step)),
        "corrections": ("<int:pk>/corrections/", of_article(corrections.corrections)),
        "withdraw_review": ("<int:pk>/reviews/<int:review>/withdraw/", of_article(reviews.withdraw)),
        "preview": ("<int:pk>/preview/", preview.framed(of_article(preview.preview))),
        "preview_links": ("<int:pk>/preview/links/", of_draft(saving.keeping_along(preview.links))),
        "preview_revoke": (
            "<int:pk>/preview/links/<int:link>/revoke/", require_POST(of_draft(saving.keeping_along(preview.revoke))),
        ),
    }  # fmt: skip
    for_script: dict[str, tuple[str, View]] = {
        "begin": ("autosave/", saving.begin),
        "autosave": ("<int:pk>/autosave/", of_article(saving.autosave)),
        "presence": ("<int:pk>/presence/", of_article(saving.presence)),
        "lookup": ("lookup/", sources.lookup),
    }
    for_notes: dict[str, tuple[str, View]] = {
        "note_add": ("add/", notes.add),
        "note_resolve": ("<int:number>/resolve/", partial(notes.settle, act=resolve_note)),
        "note_reopen": ("<int:number>/reopen/", partial(notes.settle, act=reopen_note)),
        "note_take_back": ("<int:number>/take-back/", partial(notes.settle, act=take_back_note)),
    }
    return [
        *(_path(name, where, admin_view(view)) for name, (where, view) in pages.items()),
        *(_path(name, where, posted(admin_view(view))) for name, (where, view) in for_script.items()),
        *(
            _path(
                name,
                f"<int:pk>/notes/{where}",
                posted(admin_view(of_draft(saving.keeping_along(view))), refuse, NOT_SAVED),
            )
            for name, (where, view) in for_notes.items()
        ),
    ]


def _path(name: str, where: str, view: View) -> URLPattern:
    return path(where, view, name=f"articles_article_{name}")


def of_article(view: View) -> View:
    """Gives the view the article as far as this person may read it; to everybody else there is none."""
    return _finding(view, Article.objects.visible_to)


def of_draft(view: View) -> View:
    """The same for whoever may read its latest text: notes and earlier texts are nobody else's business."""
    return _finding(view, Article.objects.drafts_open_to)


def _finding(view: View, open_to: Callable[..., ArticleQuerySet]) -> View:
    @wraps(view)
    def wrapper(request: StaffRequest, pk: object, **kwargs: Any) -> HttpResponseBase:
        articles = open_to(request.user).select_related("topic__parent", "image", "thread", "latest_revision")
        article = articles.filter(pk=number_in(str(pk)) or 0).first()
        if article is None or not may_view(request.user, Article):
            raise Http404
        article.show_to(request.user)
        return view(request, article, **kwargs)

    return wrapper

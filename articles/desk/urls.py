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
from articles.desk.frame import StaffRequest
from articles.desk.given_back import NOT_SAVED, View, posted, refuse
from articles.models import Article
from articles.models.articles import ArticleQuerySet
from articles.public.views import preview_page
from articles.workflow.notes import reopen_note, resolve_note, take_back_note
from edge.numbers import number_in


def patterns(admin_view: Callable[[View], View]) -> list[URLPattern]:
    """Behind each, the admin site's own check of who may enter; of an article, also whether she may read it."""

    def script(view: View) -> View:
        return posted(admin_view(view))

    def beside(view: View) -> View:
        """A button of the article's form, which the page's script presses when it can."""
        return posted(admin_view(of_draft(saving.keeping_along(view))), refuse, NOT_SAVED)

    pages: dict[str, tuple[str, View]] = {
        "calendar": ("calendar/", admin_view(calendar.calendar)),
        "stale": ("stale/", admin_view(stale.stale)),
        "to_link": ("to-link/", admin_view(link_search.articles_to_link)),
        "logged_in": ("logged-in/", admin_view(saving.logged_in)),
        "lookup": ("lookup/", script(sources.lookup)),
        "begin": ("autosave/", script(saving.begin)),
        "autosave": ("<int:pk>/autosave/", script(of_article(saving.autosave))),
        "presence": ("<int:pk>/presence/", script(of_article(saving.presence))),
        "step": ("<int:pk>/step/<slug:name>/", admin_view(of_article(steps.take_step))),
        "discard": ("<int:pk>/discard/", admin_view(of_draft(steps.discard))),
        "corrections": ("<int:pk>/corrections/", admin_view(of_article(corrections.corrections))),
        "withdraw_review": ("<int:pk>/reviews/<int:review>/withdraw/", admin_view(of_article(reviews.withdraw))),
        "history": ("<path:pk>/history/", admin_view(of_article(history.history))),
        "compare": ("<int:pk>/compare/", admin_view(of_draft(history.compare))),
        "revision": ("<int:pk>/revisions/<int:number>/", admin_view(of_article(history.revision))),
        "restore": ("<int:pk>/restore/<int:number>/", admin_view(require_POST(of_draft(history.restore_revision)))),
        "note_add": ("<int:pk>/notes/add/", beside(notes.add)),
        "note_resolve": ("<int:pk>/notes/<int:number>/resolve/", beside(partial(notes.settle, act=resolve_note))),
        "note_reopen": ("<int:pk>/notes/<int:number>/reopen/", beside(partial(notes.settle, act=reopen_note))),
        "note_take_back": ("<int:pk>/notes/<int:number>/take-back/", beside(partial(notes.settle, act=take_back_note))),
        "preview": ("<int:pk>/preview/", admin_view(preview.framed(of_article(preview_page)))),
        "preview_links": ("<int:pk>/preview/links/", admin_view(of_draft(saving.keeping_along(preview.links)))),
        "preview_revoke": (
            "<int:pk>/preview/links/<int:link>/revoke/",
            admin_view(require_POST(of_draft(saving.keeping_along(preview.revoke)))),
        ),
    }
    return [path(where, view, name=f"articles_article_{name}") for name, (where, view) in pages.items()]


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
        if article is None or not request.user.may_view(Article):
            raise Http404
        article.show_to(request.user)
        return view(request, article, **kwargs)

    return wrapper

"""The desk's own addresses, below /admin/comments/desk/. The admin site takes them in."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import URLPattern, path
from django.views.decorators.cache import never_cache

from comments.desk import acting, appeals, figures, messages, views

View = Callable[..., HttpResponse]


def for_moderators(view: View) -> View:
    @wraps(view)
    def wrapper(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm("comments.moderate_comment"):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return never_cache(wrapper)


def patterns(admin_view: Callable[[View], View]) -> list[URLPattern]:
    """With the admin site's own check of who may enter around each."""
    pages: dict[str, tuple[str, View]] = {
        "desk": ("", views.desk),
        "desk_here": ("here/", views.here),
        "desk_search": ("search/", views.search),
        "desk_undo": ("undo/", acting.undo),
        "desk_group": ("group/<int:pk>/", acting.decide_group),
        "desk_decide": ("<int:pk>/decide/", acting.decide_one),
        "desk_claim": ("<int:pk>/claim/", acting.claim),
        "desk_person": ("<int:pk>/person/", views.person),
        "desk_preview": ("<int:pk>/preview/", messages.preview),
        "desk_note": ("<int:pk>/note/", messages.note),
        "desk_message": ("<int:pk>/message/", messages.message),
        "desk_appeal": ("appeals/<int:pk>/", appeals.judge),
        "desk_figures": ("figures/", figures.figures),
    }
    return [
        path(f"comments/desk/{address}", admin_view(for_moderators(view)), name=f"comments_{name}")
        for name, (address, view) in pages.items()
    ]

"""The addresses of the picture library's pages, below /admin/articles/image/. The picture admin takes them in."""

from collections.abc import Callable

from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from articles.desk.given_back import View, posted, tell
from articles.desk.pictures import cards, library, replacing, unused, uploads

LOGGED_OUT = _("You have been logged out. Log in again in another tab.")


def patterns(admin_view: Callable[[View], View]) -> list[URLPattern]:
    """With the admin site's own check of who may enter around each."""
    pages: dict[str, tuple[str, View]] = {
        "changelist": ("", library.library),
        "card": ("<int:pk>/card/", cards.card),
        "pick": ("pick/", uploads.pick),
        "several": ("several/", uploads.several),
        "replace": ("<int:pk>/replace/", replacing.replace),
        "put_back": ("<int:pk>/put-back/", replacing.put_back),
        "render": ("<int:pk>/render/", replacing.render_again),
        "unused": ("unused/", unused.unused),
    }
    return [
        path("dropped/", posted(admin_view(uploads.dropped), tell, LOGGED_OUT), name="articles_image_dropped"),
        *(path(address, admin_view(view), name=f"articles_image_{name}") for name, (address, view) in pages.items()),
    ]

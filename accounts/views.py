"""A writer's public page, and everybody's own."""

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User, Writer
from edge.pagecache import public_page

PER_PAGE = 20


@public_page
@require_safe
def writer(request: HttpRequest, slug: str) -> HttpResponse:
    writer = get_object_or_404(Writer, slug=slug, is_listed=True)
    written, reviewed = _articles_of(writer)
    has_written, has_reviewed = written.exists(), reviewed.exists()
    shows_reviewed = has_reviewed and (request.GET.get("show") == "reviewed" or not has_written)
    page = Paginator(reviewed if shows_reviewed else written, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "writer": writer,
        "page": page,
        "shows_reviewed": shows_reviewed,
        "has_both": has_written and has_reviewed,
        "query": "show=reviewed&" if shows_reviewed else "",
        "canonical": settings.BASE_URL + writer.get_absolute_url(),
    }
    return render(request, "accounts/writer.html", context)


def _articles_of(writer: Writer) -> tuple[Any, Any]:
    """What she wrote, and what she stands for as its medical reviewer: only texts that are still as she read them.

    Asked through the writer's relations, because this app knows nothing of articles.
    """
    written = writer.articles.published()
    same_text = {"revision__fingerprint": OuterRef("live_revision__fingerprint")}
    stands_for = writer.reviews.standing().filter(article=OuterRef("pk"), **same_text)
    reviewed = writer.articles.model.objects.published().filter(Exists(stands_for))
    return written.for_cards().newest_first(), reviewed.for_cards().newest_first()


@never_cache
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    user = request.user
    page = None
    if isinstance(user, User):
        comments = user.comments.select_related("thread").order_by("-id")
        page = Paginator(comments, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/me.html", {"page": page})

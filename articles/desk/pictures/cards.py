"""Pictures in small: in lists, and with their words on the page of an article that shows one."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from articles.desk.frame import StaffRequest
from articles.models import Image


def thumbnail(image: Image, side: int, alt: str = "") -> SafeString:
    """The smallest size there is, in a square of `side`; no query when renditions were fetched."""
    small = min(
        (rendition for rendition in image.renditions.all() if rendition.type == "image/webp"),
        key=lambda rendition: rendition.width, default=None,
    )  # fmt: skip
    width, height = image.width or side, image.height or side
    scale = min(side / width, side / height, 1)
    return format_html(
        '<img src="{}" alt="{}" width="{}" height="{}" class="{}" loading="lazy">',
        (small or image).file.url, alt, max(1, round(width * scale)), max(1, round(height * scale)), image.focus_class,
    )  # fmt: skip


def card(request: StaffRequest, pk: int) -> HttpResponse:
    """For the page that has just chosen this picture."""
    if not request.user.may_view(Image):
        raise PermissionDenied
    image = get_object_or_404(Image.objects.prefetch_related("renditions"), pk=pk)
    return render(request, "admin/articles/article/picture_card.html", about(image))


def about(image: Image) -> dict[str, Any]:
    url = reverse("admin:articles_image_change", args=[image.pk])
    return {"picture": image, "thumbnail": thumbnail(image, 240), "url": url}

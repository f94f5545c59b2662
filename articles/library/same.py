"""The same picture twice in the library: found by what is stored of its file."""

from typing import Any

from articles.models import Image
from edge.pictures import digest_of, stored_bytes

AT_ONCE = 20  # files that one look of the worker reads
UNREADABLE = "unreadable"


def same_as(file: Any) -> Image | None:
    """The oldest picture of the library that is the same as this upload."""
    return Image.objects.filter(digest=digest_of(stored_bytes(file))).order_by("pk").first()


def others_like(image: Image) -> Image | None:
    return (
        Image.objects.filter(digest=image.digest).exclude(pk=image.pk).order_by("pk").first() if image.digest else None
    )


def note_digests() -> int:
    """Of pictures that came in before digests were kept, or whose former file was put back."""
    images = list(Image.objects.filter(digest="").order_by("pk")[:AT_ONCE])
    for image in images:
        try:
            with image.file.open("rb") as file:
                digest = digest_of(file.read())
        except (OSError, ValueError):
            digest = UNREADABLE
        Image.objects.filter(pk=image.pk, file=image.file.name, digest="").update(digest=digest)
    return len(images)

"""Replacing the file of a picture wherever it is shown, and the way back."""

from datetime import datetime
from typing import IO

from django.db import transaction
from django.utils import timezone

from articles.models import FormerFile, Image, Rendition


class Overtaken(Exception):
    """Somebody else has given the picture another file since it was read, or has deleted it."""


def replace_file(image: Image, file: IO[bytes]) -> None:
    """Another file for the same picture. The former one can be put back. Raises Overtaken."""
    former = image.file.name
    # Before the transaction: to decode and encode may take seconds.
    image.file.save("", file, save=False)
    try:
        _change_file(image, former)
    except Overtaken:
        image.file.delete(save=False)
        raise


def put_back(image: Image, former: FormerFile) -> None:
    """The picture is again what it was, in all its sizes; the present file becomes the former one. Raises Overtaken."""
    present, image.file = image.file.name, former.name
    with transaction.atomic():
        former.delete()
        _change_file(image, present, made_at=timezone.now() if former.renditions else None)
        image.renditions.bulk_create(Rendition(image=image, **rendition) for rendition in former.renditions)


def _change_file(image: Image, former: str, made_at: datetime | None = None) -> None:
    """The file and its sizes stay on the disk: pages in caches name them. Their rows make room for the next ones."""
    with transaction.atomic():
        if not list(Image.objects.select_for_update().filter(pk=image.pk, file=former).values_list("pk")):
            raise Overtaken
        sizes = list(image.renditions.values("file", "type", "width", "height"))
        image.renditions.all().delete()
        image.former_files.create(name=former, renditions=sizes)
        image.render_claimed_at, image.rendered_at, image.render_failed_at = None, made_at, None
        image.save(update_fields=["file", "width", "height", "render_claimed_at", "rendered_at", "render_failed_at"])

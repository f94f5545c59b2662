"""Files of pictures: replaced wherever they are shown, put back, and removed from the disk with what names them."""

from collections.abc import Iterator
from datetime import datetime
from typing import IO

from django.apps import apps
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.utils import timezone

from articles.library.usage import is_used, other_texts_with
from articles.models import FormerFile, Image, Rendition, Topic

AT_ONCE = 500  # files


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
    present, image.file, image.digest = image.file.name, former.name, ""
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
        image.save(
            update_fields=["file", "digest", "width", "height", "render_claimed_at", "rendered_at", "render_failed_at"]
        )


def delete(image: Image) -> None:
    """With all its files. Ask `is_used` first."""
    names = [image.file.name, *image.renditions.values_list("file", flat=True)]
    names += [name for former in image.former_files.all() for name in former.file_names]
    with transaction.atomic():
        transaction.on_commit(lambda: _remove(names))
        image.delete()


def delete_unused(numbers: list[int]) -> list[int]:
    deleted = []
    for number in numbers:
        with transaction.atomic():
            image = Image.objects.select_for_update().filter(pk=number).first()
            if image is not None and not is_used(image):
                delete(image)
                deleted.append(number)
    return deleted


def bytes_of(image: Image) -> int:
    return sum(_bytes(file.name) for file in (image.file, *(rendition.file for rendition in image.renditions.all())))


def _bytes(name: str) -> int:
    try:
        return default_storage.size(name)
    except OSError:
        return 0


def remove_former_files() -> int:
    """Deletes files that were replaced long ago. Guides and articles show the present one by themselves; what another text
    (a standing page, a newsletter) names stays as long as that."""
    due = FormerFile.objects.filter(removed_at=None, created_at__lte=timezone.now() - FormerFile.KEPT)
    removed = 0
    for former in due.order_by("created_at")[:AT_ONCE]:
        naming = (rows for rows in other_texts_with([former.name]) if rows.model is not Topic)
        if not any(rows.exists() for rows in naming):
            _remove(former.file_names)
            FormerFile.objects.filter(pk=former.pk).update(removed_at=timezone.now())
            removed += 1
    return removed


def files_nobody_knows() -> Iterator[str]:
    """Names of stored files that no row names, in the folders that our fields fill."""
    fields = [f for model in apps.get_models() for f in model._meta.get_fields() if isinstance(f, models.FileField)]
    for folder in sorted({str(f.upload_to) for f in fields}):
        if not default_storage.exists(folder):
            continue
        names = [f"{folder}/{name}" for name in default_storage.listdir(folder)[1]]
        for start in range(0, len(names), AT_ONCE):
            some = names[start : start + AT_ONCE]
            known = _former_among(some, folder)
            for f in fields:
                known.update(f.model._default_manager.filter(**{f"{f.name}__in": some}).values_list(f.name, flat=True))
            yield from (name for name in some if name not in known)


def _former_among(names: list[str], folder: str) -> set[str]:
    kept = FormerFile.objects.filter(removed_at=None)
    if folder == Image._meta.get_field("file").upload_to:
        return set(kept.filter(name__in=names).values_list("name", flat=True))
    return {name for former in kept.iterator() for name in former.file_names} & set(names)


def _remove(names: list[str]) -> None:
    for name in names:
        default_storage.delete(name)

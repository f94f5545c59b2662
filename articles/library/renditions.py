"""Renditions: the smaller sizes of uploaded pictures, made by the worker. WebP for all browsers, AVIF for those that
know it; and a JPEG to be shown where a link to the article is sent."""

import logging
from functools import partial
from pathlib import PurePath

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from PIL import Image as Picture

from articles.library.files import Overtaken
from articles.library.usage import SHOWN, articles_showing
from articles.models.articles import Article
from articles.models.images import Image, Rendition
from articles.rendering import refresh
from edge.pictures import encode, for_sharing, open_picture

logger = logging.getLogger(__name__)

WIDTHS = (480, 960, 1600)  # pixels
FORMATS = {"image/webp": "WEBP", "image/avif": "AVIF"}
ENCODERS = {**FORMATS, Rendition.SHARED: "JPEG"}


def make_due_renditions(limit: int = 5) -> int:
    """Makes the sizes of pictures that have none; returns how many pictures it took up. Any number of workers may
    call it: a picture belongs to whoever claims it first, and each size exists once."""
    taken = 0
    for image in Image.objects.without_renditions().order_by("id")[:limit]:
        # A claim whose worker died can be taken again when its lease is over.
        if Image.objects.without_renditions().filter(pk=image.pk).update(render_claimed_at=timezone.now()):
            taken += 1
            render(image)
    return taken


def render(image: Image) -> None:
    """Makes every missing size. A file that cannot be read is marked and not tried again, unless somebody asks for it."""
    present = Image.objects.filter(pk=image.pk, file=image.file.name)
    try:
        with image.file.open("rb") as file:
            picture = open_picture(file)
        for width in widths_for(picture.width):
            for content_type in FORMATS:
                make_rendition(image, picture, content_type, width)
        shared = for_sharing(picture, (image.focus_x / 100, image.focus_y / 100))
        make_rendition(image, shared, Rendition.SHARED, shared.width)
    except Overtaken:
        return
    except (ValidationError, OSError, ValueError) as error:
        logger.warning("no renditions of image %s: %s", image.pk, type(error).__name__)
        present.update(render_failed_at=timezone.now())
        return
    if present.update(rendered_at=timezone.now()):
        refresh_texts_with(image)


def widths_for(original: int) -> list[int]:
    return [width for width in WIDTHS if width < original] + ([original] if original <= WIDTHS[-1] else [])


def make_rendition(image: Image, picture: Picture.Image, content_type: str, width: int) -> None:
    if image.renditions.filter(type=content_type, width=width).exists():
        return
    data = encode(picture, width, ENCODERS[content_type])
    name = f"{PurePath(image.file.name).stem}-{width}.{ENCODERS[content_type].lower()}"
    rendition = Rendition(
        image=image, type=content_type, width=width, height=max(1, round(picture.height * width / picture.width))
    )
    rendition.file.save(name, ContentFile(data), save=False)
    try:
        with transaction.atomic():
            if not list(Image.objects.select_for_update().filter(pk=image.pk, file=image.file.name).values_list("pk")):
                raise Overtaken
            rendition.save()
    except (IntegrityError, Overtaken) as error:
        # Another worker made this size after our claim had run out: theirs stays.
        rendition.file.delete(save=False)
        if isinstance(error, Overtaken):
            raise


def show_anew(image: Image) -> None:
    """After its words or rights were changed: in the latest texts at once, and in all of them when they are more, by the
    worker, for whom the picture is due again; it keeps the sizes that there are."""
    if refresh_texts_with(image, most=SHOWN) == SHOWN:
        made = Image.objects.filter(pk=image.pk, rendered_at__isnull=False)
        made.update(rendered_at=None, render_claimed_at=None)


def cut_anew(image: Image) -> None:
    """After its focal point was moved: what is cut around it is due again."""
    for rendition in image.renditions.filter(type=Rendition.SHARED):
        rendition.delete()
        transaction.on_commit(partial(rendition.file.storage.delete, rendition.file.name))
    Image.objects.filter(pk=image.pk, render_failed_at=None).update(rendered_at=None, render_claimed_at=None)


def refresh_texts_with(image: Image, most: int | None = None) -> int:
    """Works the present file and its sizes into the articles whose text shows the picture; into the `most` latest first."""
    articles = list(articles_showing(image).order_by("-pk").values_list("pk", flat=True)[:most])
    for pk in articles:
        for article in Article.objects.filter(pk=pk):
            refresh(article)
    return len(articles)

"""Usage of pictures: in which articles, guides and other texts each is shown, and which are shown nowhere.

The worker notes which articles hold a picture (`articles/indexing.py`): in the latest text and in the one that readers
see. What it has not read yet is read here, so that nothing is deleted in between.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from html import unescape
from operator import or_
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.utils import timezone

from accounts.models import User
from articles.models import Article, FormerFile, Image, Topic
from articles.rendering import IMAGE_SOURCE
from edge.richtext import RichTextField

SHOWN = 50  # articles that are named of those that show a picture
COUNTED = 500  # and that are counted


@dataclass(frozen=True)
class Usage:
    """Who shows a picture, told to somebody: what she may see is named, the rest is counted."""

    articles: list[tuple[Article, str]]  # each with its status, where that is more than that readers see it
    texts: list[tuple[str, str]]  # guides, standing pages, newsletters: what each is called, and what it is
    hidden: int
    count: int  # of articles
    is_public: bool  # readers see it somewhere
    keeps_former: bool  # some text goes on showing the former file when it is replaced

    @property
    def is_all(self) -> bool:
        return self.count < COUNTED


def names_of(image: Image) -> list[str]:
    """The file, and those that it has replaced: texts may name either."""
    return [image.file.name, *image.former_files.values_list("name", flat=True)]


def is_used(image: Image) -> bool:
    """Whether any text or article shows the picture, also one that was saved a second ago: such a picture is not deleted."""
    names = names_of(image)
    return (
        image.articles.exists()
        or image.used_in.exists()
        or _unread_with(image, names).exists()
        or any(rows.exists() for rows in other_texts_with(names))
    )


def usage_of(image: Image, user: User) -> Usage:
    names = names_of(image)
    showing = (image.articles.all(), image.used_in.all(), _unread_with(image, names))
    found = {pk for rows in showing for pk in rows.order_by("-pk").values_list("pk", flat=True)[:COUNTED]}
    named = _named_to(user, image, names, found)
    texts = [row for rows in other_texts_with(names) for row in rows[:SHOWN]]
    hers = [row for row in texts if user.has_perm(f"{row._meta.app_label}.view_{row._meta.model_name}")]
    is_public = bool(texts) or Article.objects.filter(pk__in=found, is_live=True).exists()
    return Usage(
        articles=named,
        texts=[(str(row), str(row._meta.verbose_name)) for row in hers],
        hidden=len(found) - len(named) + len(texts) - len(hers),
        count=len(found),
        is_public=is_public,
        keeps_former=any(not isinstance(row, Topic) for row in texts),
    )


def _named_to(user: User, image: Image, names: list[str], found: set[int]) -> list[tuple[Article, str]]:
    """Of an article whose next text she may not read, she may know what it shows to readers, and nothing else."""
    hers = Article.objects.drafts_open_to(user).filter(pk__in=found)
    named = [
        (article, "" if article.status == Article.Status.PUBLISHED else article.get_status_display())
        for article in hers.order_by("-is_live", "-pk").defer("body", "body_html")[:SHOWN]
    ]
    public = Article.objects.published().filter(pk__in=found).exclude(pk__in=hers.values("pk"))
    for article in public.order_by("-pk")[:SHOWN]:
        if article.image_id == image.pk or any(name in article.body for name in names):
            named.append((article, ""))
    return named


def counts_for(images: Iterable[Image]) -> dict[int, int]:
    """How many articles show each, as far as the worker has read them; two queries for any number of pictures."""
    pks = [image.pk for image in images]
    counts = dict.fromkeys(pks, 0)
    in_texts = Image.used_in.through._default_manager.filter(image__in=pks)
    beside = Article.objects.filter(image__in=pks).exclude(images_in_text=models.F("image"))
    for rows in (in_texts, beside):
        for pk, count in rows.order_by().values_list("image").annotate(models.Count("pk")):
            counts[pk] += count
    return counts


def articles_showing(image: Image) -> QuerySet[Article]:
    unread = _unread_with(image, names_of(image)).values("pk")
    return Article.objects.filter(Q(pk__in=image.used_in.values("pk")) | Q(pk__in=unread))


def with_present_files(html: str) -> str:
    """A text for writing on: where it names a file that another one has replaced, it names the present one."""
    names = _names_in(html)
    for former in FormerFile.objects.filter(name__in=names).select_related("image") if names else ():
        html = html.replace(former.name, former.image.file.name)
    return html


def note_unused() -> int:
    """Writes down since when nothing shows a picture; returns how many are new among those."""
    elsewhere: set[int] = set()
    for rows, field in _other_texts():
        for html in rows.filter(**{f"{field}__contains": settings.MEDIA_URL}).values_list(field, flat=True).iterator():
            names = _names_in(html)
            named = Image.objects.filter(Q(file__in=names) | Q(former_files__name__in=names))
            elsewhere.update(named.values_list("pk", flat=True))
    unused = Image.objects.in_no_article().exclude(pk__in=elsewhere).values("pk")
    Image.objects.filter(unused_since__isnull=False).exclude(pk__in=unused).update(unused_since=None)
    return Image.objects.filter(unused_since=None, pk__in=unused).update(unused_since=timezone.now())


def _unread_with(image: Image, names: list[str]) -> QuerySet[Article]:
    """What the worker has not read yet and holds the picture: in its latest text, or in that of the readers."""
    latest_body = KeyTextTransform("body", "latest_revision__full")
    unread = Article.objects.filter(is_indexed=False).annotate(latest_body=latest_body)
    holds = Q(latest_revision__full__image=image.pk)
    for name in names:
        holds |= Q(body__contains=name) | Q(latest_body__contains=name)
    return unread.filter(holds)


def _other_texts() -> Iterator[tuple[QuerySet[Any], str]]:
    """(rows, field) of everything but articles that writers' HTML stands in, of whatever app: guides, pages, newsletters."""
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if isinstance(field, RichTextField) and model is not Article:
                yield model._default_manager.all(), field.name


def other_texts_with(names: list[str]) -> Iterator[QuerySet[Any]]:
    for rows, field in _other_texts():
        yield rows.filter(reduce(or_, (Q(**{f"{field}__contains": name}) for name in names)))


def _names_in(html: str) -> set[str]:
    return {unescape(address).removeprefix(settings.MEDIA_URL) for address in IMAGE_SOURCE.findall(html)}

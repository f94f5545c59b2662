"""JSON-LD for search engines (https://schema.org). Nothing here says more than the page shows."""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from accounts.models import Writer
from articles.models import Article, Correction, Image, Reference, Series, Topic
from articles.models.reviews import Reviewed
from articles.models.series import Place

ENOUGH_VOTES = 5  # an average of fewer says nothing
ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}

Thing = dict[str, Any]


class ShareImage(NamedTuple):
    address: str
    width: int | None
    height: int | None
    alt: str


def article_page(
    article: Article,
    authors: list[Writer],
    references: list[Reference],
    reviewed: Reviewed | None,
    trail: list[Topic],
    place: Place | None = None,
    corrections: Sequence[Correction] = (),
) -> Thing:
    """A MedicalWebPage around its Article. Only the review of the very text that is shown counts as one."""
    address = _absolute(article.get_absolute_url())
    current = reviewed if reviewed and reviewed.is_current else None
    return _thing(
        "MedicalWebPage",
        **{"@id": address},
        url=address,
        name=article.title,
        description=article.summary,
        audience={"@type": "PeopleAudience", "audienceType": "Patient"},
        mainEntity=_article(article, authors, references, place, corrections),
        breadcrumb=_trail([*trail, article]),
        about=_thing(article.topic.kind or "Thing", name=article.topic.name) if article.topic else None,
        lastReviewed=current and current.reviewed_on.isoformat(),
        reviewedBy=current and _reviewer(current),
    )


def series_page(series: Series, parts: list[Article]) -> Thing:
    items = _items(parts, "url")
    return _thing(
        "CollectionPage",
        **{"@id": _absolute(series.get_absolute_url())},
        name=series.title,
        description=series.summary or None,
        mainEntity=_thing("ItemList", numberOfItems=len(items), itemListElement=items),
    )


def topic_page(topic: Topic, synonyms: list[str], trail: list[Topic]) -> Thing:
    address = _absolute(topic.get_absolute_url())
    condition = _thing(topic.kind or "Thing", name=topic.name, alternateName=synonyms or None)
    page = {"@id": address, "url": address, "name": topic.name, "about": condition, "breadcrumb": _trail(trail)}
    return _thing("CollectionPage", **page)


def image_address(image: Image | None) -> str:
    return _absolute(image.file.url) if image and image.file else ""


def share_image(image: Image | None) -> ShareImage | None:
    """In the shape that messengers and networks show large; before the worker has made it, the picture as it is."""
    if image is None or not image.file:
        return None
    made = image.share_rendition or image
    return ShareImage(_absolute(made.file.url), made.width, made.height, image.alt)


def script(page: Thing, publisher: str) -> SafeString:
    """The text between <script type="application/ld+json"> and its end: no text in it can close the element."""
    organization = {"@type": "Organization", "name": publisher, "url": settings.BASE_URL + "/"}
    whole = {"@context": "https://schema.org", **page, "publisher": organization}
    text = json.dumps(whole, ensure_ascii=False, separators=(",", ":"))
    return mark_safe(text.translate(ESCAPES))  # noqa: S308  the three characters HTML could see are escaped


def _thing(kind: str, **parts: Any) -> Thing:
    """Of the parts only those that are known: None is none."""
    return {"@type": kind, **{name: part for name, part in parts.items() if part is not None}}


def _article(
    article: Article,
    authors: list[Writer],
    references: list[Reference],
    place: Place | None,
    corrections: Sequence[Correction],
) -> Thing:
    published = article.published_at
    return _thing(
        "Article",
        headline=article.title,
        author=[_person(writer) for writer in authors],
        datePublished=published and published.isoformat(),
        dateModified=published and max(published, article.updated_at or published).isoformat(),
        image=_image(article.image),
        citation=[_thing("CreativeWork", name=row.text, url=row.link or None) for row in references] or None,
        aggregateRating=_rating(article) if article.rating_count >= ENOUGH_VOTES else None,
        isPartOf=place and _series(place.series),
        position=place and place.number,
        correction=[_correction(row) for row in corrections] or None,
    )


def _rating(article: Article) -> Thing:
    average = round(article.rating_sum / article.rating_count, 1)
    return _thing("AggregateRating", ratingValue=average, ratingCount=article.rating_count, bestRating=5, worstRating=1)


def _series(series: Series) -> Thing:
    return _thing("CreativeWorkSeries", name=series.title, url=_absolute(series.get_absolute_url()))


def _correction(row: Correction) -> Thing:
    return _thing("CorrectionComment", text=row.text, datePublished=row.corrected_on.isoformat())


def _image(image: Image | None) -> Thing | str | None:
    address = image_address(image)
    if image is None or not image.credit:
        return address or None
    return _thing("ImageObject", url=address, creditText=image.credit, license=image.deed or None)


def _person(writer: Writer) -> Thing:
    address = _absolute(writer.get_absolute_url()) if writer.is_listed else None
    return _thing("Person", name=writer.name, url=address, jobTitle=writer.title or None)


def _reviewer(reviewed: Reviewed) -> Thing:
    credentials, title = reviewed.credentials or None, reviewed.title or None
    return _thing("Person", name=reviewed.name, honorificSuffix=credentials, jobTitle=title)


def _trail(steps: Sequence[Topic | Article]) -> Thing:
    return _thing("BreadcrumbList", itemListElement=_items(steps, "item"))


def _items(steps: Sequence[Topic | Article], address: str) -> list[Thing]:
    """`address`: under which name each says where it is."""
    return [
        _thing("ListItem", position=n, name=str(step), **{address: _absolute(step.get_absolute_url())})
        for n, step in enumerate(steps, start=1)
    ]


def _absolute(path: str) -> str:
    return path if path.startswith(("http://", "https://")) else settings.BASE_URL + path

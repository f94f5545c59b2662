"""JSON-LD for search engines (https://schema.org). Nothing here says more than the page shows."""

import json
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from accounts.models import Writer
from articles.models import Article, Correction, Image, Reference, Series, Topic
from articles.models.reviews import Reviewed
from articles.models.series import Place

ENOUGH_VOTES = 5  # an average of fewer says nothing
ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}

Thing = dict[str, Any]


def article_page(
    article: Article,
    authors: list[Writer],
    references: list[Reference],
    reviewed: Reviewed | None,
    trail: list[Topic],
) -> Thing:
    """A MedicalWebPage around its Article. Only the review of the very text that is shown counts as one."""
    address = _absolute(article.get_absolute_url())
    page: Thing = {
        "@type": "MedicalWebPage",
        "@id": address,
        "url": address,
        "name": article.title,
        "description": article.summary,
        "audience": {"@type": "PeopleAudience", "audienceType": "Patient"},
        "mainEntity": _article(article, authors, references),
        "breadcrumb": _trail([*trail, article]),
    }
    if article.topic:
        page["about"] = {"@type": "MedicalCondition", "name": article.topic.name}
    if reviewed and reviewed.is_current:
        page["lastReviewed"] = reviewed.reviewed_on.isoformat()
        page["reviewedBy"] = _reviewer(reviewed)
    return page


def with_place(page: Thing, place: Place | None, corrections: list[Correction]) -> Thing:
    more: Thing = {}
    if place is not None:
        more |= {"isPartOf": _series(place.series), "position": place.number}
    if corrections:
        more["correction"] = [
            {"@type": "CorrectionComment", "text": row.text, "datePublished": row.corrected_on.isoformat()}
            for row in corrections
        ]
    return {**page, "mainEntity": {**page["mainEntity"], **more}}


def series_page(series: Series, parts: list[Article]) -> Thing:
    items = [
        {"@type": "ListItem", "position": position, "name": str(part), "url": _absolute(part.get_absolute_url())}
        for position, part in enumerate(parts, start=1)
    ]
    page = {"@type": "CollectionPage", "@id": _absolute(series.get_absolute_url()), "name": series.title}
    if series.summary:
        page["description"] = series.summary
    return {**page, "mainEntity": {"@type": "ItemList", "numberOfItems": len(items), "itemListElement": items}}


def topic_page(topic: Topic, synonyms: list[str], trail: list[Topic]) -> Thing:
    address = _absolute(topic.get_absolute_url())
    condition: Thing = {"@type": "MedicalCondition", "name": topic.name}
    if synonyms:
        condition["alternateName"] = synonyms
    page = {"@type": "CollectionPage", "@id": address, "url": address, "name": topic.name, "about": condition}
    return {**page, "breadcrumb": _trail(trail)}


def image_address(image: Image | None) -> str:
    return _absolute(image.file.url) if image and image.file else ""


def script(page: Thing, publisher: str) -> SafeString:
    """The text between <script type="application/ld+json"> and its end: no text in it can close the element."""
    organization = {"@type": "Organization", "name": publisher, "url": settings.BASE_URL + "/"}
    whole = {"@context": "https://schema.org", **page, "publisher": organization}
    text = json.dumps(whole, ensure_ascii=False, separators=(",", ":"))
    return mark_safe(text.translate(ESCAPES))  # noqa: S308  the three characters HTML could see are escaped


def _article(article: Article, authors: list[Writer], references: list[Reference]) -> Thing:
    thing: Thing = {
        "@type": "Article",
        "headline": article.title,
        "author": [_person(writer) for writer in authors],
    }
    if article.published_at:
        thing["datePublished"] = article.published_at.isoformat()
        thing["dateModified"] = max(article.published_at, article.updated_at or article.published_at).isoformat()
    if image := _image(article.image):
        thing["image"] = image
    if references:
        thing["citation"] = [_citation(reference) for reference in references]
    if article.rating_count >= ENOUGH_VOTES:
        thing["aggregateRating"] = {
            "@type": "AggregateRating",
            "ratingValue": round(article.rating_sum / article.rating_count, 1),
            "ratingCount": article.rating_count,
            "bestRating": 5,
            "worstRating": 1,
        }
    return thing


def _image(image: Image | None) -> Thing | str:
    address = image_address(image)
    if image is None or not image.credit:
        return address
    thing: Thing = {"@type": "ImageObject", "url": address, "creditText": image.credit}
    return {**thing, "license": image.deed} if image.deed else thing


def _person(writer: Writer) -> Thing:
    person: Thing = {"@type": "Person", "name": writer.name}
    if writer.is_listed:
        person["url"] = _absolute(writer.get_absolute_url())
    if writer.title:
        person["jobTitle"] = writer.title
    return person


def _reviewer(reviewed: Reviewed) -> Thing:
    person: Thing = {"@type": "Person", "name": reviewed.name}
    if reviewed.credentials:
        person["honorificSuffix"] = reviewed.credentials
    if reviewed.title:
        person["jobTitle"] = reviewed.title
    return person


def _citation(reference: Reference) -> Thing:
    citation: Thing = {"@type": "CreativeWork", "name": reference.text}
    if reference.link:
        citation["url"] = reference.link
    return citation


def _series(series: Series) -> Thing:
    return {"@type": "CreativeWorkSeries", "name": series.title, "url": _absolute(series.get_absolute_url())}


def _trail(steps: list[Any]) -> Thing:
    items = [
        {"@type": "ListItem", "position": position, "name": str(step), "item": _absolute(step.get_absolute_url())}
        for position, step in enumerate(steps, start=1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def _absolute(path: str) -> str:
    return path if path.startswith(("http://", "https://")) else settings.BASE_URL + path

"""The index of what the texts of articles hold, to be asked the other way round: which articles link there, show this
picture, cite that paper, are like this one.

Whoever saves a text marks its article as not read (`is_indexed`); the worker reads it a moment later. Links and likeness
are those of the latest text; pictures and papers also those of the text that readers see.
"""

import logging
import re
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from django.db import IntegrityError, transaction

from articles import near_duplicates
from articles.models import Article, Image, Link, Paper
from articles.models.references import numbers_of
from articles.rendering import images_in
from articles.text.content import Content
from articles.text.identifiers import normal_address

logger = logging.getLogger(__name__)

AT_ONCE = 50  # articles a look
MOST_LINKS = 500  # of one article
HREF = re.compile(r'<a\s[^<>]{0,2000}?\bhref="([^"<>]{1,2000})"')


@dataclass
class Held:
    links: set[str] = field(default_factory=set)
    images: set[int] = field(default_factory=set)
    papers: set[tuple[str, str]] = field(default_factory=set)  # (DOI, PMID), one of them may be ""
    marks: list[int] = field(default_factory=list)


def index_due() -> int:
    """Reads articles that have changed; returns how many. Any number of workers may call it: each text is read until its
    reading is written, and a save meanwhile makes it be read again."""
    due = Article.objects.filter(is_indexed=False).select_related("latest_revision", "live_revision")
    return sum(index(article) for article in due.order_by("id")[:AT_ONCE])


def index(article: Article) -> bool:
    """False when somebody was faster: another worker, or a newer text that is not read yet."""
    held = _held_by(article)
    try:
        with transaction.atomic():
            same = Article.objects.filter(
                pk=article.pk, edition=article.edition, live_revision=article.live_revision_id, is_indexed=False
            )
            if not same.update(is_indexed=True):
                return False
            _write(article, held)
    except IntegrityError:
        # What it links to was just deleted as used by nobody: at the next look.
        return False
    return True


def _held_by(article: Article) -> Held:
    """A text that cannot be read holds nothing, and does not hold up the others."""
    try:
        return held(article)
    except Exception:
        logger.exception("article %s cannot be indexed", article.pk)
        return Held()


def held(article: Article) -> Held:
    latest = article.content
    texts = [latest]
    if article.is_live and article.live_revision and article.live_revision_id != article.latest_revision_id:
        texts.append(article.live_revision.content)
    return Held(
        links=set(links_in(latest)),
        images={image.pk for text in texts for image in images_in(text["body"]).values()}
        | {text["image"] for text in texts if text["image"]},
        papers={numbers for text in texts for row in text["references"] if any(numbers := numbers_of(row))},
        marks=near_duplicates.marks_of(near_duplicates.pairs_of(latest["body"])),
    )


def links_in(content: Content) -> list[str]:
    """The addresses that a text and its sources lead to, each once, normalised; mail addresses and the like left out."""
    found = [unescape(match) for match in HREF.findall(content["body"])]
    found += [row["url"] for row in content["references"] if row["url"]]
    return list(dict.fromkeys(filter(None, map(normal_address, found))))[:MOST_LINKS]


def _write(article: Article, held: Held) -> None:
    """Only what has changed, in as many queries for one link as for a hundred."""
    _point(article, Link.articles.through, "link", _links(held.links))
    images = set(Image.objects.filter(pk__in=held.images).values_list("pk", flat=True))
    _point(article, Image.used_in.through, "image", images)
    _point(article, Paper.articles.through, "paper", _papers(held.papers))
    near_duplicates.keep(article, held.marks)


def _links(addresses: set[str]) -> set[int]:
    Link.objects.bulk_create([Link(address=address) for address in sorted(addresses)], ignore_conflicts=True)
    return set(Link.objects.filter(address__in=addresses).values_list("pk", flat=True))


def _papers(numbers: set[tuple[str, str]]) -> set[int]:
    """Their rows, made now (and so due to be asked about) where there is none."""
    dois, pmids = {doi for doi, _pmid in numbers}, {pmid for _doi, pmid in numbers}
    known = Paper.objects.numbered(dois=dois, pmids=pmids)
    found = {number for pair in known.values_list("doi", "pmid") for number in pair if number}
    new = [Paper(doi=doi or None, pmid=pmid or None) for doi, pmid in sorted(numbers) if not {doi, pmid} & found]
    Paper.objects.bulk_create(new, ignore_conflicts=True)
    return set(known.values_list("pk", flat=True))


def _point(article: Article, through: Any, name: str, wanted: set[int]) -> None:
    """The rows of one many-to-many table that name this article become those that name what it holds now."""
    key, rows = f"{name}_id", through.objects.filter(article=article.pk)
    there = set(rows.values_list(key, flat=True))
    if gone := there - wanted:
        rows.filter(**{f"{name}__in": gone}).delete()
    new = [through(article_id=article.pk, **{key: number}) for number in sorted(wanted - there)]
    through.objects.bulk_create(new, ignore_conflicts=True)

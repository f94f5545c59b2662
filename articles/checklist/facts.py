"""Facts that the database knows about a text to be published, asked in one query."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import F, IntegerField, QuerySet, TextField, Value
from django.db.models.functions import Cast, Coalesce, Concat, Lower, Trim

from accounts.models import Writer
from articles.models import Article, FormerFile, Image, Paper
from articles.models.references import numbers_of
from articles.text.content import Content

Rows = list[tuple[int, str]]


@dataclass(frozen=True)
class Known:
    """Of each kind (number, words): see `ask`."""

    rows: dict[str, Rows]

    def __getitem__(self, kind: str) -> Rows:
        return self.rows.get(kind, [])


def ask(article: Article, content: Content, pictures: set[str]) -> Known:
    """`title`: another article that readers see has this one; `address`: any other article has it; `silent`: writers who
    have not said anything about conflicts of interest; `picture`: those of these addresses that the library knows, which
    asks for words; `broken`: links that do not work; `note`: open ones; `retracted`: "DOI PMID" of cited papers."""
    parts = [*_of_content(article, content), *_of_pictures(pictures), *_of_article(article), *_of_sources(content)]
    rows: dict[str, Rows] = {}
    for kind, number, words in parts[0].union(*parts[1:]):
        rows.setdefault(kind, []).append((number, words))
    return Known(rows)


def _named(kind: str, rows: QuerySet[Any], number: Any = 0, words: Any = "") -> QuerySet[Any]:
    return rows.order_by().values_list(
        Value(kind, TextField()),
        Cast(Value(number) if isinstance(number, int) else F(number), IntegerField()),
        Cast(Value(words) if words == "" else F(words) if isinstance(words, str) else words, TextField()),
    )


def _of_content(article: Article, content: Content) -> list[QuerySet[Any]]:
    others = Article.objects.exclude(pk=article.pk)
    silent = Writer.objects.alias(said=Trim("conflicts")).filter(pk__in=content["writers"], said="")
    parts = [_named("silent", silent, "pk", "name")]
    if title := content["title"].strip():
        same = others.filter(is_live=True).alias(low=Lower("title")).filter(low=Lower(Value(title)))
        parts.append(_named("title", same))
    if content["slug"]:
        parts.append(_named("address", others.filter(slug=content["slug"])))
    return parts


def _of_article(article: Article) -> list[QuerySet[Any]]:
    if article.pk is None:
        return []
    broken = article.links.filter(broken_at__isnull=False)
    return [_named("broken", broken, "pk", "address"), _named("note", article.notes.open(), "pk")]


def _of_pictures(addresses: set[str]) -> list[QuerySet[Any]]:
    names = {address.removeprefix(settings.MEDIA_URL) for address in addresses}
    if not names:
        return []
    return [
        _named("picture", Image.objects.filter(file__in=names), 0, "file"),
        _named("picture", FormerFile.objects.filter(name__in=names), 0, "name"),
    ]


def _of_sources(content: Content) -> list[QuerySet[Any]]:
    numbers = [numbers_of(row) for row in content["references"]]
    dois, pmids = {doi for doi, _pmid in numbers}, {pmid for _doi, pmid in numbers}
    if not any(dois) and not any(pmids):
        return []
    both = Concat(Coalesce("doi", Value("")), Value(" "), Coalesce("pmid", Value("")))
    return [_named("retracted", Paper.objects.numbered(dois=dois, pmids=pmids).retracted(), 0, both)]

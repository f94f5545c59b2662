"""Facts that the checks look at: what stands in each block of a text, and what the database knows about it."""

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db.models import F, IntegerField, QuerySet, TextField, Value
from django.db.models.functions import Cast, Coalesce, Concat, Lower, Trim

from accounts.models import Writer
from articles.models import Article, FormerFile, Image, Paper
from articles.models.references import numbers_of
from articles.rendering import cited_numbers
from articles.text.content import Content, blocks_of
from articles.text.passages import HEADINGS, TAG, attributes, passages, words_of
from articles.text.readability import LONGEST_CACHED, sentences

NUMBER = r"(?:\d[\d,.]{0,12}|one|two|three|four|five|six|seven|eight|nine|ten|twenty|fifty|hundred|thousand)"
# What a reader may want to look up: figures of frequency and dose, what studies are said to show, what changes a risk.
# A rule of thumb of our own, after the fourth question of DISCERN (www.discern.org.uk): is it clear which sources of
# information were used? It reads too much into some sentences and nothing into others, so it is advice.
CLAIM = re.compile(
    "|".join(
        [
            r"\d\s?(?:%|per ?cent\b)",
            rf"\b{NUMBER} (?:in|out of) (?:every )?{NUMBER}\b",
            r"\d\s?(?:mg|mcg|[µμ]g|micrograms?|milligrams?|ml|millilit(?:re|er)s?|IU|units?)\b",
            r"\b(?:stud(?:y|ies)|trials?|research(?:ers)?|evidence|meta-analys[ei]s|scientists|experts)\b[^.]{0,40}?"
            r"\b(?:shows?|showed|shown|suggests?|suggested|finds?|found|proves?|proved|proven|confirm(?:s|ed)?|says?|said)\b",
            r"\b(?:reduc|lower|cut|rais|increas|doubl|halv|trebl|tripl)\w{0,4}\b[^.]{0,30}?\b(?:risk|chance|odds)s?\b",
            r"\b(?:risk|chance|odds)\b[^.]{0,40}?\b(?:reduced|lower|higher|doubles?|doubled|halved|increases|greater)\b",
            r"\b(?:clinically|scientifically) (?:proven|tested)\b|\bproven to\b",
        ]
    ),
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Block:
    """`headings` are (level, words), `links` (address, words), `pictures` (address, alt); `claims` sentences."""

    words: str  # at most QUOTED characters
    headings: tuple[tuple[int, str], ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    pictures: tuple[tuple[str, str], ...] = ()
    numbers: frozenset[int] = frozenset()
    tables_without_headers: int = 0
    claims: tuple[str, ...] = ()


QUOTED = 120


def read(html: str) -> list[Block]:
    """Of a cleaned text. A block that was read before costs nothing: while somebody writes, one of many changes."""
    return [_again(block) if len(block) <= LONGEST_CACHED else _block(block) for block in blocks_of(html)]


def _block(html: str) -> Block:
    numbers = frozenset(cited_numbers(html)) if "[" in html else frozenset()
    has_source = bool(numbers) or "data-footnote" in html
    return Block(
        words=words_of(html)[:QUOTED],
        headings=tuple((int(name[1]), words_of(inner)) for name, _rest, inner in _elements(html, HEADINGS)),
        links=tuple((attributes(rest).get("href", ""), words_of(inner)) for _name, rest, inner in _elements(html, {"a"})),
        pictures=tuple(_pictures(html)) if "<img" in html else (),
        numbers=numbers,
        tables_without_headers=sum(1 for _name, _rest, inner in _elements(html, {"table"}) if "<th" not in _tags(inner)),
        claims=() if has_source else tuple(_claims(html)),
    )  # fmt: skip


_again = lru_cache(maxsize=2048)(_block)


def _elements(html: str, names: set[str]) -> list[tuple[str, str, str]]:
    """(name, attributes, what is inside) of each; none of them stands in another of its kind."""
    found: list[tuple[str, str, str]] = []
    name = rest = ""
    start = 0
    for tag in TAG.finditer(html):
        here = tag[2].lower()
        if here not in names:
            continue
        if not tag[1]:
            name, rest, start = here, tag[3], tag.end()
        elif here == name:
            found.append((name, rest, html[start : tag.start()]))
            name = ""
    return found


def _tags(html: str) -> set[str]:
    return {f"<{tag[2].lower()}" for tag in TAG.finditer(html) if not tag[1]}


def _pictures(html: str) -> list[tuple[str, str]]:
    found = (attributes(tag[3]) for tag in TAG.finditer(html) if tag[2].lower() == "img")
    return [(picture.get("src", ""), picture.get("alt", "").strip()) for picture in found]


def _claims(html: str) -> list[str]:
    """The first sentence of each paragraph or item that is one."""
    found = []
    for passage in passages(html):
        if passage.kind == "text" and CLAIM.search(passage.text):
            claims = (sentence.text for sentence in sentences(passage.text) if CLAIM.search(sentence.text))
            found += [" ".join(claim.split()) for claim in claims][:1]
    return found


# --- What the database knows ------------------------------------------------------------------------------------------


# Of each kind (number, words): see `ask`.
Facts = dict[str, list[tuple[int, str]]]


def ask(article: Article, content: Content, pictures: set[str]) -> Facts:
    """In one query. `title`: another article that readers see has this one; `address`: any other article has it; `silent`: writers who
    have not said anything about conflicts of interest; `picture`: those of these addresses that the library knows, which
    asks for words; `broken`: links that do not work; `note`: open ones; `retracted`: "DOI PMID" of cited papers."""
    parts = [*_of_content(article, content), *_of_pictures(pictures), *_of_article(article), *_of_sources(content)]
    facts: Facts = defaultdict(list)
    for kind, number, words in parts[0].union(*parts[1:]):
        facts[kind].append((number, words))
    return facts


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

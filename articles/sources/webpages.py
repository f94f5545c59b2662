"""A page by its address: what it says of itself to search engines. The head of a page is read as text, without a parser:
it may be anything, and only a few of its lines count."""

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from articles.sources.citation import Source, Work, author, first_year, pages, part_of, plain, rows_in, title, words_in
from articles.text.identifiers import doi_in, pmid_in
from edge.fetching import Answer, fetch

MOST = 300_000  # bytes: what counts stands at the beginning
META = re.compile(r"<meta\s([^<>]{1,3000})>", re.IGNORECASE)
ATTRIBUTE = re.compile(r"""([a-z:-]{1,30})\s{0,3}=\s{0,3}(?:"([^"]{0,2000})"|'([^']{0,2000})')""", re.IGNORECASE)
TITLE = re.compile(r"<title[^<>]{0,200}>([^<]{1,1000})", re.IGNORECASE)
SCRIPT = "application/ld+json"
ABOUT = {"article", "newsarticle", "medicalwebpage", "webpage", "blogposting", "scholarlyarticle", "report"}

Said = dict[str, list[str]]


def ask(url: str) -> Source | None:
    """None when there is no page, or it does not say what it is called. Raises NotFetched."""
    answer = fetch(url, accept="text/html, application/xhtml+xml", most=MOST)
    return source_of(answer, url) if answer.status == 200 and "html" in answer.type else None


def source_of(answer: Answer, url: str) -> Source | None:
    said, linked = metas(answer.text), linked_data(answer.text)
    text = work_of(said, linked, answer).cited()
    if not text:
        return None
    doi = doi_in(_first(said, "citation_doi", "dc.identifier", "prism.doi", "bepress_citation_doi"))
    return Source(text=text, url=url, doi=doi, pmid=pmid_in(_first(said, "citation_pmid")))


def work_of(said: Said, linked: list[dict[str, Any]], answer: Answer) -> Work:
    site = _site(said, linked, answer.url)
    journal = _first(said, "citation_journal_abbrev", "citation_journal_title", "prism.publicationname")
    pair = [_first(said, f"citation_{end}page") for end in ("first", "last")]
    return Work(
        authors=_authors(said, linked),
        title=_title(said, linked, answer.text, site),
        container=journal,
        publisher=site,
        year=first_year([_first(said, *DATES), *(words_in(row, "datePublished", "dateModified") for row in linked)]),
        volume=_first(said, "citation_volume")[:20],
        issue=_first(said, "citation_issue")[:20],
        pages=pages("-".join(filter(None, pair))),
    )


DATES = (
    "citation_publication_date", "citation_date", "citation_online_date", "dc.date", "dcterms.issued",
    "article:published_time", "article:modified_time", "date",
)  # fmt: skip


def metas(html: str) -> Said:
    said: Said = {}
    for match in META.finditer(html):
        attributes = {name.lower(): one or other for name, one, other in ATTRIBUTE.findall(match[1])}
        name = attributes.get("name") or attributes.get("property") or ""
        if name and attributes.get("content"):
            said.setdefault(name.lower(), []).append(plain(attributes["content"]))
    return said


def linked_data(html: str) -> list[dict[str, Any]]:
    """The descriptions of this page in JSON-LD, those of navigation and search left out."""
    return [row for row in _linked(html) if {kind.lower() for kind in _kinds(row)} & ABOUT]


def _linked(html: str) -> Iterator[dict[str, Any]]:
    at = 0
    for _n in range(10):
        at = html.find(SCRIPT, at)
        begin, end = html.find(">", at) + 1, html.find("</script", at)
        if at < 0 or not 0 < begin < end:
            return
        at = end
        try:
            data = json.loads(html[begin:end])
        except (ValueError, RecursionError):
            continue
        for row in data if isinstance(data, list) else [data, *rows_in(data, "@graph")]:
            if isinstance(row, dict):
                yield row


def _kinds(row: dict[str, Any]) -> list[str]:
    kinds = row.get("@type")
    return [kind for kind in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(kind, str)]


def _first(said: Said, *names: str) -> str:
    return next((said[name][0] for name in names if said.get(name)), "")


def _title(said: Said, linked: list[dict[str, Any]], html: str, site: str) -> str:
    named = _first(said, "citation_title", "dc.title", "og:title") or next(
        (words for row in linked if (words := words_in(row, "headline", "name"))), ""
    )
    if not named and (match := TITLE.search(html)):
        named = plain(unescape(match[1]))
    # "Sleep | The Sleep Society": who publishes it is said behind.
    parts = re.split(r"\s[|–—·-]\s", named)
    behind = parts[-1].strip().lower()
    return title(" – ".join(parts[:-1]) if len(parts) > 1 and behind in site.lower() and behind else named)


def _site(said: Said, linked: list[dict[str, Any]], url: str) -> str:
    named = _first(said, "og:site_name", "citation_publisher", "dc.publisher", "application-name")
    publishers = (words_in(part_of(row, "publisher"), "name") for row in linked)
    return named or next(filter(None, publishers), "") or (urlsplit(url).hostname or "").removeprefix("www.")


def _authors(said: Said, linked: list[dict[str, Any]]) -> list[str]:
    """Of papers only: of other pages, the publisher says more than a name."""
    names = said.get("citation_author", [])
    if not names:
        authors = [row for each in linked if "ScholarlyArticle" in _kinds(each) for row in rows_in(each, "author")]
        names = [words for row in authors if (words := words_in(row, "name"))]
    return [_in_house_style(name) for name in names[:50]]


def _in_house_style(name: str) -> str:
    """ "Smith, Anna B." and "Anna B. Smith" """
    family, comma, given = name.partition(",")
    if not comma:
        given, _blank, family = name.rpartition(" ")
    return author(family.strip(), given.strip())

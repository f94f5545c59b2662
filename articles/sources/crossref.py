"""A paper by its DOI: from Crossref, where most journals register, or from whoever else gave the DOI out.

Crossref's REST API: https://api.crossref.org/works/<doi>, `message`. A retraction stands in `updated-by` of the paper that
was retracted (`type`, the notice's `DOI`, `source`: "publisher" or "retraction-watch"); `update-to` stands in the notice.
DOIs of others (DataCite: data, theses, many preprints) answer at doi.org in CSL JSON, which has the same parts.
"""

from datetime import date
from typing import Any
from urllib.parse import quote, urlencode

from articles.sources.citation import (
    Source,
    Work,
    author,
    day_in,
    is_marked_retracted,
    pages,
    part_of,
    plain,
    rows_in,
    title,
    words_in,
)
from articles.text.identifiers import doi_in, pmid_in
from edge.fetching import contact, fetch

WORKS = "https://api.crossref.org/works/"
RESOLVER = "https://doi.org/"
CSL = "application/vnd.citationstyles.csl+json"
# "partial_retraction", "expression_of_concern", "correction" and others leave the paper standing.
TAKEN_BACK = {"retraction", "withdrawal", "removal"}
KINDS = {"posted-content": "preprint", "dataset": "dataset", "dissertation": "dissertation", "thesis": "dissertation"}
IN_BOOKS = {"book-chapter", "book-section", "book-part", "reference-entry", "chapter"}
JOURNALS = {"journal-article", "article-journal", "proceedings-article"}


def ask(doi: str) -> Source | None:
    """None when nobody knows this DOI. Raises NotFetched."""
    answer = fetch(f"{WORKS}{quote(doi, safe='')}?{urlencode({'mailto': contact()})}", accept="application/json")
    if answer.status == 404:
        return _ask_others(doi)
    return None if answer.status in {400, 410} else source_of(part_of(answer.json(), "message"), doi)


def _ask_others(doi: str) -> Source | None:
    answer = fetch(RESOLVER + quote(doi, safe="/"), accept=CSL)
    if answer.status in {404, 406} or answer.status == 200 and "json" not in answer.type:
        return None
    return source_of(answer.json(), doi)


def source_of(message: Any, doi: str) -> Source:
    notice, retracted_on = _retraction(message, doi)
    return Source(
        text=work_of(message).cited(),
        doi=doi_in(plain(part_of(message, "DOI"))) or doi,
        pmid=pmid_in(words_in(message, "PMID")),
        is_retracted=notice is not None or is_marked_retracted(words_in(message, "title")),
        retracted_on=retracted_on,
        notice=f"{RESOLVER}{quote(notice, safe='/')}" if notice else "",
    )


def work_of(message: Any) -> Work:
    kind = words_in(message, "type")
    years = (day_in(part_of(message, name))[0] for name in ("issued", "published", "created"))
    container = words_in(message, "short-container-title", "container-title-short", "container-title")
    in_book = kind in IN_BOOKS
    return Work(
        authors=[name for row in rows_in(message, "author") or rows_in(message, "editor") if (name := _author(row))],
        title=_title(message),
        kind=KINDS.get(kind, ""),
        container="" if in_book or (kind not in JOURNALS and not words_in(message, "volume", "issue")) else container,
        book=words_in(message, "container-title") if in_book else "",
        publisher=container if kind == "posted-content" and container else words_in(message, "publisher"),
        year=next(filter(None, years), ""),
        volume=words_in(message, "volume")[:20],
        issue=words_in(message, "issue")[:20],
        pages=pages(words_in(message, "page", "article-number")),
    )


def _title(message: Any) -> str:
    main, behind = title(words_in(message, "title")), title(words_in(message, "subtitle"))
    return f"{main}: {behind}" if main and behind and behind.lower() not in main.lower() else main


def _author(row: dict[str, Any]) -> str:
    family, given = words_in(row, "family"), words_in(row, "given")
    return author(family, given, words_in(row, "suffix")) if family else words_in(row, "name", "literal", "given")[:120]


def _retraction(message: Any, doi: str) -> tuple[str | None, date | None]:
    """(DOI of the notice, day), the first of what publisher and Retraction Watch say; (None, None) when it stands."""
    said = [row for row in rows_in(message, "updated-by") if words_in(row, "type").lower() in TAKEN_BACK]
    if not said:
        return None, None
    days = [day for row in said if (day := day_in(part_of(row, "updated"))[1])]
    notices = [notice for row in said if (notice := doi_in(words_in(row, "DOI"))) and notice != doi]
    return (notices or [""])[0], min(days, default=None)

"""A paper by its number in PubMed: the E-utilities' esummary, in JSON. `pubtype` says whether it was retracted, and
`references` of the type "Retraction in" names the notice. At most three a second without a key."""

from typing import Any
from urllib.parse import urlencode

from articles.sources.citation import Source, Work, first_year, pages, part_of, plain, rows_in, title, words_in
from articles.text.identifiers import doi_in, pmid_in
from edge.fetching import contact, fetch

SUMMARY = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/esummary.fcgi"
RETRACTED = "Retracted Publication"


def ask(pmid: str) -> Source | None:
    """None when PubMed does not know this number. Raises NotFetched."""
    asked = {"db": "pubmed", "id": pmid, "retmode": "json", "tool": "wellread", "email": contact()}
    answer = fetch(f"{SUMMARY}?{urlencode(asked)}", accept="application/json")
    if answer.status == 400:
        return None
    paper = part_of(answer.json(), "result", pmid)
    return None if not isinstance(paper, dict) or "error" in paper else source_of(paper, pmid)


def source_of(paper: Any, pmid: str) -> Source:
    kinds = part_of(paper, "pubtype")
    is_retracted = isinstance(kinds, list) and RETRACTED in kinds
    return Source(
        text=work_of(paper).cited(),
        doi=_doi(paper),
        pmid=pmid,
        is_retracted=is_retracted,
        notice=_notice(paper) if is_retracted else "",
    )


def work_of(paper: Any) -> Work:
    names = [words_in(row, "name")[:120] for row in rows_in(paper, "authors")]
    book = words_in(paper, "booktitle")
    return Work(
        authors=[name for name in names if name],
        title=title(words_in(paper, "title")) or title(book),
        container="" if book else words_in(paper, "source", "fulljournalname"),
        book=book if words_in(paper, "title") else "",
        publisher=words_in(paper, "publishername"),
        year=first_year(words_in(paper, name) for name in ("pubdate", "epubdate", "sortpubdate")),
        volume=words_in(paper, "volume")[:20],
        issue=words_in(paper, "issue")[:20],
        pages=pages(words_in(paper, "pages")),
    )


def _doi(paper: Any) -> str:
    said = (plain(row.get("value")) for row in rows_in(paper, "articleids") if row.get("idtype") == "doi")
    return next((doi for words in said if (doi := doi_in(words))), doi_in(words_in(paper, "elocationid")))


def _notice(paper: Any) -> str:
    notices = (row for row in rows_in(paper, "references") if words_in(row, "reftype").startswith("Retraction in"))
    numbers = (pmid_in(words_in(row, "pmid")) for row in notices)
    return next((f"https://pubmed.ncbi.nlm.nih.gov/{number}/" for number in numbers if number), "")

"""Sources beside the text: found by their number or address, said when they are there twice or were retracted.

With JavaScript the page asks (`static/js/sources.js`); without it the form is posted with what was pasted in it, and comes
back, saved, with the source among the others.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse, QueryDict
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from articles.desk.frame import StaffRequest
from articles.desk.given_back import tell
from articles.models import Article, Paper
from articles.sources.citation import Source
from articles.sources.lookup import Found, NotUnderstood, look_up
from articles.text.identifiers import doi_in
from edge.network import allow_person
from edge.numbers import number_in

LOOKUPS = 60  # of one person
LOOKUP_SECONDS = 600
MOST_ROWS = 1000
WORDS = "_source"  # the field; what begins so is not part of the article, see writing.js
FOUND = ("text", "url", "doi", "pmid")
TAKE = "_take"  # the button; its value is the number of a source
Row = dict[str, Any]


def context(request: StaffRequest, article: Article | None) -> dict[str, Any]:
    return {"source_notes": notes_on(article.content["references"]) if article else []}


def lookup(request: StaffRequest) -> HttpResponse:
    if not request.user.has_perm("articles.change_article"):
        return tell(request, _("You may not write articles."), status=403)
    try:
        found = look_up_for(request, request.POST.get("words", ""))
    except TooMany as why:
        return tell(request, str(why), status=429)
    except NotUnderstood as why:
        return tell(request, str(why), status=200)
    return JsonResponse({"source": row_of(found.source), "note": found.note, **retraction(found.source)})


def add_pasted(request: StaffRequest) -> None:
    """What was pasted, as one more row of what was posted. Nothing else of it changes, and nothing is refused."""
    words = request.POST.get(WORDS, "").strip()
    if not (words or TAKE in request.POST) or not request.user.has_perm("articles.change_article"):
        return
    post = request.POST.copy()
    if "_lookup" in post or TAKE in post:
        post["_continue"] = "1"
    if TAKE in post:
        take_words(post)
    if words:
        add_found(request, post, words)
    request.POST = post  # type: ignore[assignment]


def add_found(request: StaffRequest, post: QueryDict, words: str) -> None:
    try:
        found = look_up_for(request, words)
    except (NotUnderstood, TooMany) as why:
        messages.warning(request, f"{words[:200]}: {why}")
        return
    number = add_row(post, row_of(found.source))
    if number is not None:
        messages.warning(request, _("This is source %(number)s already.") % {"number": number})
    elif found.note:
        messages.warning(request, found.note)
    if said := retraction(found.source)["alarm"]:
        messages.warning(request, said)


class TooMany(Exception):
    """Somebody asks faster than a person does. Its text is a sentence."""


def look_up_for(request: StaffRequest, words: str) -> Found:
    if not allow_person(request.user.pk, "lookup", limit=LOOKUPS, seconds=LOOKUP_SECONDS):
        raise TooMany(_("You have looked up many sources in a short time. Please wait some minutes, or type this one."))
    return look_up(words)


def row_of(source: Source) -> Row:
    """The fields of a source, read today. One whose words nobody knows has its number or address for them: so it is
    kept, and whoever types the words finds the place."""
    row = {name: getattr(source, name) for name in FOUND}
    return {**row, "text": source.text or bare(row), "accessed_on": timezone.localdate().isoformat()}


def bare(row: Row) -> str:
    """What stands for the words of a source while nobody knows them."""
    doi, pmid = row.get("doi"), row.get("pmid")
    return doi and f"doi:{doi}" or pmid and f"PMID: {pmid}" or row.get("url", "")


def retraction(paper: Source | Paper) -> dict[str, str]:
    """{"alarm": a sentence or "", "notice": an address or ""} of a Source or a Paper."""
    if not paper.is_retracted:
        return {"alarm": "", "notice": ""}
    if paper.retracted_on:
        said = _("This paper was retracted on %(date)s.") % {"date": date_format(paper.retracted_on)}
    else:
        said = _("This paper was retracted.")
    return {"alarm": said, "notice": paper.notice}


def notes_on(references: list[Row]) -> list[dict[str, Any]]:
    """[{"number", "alarm", "notice"}] of the sources of a content that were retracted or are there twice; with "bare" and
    "found" instead for one that nobody knew when it was added, and whose words the worker has heard since."""
    papers = Paper.objects.among(references)
    known = [(row, papers[id(row)]) for row in references if id(row) in papers]
    notes = [{"number": row["number"], **retraction(paper)} for row, paper in known if paper.is_retracted]
    notes += [
        {"number": row["number"], "bare": row["text"], "found": paper.text}
        for row, paper in known
        if paper.text and row["text"] == bare(row)
    ]
    first: dict[str, int] = {}
    for row in references:
        same = next((first[name] for name in names_of(row) if name in first), None)
        if same is not None:
            said = _("The same as source %(number)s.") % {"number": same}
            notes.append({"number": row["number"], "alarm": said, "notice": ""})
        for name in names_of(row):
            first.setdefault(name, row["number"])
    return sorted(notes, key=lambda note: note["number"])


def names_of(row: Row) -> list[str]:
    """What two rows of one source have in common."""
    doi, pmid, url = doi_in(row.get("doi") or ""), row.get("pmid") or "", row.get("url") or ""
    return [name for name in (doi and f"doi:{doi}", pmid and f"pmid:{pmid}", url) if name]


def add_row(post: QueryDict, row: Row) -> Any:
    """Puts the row into the first empty one of the posted form, or behind the last. Returns the number of the source
    that this is already, and then changes nothing."""
    total = number_in(post.get("references-TOTAL_FORMS"), MOST_ROWS)
    if total is None:
        return None
    rows = [posted_row(post, n) for n in range(total)]
    same = [n for n, there in enumerate(rows) if {*names_of(there)} & {*names_of(row)}]
    if same:
        return post.get(f"references-{same[0]}-place") or same[0] + 1
    n = next((n for n, there in enumerate(rows) if not any(there.values())), len(rows))
    post["references-TOTAL_FORMS"] = str(max(n + 1, len(rows)))
    for name, value in row.items():
        post[f"references-{n}-{name}"] = value
    return None


def take_words(post: QueryDict) -> None:
    """Puts what was found of a source into its row, unless somebody has typed there meanwhile."""
    for n in range(number_in(post.get("references-TOTAL_FORMS"), MOST_ROWS) or 0):
        row = posted_row(post, n)
        if post.get(f"references-{n}-place") == post[TAKE] and row["text"] == bare(row):
            paper = Paper.objects.among([row]).get(id(row))
            post[f"references-{n}-text"] = paper.text if paper and paper.text else row["text"]


def posted_row(post: Any, n: int) -> Row:
    return {name: post.get(f"references-{n}-{name}", "").strip() for name in FOUND}

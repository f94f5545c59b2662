"""The question which words stay, when two people have changed the same ones: nothing is lost whatever is chosen."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Model
from django.http import HttpResponse
from django.utils.translation import gettext as _

from accounts.models import Writer
from articles.desk.frame import StaffRequest, page
from articles.drafts.differences import label_of
from articles.library.usage import with_present_files
from articles.models import Article, Image, Topic
from articles.workflow.saving import Overlap
from edge.richtext import clean_html

ROWS: dict[str, type[Model]] = {"writers": Writer, "topic": Topic, "image": Image}


def ask_which(request: StaffRequest, overlap: Overlap) -> HttpResponse:
    typed = [(name, value) for name, values in request.POST.lists() for value in values]
    return page(
        request, Article, "conflict", _("Two people changed the same words"), status=409,
        subtitle=str(overlap.article), article=overlap.article, latest=overlap.article.latest_revision,
        clashes=list(shown(overlap.merge.clashes)), is_coarse=overlap.merge.is_coarse,
        typed=[pair for pair in typed if not pair[0].startswith(("choice-", "settled_with", "csrf"))],
    )  # fmt: skip


def shown(clashes: list[Any]) -> Iterator[tuple[Any, ...]]:
    """(label, is HTML, before, theirs, mine) of each."""
    for clash in clashes:
        values = [clash.base, clash.theirs, clash.mine]
        if model := ROWS.get(clash.part):
            values = [in_words(model, value) for value in values]
        elif clash.part == "body":
            values = [with_present_files(clean_html(html or "")) for html in values]
        elif clash.part == "references":
            values = ["\n".join(f"{row['number']}. {row['text']}" for row in rows) for rows in values]
        yield label_of(clash.part), clash.part == "body", *values


def in_words(model: type[Model], numbers: Any) -> str:
    found = model._default_manager.in_bulk(numbers if isinstance(numbers, list) else [numbers])
    return ", ".join(str(row) for row in found.values())

"""The question which words stay, when two people have changed the same ones: nothing is lost whatever is chosen."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Writer
from articles.desk.frame import StaffRequest, page
from articles.drafts.differences import label_of
from articles.library.usage import with_present_files
from articles.models import Article, Image, Topic
from articles.text.merging import MINE, WORDED
from articles.workflow.saving import Overlap
from edge.richtext import clean_html

ROWS: dict[str, type[Model]] = {"writers": Writer, "topic": Topic, "image": Image}


def ask_which(request: StaffRequest, overlap: Overlap) -> HttpResponse:
    # Through the site's own door, which allows the page its editor: the way out of a refused save leads past it.
    asking: Any = admin.site.admin_view(partial(ask, overlap=overlap))
    return asking(request)


def ask(request: StaffRequest, overlap: Overlap) -> HttpResponse:
    article, merge = overlap.article, overlap.merge
    values = list(shown(merge.clashes))
    form = wordings(request, merge.clashes, values)
    others = [form[name] if (name := f"other-{n}") in form.fields else None for n in range(len(values))]
    typed = [(name, value) for name, values in request.POST.lists() for value in values]
    return page(
        request, Article, "conflict", _("Two people changed the same words"), status=409, subtitle=str(article),
        article=article, latest=article.latest_revision, is_coarse=merge.is_coarse, media=form.media,
        clashes=[
            (*clash, other, request.POST.get(f"choice-{n}", MINE))
            for n, (clash, other) in enumerate(zip(values, others, strict=True))
        ],
        typed=[pair for pair in typed if not pair[0].startswith(("choice-", "other-", "settled_with", "csrf"))],
    )  # fmt: skip


def wordings(request: StaffRequest, clashes: list[Any], values: list[tuple[Any, ...]]) -> forms.Form:
    """A field for each place that can be put in other words. It holds both texts, or what was typed there before somebody
    was faster again."""
    fields: Any = admin.site.get_model_admin(Article).get_form(request)().fields
    form = forms.Form()
    for n, (clash, (_label, is_html, _before, theirs, mine)) in enumerate(zip(clashes, values, strict=True)):
        if clash.part not in WORDED:
            continue
        form.fields[f"other-{n}"] = field = fields[clash.part]
        field.label, field.help_text = gettext_lazy("Another wording"), ""
        gap = "" if is_html or mine.endswith("\n") else "\n"
        form.initial[f"other-{n}"] = request.POST.get(f"other-{n}") or f"{mine}{gap}{theirs}"
    return form


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

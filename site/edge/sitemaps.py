"""Sitemaps (sitemaps.org, 0.9): an index, and parts by ranges of keys, so that none grows with the site and few change."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape

from django.conf import settings
from django.db.models import DateTimeField, F, Max, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from edge.numbers import number_in
from edge.public_pages import public_page

PER_PART = 1_000
SCHEMA = "http://www.sitemaps.org/schemas/sitemap/0.9"

Entry = tuple[str, datetime | None]  # a path, and when what it leads to changed


@dataclass(frozen=True)
class Section:
    """The public rows of a model, the name of their addresses with the fields it takes, and when one last changed."""

    rows: Callable[[], QuerySet[Any]]
    name: str
    changed: Callable[[], Any]
    fields: Sequence[str] = ("slug",)

    def parts(self) -> Iterable[tuple[int, datetime | None]]:
        """Each part that holds something, and the latest change in it."""
        numbered = self.rows().order_by().annotate(part_number=F("pk") / PER_PART).values("part_number")
        latest = Max(self.changed(), output_field=DateTimeField())
        return numbered.annotate(latest=latest).order_by("part_number").values_list("part_number", "latest")

    def entries(self, part: int | None) -> list[Entry]:
        """Without a number those of the first part."""
        rows = self.rows().order_by("pk")
        if part is None:
            part = (rows.values_list("pk", flat=True).first() or 0) // PER_PART
        within = rows.filter(pk__gte=part * PER_PART, pk__lt=(part + 1) * PER_PART)
        found = within.annotate(changed_on=self.changed()).values_list(*self.fields, "changed_on")
        return [(reverse(self.name, args=args), changed) for *args, changed in found]


@dataclass(frozen=True)
class Places:
    """Pages that are no rows, by the names of their addresses, and when each last changed, as far as that is known."""

    names: Mapping[str, Callable[[], datetime | None]]

    def parts(self) -> Iterable[tuple[int, datetime | None]]:
        return [(0, None)]

    def entries(self, part: int | None) -> list[Entry]:
        return [] if part else [(reverse(name), changed()) for name, changed in self.names.items()]


Sections = Mapping[str, Section | Places]


@require_safe
@public_page
def index(request: HttpRequest, sections: Sections) -> HttpResponse:
    parts = [
        (f"/sitemap-{name}.xml?p={part}", latest)
        for name, section in sections.items()
        for part, latest in section.parts()
    ]
    return _xml("sitemapindex", "sitemap", parts)


@require_safe
@public_page
def part(request: HttpRequest, section: str, sections: Sections) -> HttpResponse:
    asked = request.GET.get("p")
    number = None if asked is None else number_in(asked, at_most=2**31)
    if section not in sections or (number is None and asked is not None):
        raise Http404
    entries = sections[section].entries(number)
    if not entries and asked is not None:
        raise Http404
    return _xml("urlset", "url", entries)


def _xml(root: str, each: str, entries: Iterable[Entry]) -> HttpResponse:
    lines = (
        f"<{each}><loc>{escape(settings.BASE_URL + path)}</loc>"
        + (f"<lastmod>{changed.isoformat(timespec='seconds')}</lastmod>" if changed else "")
        + f"</{each}>\n"
        for path, changed in entries
    )
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{SCHEMA}">\n{"".join(lines)}</{root}>\n'
    return HttpResponse(text, content_type="application/xml")

"""What waits for somebody: the shape in which every app tells the admin's front page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from edge.models import Heartbeat, Letter

# A list tells exactly how many there are up to here; counting further would read the whole table for every page.
COUNTED = 2_000


@dataclass(frozen=True)
class Row:
    """One thing that waits. `note` says what happened to it ("Sent back: …"), `at` since when it waits."""

    text: str
    url: str
    note: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Section:
    """One kind of work. `rows` are the first few, oldest first; `url` leads to all `count` of them.

    Each app with work for somebody has a module `front_page` with `waiting_for(user) -> list[Section]`: a section for each
    kind of work this person may do, also when nothing waits (then `empty` says so), and none for anybody else's.
    """

    title: str
    url: str
    count: int = 0
    rows: Sequence[Row] = ()
    empty: str = ""
    alarm: bool = False  # something is wrong, not merely waiting

    @property
    def oldest_at(self) -> datetime | None:
        return min((row.at for row in self.rows if row.at and row.at <= timezone.now()), default=None)


def waiting_for(user: Any) -> list[Section]:
    sections = []
    if user.has_perm("edge.view_heartbeat"):
        beat = Heartbeat.latest()
        if not beat or not beat.is_alive:
            sections.append(worker_is_missing(beat))
    if user.has_perm("edge.change_letter"):
        sections.append(letters_in_trouble())
    return sections


def worker_is_missing(beat: Heartbeat | None) -> Section:
    last = _("Last seen %(ago)s ago.") % {"ago": timesince(beat.seen_at)} if beat else _("None was ever seen.")
    return Section(
        title=_("The worker is not running"),
        url=reverse("admin:edge_heartbeat_changelist"),
        empty=f"{last} " + _("Until it runs, no mail leaves and nothing is published on time: manage.py worker"),
        alarm=True,
    )


def letters_in_trouble() -> Section:
    letters = Letter.objects.in_trouble().order_by("id")
    return Section(
        title=_("Letters that did not leave"),
        url=reverse("admin:edge_letter_changelist"),
        count=letters.count(),
        rows=[
            Row(
                text=f"{letter.to}: {letter.subject}",
                url=reverse("admin:edge_letter_change", args=[letter.pk]),
                note=f"{letter.get_status_display()} {letter.error}".strip(),
                at=letter.created_at,
            )
            for letter in letters.only("to", "subject", "status", "error", "created_at")[:5]
        ],
        empty=_("Every letter has left."),
    )

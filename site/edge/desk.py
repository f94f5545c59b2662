"""What waits for somebody: the shape in which every app tells the admin's front page, and a paginator for long lists."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.core.paginator import Paginator

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

    Each app with work for somebody has a module `desk` with `waiting_for(user) -> list[Section]`: a section for each
    kind of work this person may do, also when nothing waits (then `empty` says so), and none for anybody else's.
    """

    title: str
    url: str
    count: int = 0
    rows: Sequence[Row] = field(default_factory=list)
    empty: str = ""
    alarm: bool = False  # something is wrong, not merely waiting


class BoundedPaginator(Paginator):
    """Pages through the first COUNTED objects: a queue is read from its start, and the rest is found by searching."""

    @cached_property
    def count(self) -> int:
        return self.object_list.order_by()[:COUNTED].count()

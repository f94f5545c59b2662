"""What the admin's front page says about comments."""

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from accounts.models import User
from comments.desk.front_page import alarms
from comments.desk.queues import QUEUES, counts
from comments.text.cleaning import as_text
from edge.front_page import Row, Section

# Beside what waits: the queues that have to be looked at as well, when something is in them.
BESIDE = ["reported", "appeals"]


def waiting_for(user: User) -> list[Section]:
    if not user.has_perm("comments.moderate_comment"):
        return []
    counted = counts()
    sections = [section("waiting", _("Comments to read"), counted["waiting"], rows_of("waiting"))]
    if counted["crisis"]:
        crisis = section("crisis", _("Somebody may be in danger"), counted["crisis"], rows_of("crisis"), alarm=True)
        sections.insert(0, crisis)
    return (
        alarms() + sections + [section(slug, QUEUES[slug].title, counted[slug], []) for slug in BESIDE if counted[slug]]
    )


def section(slug: str, title: str, count: int, rows: list[Row], *, alarm: bool = False) -> Section:
    queue = QUEUES[slug]
    address = reverse("admin:comments_desk") + (f"?queue={slug}" if slug != "waiting" else "")
    return Section(title=str(title), url=address, count=count, rows=rows, empty=str(queue.empty), alarm=alarm)


def rows_of(slug: str) -> list[Row]:
    """The first few of a queue, each leading to its card."""
    first = QUEUES[slug].comments[:5]
    return [
        Row(
            text=f"{comment.name}: {Truncator(as_text(comment.body)).chars(80)}",
            url=reverse("admin:comments_desk", query={"queue": slug, "mode": "zen", "card": comment.pk}),
            note=comment.thread.title,
            at=comment.open_since,
        )
        for comment in first.select_related("thread")
    ]

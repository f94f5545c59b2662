"""The admin's front page, as far as comments go: what waits for a moderator, and what is wrong with the record."""

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from accounts.models import User
from comments.desk.queues import QUEUES, counts
from comments.ledger.sealing import seals_are_late
from comments.models import Enquiry, Raid, Seal
from comments.text.rendering import as_text
from edge.front_page import Row, Section

# Beside what waits: the queues that have to be looked at as well, when something is in them.
BESIDE = ["reported", "appeals"]


def waiting_for(user: User) -> list[Section]:
    if not user.has_perm("comments.moderate_comment"):
        return enquiries(user)
    counted = counts()
    sections = [section("waiting", _("Comments to read"), counted["waiting"], rows_of("waiting"))]
    if counted["crisis"]:
        crisis = section("crisis", _("Somebody may be in danger"), counted["crisis"], rows_of("crisis"), alarm=True)
        sections.insert(0, crisis)
    return (
        alarms()
        + sections
        + [section(slug, QUEUES[slug].title, counted[slug], []) for slug in BESIDE if counted[slug]]
        + enquiries(user)
    )


def enquiries(user: User) -> list[Section]:
    """Messages to the editors that nobody has answered; nothing where there are none."""
    waiting = Enquiry.objects.filter(state=Enquiry.State.OPEN).order_by("-is_crisis", "id")
    if not user.has_perm("comments.answer_enquiry") or not (count := waiting.count()):
        return []
    rows = [
        Row(
            text=f"{each.name}: {each}",
            url=reverse("admin:comments_enquiry_change", args=[each.pk]),
            at=each.created_at,
        )
        for each in waiting[:5]
    ]
    url = reverse("admin:comments_enquiry_changelist", query={"state": Enquiry.State.OPEN})
    alarm = any(each.is_crisis for each in waiting[:1])
    return [Section(title=_("Messages to the editors"), url=url, count=count, rows=rows, alarm=alarm)]


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


def alarms() -> list[Section]:
    """What stays there until it is put right."""
    url = reverse("admin:comments_decision_changelist")
    sections = raids_going_on()
    if seals_are_late():
        late = _("For more than a minute no decision has been sealed into the chain: manage.py worker")
        sections.append(Section(title=_("The record is not being sealed"), url=url, empty=late, alarm=True))
    seal = Seal.objects.filter(pk=1).first()
    if seal and seal.problems:
        rows = [Row(text=problem, url=url, at=seal.looked_at) for problem in seal.problems[:5]]
        title = _("Something is not as the record says")
        sections.append(Section(title=title, url=url, count=len(seal.problems), rows=rows, alarm=True))
    return sections


def raids_going_on() -> list[Section]:
    """The door is stricter than usual: why, since when, and the way to one click back."""
    raids = list(Raid.objects.going_on().select_related("thread")[:5])
    if not raids:
        return []
    url = reverse("admin:comments_raid_changelist")
    rows = [
        Row(text=raid.thread.title if raid.thread else _("The whole site"), url=url, at=raid.started_at)
        for raid in raids
    ]
    title = _("A stricter door is on") if all(raid.by_id for raid in raids) else _("A raid goes on")
    return [Section(title=title, url=url, count=len(raids), rows=rows, alarm=True)]

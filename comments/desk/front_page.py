"""What moderators are told when the record does not hold: on the admin's front page, until it does."""

from django.urls import reverse
from django.utils.translation import gettext as _

from comments.ledger.sealing import seals_are_late
from comments.models import Raid, Seal
from edge.front_page import Row, Section


def alarms() -> list[Section]:
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

"""Subscribers as CSV, row by row, safe to open in a spreadsheet."""

import csv
from collections.abc import Iterator

from django.db.models import Prefetch, QuerySet
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from newsletters.models import ConsentEvent, Subscriber, Subscription

# A cell that begins so is a formula to a spreadsheet, and a formula can send the sheet away.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class Echo:
    """A file that hands back what is written into it, so that csv can write into an answer on its way."""

    def write(self, row: str) -> str:
        return row


def harmless(cell: object) -> str:
    """The cell as text; what could be a formula begins with an apostrophe, which spreadsheets do not show."""
    text = str(cell).replace("\x00", "")
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text


def subscribers_csv(subscribers: QuerySet[Subscriber]) -> Iterator[str]:
    """A line for each thing that somebody gets or got, with the consent it rests on."""
    writer = csv.writer(Echo())
    # The mark at the start makes spreadsheets read UTF-8.
    yield "\ufeff" + writer.writerow(
        [
            _("e-mail"),
            _("gets"),
            _("how often"),
            _("state"),
            _("since"),
            _("ended"),
            _("agreed on"),
            _("how"),
            _("wording"),
        ]
    )
    confirmed = ConsentEvent.objects.filter(action=ConsentEvent.Action.CONFIRMED).order_by("-id")
    subscriptions = Subscription.objects.select_related("topic").prefetch_related(
        Prefetch("consents", queryset=confirmed, to_attr="confirmations")
    )
    for subscriber in subscribers.prefetch_related(Prefetch("subscriptions", subscriptions)).iterator(chunk_size=500):
        for subscription in subscriber.subscriptions.all():
            yield writer.writerow([harmless(cell) for cell in line(subscriber, subscription)])


def line(subscriber: Subscriber, subscription: Subscription) -> list[object]:
    consent = next(iter(subscription.confirmations), None)  # type: ignore[attr-defined]
    return [
        subscriber.email,
        subscription.topic.name if subscription.topic else _("The newsletter"),
        subscription.get_frequency_display() if subscription.topic else "",
        subscription.get_status_display(),
        *(localtime(time).isoformat(" ", "minutes") if time else "" for time in times(subscription, consent)),
        consent.how if consent else "",
        consent.wording if consent else "",
    ]


def times(subscription: Subscription, consent: ConsentEvent | None) -> tuple:
    return subscription.started_at, subscription.ended_at, consent.at if consent else None

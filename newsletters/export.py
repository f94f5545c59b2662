"""Subscribers as CSV, row by row, safe to open in a spreadsheet."""

from collections.abc import Iterator

from django.db.models import Prefetch, QuerySet
from django.http import StreamingHttpResponse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from edge.csv_export import download
from newsletters.models import ConsentEvent, Subscriber, Subscription


def subscribers_csv(subscribers: QuerySet[Subscriber]) -> StreamingHttpResponse:
    head = [
        _("e-mail"), _("gets"), _("how often"), _("state"), _("since"), _("ended"), _("agreed on"), _("how"),
        _("wording"),
    ]  # fmt: skip
    return download("subscribers", head, lines(subscribers))


def lines(subscribers: QuerySet[Subscriber]) -> Iterator[list[object]]:
    confirmed = ConsentEvent.objects.filter(action=ConsentEvent.Action.CONFIRMED).order_by("-id")
    subscriptions = Subscription.objects.select_related("topic").prefetch_related(
        Prefetch("consents", queryset=confirmed, to_attr="confirmations")
    )
    for subscriber in subscribers.prefetch_related(Prefetch("subscriptions", subscriptions)).iterator(chunk_size=500):
        for subscription in subscriber.subscriptions.all():
            yield line(subscriber, subscription)


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

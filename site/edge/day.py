"""The day as people here have it: in the site's time zone."""

from datetime import date, datetime, time

from django.utils import timezone


def start_of(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())


def start_of_today() -> datetime:
    return start_of(timezone.localdate())

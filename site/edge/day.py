"""Days as people here have them, in the site's time zone; and moments written in addresses."""

from datetime import date, datetime, time

from django.utils import timezone


def start_of(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())


def start_of_today() -> datetime:
    return start_of(timezone.localdate())


def moment_in(text: str) -> datetime | None:
    """A moment in ISO 8601 with its time zone; None for what is none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    # At the ends of the calendar a moment has no other time zones.
    return moment if timezone.is_aware(moment) and 1 < moment.year < 9999 else None

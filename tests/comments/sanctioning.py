"""A sanction as a moderator imposes it."""

from datetime import timedelta

from django.utils import timezone

from comments.models import Sanction

NETWORK = "n" * 32


def in_days(days):
    return timezone.now() + timedelta(days=days)


def impose(moderator, **fields):
    return Sanction.impose(
        **{"kind": "mute", "by": moderator, "reason": "unkind", "email": "rude@example.net", **fields}
    )

"""A sanction as a moderator imposes it."""

from datetime import timedelta

from django.utils import timezone

from comments.decisions import sanctions

NETWORK = "n" * 32


def in_days(days):
    return timezone.now() + timedelta(days=days)


def impose(moderator, **fields):
    return sanctions.impose(
        **{"kind": "mute", "by": moderator, "reason": "unkind", "email": "rude@example.net", **fields}
    )

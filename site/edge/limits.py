"""How often one network may do one thing. Counters live in the shared cache, so all processes count together."""

import time

from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone

from edge.network import network_key, shares


def allow(request: HttpRequest, name: str, *, limit: int, seconds: int) -> bool:
    """True while the client's network has done `name` at most `limit` times in the running window of `seconds`, and the
    wider network around it not many times more: who has a hundred networks has no hundred limits.

    Counts this call. Two calls at the very same moment may count once: good enough for a throttle, never use it
    where "exactly once" matters.
    """
    window = int(time.time()) // seconds
    counted = [
        (count_one(f"limit:{name}:{key}:{window}", seconds), times * limit)
        for key, times in shares(network_key(request))
    ]
    return all(count <= most for count, most in counted)


def allow_person(user_id: int, name: str, *, limit: int, seconds: int) -> bool:
    """The same for somebody who is logged in, from whatever networks she comes."""
    return count_one(f"limit:{name}:user:{user_id}:{int(time.time()) // seconds}", seconds) <= limit


def count_one(key: str, seconds: int) -> int:
    count: int = cache.get(key, 0) + 1
    cache.set(key, count, timeout=seconds + 5)
    return count


def one_at_a_time(name: str) -> None:
    """Nobody else gets past this with the same name until the caller's transaction ends: what she counts in it is true
    when it is saved. SQLite lets one write at a time anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def forget_expired() -> int:
    """Deletes what no window counts any more; returns how much. Django leaves it in the table until that is full."""
    now = connection.ops.adapt_datetimefield_value(timezone.now().replace(microsecond=0))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM cache WHERE expires < %s", [now])
        return int(cursor.rowcount)

"""The chain over the record: every decision is sealed with the digest of the one before it.

The worker seals, within a second of the decision, and not whoever decides: sixteen moderators would queue for the end of
the chain otherwise. What is not sealed yet is guarded by nothing but the database, so a late seal is an alarm.
"""

from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from comments.models import Decision, Seal

CHUNK = 500
LATE = timedelta(minutes=1)


def seal_due() -> int:
    """Seals a chunk of what is not sealed yet, in the order of the numbers; returns how many. Several workers may call
    it at once: one seals, the others do not wait. A decision with a lower number whose transaction ended later comes
    later in the chain; those about one comment stand in the order in which they were taken."""
    if not Decision.objects.filter(place=None).exists():
        return 0
    the_seal()
    with transaction.atomic():
        # Nobody else's until the transaction ends; None when somebody has it. SQLite lets one write at a time.
        seal = Seal.objects.select_for_update(skip_locked=True).filter(pk=1).first()
        if seal is None:
            return 0
        lines = list(Decision.objects.filter(place=None).order_by("id")[:CHUNK])
        for line in lines:
            seal.place += 1
            seal.digest = line.digest = line.chained(seal.place, seal.digest)
            line.place = seal.place
        write_down(lines)
        seal.save(update_fields=["place", "digest"])
    return len(lines)


def write_down(lines: list[Decision]) -> None:
    """One statement, prepared once: on SQLite nobody else writes meanwhile, and Django's bulk_update takes six times as
    long."""
    table = connection.ops.quote_name(Decision._meta.db_table)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {table} SET place = %s, digest = %s WHERE id = %s",  # noqa: S608  the table's name is ours
            [(line.place, line.digest, line.pk) for line in lines],
        )


def the_seal() -> Seal:
    """The one row."""
    return Seal.objects.get_or_create(pk=1)[0]


def seals_are_late() -> bool:
    """Whether something decided more than a minute ago has no place in the chain: the worker does not run."""
    oldest = Decision.objects.filter(place=None).order_by("id").values_list("at", flat=True).first()
    return oldest is not None and oldest < timezone.now() - LATE

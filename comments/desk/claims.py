"""Claims: who sits at the desk and reads what. A courtesy, never a lock: what guards a decision is compare-and-set."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from comments.models import Comment, Seat

# A desk that was closed without a word stands empty after so long.
AWAY = timedelta(seconds=90)


def sit_down(user: User) -> None:
    """Notes that she is at the desk, and keeps her claim on what she reads for as long again."""
    now = timezone.now()
    if not Seat.objects.filter(user=user).update(seen_at=now):
        Seat.objects.get_or_create(user=user, defaults={"seen_at": now})


def claim(comment: Comment, *, by: User) -> User | None:
    """She reads it from now on, and nothing else. None; or the moderator who was first and still reads it."""
    now = timezone.now()
    theirs = Seat.objects.filter(comment=comment).exclude(user=by)
    try:
        with transaction.atomic():
            theirs.filter(claimed_until__lte=now).update(comment=None, claimed_until=None)
            if not (taken := theirs.select_related("user").first()):
                place = {"seen_at": now, "comment": comment, "claimed_until": now + Seat.CLAIM}
                Seat.objects.update_or_create(user=by, defaults=place)
    except IntegrityError:  # at the same moment
        taken = theirs.select_related("user").first()
    return taken.user if taken else None


def release(*, by: User) -> None:
    Seat.objects.filter(user=by).update(comment=None, claimed_until=None)


def others(user: User) -> list[Seat]:
    here = Seat.objects.filter(seen_at__gt=timezone.now() - AWAY).exclude(user=user)
    return list(here.select_related("user").order_by("user__name", "pk")[:10])

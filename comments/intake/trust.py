"""Trust: whom the house knows. Where a thread lets known readers appear at once, this says who they are."""

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import User, Writer
from comments.models.comments import Comment
from comments.models.door import HouseRules
from comments.models.moves import Status
from comments.models.record import Decision
from comments.models.sanctions import Sanction

TURNED_DOWN = [Status.REJECTED, Status.SPAM, Status.REMOVED]


def is_known(user: User | None) -> bool:
    """Whether somebody's words may appear before a moderator has read them.

    She has an account with a confirmed address, enough approved comments that still stand, and nothing of hers was
    turned down lately; HouseRules has the numbers. Moderators are known, and so is everybody with a byline: the house
    gave it. A sanction ends all of it. An address that somebody typed proves nothing, so without an account nobody is
    known. A network that is held does not count: many share it who did nothing.
    """
    if user is None or not user.is_active:
        return False
    known = _has_earned_it(user)
    if not user.acts_as_reader:
        known |= Q(Exists(Writer.objects.filter(user=OuterRef("pk"))))
    if user.is_staff and user.has_perm("comments.moderate_comment"):
        known = Q()
    return User.objects.filter(known, ~Exists(Sanction.objects.on(user=user)), pk=user.pk).exists()


def is_blocked(*, user: User | None = None, network: str = "") -> bool:
    """Whether somebody may not report, rate or vote either. One query."""
    found = Sanction.objects.on(user=user, network=network)
    return found.filter(kind=Sanction.Kind.BLOCK).exists()


def _has_earned_it(user: User) -> Q:
    rules = HouseRules.current()
    confirmed = EmailAddress.objects.filter(user=OuterRef("pk"), verified=True, email__iexact=user.email)
    earned = Q(Exists(confirmed), ~Exists(_turned_down_since(rules.known_days)))
    if most := rules.known_after:
        standing = Comment.objects.filter(author=OuterRef("pk"), status=Status.APPROVED).order_by("pk")
        earned &= Q(Exists(standing[most - 1 : most]))
    return earned


def _turned_down_since(days: int) -> QuerySet[Decision]:
    """Decisions against the person that still hold. What she took back herself, and what a moderator took back or
    approved after all (an appeal, say), is not among them."""
    after_all = Decision.objects.filter(
        comment=OuterRef("comment"), version=OuterRef("version"), outcome=Status.APPROVED, pk__gt=OuterRef("pk")
    )
    return Decision.objects.of_the_house().filter(
        ~Exists(after_all), comment__author=OuterRef("pk"), outcome__in=TURNED_DOWN, undone=None,
        at__gt=timezone.now() - timedelta(days=days),
    )  # fmt: skip

"""Votes of readers for comments that helped them: one per person, which she can take back."""

from django.db import transaction
from django.db.models import F, Q, QuerySet

from comments.models import Comment, Helpful
from edge.network import in_network, shares
from edge.voter import Voter

VOTES_AN_HOUR = 60  # from one network
# A household or an office finds one comment helpful so often; a browser that throws its cookies away, too.
STRANGERS_OF_ONE_NETWORK = 10


def has_voted(comment: Comment, voter: Voter) -> bool:
    return votes_of(comment, voter).exists()


def give(comment: Comment, voter: Voter) -> str:
    """Counts the vote once, however often it is sent; returns the name that the browser is to remember ("" for none).

    One stranger too many from the same network is not counted. That it is not her own the caller has seen to.
    """
    with transaction.atomic():
        if vote := votes_of(comment, voter).first():
            return vote.browser
        if not voter.user and has_enough_of(comment, voter.network):
            return ""
        mine = {"user": voter.user} if voter.user else {"user": None, "browser": voter.key}
        vote, created = Helpful.objects.get_or_create(comment=comment, **mine, defaults={"network": voter.network})
        if created:
            Comment.objects.filter(pk=comment.pk).update(helpful_count=F("helpful_count") + 1)
    return vote.browser


def has_enough_of(comment: Comment, network: str) -> bool:
    votes = Helpful.objects.filter(comment=comment, user=None)
    return any(
        votes.filter(in_network(key)).count() >= times * STRANGERS_OF_ONE_NETWORK for key, times in shares(network)
    )


def take_back(comment: Comment, voter: Voter) -> None:
    with transaction.atomic():
        gone, _by_model = votes_of(comment, voter).delete()
        if gone:
            Comment.objects.filter(pk=comment.pk).update(helpful_count=F("helpful_count") - gone)


def votes_of(comment: Comment, voter: Voter) -> QuerySet[Helpful]:
    mine = Q(browser__in=voter.keys)
    if voter.user:
        mine |= Q(user=voter.user)
    return Helpful.objects.filter(mine, comment=comment)

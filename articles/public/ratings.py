"""Ratings: one to five stars, one vote per person: an account, or a browser that carries a signed cookie of ours."""

from django import forms
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from articles.models import Article, Rating
from edge.voter import Voter

VOTES_AN_HOUR = 30  # from one network
STARS = [(number, ngettext_lazy("%d star", "%d stars", number) % number) for number in range(1, 6)]


class RatingForm(forms.Form):
    stars = forms.TypedChoiceField(
        label=_("Your rating"),
        choices=STARS,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(["required", "invalid_choice"], _("Choose between one and five stars.")),
    )


def vote_of(voter: Voter, article: Article) -> Rating | None:
    """The vote this person has given, if any. Signed in or out, the same browser is taken for the same person;
    only another account's vote is left alone."""
    votes = article.ratings.all()
    if voter.user and (vote := votes.filter(user=voter.user).first()):
        return vote
    vote = votes.filter(browser__in=voter.keys).first()
    anothers = vote and vote.user_id and voter.user and vote.user_id != voter.user.pk
    return None if anothers else vote


def cast(article: Article, stars: int, voter: Voter) -> Rating:
    """Counts the vote, or changes the one this person has given. Exactly once, however often it is sent at once."""
    with transaction.atomic():
        # Votes on one article wait for each other here; two of one person would otherwise both be a first.
        Article.objects.select_for_update(no_key=True).only("pk").get(pk=article.pk)
        vote = vote_of(voter, article)
        if vote is None:
            vote = article.ratings.create(stars=stars, user=voter.user, browser=voter.key, network=voter.network)
            change, more = stars, 1
        else:
            change, more = stars - vote.stars, 0
            vote.stars, vote.changed_at, vote.user = stars, timezone.now(), vote.user or voter.user
            vote.save(update_fields=["stars", "changed_at", "user"])
        Article.objects.filter(pk=article.pk).update(
            rating_sum=F("rating_sum") + change, rating_count=F("rating_count") + more
        )
    article.refresh_from_db(fields=["rating_sum", "rating_count"])
    return vote

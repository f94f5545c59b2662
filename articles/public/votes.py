"""Votes on an article: one per person and question, of an account or of a browser that carries a signed cookie of ours."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, ngettext_lazy

from articles.models import Article, Feedback, Rating
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


class FeedbackForm(forms.Form):
    answer = forms.ChoiceField(
        label=_("Was this page helpful?"),
        choices=Feedback.Answer,
        error_messages=dict.fromkeys(["required", "invalid_choice"], _("Choose one of the answers.")),
    )


@dataclass(frozen=True)
class Ballot:
    """What readers are asked about an article: in one field of `form`, kept in the column of `model` that is called so."""

    name: str  # of its address and of its limit
    model: type[Rating] | type[Feedback]
    form: type[forms.Form]
    part: str
    page: str
    own: Promise
    too_many: Promise
    said: Callable[[Any], str]

    @property
    def field(self) -> str:
        return next(iter(self.form.base_fields))

    def votes(self, article: Article) -> models.QuerySet[Any]:
        return self.model._default_manager.filter(article=article)


RATING = Ballot(
    "rate", Rating, RatingForm, "articles/rating.html", "articles/rate.html",
    own=_("This article is yours. Whether it is good, others say."),
    too_many=_("There were many ratings from your network in the last hour. Please try again later."),
    said=lambda stars: ngettext("You gave %d star", "You gave %d stars", stars) % stars,
)  # fmt: skip
FEEDBACK = Ballot(
    "feedback", Feedback, FeedbackForm, "articles/helped.html", "articles/feedback.html",
    own=_("This article is yours. Whether it helps, others say."),
    too_many=_("There were many answers from your network in the last hour. Please try again later."),
    said=lambda answer: str(Feedback.Answer(answer).label),
)  # fmt: skip


def vote_of(votes: models.QuerySet[Any], voter: Voter) -> Any:
    """The vote this person has given, if any. Signed in or out, the same browser is taken for the same person;
    only another account's vote is left alone."""
    if voter.user and (vote := votes.filter(user=voter.user).first()):
        return vote
    vote = votes.filter(browser__in=voter.keys).first()
    anothers = vote and vote.user_id and voter.user and vote.user_id != voter.user.pk
    return None if anothers else vote


def cast(article: Article, ballot: Ballot, value: Any, voter: Voter) -> Any:
    """Counts the vote, or changes the one this person has given. Exactly once, however often it is sent at once."""
    with transaction.atomic():
        # Votes on one article wait for each other here; two of one person would otherwise both be a first.
        Article.objects.select_for_update(no_key=True).only("pk").get(pk=article.pk)
        votes = ballot.votes(article)
        vote = vote_of(votes, voter)
        before = getattr(vote, ballot.field, None)
        if vote is None:
            mine = {"user": voter.user, "browser": voter.key, "network": voter.network}
            vote = votes.create(article=article, **mine, **{ballot.field: value})
        else:
            setattr(vote, ballot.field, value)
            vote.changed_at, vote.user = timezone.now(), vote.user or voter.user
            vote.save(update_fields=[ballot.field, "changed_at", "user"])
        if ballot is RATING:
            Article.objects.filter(pk=article.pk).update(
                rating_sum=F("rating_sum") + value - (before or 0), rating_count=F("rating_count") + int(before is None)
            )
    if ballot is RATING:
        article.refresh_from_db(fields=["rating_sum", "rating_count"])
    return vote

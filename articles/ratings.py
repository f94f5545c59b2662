"""One to five stars, one vote per person: an account, or a browser that carries a signed cookie of ours."""

import time
from dataclasses import dataclass

from django import forms
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import get_random_string, salted_hmac
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from accounts.models import User
from articles.models import Article, Rating
from edge.network import network_key

COOKIE = "voter"
SALT = "articles.ratings"
COOKIE_SECONDS = 2 * 365 * 24 * 3600
VOTES_AN_HOUR = 30  # from one network
# A browser's first vote comes without a cookie. The same vote sent twice within this time is one person's double click.
FIRST_VOTE_SECONDS = 5
STARS = [(number, ngettext_lazy("%d star", "%d stars", number) % number) for number in range(1, 6)]


class RatingForm(forms.Form):
    stars = forms.TypedChoiceField(
        label=_("Your rating"),
        choices=STARS,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose between one and five stars."),
            "invalid_choice": _("Choose between one and five stars."),
        },
    )


@dataclass(frozen=True)
class Voter:
    """Who is voting. `first_keys` stand in for `browser` until the browser has its cookie."""

    user: User | None
    browser: str
    network: str
    first_keys: tuple[str, ...] = ()

    @classmethod
    def of(cls, request: HttpRequest, article: Article) -> "Voter":
        user = request.user if request.user.is_authenticated else None
        browser = request.get_signed_cookie(COOKIE, default="", salt=SALT, max_age=COOKIE_SECONDS) or ""
        first_keys = _first_keys(request, article) if request.method == "POST" and not (browser or user) else ()
        return cls(_account(user), browser[:32], network_key(request), first_keys)

    def vote_on(self, article: Article) -> Rating | None:
        """The vote this person has given, if any. Signed in or out, the same browser is taken for the same person;
        only another account's vote is left alone."""
        votes = article.ratings.all()
        if self.user and (vote := votes.filter(user=self.user).first()):
            return vote
        keys = [key for key in (self.browser, *self.first_keys) if key]
        vote = votes.filter(browser__in=keys).first()
        anothers = vote and vote.user_id and self.user and vote.user_id != self.user.pk
        return None if anothers else vote


def _account(user: User | AnonymousUser | None) -> User | None:
    return user if isinstance(user, User) else None


def _first_keys(request: HttpRequest, article: Article) -> tuple[str, ...]:
    """Unguessable names for "this browser, now", for this window of time and the one before."""
    window = int(time.time()) // FIRST_VOTE_SECONDS
    headers = [request.headers.get(name, "") for name in ("User-Agent", "Accept-Language")]
    who = "\n".join([network_key(request), str(article.pk), *headers])
    return tuple(
        salted_hmac(SALT, f"{who}\n{number}", algorithm="sha256").hexdigest()[:32] for number in (window, window - 1)
    )


def cast(article: Article, stars: int, voter: Voter) -> Rating:
    """Counts the vote, or changes the one this person has given. Exactly once, however often it is sent at once."""
    with transaction.atomic():
        # Votes on one article wait for each other here; two of one person would otherwise both be a first.
        Article.objects.select_for_update(no_key=True).only("pk").get(pk=article.pk)
        vote = voter.vote_on(article)
        if vote is None:
            vote = _first_vote(article, stars, voter)
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


def _first_vote(article: Article, stars: int, voter: Voter) -> Rating:
    browser = "" if voter.user else voter.browser or next(iter(voter.first_keys), "") or get_random_string(32)
    return article.ratings.create(stars=stars, user=voter.user, browser=browser, network=voter.network)


def remember(response: HttpResponse, vote: Rating) -> None:
    """Lets the browser change its vote later. The cookie holds a random name and nothing about the person."""
    if vote.browser:
        response.set_signed_cookie(
            COOKIE,
            vote.browser,
            salt=SALT,
            max_age=COOKIE_SECONDS,
            httponly=True,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
        )

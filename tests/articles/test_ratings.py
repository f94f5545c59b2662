"""Rate this: one vote per person, changeable, with and without JavaScript."""

import json
import re
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from articles.models import Article, Rating
from edge.voter import COOKIE
from tests.factories import create_article, create_user

pytestmark = pytest.mark.django_db
AT_ONCE = 16


def rate(client, article, stars, **headers):
    return client.post(reverse("articles:rate", args=[article.slug]), {"stars": stars}, headers=headers)


def counted(article):
    article.refresh_from_db()
    return article.rating_count, article.rating_sum


def browser(name):
    """A browser of its own; without a cookie, what it says of itself tells it from others."""
    return Client(headers={"User-Agent": name})


def test_a_vote_counts_and_leads_to_a_page_that_says_thank_you(client):
    article = create_article(published=True)

    response = client.post(reverse("articles:rate", args=[article.slug]), {"stars": 4}, follow=True)

    assert counted(article) == (1, 4)
    assert "You gave it 4 stars" in response.content.decode()
    assert f'href="{article.get_absolute_url()}#rate"' in response.content.decode()


def test_a_vote_over_htmx_brings_back_the_stars_alone(client):
    article = create_article(published=True)

    html = rate(client, article, 4, HX_Request="true").content.decode()

    assert html.lstrip().startswith("<form")
    assert "Thank you. You gave 4 stars." in html
    assert "4.0 from 1 reader" in html


def test_a_browser_changes_its_vote_and_does_not_add_one(client):
    article = create_article(published=True)

    rate(client, article, 2)
    rate(client, article, 5)

    assert counted(article) == (1, 5)


def test_an_account_has_one_vote_in_every_browser(reader):
    article = create_article(published=True)
    for stars in (1, 3):
        client = Client()
        client.force_login(reader)
        rate(client, article, stars)

    assert counted(article) == (1, 3)


def test_a_vote_given_before_signing_in_becomes_the_accounts(client, reader):
    article = create_article(published=True)
    rate(client, article, 1)
    client.force_login(reader)

    rate(client, article, 5)

    assert counted(article) == (1, 5)
    assert Rating.objects.get().user == reader


def test_a_vote_given_while_signed_in_stays_the_same_persons_after_signing_out(client, reader):
    article = create_article(published=True)
    rate(client, article, 1)
    client.force_login(reader)
    rate(client, article, 2)
    client.logout()
    client.cookies.pop("sessionid", None)

    assert rate(client, article, 5).status_code == 303
    assert counted(article) == (1, 5)


def test_two_accounts_at_one_browser_have_a_vote_each(client, reader):
    article = create_article(published=True)
    for user in (reader, create_user()):
        client.force_login(user)
        rate(client, article, 4)

    assert counted(article) == (2, 8)


def test_two_browsers_have_a_vote_each():
    article = create_article(published=True)

    rate(browser("One"), article, 4)
    rate(browser("Another"), article, 1)

    assert counted(article) == (2, 5)


def test_a_first_vote_sent_twice_is_one_vote():
    article = create_article(published=True)

    for _n in range(2):
        rate(browser("The same"), article, 4)

    assert counted(article) == (1, 4)


def test_a_cookie_that_somebody_made_up_is_nobodys(client):
    article = create_article(published=True)
    rate(client, article, 1)
    forger = browser("Forger")
    forger.cookies[COOKIE] = Rating.objects.get().browser + ":made:up"

    rate(forger, article, 5)

    assert counted(article) == (2, 6)


def test_the_cookie_comes_with_a_vote_only_and_tells_nothing(client):
    article = create_article(published=True)
    client.get(article.get_absolute_url())
    client.get(reverse("articles:rate", args=[article.slug]))
    assert COOKIE not in client.cookies

    cookie = rate(client, article, 4).cookies[COOKIE]

    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert article.slug not in cookie.value


def test_the_rating_page_shows_ones_own_vote(client):
    article = create_article(published=True)
    address = reverse("articles:rate", args=[article.slug])
    rate(client, article, 3)

    mine, others = client.get(address), Client().get(address)

    assert re.search(r'value="3" required checked', mine.content.decode())
    assert "checked" not in others.content.decode()
    assert "no-store" in mine["Cache-Control"]


@pytest.mark.parametrize("stars", ["0", "6", "-1", "x", "", "4.5", "٣٣", "\x00"])
def test_anything_but_one_to_five_stars_is_refused_with_words(client, stars):
    article = create_article(published=True)

    response = rate(client, article, stars)

    assert response.status_code == 422
    assert "Choose between one and five stars." in response.content.decode()
    assert counted(article) == (0, 0)


def test_a_form_from_another_site_does_not_vote():
    article = create_article(published=True)
    client = Client(enforce_csrf_checks=True)

    assert rate(client, article, 1, Sec_Fetch_Site="cross-site").status_code == 403
    assert rate(client, article, 5, Sec_Fetch_Site="same-origin").status_code == 303
    assert counted(article) == (1, 5)


def test_a_network_has_thirty_votes_an_hour():
    article = create_article(published=True)
    answers = [rate(browser(f"Number {n}"), article, 1).status_code for n in range(31)]

    assert answers == [303] * 30 + [429]
    assert counted(article) == (30, 30)


@pytest.mark.parametrize(("status", "answer"), [("draft", 404), ("archived", 410)])
def test_what_is_not_published_cannot_be_rated(client, status, answer):
    article = create_article(published=True)
    Article.objects.filter(pk=article.pk).update(status=status, is_live=False)

    assert rate(client, article, 5).status_code == answer
    assert counted(article) == (0, 0)


def test_looking_changes_nothing(client):
    article = create_article(published=True)

    client.get(reverse("articles:rate", args=[article.slug]), {"stars": 5})

    assert counted(article) == (0, 0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("voted_before", [True, False])
def test_sixteen_votes_of_one_person_at_once_are_one_vote(voted_before):
    article = create_article(published=True)
    cookies = rate(browser("Busy"), article, 1).cookies if voted_before else {}
    barrier = Barrier(AT_ONCE)

    def vote(_number):
        client = browser("Busy")
        client.cookies.update(cookies)
        barrier.wait()
        try:
            return rate(client, article, 5).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = set(pool.map(vote, range(AT_ONCE)))

    assert answers == {303}
    assert counted(article) == (1, 5)
    assert Rating.objects.count() == 1


@pytest.mark.parametrize(("votes", "shown"), [(4, False), (5, True)])
def test_search_engines_hear_of_an_average_of_five_votes_or_more(client, votes, shown):
    article = create_article(published=True, rating_count=votes, rating_sum=votes * 4)

    html = client.get(article.get_absolute_url()).content.decode()
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.S)[1])

    assert ("aggregateRating" in data["mainEntity"]) is shown
    assert f"4.0 from {votes} readers" in html


def test_a_writer_cannot_rate_her_own_article(client):
    writer = create_user(role="Writer", byline=True)
    own, anothers = (create_article(published=True, writer=each) for each in (writer.writer, None))
    client.force_login(writer)

    answers = [client.post(f"/articles/{article.slug}/rate/", {"stars": 5}) for article in (own, anothers)]

    assert [answer.status_code for answer in answers] == [403, 303]
    assert "This article is yours" in answers[0].content.decode()
    own.refresh_from_db()
    assert own.rating_count == 0

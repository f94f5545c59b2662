"""Helpful: one vote per person, with and without JavaScript, and it can be taken back."""

import pytest
from django.test import Client
from django.urls import reverse

from comments.decisions.comments import approve
from comments.models import Comment, Helpful
from tests.comments.typing import ask, post
from tests.factories import create_comment, create_thread

pytestmark = pytest.mark.django_db


@pytest.fixture
def comment():
    return create_comment(status="approved")


def press(client, comment, *, undo=False, **headers):
    return client.post(reverse("comments:vote"), {"undo" if undo else "comment": comment.pk}, headers=headers)


def count(comment):
    comment.refresh_from_db()
    assert comment.helpful_count == Helpful.objects.filter(comment=comment).count()
    return comment.helpful_count


def browser(name):
    """A browser of its own; without a cookie, what it says of itself tells it from others."""
    return Client(headers={"User-Agent": name})


def test_a_vote_counts_once_however_often_it_is_sent(comment):
    mine = browser("mine")
    for _press in range(3):
        press(mine, comment)
    press(browser("another"), comment)

    assert count(comment) == 2


def test_a_double_click_without_a_cookie_is_one_vote(comment):
    press(browser("mine"), comment)
    press(browser("mine"), comment)

    assert count(comment) == 1


def test_a_vote_is_taken_back_once(comment, client):
    press(client, comment)
    press(client, comment, undo=True)
    press(client, comment, undo=True)

    assert count(comment) == 0


def test_an_account_has_one_vote_in_all_its_browsers(comment, reader):
    for name in ("phone", "laptop"):
        client = browser(name)
        client.force_login(reader)
        press(client, comment)

    assert count(comment) == 1


def test_ones_own_comment_is_not_helpful(reader, client):
    mine = create_comment(status="approved", author=reader)
    client.force_login(reader)

    answer = press(client, mine, HX_Request="true").content.decode()

    assert count(mine) == 0
    assert 'aria-pressed="false"' in answer


def test_one_network_of_strangers_lifts_a_comment_only_so_far(comment, reader, client, monkeypatch):
    monkeypatch.setattr("comments.helpful.STRANGERS_OF_ONE_NETWORK", 2)
    for name in ("one", "two", "three"):
        press(browser(name), comment)
    assert count(comment) == 2

    client.force_login(reader)
    press(client, comment)
    assert count(comment) == 3


def test_many_networks_of_one_site_lift_it_little_further(comment, monkeypatch):
    monkeypatch.setattr("comments.helpful.STRANGERS_OF_ONE_NETWORK", 1)
    for n in range(6):
        press(Client(REMOTE_ADDR=f"2001:db8:1:{n}::1"), comment)

    assert count(comment) == 4


def test_without_javascript_the_vote_leads_to_a_page_that_says_thank_you(comment, client):
    answer = client.post(reverse("comments:vote"), {"comment": comment.pk}, follow=True)

    assert "Thank you" in answer.content.decode()
    assert "Take it back" in answer.content.decode()


def test_over_htmx_the_button_comes_back_pressed(comment, client):
    answer = press(client, comment, HX_Request="true").content.decode()

    assert answer.lstrip().startswith("<button")
    assert 'aria-pressed="true"' in answer
    assert "<b>1</b>" in answer


@pytest.mark.parametrize("status", ["pending", "rejected", "spam", "removed"])
def test_what_readers_cannot_see_takes_no_vote(client, status):
    assert press(client, create_comment(status=status)).status_code == 404


def test_looking_sets_no_cookie_and_counts_nothing(comment, client):
    client.get(reverse("comments:helpful", args=[comment.pk]))

    assert not client.cookies
    assert count(comment) == 0


def test_a_network_can_press_only_so_often(client, monkeypatch):
    monkeypatch.setattr("comments.pages.comments.VOTES_AN_HOUR", 2)
    answers = [press(client, create_comment(status="approved")) for _n in range(3)]

    assert [answer.status_code for answer in answers] == [303, 303, 429]


def test_another_site_cannot_press(comment):
    answer = press(Client(enforce_csrf_checks=True), comment, Sec_Fetch_Site="cross-site")

    assert answer.status_code == 403
    assert count(comment) == 0


def written(client, **fields):
    post(create_thread(), client, **fields)
    own = Comment.objects.latest("id")
    approve(own, by=None)
    return own


@pytest.mark.parametrize("kind", ["comment", "question"])
def test_nobody_finds_helpful_what_was_written_in_her_browser(client, kind):
    if kind == "question":
        ask(client)
        own = Comment.objects.get()
        approve(own, by=None)
    else:
        own = written(client)

    answers = [press(client, own), press(client, own, **{"HX-Request": "true"})]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert all("These are your own words" in answer.content.decode() for answer in answers)
    assert count(own) == 0


def test_another_browser_of_the_same_network_finds_it_helpful(client):
    own = written(client)
    press(browser("another"), own)

    assert count(own) == 1


def test_what_she_wrote_without_logging_in_is_hers_when_she_has(client, reader):
    typed = written(Client(), email=reader.email)
    here = written(client)
    client.force_login(reader)

    assert [press(client, own).status_code for own in (typed, here)] == [403, 403]


def test_the_cookie_remembers_the_last_hundred_and_tells_nobody_which(client, comment):
    client.cookies["wrote"] = ".".join([*(f"{n:010x}" for n in range(300)), "x<script>", ""])
    own = written(client)

    cookie = client.cookies["wrote"]
    assert len(cookie.value.split(".")) == 100
    assert "script" not in cookie.value
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    assert str(own.pk) not in cookie.value.split(".")
    assert press(client, comment).status_code == 303

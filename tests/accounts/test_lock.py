"""Wrong passwords are limited for each account and each network, and still nobody can lock its owner out."""

import pytest
from django.test import Client

from accounts.adapter import COOKIE
from tests.factories import PASSWORD, create_user
from tests.logging_in import log_in

pytestmark = pytest.mark.django_db


def attack(user, times=5):
    """Strangers, each from another network."""
    for n in range(times):
        wrong = {"login": user.email, "password": "guess"}
        answer = Client(REMOTE_ADDR=f"198.51.{n}.7").post("/accounts/login/", wrong)
    return answer


def is_in(answer) -> bool:
    return answer.status_code == 302


@pytest.fixture
def at_home(reader):
    """Her browser: she has logged in before, and logged out."""
    browser = Client(REMOTE_ADDR="203.0.113.5")
    log_in(browser, reader)
    browser.post("/accounts/logout/")
    return browser


def test_strangers_are_stopped_after_five_tries_wherever_they_come_from(reader):
    attack(reader)

    assert not is_in(log_in(Client(REMOTE_ADDR="198.51.99.7"), reader))


def test_the_browser_she_used_before_lets_her_in_while_strangers_try(at_home, reader):
    attack(reader, times=7)

    assert is_in(log_in(at_home, reader))


def test_her_own_browser_is_limited_too(at_home, reader):
    for _n in range(5):
        at_home.post("/accounts/login/", {"login": reader.email, "password": "guess"})

    assert not is_in(log_in(at_home, reader))


def test_strangers_stay_limited_when_she_has_logged_in(at_home, reader):
    attack(reader)
    log_in(at_home, reader)

    assert not is_in(log_in(Client(REMOTE_ADDR="198.51.99.7"), reader))


def test_a_browser_is_known_only_for_who_logged_in_with_it(at_home):
    other = create_user()
    attack(other)

    assert not is_in(log_in(at_home, other))


def test_two_people_share_a_browser(at_home, reader):
    other = create_user()
    log_in(at_home, other)
    at_home.post("/accounts/logout/")
    attack(other)
    attack(reader)

    assert is_in(log_in(at_home, other))
    at_home.post("/accounts/logout/")
    assert is_in(log_in(at_home, reader))


def test_a_new_password_makes_every_browser_a_stranger(at_home, reader):
    reader.set_password(PASSWORD)  # the same words, another salt
    reader.save()
    attack(reader)

    assert not is_in(log_in(at_home, reader))


@pytest.mark.parametrize("forged", ["", "x", "a.b.c", "a" * 4000, "\x00", "name.mark:1abc:sig"])
def test_a_cookie_that_we_did_not_sign_is_nobodys(reader, forged):
    browser = Client()
    browser.cookies[COOKIE] = forged
    attack(reader)

    assert not is_in(log_in(browser, reader))


def test_the_cookie_is_no_scripts_business_and_names_nobody(at_home, reader):
    cookie = at_home.cookies[COOKIE]

    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert reader.email not in cookie.value
    assert f".{reader.pk}." not in f".{cookie.value}."


def test_a_lock_tells_nobody_whether_there_is_an_account(reader):
    def answers(email):
        tries = [
            Client(REMOTE_ADDR=f"198.51.{n}.7").post("/accounts/login/", {"login": email, "password": "guess"})
            for n in range(7)
        ]
        return [(each.status_code, each.context["form"].errors) for each in tries]

    assert answers(reader.email) == answers("nobody@example.net")

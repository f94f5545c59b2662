"""The page of all mail for whoever is signed in: her own address, when it is confirmed, and nobody else's."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from tests.factories import create_subscriber, create_subscription, create_user

pytestmark = pytest.mark.django_db
PAGE = "/me/mail/"


@pytest.fixture
def rosa(client):
    rosa = create_user(email="rosa@example.net")
    client.force_login(rosa)
    return rosa


def test_she_stops_what_comes_to_her_address_and_nobody_elses(client, rosa):
    hers = create_subscription(subscriber=create_subscriber(email="rosa@example.net"))
    others = create_subscription(subscriber=create_subscriber(email="other@example.net"))

    assert "rosa@example.net" in client.get(PAGE).content.decode()
    client.post(PAGE, {"act": "stop"}, headers={"Origin": "http://testserver"})

    hers.refresh_from_db()
    others.refresh_from_db()
    assert (hers.status, others.status) == ("ended", "active")


def test_another_site_cannot_press_the_button(rosa):
    hers = create_subscription(subscriber=create_subscriber(email="rosa@example.net"))
    client = Client(enforce_csrf_checks=True)
    client.force_login(rosa)

    client.post(PAGE, {"act": "stop"}, headers={"Origin": "https://evil.example"})

    hers.refresh_from_db()
    assert hers.status == "active"


def test_an_address_that_is_not_confirmed_opens_nothing(client, rosa):
    create_subscription(subscriber=create_subscriber(email="rosa@example.net"))
    EmailAddress.objects.filter(user=rosa).update(verified=False)

    assert client.get(PAGE)["Location"] == "/accounts/email/"


def test_strangers_are_led_to_log_in(client):
    assert client.get(PAGE)["Location"].startswith("/accounts/login/")

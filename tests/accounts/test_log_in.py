import re

import pytest
from allauth.account.models import EmailAddress
from django.db import connection

from accounts.models import User
from edge.models import Letter
from tests.factories import PASSWORD, create_user

pytestmark = pytest.mark.django_db
SIGN_UP = {"name": "Rosa", "email": "Rosa@Example.net", "password1": "a long enough secret"}


def test_signing_up_waits_for_a_confirmation_by_button(client):
    client.post("/accounts/signup/", SIGN_UP)
    link = re.search(r"https?://\S+confirm-email\S+", Letter.objects.get().text).group()

    client.get(link)
    assert not EmailAddress.objects.get().verified

    client.post(link)
    assert EmailAddress.objects.get().verified


def test_signing_up_with_a_known_address_tells_a_stranger_nothing(client):
    create_user(email="rosa@example.net")

    answer = client.post("/accounts/signup/", SIGN_UP)

    assert answer.status_code == 302
    assert User.objects.count() == 1


def test_signing_up_takes_as_long_for_a_known_address(client, monkeypatch):
    hashed = []
    monkeypatch.setattr("accounts.adapter.make_password", hashed.append)
    create_user(email="rosa@example.net")

    client.post("/accounts/signup/", SIGN_UP)

    assert hashed


def test_an_address_is_one_address_in_any_case(client):
    create_user(email="rosa@example.net")

    answer = client.post("/accounts/login/", {"login": "ROSA@example.NET", "password": PASSWORD})

    assert answer.status_code == 302


def test_a_forgotten_password_is_mailed_a_link(client):
    create_user(email="rosa@example.net")

    client.post("/accounts/password/reset/", {"email": "rosa@example.net"})

    assert "/accounts/password/reset/key/" in Letter.objects.get().text


def test_mail_of_the_account_pages_has_text_and_html(client):
    client.post("/accounts/signup/", SIGN_UP)

    letter = Letter.objects.get()
    assert letter.text
    assert "<html" in letter.html


def test_readers_cannot_open_the_admin(client, reader):
    client.force_login(reader)

    assert client.get("/admin/", follow=True).redirect_chain


def test_staff_without_a_second_factor_are_led_to_set_one_up(client, moderator, settings):
    settings.STAFF_SECOND_FACTOR = True
    client.force_login(moderator)

    answer = client.get("/admin/")

    assert answer.status_code == 302
    assert "/2fa/" in answer["Location"]


def test_the_admins_own_log_in_leads_to_ours(client):
    answer = client.get("/admin/", follow=True)

    assert answer.redirect_chain[-1][0].startswith("/accounts/login/")


def test_the_name_somebody_typed_is_not_mailed_to_an_address_that_may_not_be_hers(client):
    client.post("/accounts/signup/", {**SIGN_UP, "name": "Buy at shop.example"})

    letter = Letter.objects.get()
    assert "shop.example" not in letter.text + letter.html + letter.subject


@pytest.mark.parametrize("host", ["localhost", "testserver:1337"])
def test_no_stranger_chooses_where_a_link_in_mail_leads(client, settings, host):
    settings.BASE_URL = "https://wellread.example"
    create_user(email="rosa@example.net")

    client.post("/accounts/password/reset/", {"email": "rosa@example.net"}, headers={"host": host})

    letter = Letter.objects.get()
    assert "https://wellread.example/accounts/password/reset/key/" in letter.text
    assert host not in letter.text + letter.html


def test_tries_to_log_in_are_counted_by_network_whatever_the_client_says(client):
    wrong = {"password": "not the right one"}

    answers = [
        client.post(
            "/accounts/login/", {"login": f"p{n}@example.net", **wrong}, headers={"x-forwarded-for": f"6.6.6.{n}"}
        )
        for n in range(12)
    ]

    assert b"failed too often" in answers[-1].content or answers[-1].status_code == 429


@pytest.mark.parametrize(
    "address",
    [
        "203.0.113.{n}:4{n}",
        "2001:db8:1:{n}::1",
        "[2001:db8:2:{n}::1]:443",
        "unknown",
        "_hidden{n}",
        "1.1.1.{n}, for=_x",
    ],
)
def test_nobody_signs_up_without_end_from_one_place_however_she_writes_her_address(client, settings, address):
    settings.TRUSTED_PROXIES = 1

    answers = [
        client.post("/accounts/signup/", {}, headers={"x-forwarded-for": address.format(n=n)}).status_code
        for n in range(21)
    ]

    assert answers == [200] * 20 + [429]


def test_what_is_counted_holds_no_address_of_a_client(client):
    client.post("/accounts/login/", {"login": "p@example.net", "password": "wrong"}, REMOTE_ADDR="203.0.113.77")

    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM cache")
        keys = [key for (key,) in cursor.fetchall()]
    assert keys
    assert not any("203.0.113" in key or "example" in key for key in keys)


def test_who_works_here_cannot_log_in_as_somebody_else_past_the_second_factor(client, writer, administrator):
    client.force_login(writer)

    client.post("/admin/login/", {"username": administrator.email, "password": PASSWORD})

    assert client.session["_auth_user_id"] == str(writer.pk)

"""Somebody new: an administrator makes the account, the person chooses the password and, where the house asks, a factor."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group

from accounts.models import User
from edge.models import Letter
from tests.factories import PASSWORD, create_user
from tests.logging_in import log_in

pytestmark = pytest.mark.django_db
NEW = {"email": "nora@example.net", "name": "Nora"}


def invite(client, administrator) -> User:
    client.force_login(administrator)
    client.post("/admin/accounts/user/add/", NEW)
    client.logout()
    return User.objects.get(email=NEW["email"])


def choose_password(client, email=NEW["email"]):
    link = re.search(
        r"https?://[^/\s]+(/accounts/password/reset/key/\S+)", Letter.objects.filter(to=email).latest("pk").text
    )
    page = client.get(link[1], follow=True)
    client.post(page.request["PATH_INFO"], {"password1": PASSWORD, "password2": PASSWORD})


def test_who_was_invited_chooses_the_password_and_is_in(client, administrator):
    nora = invite(client, administrator)
    assert not nora.has_usable_password()
    assert "has made an account for you" in Letter.objects.get(to=nora.email).text

    choose_password(client)

    assert log_in(client, nora)["Location"] == "/me/"
    assert EmailAddress.objects.get(user=nora, verified=True).email == nora.email


def change(client, person, **fields):
    address = f"/admin/accounts/user/{person.pk}/change/"
    return client.post(address, {"email": person.email, "name": person.name, "is_active": "on", **fields}, follow=True)


def test_who_gets_a_role_can_open_the_admin(client, administrator):
    nora, role = invite(client, administrator), Group.objects.get(name="Moderator")
    client.force_login(administrator)

    refused = change(client, nora, groups=role.pk).content.decode()
    assert "Whoever gets a role works here" in refused
    assert not nora.groups.exists()

    change(client, nora, groups=role.pk, is_staff="on")
    client.force_login(nora)
    assert client.get("/admin/comments/desk/").status_code == 200


def test_the_administrator_reads_that_the_invitation_is_on_its_way(client, administrator):
    client.force_login(administrator)

    page = client.post("/admin/accounts/user/add/", NEW, follow=True)

    assert f"is on its way to {NEW['email']}" in page.content.decode()


def test_the_administrator_knows_no_password(client, administrator):
    client.force_login(administrator)

    client.post(
        "/admin/accounts/user/add/", {**NEW, "usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
    )

    assert not User.objects.get(email=NEW["email"]).has_usable_password()


def test_an_invitation_that_is_too_old_is_asked_for_again(client, administrator):
    invite(client, administrator)

    client.post("/accounts/password/reset/", {"email": NEW["email"]})

    assert "has made an account for you" in Letter.objects.latest("pk").text


def test_with_two_addresses_a_forgotten_password_confirms_neither(client):
    reader = create_user()
    EmailAddress.objects.create(user=reader, email="second@example.net")
    EmailAddress.objects.filter(user=reader).update(verified=False)
    client.post("/accounts/password/reset/", {"email": reader.email})

    choose_password(client, reader.email)

    assert not EmailAddress.objects.filter(user=reader, verified=True).exists()

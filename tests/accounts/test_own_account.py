"""Somebody's own account: her name, what we hold to take along, and leaving for good."""

import json

import pytest

from accounts.models import User
from articles.models import Rating
from comments.models import Comment
from pages.models import Page
from tests.factories import PASSWORD, create_article, create_comment, create_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def rosa(client):
    rosa = create_user(email="rosa@example.net", name="Rosa")
    client.post("/accounts/login/", {"login": "rosa@example.net", "password": PASSWORD})
    return rosa


def prove(client):
    """She is asked once more, and types her password."""
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})


def test_she_changes_the_name_that_is_shown(client, rosa):
    client.post("/me/name/", {"name": "Rosa B."})

    rosa.refresh_from_db()
    assert rosa.name == "Rosa B."


def test_what_she_wrote_before_keeps_its_name(client, rosa):
    comment = create_comment(author=rosa, name="Rosa")

    client.post("/me/name/", {"name": "Rosa B."})

    comment.refresh_from_db()
    assert comment.name == "Rosa"


@pytest.mark.parametrize("name", ["", "\u200b", "Moderator"])
def test_a_name_that_sign_up_refuses_is_refused_here(client, rosa, name):
    assert client.post("/me/name/", {"name": name}).status_code == 422

    rosa.refresh_from_db()
    assert rosa.name == "Rosa"


def test_she_takes_along_what_we_hold_about_her_and_nobody_else(client, rosa):
    create_comment(author=rosa, body="My own words")
    create_comment(email="other@example.net", body="Words of others")
    prove(client)

    answer = client.get("/me/export/")
    text = answer.content.decode()

    assert "attachment" in answer["Content-Disposition"]
    assert json.loads(text)
    assert "My own words" in text
    assert "Words of others" not in text
    assert rosa.password not in text


def test_what_moderators_note_for_one_another_is_not_in_it(client, rosa, moderator):
    create_comment(author=rosa).notes.create(body="Look at her twice", by=moderator)
    prove(client)

    assert "Look at her twice" not in client.get("/me/export/").content.decode()


@pytest.mark.parametrize("page", ["/me/export/", "/me/leave/"])
def test_she_is_asked_for_her_password_once_more(client, rosa, page):
    assert "/reauthenticate/" in client.get(page)["Location"]
    assert "/reauthenticate/" in client.post("/me/leave/", {"sure": "on"})["Location"]
    assert User.objects.filter(pk=rosa.pk).exists()


@pytest.mark.parametrize("page", ["/me/name/", "/me/export/", "/me/leave/"])
def test_strangers_are_led_to_log_in(client, page):
    assert client.get(page)["Location"].startswith("/accounts/login/")


def test_looking_at_the_page_deletes_nothing_nor_does_a_button_without_the_tick(client, rosa):
    prove(client)
    assert "What is deleted" in client.get("/me/leave/").content.decode()
    assert client.post("/me/leave/").status_code == 422

    assert User.objects.filter(pk=rosa.pk).exists()


def test_leaving_deletes_the_account_and_signs_out(client, rosa):
    Rating.objects.create(article=create_article(published=True), stars=4, user=rosa)
    comment = create_comment(author=rosa, name="Rosa", status="approved")
    prove(client)

    answer = client.post("/me/leave/", {"sure": "on"})

    assert answer["Location"] == "/"
    assert not User.objects.filter(pk=rosa.pk).exists()
    assert not Rating.objects.exists()
    assert (Comment.objects.get(pk=comment.pk).name, Comment.objects.get(pk=comment.pk).author) == ("—", None)
    assert "_auth_user_id" not in client.session
    assert "deleted" in client.get("/me/corner/").content.decode()


def test_whoever_works_here_is_told_whom_to_ask(client, moderator):
    client.post("/accounts/login/", {"login": moderator.email, "password": PASSWORD})
    prove(client)

    assert "ask an administrator" in client.get("/me/leave/").content.decode()
    assert client.post("/me/leave/", {"sure": "on"}).status_code == 403
    assert User.objects.filter(pk=moderator.pk).exists()


def test_whoever_signs_up_finds_the_terms_and_the_policy_there(client):
    html = client.get("/accounts/signup/").content.decode()

    main = html[html.index("<main") : html.index("</main>")]
    assert 'href="/terms/"' in main
    assert 'href="/privacy/"' in main


def test_to_which_terms_somebody_agreed_who_signed_up_is_kept(client):
    terms = Page.objects.get(slug="terms").current
    client.post("/accounts/signup/", {"name": "Ada", "email": "ada@example.net", "password1": "a long enough secret"})
    ada = User.objects.get(email="ada@example.net")
    assert ada.terms == terms

    Page.objects.get(slug="terms").revise("<p>Other terms</p>")
    client.force_login(ada)
    client.post("/me/name/", {"name": "Ada L."})

    ada.refresh_from_db()
    assert (ada.name, ada.terms) == ("Ada L.", terms)


def test_she_sees_what_she_rated_and_no_title_that_is_not_public(client, rosa):
    Rating.objects.create(article=create_article(published=True, title="For all"), stars=4, user=rosa)
    Rating.objects.create(article=create_article(title="Not yet"), stars=2, user=rosa)

    html = client.get("/me/").content.decode()

    assert "For all" in html
    assert "4 stars" in html
    assert "Not yet" not in html

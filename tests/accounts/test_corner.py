"""The masthead's corner: the same link for everybody, and an island for whoever is signed in or is to be told something."""

import re

import pytest
from django.test import Client

from edge.models import Letter
from tests.factories import PASSWORD, create_article, create_user

pytestmark = pytest.mark.django_db
ELSEWHERE = [
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example/",
    "\\\\evil.example",
    "javascript:alert(1)",
    "http:///evil.example",
    "https:evil.example",
    " //evil.example",
    "/\t/evil.example/",
    "http://[",
    "http://testserver@evil.example/",
]


@pytest.fixture
def article():
    return create_article(published=True).get_absolute_url()


@pytest.fixture
def rosa():
    return create_user(email="rosa@example.net", name="Rosa")


def log_in(client, **more):
    return client.post("/accounts/login/", {"login": "rosa@example.net", "password": PASSWORD, **more})


def island(client, page="/"):
    return client.get("/me/corner/", {"next": page}).content.decode()


def links(html):
    return [href.replace("&amp;", "&") for href in re.findall(r'href="([^"]+)"', html)]


def test_a_public_page_says_the_same_to_whoever_is_signed_in(client, article, rosa):
    stranger = Client().get(article)
    log_in(client)

    hers = client.get(article)

    assert hers.content == stranger.content
    assert not hers.cookies
    assert "Cookie" not in stranger.get("Vary", "")


def test_the_plain_link_leads_to_log_in_and_back_to_the_page(client, article, rosa):
    (to_me,) = [link for link in links(client.get(article).content.decode()) if link.startswith("/me/")]
    (to_log_in,) = [link for link in links(client.get(to_me).content.decode()) if "/login/" in link]

    form = client.get(to_log_in).content.decode()
    back = re.search(r'name="next"[^>]*value="([^"]+)"', form)[1]

    assert log_in(client, next=back)["Location"] == article


def test_whoever_has_no_session_has_no_cookie_that_asks_for_the_island(client, article):
    for page in ("/", article, "/accounts/login/", "/me/"):
        client.get(page)

    assert "corner" not in client.cookies


def test_the_cookie_comes_with_log_in_says_nothing_of_anybody_and_goes_with_log_out(client, rosa):
    log_in(client)
    assert client.cookies["corner"].value == "1"
    assert not client.cookies["corner"]["httponly"]
    assert client.cookies["corner"]["samesite"] == "Lax"

    client.post("/accounts/logout/")
    island(client)

    assert client.cookies["corner"].value == ""


def test_the_island_names_her_and_logs_her_out_where_she_was(client, article, rosa):
    log_in(client)

    html = island(client, article)
    answer = client.post("/accounts/logout/", {"next": re.search(r'name="next" value="([^"]+)"', html)[1]})

    assert "Rosa" in html
    assert answer["Location"] == article


def test_the_admin_is_in_the_corner_of_those_who_work_here_alone(client, rosa):
    log_in(client)
    assert "/admin/" not in island(client)

    client.force_login(create_user(role="Moderator"))
    assert "/admin/" in island(client)


def test_staff_without_their_second_factor_are_not_led_to_the_admin(client, settings):
    settings.STAFF_SECOND_FACTOR = True
    client.force_login(create_user(role="Moderator"))

    assert "/admin/" not in island(client)


def test_a_message_comes_with_the_island_of_the_next_page_and_once(client, article, rosa):
    log_in(client, next=article)

    assert "Rosa" in re.sub(r"<details.*</details>", "", island(client), flags=re.DOTALL)
    assert "banner" not in island(client)


def test_a_stranger_is_told_that_she_has_signed_out(client, rosa):
    log_in(client)
    island(client)
    client.post("/accounts/logout/")
    assert client.cookies["corner"].value == "1"

    assert "banner" in island(client)
    assert client.cookies["corner"].value == ""


def test_a_session_that_has_ended_elsewhere_takes_the_cookie_along(client, rosa):
    log_in(client)
    island(client)
    client.cookies.pop("sessionid")

    assert "<details" not in island(client)
    assert client.cookies["corner"].value == ""


def test_what_the_island_says_is_kept_by_no_cache(client, rosa):
    log_in(client)

    assert "no-store" in client.get("/me/corner/")["Cache-Control"]


@pytest.mark.parametrize("address", ELSEWHERE)
def test_nobody_is_sent_to_another_site(client, address, rosa):
    assert "evil" not in client.get("/me/", {"next": address}).content.decode()
    assert log_in(client, next=address)["Location"] == "/me/"
    assert "evil" not in island(client, address)
    assert client.post("/accounts/logout/", {"next": address})["Location"] == "/"


def test_whoever_signs_up_comes_back_to_where_she_was(client, article):
    sent = {"name": "Ada", "email": "ada@example.net", "password1": "a long enough secret", "next": article}
    client.post("/accounts/signup/", sent)
    link = re.search(r"https?://\S+confirm-email\S+", Letter.objects.get().text).group()

    assert client.post(link)["Location"] == article
    assert "Ada" in island(client)


def test_whoever_confirms_in_another_browser_is_not_signed_in_there(client, article):
    sent = {"name": "Ada", "email": "ada@example.net", "password1": "a long enough secret", "next": article}
    client.post("/accounts/signup/", sent)
    link = re.search(r"https?://\S+confirm-email\S+", Letter.objects.get().text).group()
    other = Client()

    other.post(link)

    assert "<details" not in island(other)

"""The admin's front page opens on what waits for the person who opens it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from edge.models import Heartbeat, Letter
from tests.factories import create_comment

pytestmark = pytest.mark.django_db


def front(client, user) -> str:
    client.force_login(user)
    return client.get("/admin/").content.decode()


def test_a_moderator_sees_what_waits_with_the_oldest_first(client, moderator):
    create_comment(name="Newer", created_at=timezone.now() - timedelta(minutes=5))
    create_comment(name="Older", created_at=timezone.now() - timedelta(minutes=42))

    page = front(client, moderator)

    assert "Comments to read" in page
    assert "42\xa0minutes" in page
    assert page.index("Older") < page.index("Newer")


def test_a_moderator_is_told_when_nothing_waits(client, moderator):
    assert "Everything readers wrote has been read." in front(client, moderator)


def test_a_writer_sees_no_comments_that_wait(client, writer):
    create_comment(name="Marguerite")

    page = front(client, writer)

    assert "Comments to read" not in page
    assert "Marguerite" not in page


def test_an_administrator_sees_letters_that_did_not_leave(client, administrator):
    Letter.objects.create(key="a", to="far@example.net", subject="Hello", text="x", status=Letter.Status.FAILED)

    assert "far@example.net" in front(client, administrator)


def test_a_moderator_does_not_see_letters(client, moderator):
    Letter.objects.create(key="a", to="far@example.net", subject="Hello", text="x", status=Letter.Status.FAILED)

    assert "far@example.net" not in front(client, moderator)


def test_an_administrator_is_warned_when_no_worker_runs(client, administrator):
    assert "The worker is not running" in front(client, administrator)

    Heartbeat.objects.create(name="here:1")

    assert "The worker is not running" not in front(client, administrator)


def test_the_front_page_costs_the_same_however_much_waits(client, administrator, django_assert_max_num_queries):
    for _n in range(12):
        create_comment()
    client.force_login(administrator)

    with django_assert_max_num_queries(33):
        assert client.get("/admin/").status_code == 200


def test_a_visitor_is_led_to_the_log_in(client, db):
    response = client.get("/admin/")

    assert response.status_code == 302
    assert "/accounts/login/" in response["Location"] or "/admin/login/" in response["Location"]


def test_a_reader_may_not_enter(client, reader):
    client.force_login(reader)

    response = client.get("/admin/", follow=True)

    assert response.status_code == 403


def test_changing_the_password_goes_through_the_account_pages(client, moderator):
    client.force_login(moderator)

    assert client.get("/admin/password_change/")["Location"] == "/accounts/password/change/"


def test_no_list_breaks_over_a_search_as_long_as_a_book(client, administrator):
    client.force_login(administrator)
    for address in (
        "comments/thread",
        "comments/decision",
        "accounts/user",
        "articles/article",
        "newsletters/subscriber",
    ):
        for words in ("x" * 100_000, "x y " * 1_000):
            assert client.get(f"/admin/{address}/", {"q": words}).status_code == 200
    completing = {"term": "x" * 100_000, "app_label": "articles", "model_name": "article", "field_name": "topic"}
    assert client.get("/admin/autocomplete/", completing).status_code in {200, 403}

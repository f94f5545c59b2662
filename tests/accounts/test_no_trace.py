"""Erasing somebody leaves nothing behind: every table is read afterwards, and with SQLite every byte of the file."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

from accounts.people import apply_policy, erase
from comments.decisions.comments import approve
from comments.intake.receive import revise
from comments.models import Comment
from edge.models import Letter
from newsletters import subscribing
from newsletters.models import Subscriber
from tests.factories import PASSWORD, create_comment, create_subscriber, create_subscription, create_user

EMAIL = "rosa.zzqx@example.net"
MARKS = ("zzqx", "wordsqq")  # her address and name; her words and what was noted about them


def leave_traces(client, moderator, newsletter_editor) -> None:
    """By the ways in which people do: an account, comments, mail to others, work in the admin."""
    rosa = create_user(email=EMAIL, name="Rosa Zzqx")
    client.post("/accounts/login/", {"login": EMAIL, "password": PASSWORD})
    mine = create_comment(email=EMAIL, name="Rosa Zzqx", body="wordsqq", author=rosa, wants_mail=True)
    theirs = create_comment(thread=mine.thread, status="approved", email="jun@example.net", wants_mail=True)
    reply = create_comment(parent=theirs, email=EMAIL.upper(), name="Rosa Zzqx", body="wordsqq")
    revise(reply, body="wordsqq again")
    approve(mine, by=moderator, note="wordsqq")
    approve(Comment.objects.get(pk=reply.pk), by=moderator)
    subscriber = create_subscriber(email=EMAIL, confirmed_at=timezone.now())
    create_subscription(subscriber=subscriber)
    client.force_login(newsletter_editor)
    chosen = {"action": "make_links_worthless", "_selected_action": subscriber.pk}
    client.post("/admin/newsletters/subscriber/", chosen)


def traces() -> Iterator[str]:
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            if any(mark in str(row).lower() for row in cursor.fetchall() for mark in MARKS):
                yield table
    if any(EMAIL in str(session.get_decoded()) for session in Session.objects.all()):
        yield "inside a session"


def test_erasing_leaves_no_trace_in_any_table(client, moderator, newsletter_editor):
    leave_traces(client, moderator, newsletter_editor)
    assert {"comments_version", "django_admin_log", "edge_letter"} <= set(traces())

    erase(EMAIL)

    assert list(traces()) == []


@pytest.mark.django_db(transaction=True)
def test_erasing_leaves_no_byte_in_the_file():
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL overwrites by vacuum")
    create_comment(email=EMAIL, name="Rosa Zzqx", body="wordsqq " * 2_000)

    erase(EMAIL)

    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    held = Path(connection.settings_dict["NAME"]).read_bytes()
    assert b"wordsqq" not in held
    assert b"zzqx" not in held


def test_a_subscriber_who_erases_herself_leaves_the_admins_log_too(client, newsletter_editor):
    subscriber = create_subscriber(email=EMAIL)
    client.force_login(newsletter_editor)
    chosen = {"action": "make_links_worthless", "_selected_action": subscriber.pk}
    client.post("/admin/newsletters/subscriber/", chosen)
    assert LogEntry.objects.filter(object_repr=EMAIL).exists()

    subscribing.erase(Subscriber.objects.get())

    assert not LogEntry.objects.filter(object_repr=EMAIL).exists()


@pytest.mark.django_db
@pytest.mark.parametrize("status", ["failed", "in_doubt"])
def test_the_words_of_a_letter_that_could_not_leave_are_forgotten_after_a_month(status):
    month = timezone.now() - timedelta(days=31)
    Letter.objects.create(key="a", to=EMAIL, subject="Hello", text="Words", status=status, created_at=month)

    apply_policy()

    assert Letter.objects.get().text == ""


@pytest.mark.django_db
def test_an_address_is_found_in_either_spelling_of_its_domain():
    create_comment(email="rosa@exämple.net", body="wordsqq")
    create_subscriber(email="rosa@xn--exmple-cua.net")

    erase("rosa@exämple.net")

    assert list(traces()) == []
    assert not Subscriber.objects.exists()

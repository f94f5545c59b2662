"""The worker: whatever a job meets, the others go on, nothing is lost, and a busy database is waited for."""

import logging
import sqlite3
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from config.demo import crowd
from config.jobs import JOBS, Job
from config.management.commands import worker
from edge.mail import send_due_letters, write_letter
from edge.models import Heartbeat, Letter
from tests.factories import create_user

on_sqlite = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="one writer at a time is SQLite's way")


def failing(error, every=86_400):
    def do():
        raise error

    return Job("test", every, do)


@pytest.mark.parametrize("words", ["database is locked", "database table is locked", "deadlock detected"])
def test_a_busy_database_is_looked_at_again_at_once_and_said_in_one_line(caplog, words):
    with caplog.at_level(logging.INFO, "worker"):
        assert worker.run(failing(OperationalError(words))) == 0

    assert [(line.levelname, line.exc_info) for line in caplog.records] == [("WARNING", None)]


@pytest.mark.parametrize("error", [OperationalError("could not read block 5"), ValueError("locked out")], ids=str)
def test_any_other_failure_is_logged_whole_and_tried_again_within_minutes(caplog, error):
    assert worker.run(failing(error)) == worker.AGAIN_SECONDS
    assert worker.run(failing(error, every=5)) == 5

    assert [bool(line.exc_info) for line in caplog.records] == [True, True]


def test_a_job_that_did_something_looks_again_at_once_and_an_idle_one_waits():
    assert worker.run(Job("test", 60, lambda: 3)) == 0
    assert worker.run(Job("test", 60, lambda: 0)) == 60
    assert worker.run(Job("test", 60, lambda: None)) == 60


@pytest.fixture
def hold(transactional_db):
    """Another process that writes: hold() begins, and the function that it returns ends."""

    def begin():
        other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None, check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")
        return lambda: (other.execute("ROLLBACK"), other.close())

    return begin


@pytest.fixture
def impatient(transactional_db):
    """The database gives up at once, as after twenty seconds."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout=1")
    yield
    connection.close()


@on_sqlite
@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.name)
def test_no_job_fails_because_somebody_else_writes(job, hold, impatient, caplog):
    end = hold()
    try:
        worker.run(job)
    finally:
        end()

    assert [line for line in caplog.records if line.exc_info] == []
    worker.run(job)
    assert [line for line in caplog.records if line.levelname == "ERROR"] == []


@on_sqlite
def test_a_letter_that_met_a_busy_database_leaves_once(hold, impatient, mailoutbox):
    write_letter(key="test:1", to="rosa@example.net", subject="Hello", template="mail/comments/digest", context={})
    job = Job("letters", 1, send_due_letters)
    end = hold()

    assert worker.run(job) == 0
    end()
    assert worker.run(job) == 0

    assert len(mailoutbox) == 1
    assert Letter.objects.get().status == "sent"


@on_sqlite
def test_the_worker_waits_longer_than_a_page_does(transactional_db):
    try:
        worker.be_patient()
        with connection.cursor() as cursor:
            assert cursor.execute("PRAGMA busy_timeout").fetchone() == (45_000,)
    finally:
        connection.settings_dict["OPTIONS"]["init_command"] += " PRAGMA busy_timeout=20000;"
        connection.close()


@on_sqlite
def test_a_heartbeat_that_meets_a_busy_database_is_no_failure(hold, impatient, caplog):
    command = worker.Command()
    command.name = "test"
    end = hold()

    command.beat()
    end()
    command.beat()

    assert [line.exc_info for line in caplog.records] == [None]
    assert Heartbeat.objects.get().seen_at > timezone.now() - timedelta(minutes=1)


class Quick:
    """Writes nothing, and takes a fifth of a second for it."""

    clock = 0.0

    def __init__(self, *_args):
        pass

    def moment(self):
        return timezone.now(), "honest", False

    def write_one(self, *_args, **_how):
        assert connection.in_atomic_block
        Quick.clock += 0.2


def test_a_crowd_comes_in_short_lots_with_breaks_in_which_others_can_write(transactional_db, monkeypatch):
    create_user(email="moderator@example.org")
    breaks = []
    monkeypatch.setattr(crowd, "Crowd", Quick)
    monkeypatch.setattr(crowd, "second_moderator", lambda: None)
    monkeypatch.setattr(crowd.time, "monotonic", lambda: Quick.clock)
    monkeypatch.setattr(crowd.time, "sleep", lambda seconds: breaks.append((seconds, connection.in_atomic_block)))

    lots = list(crowd.load_crowd(10, {}))

    assert lots == [3, 6, 9, 10]
    assert breaks == [(crowd.BREAK_SECONDS, False)] * 4
    assert crowd.BREAK_SECONDS > 0.1  # whoever waits looks as often

"""Real processes on a real database: workers side by side, and workers killed in the middle."""

import os
import time
from collections.abc import Iterator

import pytest

from tests.forks import Forks
from tests.ready import copy_of
from tests.smtp import running_server

BEGIN = """
from datetime import timedelta
from django.utils import timezone
from comments.decisions.comments import approve
from comments.models import *
from comments.followers.follower_news import tell_followers
from edge.mail import send_due_letters
from edge.models import Letter
from newsletters.models import *
from newsletters.sending import copy_due_issues
from newsletters.updates import write_due_updates
from tests.factories import *
"""


def environment(data, database_url: str, mail_port: int) -> dict[str, str]:
    return {
        **os.environ,
        "DEBUG": "1",
        "DATA": str(data),
        "DATABASE_URL": database_url,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "MAIL_HOST": "127.0.0.1",
        "MAIL_PORT": str(mail_port),
        "MAIL_SECURITY": "none",
        "LOG_LEVEL": "ERROR",
    }


@pytest.fixture(scope="module")
def smtp():
    with running_server() as outbox:
        yield outbox


@pytest.fixture(scope="module")
def machine(tmp_path_factory, smtp) -> Iterator[Forks]:
    """A database of its own, and Python processes that work on it."""
    data = tmp_path_factory.mktemp("workers")
    with copy_of("migrated", data) as url:
        machine = Forks(environment(data, url, smtp.port), BEGIN)
        try:
            machine.run("fill_in_postal_address()")
            yield machine
        finally:
            machine.close()


CLEAN = """
for model in (Update, Delivery, Letter, FannedOut, Issue, Subscriber, Article, Topic, Writer): model.objects.all().delete()
"""


def side_by_side(machine: Forks, code: str, workers: int = 2) -> list[str]:
    """All workers are up before the first begins."""
    processes = [machine.start(f"print('up', flush=True); input()\n{code}") for _ in range(workers)]
    for process in processes:
        assert process.hear() == "up"
    for process in processes:
        process.say("go")
    return [process.result() for process in processes]


FOLLOWERS = f"""{CLEAN}
topic = create_topic()
for _ in range(60): create_subscription(topic=topic)
create_article(published=True, topic=topic)
"""


READERS = f"""{CLEAN}
for _ in range(120): create_subscription()
create_issue(status='sending', released_at=timezone.now())
"""


FOLLOWED = f"""{CLEAN}
thread = create_thread()
for n in range(60): Follower.objects.create(thread=thread, email=f'f{{n}}@example.net', confirmed_at=timezone.now())
tell_followers()
approve(create_comment(thread=thread), by=None)
Decision.objects.update(at=timezone.now() - timedelta(hours=1))
"""


def letters(number: int) -> str:
    return f"{CLEAN}\nfor n in range({number}): Letter.objects.create(key=str(n), to=f'r{{n}}@example.net', text='x')"


# Takes seconds, as the first here: a process has to begin, with a database of its own.
def test_workers_side_by_side_write_one_digest_for_each_follower(machine):
    machine.run(FOLLOWERS)
    written = side_by_side(machine, "print(write_due_updates())")

    assert sum(map(int, written)) == 60
    assert machine.run("print(Letter.objects.count(), Update.objects.filter(mailed_at=None).count())") == "60 0"


def test_workers_side_by_side_write_one_letter_to_each_follower_of_a_conversation(machine):
    machine.run(FOLLOWED)
    side_by_side(machine, "while tell_followers(): pass")

    assert machine.run("print(Letter.objects.count(), Follower.objects.exclude(due_at=None).count())") == "60 0"


def test_workers_side_by_side_copy_an_issue_once_for_each_reader(machine):
    machine.run(READERS)
    written = side_by_side(machine, "print(copy_due_issues())")

    assert sum(map(int, written)) == 120
    assert machine.run("print(Letter.objects.count(), Issue.objects.get().status)") == "120 sent"


def test_workers_side_by_side_send_each_letter_once(machine, smtp):
    smtp.mails.clear()
    machine.run(letters(60))
    sent = side_by_side(machine, "print(send_due_letters())")

    assert sum(map(int, sent)) == len(smtp.mails) == 60
    assert len({mail.to[0] for mail in smtp.mails}) == 60


def test_a_worker_killed_while_sending_never_sends_twice(machine, smtp):
    smtp.mails.clear()
    smtp.seconds = 0.3
    machine.run(letters(12))
    for _ in range(2):
        before = len(smtp.mails)
        worker = machine.start("send_due_letters()")
        while len(smtp.mails) == before and worker.lives():
            time.sleep(0.02)
        worker.kill()  # the server has the mail and has not said so yet
    smtp.seconds = 0
    states = machine.run(
        "Letter.objects.filter(status='sending').update(claimed_at=timezone.now() - 2 * Letter.LEASE)\n"
        "send_due_letters()\n"
        "print(sorted(set(Letter.objects.values_list('status', flat=True))))"
    )

    assert sorted(mail.to[0] for mail in smtp.mails) == sorted(f"r{n}@example.net" for n in range(12))
    assert states == "['in_doubt', 'sent']"


def test_a_worker_killed_while_writing_digests_is_taken_over_from(machine):
    machine.run(FOLLOWERS)
    slow = """
import newsletters.updates as updates, time
write = updates.write_updates_letter
def slowly(*args): print("one more", flush=True); time.sleep(0.05); return write(*args)
updates.write_updates_letter = slowly
write_due_updates()
"""
    for _ in range(2):
        worker = machine.start(slow)
        for _ in range(8):
            assert worker.hear() == "one more"
        worker.kill()
    done, written, letters, owed = machine.run(
        "print(Letter.objects.count(), write_due_updates())\n"
        "print(Letter.objects.count(), Update.objects.filter(letter=None).count())"
    ).split()

    assert 0 < int(done) < 60
    assert int(done) + int(written) == int(letters) == 60
    assert owed == "0"

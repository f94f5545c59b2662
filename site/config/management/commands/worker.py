import logging
import os
import re
import signal
import socket
import time
from contextlib import suppress
from datetime import timedelta

from django.core.management.base import BaseCommand
from django.db import OperationalError, close_old_connections, connection
from django.utils import timezone

from config.jobs import JOBS, Job
from edge.models import Heartbeat

logger = logging.getLogger("worker")
HEARTBEAT_SECONDS = 10
# So long the worker waits for SQLite's one place to write, where a page waits less: nobody waits for the worker, and it is
# missed after a minute without a heartbeat.
PATIENCE_SECONDS = 45
# A job that failed is tried again after so long, even if its turn comes once a day.
AGAIN_SECONDS = 600
BUSY = re.compile(r"\block(ed|s)?\b|deadlock", re.IGNORECASE)


class Command(BaseCommand):
    help = "Does what is due: letters, pictures, publishing, updates, deleting. Run as many as you like."

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="Do everything that is due now, then stop.")

    def handle(self, *, once, **options):
        self.stopping = False
        self.name = f"{socket.gethostname()}:{os.getpid()}"
        be_patient()
        if once:
            while any([run(job) == 0 for job in JOBS]):  # noqa: C419  all of them, every time
                pass
            return
        for signum in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signum, self.stop)
        try:
            self.loop()
        finally:
            with suppress(OperationalError):  # forgotten by itself after a day
                Heartbeat.objects.filter(name=self.name).delete()

    def stop(self, *args):
        self.stopping = True

    def loop(self):
        due = {job.name: 0.0 for job in JOBS}
        beat = 0.0
        while not self.stopping:
            now = time.monotonic()
            if now >= beat:
                self.beat()
                beat = now + HEARTBEAT_SECONDS
            for job in JOBS:
                if now >= due[job.name] and not self.stopping:
                    due[job.name] = now + run(job)
            time.sleep(0.5)

    def beat(self):
        close_old_connections()
        try:
            Heartbeat.objects.update_or_create(name=self.name, defaults={"seen_at": timezone.now()})
            Heartbeat.objects.filter(seen_at__lt=timezone.now() - timedelta(days=1)).delete()
        except Exception as error:  # noqa: BLE001  all of it is told
            tell("heartbeat", error)


def be_patient() -> None:
    if connection.vendor == "sqlite":
        options = connection.settings_dict["OPTIONS"]
        patience = f" PRAGMA busy_timeout={PATIENCE_SECONDS * 1000};"
        connection.settings_dict["OPTIONS"] = {**options, "init_command": options["init_command"] + patience}
        connection.close()


def run(job: Job) -> float:
    """One look; returns how many seconds until the next. Whatever a job fails of, the others go on, and what is due stays
    due: where somebody else holds the database, the job looks again at once."""
    try:
        return 0 if job.do() else job.every
    except Exception as error:  # noqa: BLE001  whatever it is, the other jobs go on, and it is told
        close_old_connections()
        return 0 if tell(f"job {job.name}", error) else min(job.every, AGAIN_SECONDS)


def tell(what: str, error: Exception) -> bool:
    """Into the log: in one line that the database is busy, which passes, else all of it. Returns whether it passes."""
    busy = isinstance(error, OperationalError) and BUSY.search(str(error)) is not None
    if busy:
        logger.warning("%s waits: the database is busy", what)
    else:
        logger.error("%s failed", what, exc_info=error)
    return busy

import logging
import os
import signal
import socket
import time
from datetime import timedelta

from django.core.management.base import BaseCommand
from django.db import close_old_connections
from django.utils import timezone

from config.jobs import JOBS, Job
from edge.models import Heartbeat

logger = logging.getLogger("worker")
HEARTBEAT_SECONDS = 10


class Command(BaseCommand):
    help = "Does what is due: letters, pictures, publishing, updates, deleting. Run as many as you like."

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="Do everything that is due now, then stop.")

    def handle(self, *, once, **options):
        self.stopping = False
        self.name = f"{socket.gethostname()}:{os.getpid()}"
        if once:
            while sum(bool(run(job)) for job in JOBS):
                pass
            return
        for signum in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signum, self.stop)
        try:
            self.loop()
        finally:
            Heartbeat.objects.filter(name=self.name).delete()

    def stop(self, *args):
        """Finish the job in hand, then leave."""
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
                    due[job.name] = now if run(job) else now + job.every
            time.sleep(0.5)

    def beat(self):
        close_old_connections()
        try:
            Heartbeat.objects.update_or_create(name=self.name, defaults={"seen_at": timezone.now()})
            Heartbeat.objects.filter(seen_at__lt=timezone.now() - timedelta(days=1)).delete()
        except Exception:
            logger.exception("heartbeat not written")


def run(job: Job) -> object:
    """One look. A job that fails is logged and tried again at its next turn; the others go on."""
    try:
        return job.do()
    except Exception:
        logger.exception("job %s failed", job.name)
        close_old_connections()
        return None

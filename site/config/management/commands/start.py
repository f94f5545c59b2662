import os
import signal
import subprocess
import sys
import time

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from config.checks import PROXIES
from config.demo.load import PASSWORD, log_ins, may_load

SITE = str(settings.SITE_DIR)


class Command(BaseCommand):
    help = "Prepares the database, on one's own machine with the demo, and runs web server and worker together."

    def add_arguments(self, parser):
        parser.add_argument("--port", default=os.environ.get("PORT", "8000"))

    def handle(self, *, port, **options):
        call_command("migrate", verbosity=0, skip_checks=False)
        call_command("createcachetable")
        fresh = not User.objects.exists()
        if fresh and may_load():
            self.stdout.write("Loading the demo …")
            call_command("demo")
        if not settings.DEBUG:
            call_command("collectstatic", interactive=False, verbosity=0)
            call_command("check", deploy=True, tags=[PROXIES])
        children = [self.spawn(port, *web(port)), self.spawn(port, sys.executable, "manage.py", "worker")]
        self.say_where(port)
        self.wait(children)

    def spawn(self, port, *command):
        # Without BASE_URL the links of both begin with the port, wherever it was said.
        paths = os.pathsep.join([str(settings.ROOT), SITE])
        environment = {**os.environ, "PORT": str(port), "PYTHONPATH": paths}
        # A group of its own, so that Ctrl-C reaches the children through us, once.
        return subprocess.Popen(command, cwd=settings.ROOT, env=environment, start_new_session=True)  # noqa: S603

    def say_where(self, port):
        self.stdout.write(
            f"\n  Wellread runs at  http://localhost:{port}/\n  The admin is at   http://localhost:{port}/admin/\n"
        )
        if not User.objects.exists():
            self.stdout.write("\n  Nobody can log in yet. Make the first log-in: manage.py createsuperuser\n")
        elif may_load() and User.objects.filter(email=log_ins()[0][1]).exists():
            self.stdout.write(f"\n  Log in with the password  {PASSWORD}  as")
            for role, email in log_ins():
                self.stdout.write(f"    {role:<18} {email}")
        if hasattr(settings, "EMAIL_FILE_PATH"):
            self.stdout.write(f"\n  Outgoing mail is written to {settings.EMAIL_FILE_PATH}")
        self.stdout.write("\n  Stop with Ctrl-C.\n")
        self.stdout.flush()

    def wait(self, children):
        """Until Ctrl-C, or until one of the two has died: one without the other helps nobody."""
        for signum in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signum, signal.default_int_handler)
        died = False
        try:
            while not died:
                time.sleep(0.3)
                died = any(child.poll() is not None for child in children)
        except KeyboardInterrupt:
            pass
        for child in children:
            child.terminate()
        for child in children:
            try:
                child.wait(timeout=15)
            except subprocess.TimeoutExpired:
                child.kill()
        if died:
            raise CommandError("The web server or the worker stopped by itself; the reason stands above.")


def web(port):
    return (
        *(sys.executable, "-m", "granian", "config.wsgi:application", "--interface", "wsgi"),
        *("--host", os.environ.get("HOST", "127.0.0.1"), "--port", str(port)),
        *("--workers", os.environ.get("WEB_PROCESSES", "1"), "--blocking-threads", "4", "--log-level", "warning"),
    )

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from config.demo.crowd import load_crowd
from config.demo.load import load_demo, log_ins, may_load, read


class Command(BaseCommand):
    help = "Fills an empty database with the demo: topics, articles, people of every role, readers' words."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--comments", type=int, default=0, metavar="N",
            help="besides, N readers' comments for the moderators' desk; also into a database that has the demo already",
        )  # fmt: skip

    def handle(self, **options: Any) -> None:
        if not may_load():
            raise CommandError(
                "The demo's log-ins have a password that anybody can read in the source, and this site has an address "
                "for others (BASE_URL). Make a log-in of your own: manage.py createsuperuser"
            )
        crowd = options["comments"]
        is_demo = not User.objects.exclude(email__endswith="@example.org").exists() and is_loaded()
        if User.objects.exists() and not (crowd and is_demo):
            raise CommandError("The demo goes into an empty database only, and this one has people in it.")
        if not is_demo:
            load_demo()
        for written in load_crowd(crowd, read("crowd.toml")) if crowd else ():
            self.stdout.write(f"\r{written} of {crowd} comments", ending="")
        self.stdout.write("")


def is_loaded() -> bool:
    emails = {email for _role, email in log_ins()}
    return User.objects.filter(email__in=emails).count() == len(emails)

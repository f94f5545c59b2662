from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from config.demo.load import load_demo, may_load


class Command(BaseCommand):
    help = "Fills an empty database with the demo: topics, articles, people of every role, readers' words."

    def handle(self, **options):
        if not may_load():
            raise CommandError(
                "The demo's log-ins have a password that anybody can read in the source, and this site has an address "
                "for others (BASE_URL). Make a log-in of your own: manage.py createsuperuser"
            )
        if User.objects.exists():
            raise CommandError("The demo goes into an empty database only, and this one has people in it.")
        load_demo()

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from config.demo.load import load_demo


class Command(BaseCommand):
    help = "Fills an empty database with the demo: topics, articles, people of every role, readers' words."

    def handle(self, **options):
        if User.objects.exists():
            raise CommandError("The demo goes into an empty database only, and this one has people in it.")
        load_demo()

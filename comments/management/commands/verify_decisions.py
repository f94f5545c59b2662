from django.core.management.base import BaseCommand, CommandError

from comments.ledger.verifying import Look
from comments.models import Decision


class Command(BaseCommand):
    help = "Proves that the record of decisions is whole and that every comment stands as it says. Changes nothing."

    def add_arguments(self, parser):
        parser.add_argument("--expect", default="", help="A digest noted earlier; it must still stand in the chain.")

    def handle(self, *, expect, **options):
        look, problems = Look.begin(expect=expect), 0
        for problem in look.to_the_end():
            problems += 1
            self.stderr.write(problem)
        unsealed = Decision.objects.filter(place=None).count()
        self.stdout.write(f"{look.place} decisions sealed, {unsealed} not yet; {look.comments} comments.")
        self.stdout.write(f"The chain ends in {look.digest or 'nothing: it is empty'}.")
        if problems:
            raise CommandError(f"{problems} things are not as the record says.", returncode=1)
        self.stdout.write(self.style.SUCCESS("Everything is as the record says."))

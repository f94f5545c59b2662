from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from comments.intake.score import ENOUGH, NotAModel, read
from comments.models import SpamModel
from comments.spam.learning import as_file, from_file, replace, retrain


class Command(BaseCommand):
    help = (
        "Says what the learned score has learned from; learns it anew from the record, or carries it to another site."
    )

    def add_arguments(self, parser):
        act = parser.add_mutually_exclusive_group()
        act.add_argument(
            "--retrain", action="store_true", dest="again", help="forget everything and learn the record anew"
        )
        act.add_argument("--export", type=Path, metavar="FILE", help="write what it knows into a file")
        act.add_argument("--import", type=Path, metavar="FILE", dest="source", help="replace what it knows")

    def handle(self, *, again, export, source, **options):
        try:
            self.act(again, export, source)
        except (OSError, NotAModel) as error:
            raise CommandError(str(error)) from error
        stored = SpamModel.objects.filter(pk=1).first() or SpamModel()
        knowledge = read(stored)
        approved, spam = knowledge.texts
        self.stdout.write(
            f"Edition {stored.edition}: learned from {approved} approved texts and {spam} of spam, "
            f"{len(stored.weights) / 1024:.0f} kB."
        )
        if not knowledge.is_enough:
            self.stdout.write(f"It says nothing before it knows {ENOUGH} of each.")

    def act(self, again, export, source):
        if again:
            retrain()
        if export:
            export.write_text(as_file(SpamModel.objects.filter(pk=1).first() or SpamModel()), encoding="utf-8")
        if source:
            replace(from_file(source.read_text(encoding="utf-8")))

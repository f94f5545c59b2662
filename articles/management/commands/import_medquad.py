import time
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from articles.imports.medquad import Figures, import_archive


class Command(BaseCommand):
    help = (
        "Imports the MedQuAD collection (CC BY 4.0) as topics with background material. "
        "It may be stopped and run again; what is there already is left as it is."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, help="the archive as it was downloaded: medquad.tar.xz")

    def handle(self, *, file, **options):
        if not file.is_file():
            raise CommandError(f"There is no file {file}.")
        figures, began = Figures(), time.monotonic()
        for _figures in import_archive(file, figures):
            self.stdout.write(f"{figures.files:>6} files read, {figures.answers:>6} answers added")
            self.stdout.flush()
        for name, reason in figures.skipped:
            self.stderr.write(f"skipped {name}: {reason}")
        self.stdout.write(
            f"{figures.files} files, {len(figures.skipped)} of them skipped, {len(figures.names)} named conditions. "
            f"Added: {figures.topics} topics, {figures.synonyms} other names, {figures.answers} answers; "
            f"{len(figures.reused)} topics were there already. {time.monotonic() - began:.1f} seconds."
        )
        if figures.broken:
            raise CommandError(
                f"{figures.broken}. What was read before that is stored; run it again with a whole file."
            )

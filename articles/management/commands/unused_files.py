"""Files in the folders of pictures that no row names: of uploads that were never finished, or of an interrupted deletion."""

from datetime import timedelta
from typing import Any

from django.core.files.storage import default_storage
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from articles.library.files import files_nobody_knows

# A file is stored before the row that names it.
YOUNG = timedelta(days=1)


class Command(BaseCommand):
    help = "Lists files on the disk that nothing in the database names."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--delete", action="store_true", help="delete them")

    def handle(self, *args: Any, **options: Any) -> None:
        count = total = 0
        for name in files_nobody_knows():
            if is_young(name):
                continue
            size = default_storage.size(name)
            count, total = count + 1, total + size
            self.stdout.write(f"{size:>12,} {name}")
            if options["delete"]:
                default_storage.delete(name)
        done = "deleted" if options["delete"] else "found; --delete deletes them"
        self.stdout.write(f"{count} files, {total:,} bytes {done}.")


def is_young(name: str) -> bool:
    return default_storage.get_modified_time(name) > timezone.now() - YOUNG

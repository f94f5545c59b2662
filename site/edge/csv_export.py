"""Tables for spreadsheets, sent row by row, so that a long one fits into no memory and keeps nobody waiting."""

import csv
import unicodedata
from collections.abc import Iterable, Iterator

from django.http import StreamingHttpResponse
from django.utils import timezone

from edge.letters import UNSEEN

# A cell that begins so is a formula to a spreadsheet, and a formula can send the sheet away. Wide and small forms of these
# signs are read as them.
FORMULA = ("=", "+", "-", "@", "\u2212")
# Blanks, what moves the pen, what joins or turns letters, what no font has: a spreadsheet may drop any of them.
DROPPED = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Cn", "Co", "Mn", "Me"})


class Echo:
    """A file that hands back what is written into it, so that csv can write into an answer on its way."""

    def write(self, row: str) -> str:
        return row


def harmless(cell: object) -> str:
    """The cell as text; what could be a formula begins with an apostrophe, which spreadsheets do not show."""
    text = str(cell).replace("\x00", "")
    seen = next((unicodedata.normalize("NFKC", letter) for letter in text if not is_unseen(letter)), "")
    return f"'{text}" if seen.startswith(FORMULA) or text.startswith(("\t", "\r", "\n")) else text


def is_unseen(letter: str) -> bool:
    return letter.isspace() or letter in UNSEEN or unicodedata.category(letter) in DROPPED


def as_csv(head: Iterable[object], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    # Every cell in quotes: where a semicolon or a tab parts the cells, half of one would be a cell of its own.
    writer = csv.writer(Echo(), quoting=csv.QUOTE_ALL)
    # The mark at the start makes spreadsheets read UTF-8.
    yield "\ufeff" + writer.writerow(head)
    for row in rows:
        yield writer.writerow([harmless(cell) for cell in row])


def download(name: str, head: Iterable[object], rows: Iterable[Iterable[object]]) -> StreamingHttpResponse:
    return StreamingHttpResponse(
        as_csv(head, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}-{timezone.localdate()}.csv"'},
    )

"""Tables for spreadsheets, sent row by row, so that a long one fits into no memory and keeps nobody waiting."""

import csv
from collections.abc import Iterable, Iterator

from django.http import StreamingHttpResponse
from django.utils import timezone

# A cell that begins so is a formula to a spreadsheet, and a formula can send the sheet away.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class Echo:
    """A file that hands back what is written into it, so that csv can write into an answer on its way."""

    def write(self, row: str) -> str:
        return row


def harmless(cell: object) -> str:
    """The cell as text; what could be a formula begins with an apostrophe, which spreadsheets do not show."""
    text = str(cell).replace("\x00", "")
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text


def as_csv(head: Iterable[object], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    writer = csv.writer(Echo())
    # The mark at the start makes spreadsheets read UTF-8.
    yield "\ufeff" + writer.writerow(head)
    for row in rows:
        yield writer.writerow([harmless(cell) for cell in row])


def download(name: str, head: Iterable[object], rows: Iterable[Iterable[object]]) -> StreamingHttpResponse:
    """The answer that saves itself as `name`, the day and ".csv"."""
    return StreamingHttpResponse(
        as_csv(head, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}-{timezone.localdate()}.csv"'},
    )

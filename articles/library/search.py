"""The search for pictures: the newest that match, in the same time whether there are a hundred or a million."""

from dataclasses import dataclass

from django.db.models import QuerySet

from articles.models import Image
from edge.numbers import LARGEST

# No index helps to find words within words: so many pictures are looked through, and a link leads on to the older ones.
LOOKED_THROUGH = 10_000


@dataclass(frozen=True)
class Pictures:
    """Some of the library, newest first. `older` is what the next page begins before; None when there is none."""

    rows: list[Image]
    older: int | None
    is_cut: bool  # there were too many to look through all: older ones may match, too


def newest(images: "QuerySet[Image]", before: int | None, most: int) -> Pictures:
    earlier = Image.objects.order_by("-pk").filter(pk__lt=before or LARGEST)
    last = earlier.values_list("pk", flat=True)[LOOKED_THROUGH - 1 : LOOKED_THROUGH].first()
    rows = list(images.filter(pk__lt=before or LARGEST, pk__gte=last or 0).order_by("-pk")[: most + 1])
    if len(rows) > most:
        return Pictures(rows[:most], rows[most - 1].pk, False)
    return Pictures(rows, last, last is not None)


def asked_words(typed: str) -> str:
    return typed.replace("\0", "").strip()

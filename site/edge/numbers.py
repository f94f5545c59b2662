"""Numbers that come with a request: in addresses, hidden fields and cookies, where anybody may write anything."""

from collections.abc import Iterable

# What a database keeps in a BigAutoField or BigIntegerField; a larger one is an error there, no row that was not found.
LARGEST = 2**63 - 1
LARGEST_SMALL = 2**31 - 1  # in a PositiveIntegerField


def number_in(text: object, at_most: int = LARGEST) -> int | None:
    """A whole number from 0 to `at_most`, written in ASCII digits and nothing else; None for any other text."""
    written = text if isinstance(text, str) else ""
    # `int` takes time by the square of the digits, so their count is asked first.
    if not (written.isascii() and written.isdecimal() and len(written) <= len(str(at_most))):
        return None
    number = int(written)
    return number if number <= at_most else None


def numbers_in(texts: Iterable[str]) -> list[int]:
    return [number for text in texts if (number := number_in(text)) is not None]

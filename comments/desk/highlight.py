"""Highlighting of a reader's words on a card: escaped, what was noticed is marked, and two versions are compared.

No address becomes a link here: nobody should open one by a slip of the hand.
"""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from edge.letters import settled, without_piles
from edge.sequences import ends

Spots = Iterable[tuple[int, int]]
# More is shown after a click: one very long text may not push all others off the screen.
SHOWN, LINES = 1_500, 25  # characters, lines
# Comparing takes the square of the number of words at worst.
COMPARED = 600
WORD = re.compile(r"\s+|\w+|[^\w\s]")


def safely(piece: str) -> str:
    """Escaped; and it covers no line of others, and turns nothing around that stands behind it."""
    return escape(settled(without_piles(piece)))


def marked(text: str, spots: Spots = ()) -> SafeString:
    """The text, escaped, with <mark> at the spots (start, end). They may overlap, be empty, or lie outside."""
    pieces, at = [], 0
    for start, end in merged(spots, len(text)):
        pieces += [safely(text[at:start]), "<mark>", safely(text[start:end]), "</mark>"]
        at = end
    return mark_safe("".join([*pieces, safely(text[at:])]))  # noqa: S308  every piece of the reader's is escaped


def merged(spots: Spots, length: int) -> list[tuple[int, int]]:
    """In order, inside the text, and none touching another."""
    found: list[tuple[int, int]] = []
    for start, end in sorted((max(0, start), min(end, length)) for start, end in spots):
        if start >= end:
            continue
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def folded(text: str, spots: Spots = ()) -> tuple[SafeString, SafeString, bool]:
    """What is shown at once, the rest, and whether something in the rest is marked."""
    spots, cut = list(spots), cut_of(text)
    rest = [(start - cut, end - cut) for start, end in spots]
    return marked(text[:cut], spots), marked(text[cut:], rest), bool(merged(rest, len(text) - cut))


def cut_of(text: str) -> int:
    """Where to fold: at the end of a word if there is one; not for the sake of a few last words."""
    lines = [match.start() for match in re.finditer("\n", text)]
    most = min(SHOWN, lines[LINES - 1] if len(lines) >= LINES else SHOWN)
    if len(text) <= most * 1.2 and len(lines) < LINES * 1.2:
        return len(text)
    blank = max(text.rfind(" ", 0, most), text.rfind("\n", 0, most))
    return blank if blank > most * 0.8 else most


def compared(old: str, new: str) -> SafeString:
    """The new text with <ins> and <del>, word by word. Very different or very long texts are not taken apart."""
    head, gone, come, tail = parted(old, new)
    middle = changed(gone, come) if are_too_many(gone, come) else "".join(steps(gone, come))
    return mark_safe(safely("".join(head)) + middle + safely("".join(tail)))  # noqa: S308  all of it escaped


def is_compared_as_a_whole(old: str, new: str) -> bool:
    """Whether more is shown as taken out and added than was."""
    _head, gone, come, _tail = parted(old, new)
    return are_too_many(gone, come)


def are_too_many(gone: list[str], come: list[str]) -> bool:
    return len(gone) + len(come) > COMPARED


def parted(old: str, new: str) -> tuple[list[str], list[str], list[str], list[str]]:
    """What both begin with, what went, what came, and what both end with."""
    before, after = WORD.findall(old), WORD.findall(new)
    start, end = ends(before, after)
    return after[:start], before[start : len(before) - end], after[start : len(after) - end], after[len(after) - end :]


def steps(gone: list[str], come: list[str]) -> Iterable[str]:
    for kind, a, b, c, d in SequenceMatcher(None, gone, come, autojunk=False).get_opcodes():
        yield safely("".join(come[c:d])) if kind == "equal" else changed(gone[a:b], come[c:d])


def changed(gone: list[str], come: list[str]) -> str:
    out = f"<del>{safely(''.join(gone))}</del>" if gone else ""
    return out + (f"<ins>{safely(''.join(come))}</ins>" if come else "")

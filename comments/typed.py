"""What people type, before anybody judges it: bytes no database or browser agrees on are taken out, words never are."""

import unicodedata

from edge.letters import BIDI_CONTROLS, is_seen


def clean_text(value: str) -> str:
    """Text as it is stored: one kind of line ending, no NUL, no half of a surrogate pair, no blanks around it."""
    value = value.replace("\0", "").encode("utf-8", "replace").decode()
    return value.replace("\r\n", "\n").replace("\r", "\n").strip()


def clean_line(value: str) -> str:
    """A name or a title: one line, without control characters and without what turns the reading direction."""
    value = clean_text(value).translate(BIDI_CONTROLS)
    return " ".join("".join(" " if _breaks_line(letter) else letter for letter in value).split())


def says_something(value: str) -> bool:
    """Whether there is anything to see."""
    return is_seen(value)


def _breaks_line(letter: str) -> bool:
    return unicodedata.category(letter) in {"Cc", "Zl", "Zp"}

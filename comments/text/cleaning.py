"""Cleaning of what people type: bytes that no database or browser agrees on are taken out, words never are."""

from edge.letters import in_one_line


def clean_text(value: str) -> str:
    """Text as it is stored: one kind of line ending, no NUL, no half of a surrogate pair, no blanks around it."""
    value = value.replace("\0", "").encode("utf-8", "replace").decode()
    return value.replace("\r\n", "\n").replace("\r", "\n").strip()


def clean_line(value: str) -> str:
    """A name or a title."""
    return in_one_line(clean_text(value))

"""Texts to measure with: families of spam, filled in at random as spammers do, and collections of labelled texts."""

import csv
import os
import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random

FAMILIES: list[str] = [
    family["text"] for family in tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))["family"]
]
NAMES = [
    "Ayo", "Bella", "Carlos", "Dora", "Emeka", "Fatima", "Grant", "Hilda", "Ivan", "Jolie", "Kwame", "Lucia", "Musa", "Nora",
    "Osas", "Petra", "Quinn", "Rita",
]  # fmt: skip
EMOJI = ["😀", "🔥🔥", "💊", "", "✅"]
CHOICE = re.compile(r"\{([^}]*)\}")
GAP = re.compile(r"\[(\w+)\]")


def spun(family: str, dice: Random) -> str:
    """One text of the family: words chosen, gaps filled, sometimes shouted or with an invisible character in a word."""
    fillings = {
        "NAME": lambda: dice.choice(NAMES),
        "SITE": lambda: f"{dice.choice(NAMES).lower()}{dice.randrange(40)}.example",
        "NUMBER": lambda: str(dice.randrange(10**9, 10**10)),
        "ADDRESS": lambda: f"{dice.choice(NAMES).lower()}{dice.randrange(1000)}@mail.example",
        "EMOJI": lambda: dice.choice(EMOJI),
    }
    text = CHOICE.sub(lambda match: dice.choice(match[1].split("|")), family)
    text = GAP.sub(lambda match: fillings[match[1]](), text)
    if dice.random() < 0.2:
        text = text.upper()
    if dice.random() < 0.2:
        at = dice.randrange(len(text))
        text = f"{text[:at]}\u200b{text[at:]}"
    return text


# --- Collections -------------------------------------------------------------------------------------------------

DATA = Path(os.environ.get("SPAM_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
Text = tuple[str, bool]  # the words, and whether they are spam

SPAM_LABELS = {"spam", "1", "true", "yes"}
HAM_LABELS = {"ham", "0", "false", "no", "approved", "legitimate"}
TEXT_COLUMNS = ("text", "body", "content", "comment", "message", "v2")
LABEL_COLUMNS = ("label", "class", "spam", "is_spam", "category", "status", "v1")
LONGEST_CELL = 1_000_000


class Unreadable(Exception):
    """What is wrong with the file, in a sentence."""


def read_texts(path: Path, text_column: str = "", label_column: str = "") -> list[Text]:
    """The texts of a collection, each once: `ham` or `spam`, a tab and the text; or a CSV file with a line of names.

    Raises Unreadable.
    """
    try:
        content = path.read_text(encoding="utf-8-sig", errors="replace")
    except OSError as error:
        raise Unreadable(f"{path} cannot be read: {error.strerror}.") from error
    first = content.partition("\n")[0]
    rows = tabbed(content) if _is_tabbed(first) else columns(content, text_column, label_column)
    texts = unlike(rows)
    if len({is_spam for _text, is_spam in texts}) < 2:
        raise Unreadable(f"{path} does not hold texts of both kinds.")
    return texts


def tabbed(content: str) -> Iterator[Text]:
    for line in content.splitlines():
        label, tab, text = line.partition("\t")
        if tab and label.strip().casefold() in SPAM_LABELS | HAM_LABELS:
            yield text, label.strip().casefold() in SPAM_LABELS


def columns(content: str, text_column: str, label_column: str) -> Iterator[Text]:
    csv.field_size_limit(LONGEST_CELL)
    rows = csv.DictReader(content.splitlines(keepends=True))
    names = {(name or "").strip().casefold(): name for name in rows.fieldnames or []}
    text, label = _column(names, text_column, TEXT_COLUMNS), _column(names, label_column, LABEL_COLUMNS)
    for row in rows:
        said = (row[label] or "").strip().casefold()
        if said in SPAM_LABELS | HAM_LABELS:
            yield row[text] or "", said in SPAM_LABELS


def unlike(texts: Iterable[Text]) -> list[Text]:
    """Each text once, case and blanks aside: a repeat in both halves would be known by heart."""
    seen: dict[str, Text] = {}
    for text, is_spam in texts:
        if key := " ".join(text.casefold().split()):
            seen.setdefault(key, (text, is_spam))
    return list(seen.values())


def _is_tabbed(line: str) -> bool:
    return line.partition("\t")[0].strip().casefold() in SPAM_LABELS | HAM_LABELS and "\t" in line


def _column(names: dict[str, str], asked: str, usual: tuple[str, ...]) -> str:
    for name in (asked.strip().casefold(),) if asked else usual:
        if name in names:
            return names[name]
    there = ", ".join(sorted(filter(None, names))) or "none"
    raise Unreadable(f"No column {asked or ' or '.join(usual[:2])}. The columns are: {there}.")

"""Word rules that a new site begins with. They lie beside this file, in `first_word_rules/`; moderators make them their own."""

from pathlib import Path
from typing import Any

from comments.models import WordRule
from comments.text.words import key_of

FOLDER = Path(__file__).with_suffix("")


def make_first_rules(**kwargs: Any) -> None:
    """Fills an empty list of word rules. Runs after `migrate`; never touches a list that has something."""
    if WordRule.objects.exists():
        return
    rules: dict[str, WordRule] = {}
    for kind in WordRule.Kind.values:
        for phrase in phrases_of(kind):
            key = key_of(phrase)
            rules.setdefault(key, WordRule(kind=kind, phrase=phrase, matched=key))
    WordRule.objects.bulk_create(rules.values())


def phrases_of(kind: str) -> list[str]:
    lines = (FOLDER / f"{kind}.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]

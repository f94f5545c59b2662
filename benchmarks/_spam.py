"""Spam to measure with: families of texts, filled in at random as spammers do."""

import re
import tomllib
from pathlib import Path
from random import Random

FAMILIES: list[str] = [
    family["text"] for family in tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))["family"]
]
NAMES = [
    "Ayo",
    "Bella",
    "Carlos",
    "Dora",
    "Emeka",
    "Fatima",
    "Grant",
    "Hilda",
    "Ivan",
    "Jolie",
    "Kwame",
    "Lucia",
    "Musa",
    "Nora",
    "Osas",
    "Petra",
    "Quinn",
    "Rita",
]
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

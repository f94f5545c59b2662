"""One article with its conversation, in plain data: what two sites show when they are measured beside each other."""

from dataclasses import dataclass

TITLE = "When sleep will not come"
SUMMARY = "Lying awake is common and rarely dangerous. What helps most is simpler than what is sold for it."
TAGS = ["Sleep", "Nervous system", "Health"]  # the last is the widest
WRITER = ("Nadia Okafor", "nurse and writer", "Nadia has worked on a neurological ward for nine years.")
KEY_POINTS = ["Most bad nights pass.", "The bed is for sleeping.", "Ask for help after a month."]
GET_HELP = (
    "If you fall asleep at the wheel, or if nights without sleep come with dark thoughts, call your doctor today."
)
SOURCES = ["A review of behavioural treatments", "A trial with four hundred people", "A guideline of a sleep society"]
PARTS = ["Why we lie awake", "What helps in the first week", "What does not help", "When to see a doctor"]
SENTENCES = (
    "Sleep comes by itself when we stop asking for it. "
    "A fixed hour for getting up does more than an early night. "
    "Coffee after noon is still at work at midnight. "
    "People who look at the clock sleep worse than people who turn it to the wall. "
)
BODY = "".join(f"<h2>{part}</h2>" + f"<p>{SENTENCES * 2}</p>" * 3 for part in PARTS)
RELATED = ["Tired in a way sleep does not mend", "Three in the morning", "Working while others sleep"]
SAYINGS = [
    "Thank you for writing this. I have lain awake for years, and the clock was the first thing that went.",
    "Getting up at the same time was hard for two weeks. Then it worked, even on Sundays.\nI did not believe it.",
    "My doctor said the same. It is good to read it in words that one understands.",
    "For me it was the coffee. I drink tea in the afternoon now & sleep through most nights.",
    "Does this hold for people who work in shifts? I come home at six in the morning.",
]
COMMENTS, FAMILIES = 50, 35


@dataclass(frozen=True)
class Saying:
    """A comment; `answers` is the place in the list of the one it replies to."""

    name: str
    words: str
    helpful: int
    answers: int | None = None
    is_writers: bool = False


def conversation() -> list[Saying]:
    """Fifty comments: thirty-five that stand by themselves, and fifteen replies, every third of them the writer's."""
    roots = [Saying(f"Reader {n}", f"{SAYINGS[n % 5]} {SAYINGS[(n + 2) % 5]}", n % 4) for n in range(FAMILIES)]
    replies = [
        Saying(f"Reader {n}", SAYINGS[n % 5], n % 3, answers=n, is_writers=n % 3 == 0)
        for n in range(COMMENTS - FAMILIES)
    ]
    return roots + replies


def picture() -> bytes:
    """A photograph's size, none of its charm."""
    from io import BytesIO

    from PIL import Image

    out = BytesIO()
    Image.new("RGB", (1600, 900), "teal").save(out, "JPEG")
    return out.getvalue()

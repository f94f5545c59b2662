"""The door: what it costs to look at a comment, the database included, and at the worst that somebody can send.

Without the outside check, which is asked later and by the worker. The database holds 20,000 comments and 2,000 rules
beside those that a new site begins with.
"""

import random
import re
import tomllib
from collections.abc import Iterable
from datetime import timedelta
from functools import cache
from pathlib import Path
from statistics import median

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from benchmarks import Figure
from benchmarks._clock import milliseconds
from comments.intake.checks import Writing, look_at
from comments.intake.facts import facts_about, rules_in_force
from comments.intake.receive import run_checks
from comments.models import Comment, Thread, WordRule
from comments.text.words import key_of, words_key

COMMENTS, RULES, THREADS, PEOPLE, NETWORKS = 20_000, 2_000, 50, 4_000, 900
ROUNDS = 300
USUAL_MS, WORST_MS = 3, 50
LONGEST = 10_000  # characters
DEMO = Path(__file__).parent.parent / "site/config/demo/comments.toml"
HOSTILE = {
    "a full stop behind each letter": "a.", "single letters": "a ", "a rule again and again": "word1 thing1 ",
    "a disguised rule": "w0rd1-thing1 ", "zero-width": "\u200b", "piled accents": "a\u0301\u0302\u0303\u0304\u0305",
    "links": "http://", "links with hosts": "http://a.b.c.example/ ", "tags": "<a ", "figures": "1234567890",
    "figures apart": "1 2 (3) ", "single figures": "1 ", "named numbers": "a 555 1234 ", "figures and letters": "2 b ",
    "domains of one figure": "1.com ", "look-alikes": "аеорс ", "one letter of eighteen": "\ufdfa", "ideographs": "中",
    "danger": "i want to kill myself ", "nearly danger": "i i want want to to ", "advice": "you should take two pills ",
    "what excuses": "my mother suicidal ", "addresses": "a@a.example ", "hosts": "x.yy ", "spelt": "v i a g r a ",
    "capitals": "A", "blanks": " \n", "numbers of records": "nhs number is 1 ", "markup": "[url=http://x.example]",
}  # fmt: skip


def run() -> Iterable[Figure]:
    fill()
    usual = [text(random.Random(n)) for n in range(ROUNDS)]
    comments = [comment_with(body, n) for n, body in enumerate(usual)]
    rules_in_force()
    look_at(facts_about(comments[0]))
    # Now and then, a second later, it also asks for what has changed on the site: the fewest of some.
    asked = min(queries_of(comment) for comment in comments[:5])
    gathered = median(milliseconds(lambda c=c: look_at(facts_about(c))) for c in comments)
    with transaction.atomic():  # as intake.receive has it
        clustered = median(milliseconds(lambda c=c: run_checks(c)) for c in comments)
    rules = rules_in_force()
    if len(rules.rules) < RULES:
        raise RuntimeError("The rules are not in force.")
    alone = median(milliseconds(lambda b=b: look_at(Writing(b, language="en", rules=rules))) for b in usual)
    worst, what = max((hostile(part, rules), name) for name, part in HOSTILE.items())
    return [
        Figure("a usual comment, with its cluster", clustered, "ms", at_most=USUAL_MS),
        Figure("a usual comment, without its cluster", gathered, "ms", at_most=USUAL_MS),
        Figure("queries of it", asked, at_most=3),
        Figure("a usual comment, checks alone", alone, "ms", at_most=USUAL_MS),
        Figure(f"10 kB of {what}", worst, "ms", of=len(HOSTILE), at_most=WORST_MS),
    ]


def queries_of(comment: Comment) -> int:
    with CaptureQueriesContext(connection) as seen:
        look_at(facts_about(comment))
    return len(seen)


def hostile(part: str, rules: object) -> float:
    """The better of three: the first also fills what is remembered about letters."""
    body = (part * LONGEST)[:LONGEST]
    comment = comment_with(body, 1)
    return min(milliseconds(lambda: look_at(facts_about(comment))) for _n in range(3))


def comment_with(body: str, n: int) -> Comment:
    """As intake.receive has it before it is saved."""
    thread = Thread.objects.order_by("pk")[n % THREADS]
    email = f"person{n % PEOPLE}@example.org"
    comment = Comment(thread=thread, name="Rosa", email=email, body=body, network=f"network{n % NETWORKS}")
    comment.words_key = words_key(body)
    return comment


def text(chance: random.Random) -> str:
    return " ".join(chance.sample(sentences(), chance.randint(2, 6)))


@cache
def sentences() -> list[str]:
    """What the demo's readers say."""
    entries = tomllib.loads(DEMO.read_text(encoding="utf-8"))["comment"]
    return sorted({said for entry in entries for said in re.findall(r"\w[^.?!]{20,}[.?!]", entry["body"])})


def fill() -> None:
    chance, now = random.Random(1), timezone.now()
    threads = Thread.objects.bulk_create(
        Thread(title="Bench", address=f"/articles/door-{n}/", is_public=True) for n in range(THREADS)
    )
    rows = []
    for n in range(COMMENTS):
        body = f"{text(chance)} {n}"
        rows.append(
            Comment(
                thread=chance.choice(threads), name="Reader", email=f"person{n % PEOPLE}@example.org", body=body,
                status="approved", network=f"network{n % NETWORKS}", words_key=words_key(body),
                created_at=now - timedelta(seconds=20 * n),
            )
        )  # fmt: skip
    Comment.objects.bulk_create(rows, batch_size=1000)
    phrases = [f"word{n} thing{n % 7}" for n in range(RULES)]
    WordRule.objects.bulk_create(
        WordRule(kind="blocked" if n % 2 else "suspect", phrase=phrase, matched=key_of(phrase), changed_at=now)
        for n, phrase in enumerate(phrases)
    )

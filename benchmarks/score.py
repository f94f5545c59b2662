"""How much spam the learned score finds and what it costs, beside plain naive Bayes, on several kinds of text.

Our own: the texts that the tests teach, honest ones that are hard to tell, and families of spam. Where SPAM_DATA (a folder,
by default the one beside the checkout) holds them: the SMS Spam Collection (`sms_spam.tsv`) and the YouTube Spam
Collection (`Youtube*.csv`, one file a subject, https://archive.ics.uci.edu/dataset/380).

Or your own: SPAM_TEXTS names a file with `ham` or `spam`, a tab and the text on each line, or a CSV file with a line of
names (SPAM_COLUMNS=words,kind where they are unusual). Each tenth of it is judged by who has learned the other nine, or,
when SPAM_AGAINST names a second file, all of that by who has learned the first. Nothing is stored.
"""

import os
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain
from pathlib import Path
from random import Random

from benchmarks import Figure
from benchmarks._judges import FALSE_ALARMS, PEERS, Judge, Ours, Result, by_subject, cross_validated, transferred
from benchmarks._plan import SMS, YOUTUBE
from benchmarks._spam import DATA, FAMILIES, Text, Unreadable, read_texts, spun, unlike
from comments.intake.checks import SURE

TESTS = Path(__file__).resolve().parent.parent / "tests" / "comments"
FOLDS = 10
OF_EACH_FAMILY = 17
HOSTILE = {
    "words": " ".join(f"{n}x" for n in range(2_000)),
    "many in one": "\ufdfa" * 10_000,
    "other letters": "".join(chr(0x4E00 + n) for n in range(8_000)) + "\u0430" * 2_000,
}
Make = Callable[[], Judge]


def run() -> Iterable[Figure]:
    if given := os.environ.get("SPAM_TEXTS"):
        yield from of_your_own(Path(given), os.environ.get("SPAM_AGAINST", ""))
        return
    taught = read_texts(TESTS / "taught.tsv")
    yield from of_several_kinds(taught)
    ours = Ours()
    ours.train(taught)
    size = len(ours.knowledge.as_bytes()) / 1024
    yield Figure("size of what it knows", size, "kB", of=len(taught), at_most=512)
    ordinary = timed(ours, "The botox lasted ten weeks this time, two less than the last one. Does it wear off? " * 3)
    yield Figure("score of 250 characters", ordinary, "ms", at_most=1)
    for name, text in HOSTILE.items():
        yield Figure(f"score of a hostile text: {name}", timed(ours, text), "ms", at_most=15)


def of_your_own(path: Path, against: str) -> Iterator[Figure]:
    text_column, _comma, label_column = os.environ.get("SPAM_COLUMNS", "").partition(",")
    read = partial(read_texts, text_column=text_column, label_column=label_column)
    try:
        texts, others = read(path), read(Path(against)) if against else []
    except Unreadable as error:
        raise SystemExit(str(error)) from error

    def measured(judge: Make) -> Result:
        return transferred(judge, texts, others) if against else cross_validated(judge, texts, min(FOLDS, len(texts)))

    spam = sum(is_spam for _text, is_spam in texts)
    yield Figure(f"different texts in {path.name}, {spam} of spam", len(texts))
    yield from beside("yours", lambda judge: measured(judge).recalls)
    found = measured(Ours)
    yield Figure(f"spam that scores {SURE} or more", 100 * found.found, "%")
    yield Figure(f"honest texts that score {SURE} or more", 100 * found.held, "%")
    yield Figure("a score", found.micros, "µs")


def of_several_kinds(taught: list[Text]) -> Iterator[Figure]:
    unseen = honest() + spam()
    yield from beside("our own", lambda judge: cross_validated(judge, unlike(taught + unseen), FOLDS).recalls)
    yield from beside("our own, unseen", lambda judge: transferred(judge, taught, unseen).recalls)
    if SMS.is_there:
        sms = read_texts(DATA / "sms_spam.tsv")
        yield from beside("SMS", lambda judge: cross_validated(judge, sms, FOLDS).recalls)
    else:
        yield SMS.not_measured("SMS")
    if YOUTUBE.is_there:
        subjects = [read_texts(path) for path in sorted(DATA.glob("Youtube*.csv"))]
        every = unlike(chain(*subjects))
        yield from beside("comments", lambda judge: cross_validated(judge, every, FOLDS).recalls)
        yield from beside("comments, unseen subject", lambda judge: by_subject(judge, subjects))
    else:
        yield YOUTUBE.not_measured("comments")


def beside(kind: str, measured: Callable[[Make], tuple[float, ...]]) -> Iterator[Figure]:
    """Ours is never below either peer."""
    peers = {name: measured(judge) for name, judge in PEERS.items()}
    for place, (rate, found) in enumerate(zip(FALSE_ALARMS, measured(Ours), strict=True)):
        best = max(peers, key=lambda name: peers[name][place])
        name = f"{kind}: spam found at {100 * rate:g} %"
        yield Figure(name, found, against=best, other=peers[best][place], at_least_times=1)


def honest() -> list[Text]:
    lines = (TESTS / "honest.txt").read_text(encoding="utf-8").splitlines()
    return [(line, False) for line in lines if line and not line.startswith("#")]


def spam() -> list[Text]:
    dice = Random(1)
    return [(spun(family, dice), True) for family in FAMILIES for _n in range(OF_EACH_FAMILY)]


def timed(ours: Judge, text: str) -> float:
    """Milliseconds, the best of five."""
    times = []
    for _try in range(5):
        began = time.perf_counter()
        ours.judge(text)
        times.append(time.perf_counter() - began)
    return 1000 * min(times)

"""How much spam the learned score finds and what it costs, beside plain naive Bayes, on several kinds of text.

Our own: the texts that the tests teach, honest ones that are hard to tell, and families of spam. Where SPAM_DATA (a folder,
by default the one beside the checkout) holds them: the SMS Spam Collection (`sms_spam.tsv`) and the YouTube Spam
Collection (`Youtube*.csv`, one file a subject, https://archive.ics.uci.edu/dataset/380).
"""

import os
import time
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from random import Random

from benchmarks import Figure
from benchmarks._spam import FAMILIES, spun

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("SPAM_DATA", ROOT.parent / "shared" / "data"))
TESTS = ROOT / "tests" / "comments"
OF_EACH_FAMILY = 17
HOSTILE = {
    "words": " ".join(f"{n}x" for n in range(2_000)),
    "many in one": "\ufdfa" * 10_000,
    "other letters": "".join(chr(0x4E00 + n) for n in range(8_000)) + "\u0430" * 2_000,
}


def run() -> Iterable[Figure]:
    from benchmarks._judges import Ours, read_texts

    taught = read_texts(TESTS / "taught.tsv")
    yield from kinds(taught)
    ours = Ours()
    ours.train(taught)
    size = len(ours.knowledge.as_bytes()) / 1024
    yield Figure("size of what it knows", size, "kB", f"{len(taught)} texts", None, "at most 512", size <= 512)
    ordinary = timed(ours, "The botox lasted ten weeks this time, two less than the last one. Does it wear off? " * 3)
    yield Figure("score of 250 characters", ordinary, "ms", "", None, "under 1", ordinary < 1)
    for name, text in HOSTILE.items():
        took = timed(ours, text)
        yield Figure(f"score of a hostile text: {name}", took, "ms", "", None, "under 15", took < 15)


def kinds(taught) -> Iterator[Figure]:
    from benchmarks._judges import by_subject, cross_validated, read_texts, transferred, unlike

    unseen = honest() + spam()
    yield from beside("our own", lambda judge: cross_validated(judge, unlike(taught + unseen), folds=10).recalls)
    yield from beside("our own, unseen", lambda judge: transferred(judge, taught, unseen).recalls)
    if (DATA / "sms_spam.tsv").exists():
        sms = read_texts(DATA / "sms_spam.tsv")
        yield from beside("SMS", lambda judge: cross_validated(judge, sms, folds=10).recalls)
    else:
        print(f"{'score':<12}SMS: skipped, sms_spam.tsv is not in SPAM_DATA")
    if subjects := [read_texts(path) for path in sorted(DATA.glob("Youtube*.csv"))]:
        every = unlike(chain(*subjects))
        yield from beside("comments", lambda judge: cross_validated(judge, every, folds=10).recalls)
        yield from beside("comments, unseen subject", lambda judge: by_subject(judge, subjects))
    else:
        print(f"{'score':<12}comments: skipped, Youtube*.csv is not in SPAM_DATA")


def beside(kind: str, measured) -> Iterator[Figure]:
    """Ours is never below either peer."""
    from benchmarks._judges import FALSE_ALARMS, PEERS, Ours

    peers = {name: measured(judge) for name, judge in PEERS.items()}
    for place, (rate, found) in enumerate(zip(FALSE_ALARMS, measured(Ours), strict=True)):
        best = max(peers, key=lambda name: peers[name][place])
        other = peers[best][place]
        name = f"{kind}: spam found at {100 * rate:g} %"
        yield Figure(name, found, "", best, other, f"at least {other:.3f}", found >= other)


def honest():
    lines = (TESTS / "honest.txt").read_text(encoding="utf-8").splitlines()
    return [(line, False) for line in lines if line and not line.startswith("#")]


def spam():
    dice = Random(1)
    return [(spun(family, dice), True) for family in FAMILIES for _n in range(OF_EACH_FAMILY)]


def timed(ours, text: str) -> float:
    """Milliseconds, the best of five."""
    times = []
    for _try in range(5):
        began = time.perf_counter()
        ours.judge(text)
        times.append(time.perf_counter() - began)
    return 1000 * min(times)

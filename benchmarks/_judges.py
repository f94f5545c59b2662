"""Judges of spam, and how much of it each finds: the learned score, and plain naive Bayes in two shapes."""

import math
import random
import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from benchmarks._spam import Text
from comments.intake.checks import SURE
from comments.intake.score import Knowledge

FALSE_ALARMS = (0.005, 0.01, 0.02)


class Judge(Protocol):
    def train(self, texts: list[Text]) -> None: ...
    def judge(self, text: str) -> float: ...


class Ours:
    """The learned score as the site uses it."""

    def __init__(self) -> None:
        self.knowledge = Knowledge()

    def train(self, texts: list[Text]) -> None:
        for text, is_spam in texts:
            self.knowledge.learn(text, is_spam)
        self.knowledge.set_scale()

    def judge(self, text: str) -> float:
        return self.knowledge.score(text)


class Multinomial:
    """The peer of the textbooks: words of two letters and more, as often as they stand there, one added to each count."""

    WORD = re.compile(r"\b\w\w+\b")

    def __init__(self) -> None:
        self.counts: tuple[Counter[str], Counter[str]] = (Counter(), Counter())

    def train(self, texts: list[Text]) -> None:
        for text, is_spam in texts:
            self.counts[is_spam].update(self.words(text))
        self.known = set().union(*self.counts)
        self.odds = math.log(
            (self.counts[False].total() + len(self.known)) / (self.counts[True].total() + len(self.known))
        )

    def judge(self, text: str) -> float:
        ham, spam = self.counts
        return sum(
            self.odds + math.log((spam[word] + 1) / (ham[word] + 1)) for word in self.words(text) if word in self.known
        )

    def words(self, text: str) -> list[str]:
        return self.WORD.findall(text.casefold())


class NaiveBayes:
    """The other peer: words, signs and pairs of them; the best of the usual settings on the SMS Spam Collection."""

    SMALLEST = 0.5
    MARK = re.compile(r"\w+|[^\w\s]")

    def __init__(self) -> None:
        self.counts: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
        self.texts = [0, 0]

    def train(self, texts: list[Text]) -> None:
        for text, is_spam in texts:
            self.counts[is_spam].update(self.marks(text))
            self.texts[is_spam] += 1

    def judge(self, text: str) -> float:
        ham, spam = self.counts
        odds = math.log((self.texts[True] + 2 * self.SMALLEST) / (self.texts[False] + 2 * self.SMALLEST))
        said = ((spam[mark], ham[mark]) for mark in self.marks(text))
        return odds + sum(math.log((s + self.SMALLEST) / (h + self.SMALLEST)) - odds for s, h in said if s or h)

    def marks(self, text: str) -> set[str]:
        words = self.MARK.findall(text.casefold())
        return {*words, *(f"{one} {two}" for one, two in pairwise(words))}


PEERS: dict[str, Callable[[], Judge]] = {"multinomial naive Bayes": Multinomial, "naive Bayes of pairs": NaiveBayes}
JUDGES: dict[str, Callable[[], Judge]] = {"the learned score": Ours, **PEERS}


@dataclass(frozen=True)
class Result:
    """`recalls` beside FALSE_ALARMS; `held` and `found` are the shares of honest texts and of spam that score SURE
    or more; `micros` is the time of one score."""

    recalls: tuple[float, ...]
    micros: float
    held: float = 0.0
    found: float = 0.0


def cross_validated(make: Callable[[], Judge], texts: list[Text], folds: int, seed: int = 1) -> Result:
    """Every text is judged once, by one who has learned from all other folds. The same seed cuts the same folds."""
    shuffled = list(texts)
    random.Random(seed).shuffle(shuffled)
    cut = [shuffled[place::folds] for place in range(folds)]
    scores: list[tuple[float, bool]] = []
    seconds = 0.0
    for place in range(folds):
        judge = make()
        judge.train([text for other in range(folds) if other != place for text in cut[other]])
        took, judged = judged_in(judge, cut[place])
        seconds, scores = seconds + took, scores + judged
    return result(scores, seconds)


def transferred(make: Callable[[], Judge], learned: list[Text], texts: list[Text]) -> Result:
    """Trained on one collection, tested on another. What stands in both would be known by heart, so it is not learned."""
    judge = make()
    tested = {text for text, _is_spam in texts}
    shuffled = [one for one in learned if one[0] not in tested]
    random.Random(1).shuffle(shuffled)
    judge.train(shuffled)
    seconds, scores = judged_in(judge, texts)
    return result(scores, seconds)


def by_subject(make: Callable[[], Judge], subjects: list[list[Text]]) -> tuple[float, ...]:
    """The mean recalls on each subject by one who has learned from all others."""
    found = [
        transferred(make, [text for other in subjects if other is not subject for text in other], subject).recalls
        for subject in subjects
    ]
    return tuple(sum(recalls) / len(found) for recalls in zip(*found, strict=True))


def judged_in(judge: Judge, texts: list[Text]) -> tuple[float, list[tuple[float, bool]]]:
    began = time.perf_counter()
    scores = [(judge.judge(text), is_spam) for text, is_spam in texts]
    return time.perf_counter() - began, scores


def result(scores: list[tuple[float, bool]], seconds: float) -> Result:
    ham = sorted((score for score, is_spam in scores if not is_spam), reverse=True)
    spam = [score for score, is_spam in scores if is_spam]
    recalls = tuple(share_above(spam, ham[int(rate * len(ham))]) for rate in FALSE_ALARMS)
    held, found = (sum(score >= SURE for score in kind) / len(kind) for kind in (ham, spam))
    return Result(recalls, 1e6 * seconds / len(scores), held, found)


def share_above(scores: list[float], limit: float) -> float:
    return sum(score > limit for score in scores) / len(scores)

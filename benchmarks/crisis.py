"""Whether somebody in danger is heard, and what else sounds like it: the sentences that were written for it, by language.

The phrases were tuned on the sentences with an even number in their list; the odd ones were kept back, and `fresh`,
`again`, `composed`, `later`, `last` and `kinds` were written when the phrases stood. Then honest texts by others where they lie beside the
checkout: short messages, and the questions of MedQuAD.
"""

import re
import tarfile
import time
import tomllib
from collections.abc import Iterable, Iterator
from html import unescape
from pathlib import Path

from benchmarks import Figure
from benchmarks._plan import MEDQUAD, SMS
from benchmarks._spam import DATA
from comments.text.phrases import said_in
from comments.text.words import Comparable

ROOT = Path(__file__).resolve().parent.parent
SENTENCES = ROOT / "tests" / "comments" / "danger.toml"
HEARD, ALARMS = 0.95, 0.005
LANGUAGES = {"en": "English", "de": "German", "fr": "French", "es": "Spanish"}
TOGETHER = ("plea", "other")


def run() -> Iterable[Figure]:
    parts = tomllib.loads(SENTENCES.read_text(encoding="utf-8"))
    fresh, again, composed, later, last, kinds = (
        parts.pop(name) for name in ("fresh", "again", "composed", "later", "last", "kinds")
    )
    honest = [
        said
        for some in (parts, fresh, again, composed, later, last, kinds)
        for texts in some["honest"].values()
        for said in texts
    ]
    for half, name in enumerate(("tuned on", "kept back")):
        yield from figures({kind: {one: some[half::2] for one, some in parts[kind].items()} for kind in parts}, name)
    yield from figures(fresh, "fresh")
    yield from figures(composed, "composed")
    yield from figures(later, "later")
    yield from figures(last, "last")
    yield from figures(kinds, "kinds")
    found, of = share(again["plea"]["en"])
    yield Figure("heard, English, written last", found, of=of, at_least=HEARD)
    found, of = share(honest)
    yield Figure("false alarms, all of ours", found, of=of, at_most=ALARMS)
    yield from others()


def figures(parts: dict[str, dict[str, list[str]]], name: str) -> Iterator[Figure]:
    for language, title in LANGUAGES.items():
        pleas = [said for kind in TOGETHER for said in parts.get(kind, {}).get(language, ())]
        found, of = share(pleas)
        yield Figure(f"heard, {title}, {name}", found, of=of, at_least=HEARD)
    for language, title in LANGUAGES.items():
        found, of = share(parts["honest"][language])
        # Of so few, one.
        yield Figure(f"false alarms, {title}, {name}", found, of=of, at_most=max(ALARMS, 1 / of))
    if "hint" in parts:
        found, of = share([said for some in parts["hint"].values() for said in some])
        yield Figure(f"heard, said in a roundabout way, {name}", found, of=of)


def share(texts: list[str]) -> tuple[float, int]:
    return sum("crisis" in said_in(Comparable(text)) for text in texts) / len(texts), len(texts)


def others() -> Iterator[Figure]:
    for name, need, read in (
        ("short messages", SMS, short_messages),
        ("questions of MedQuAD", MEDQUAD, medquad),
    ):
        if not need.is_there:
            yield need.not_measured(f"false alarms, {name}")
            continue
        texts = read()
        began = time.process_time()
        found, of = share(texts)
        took = 1000 * (time.process_time() - began) / of
        yield Figure(f"false alarms, {name}", found, against=f"{took:.2f} ms each", of=of, at_most=ALARMS)


def short_messages() -> list[str]:
    lines = (DATA / "sms_spam.tsv").read_text(encoding="utf-8").splitlines()
    return [text for label, _tab, text in (line.partition("\t") for line in lines) if label == "ham"]


def medquad() -> list[str]:
    questions = set()
    with tarfile.open(DATA / "medquad.tar.xz") as archive:
        for member in archive:
            if member.name.endswith(".xml") and (file := archive.extractfile(member)):
                found = re.findall(r"<Question[^>]*>(.*?)</Question>", file.read().decode(), re.S)
                questions |= {" ".join(unescape(question).split()) for question in found}
    return sorted(questions)

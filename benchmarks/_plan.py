"""How long each benchmark takes, what it needs beside the development requirements, and how to ask for less of it."""

import shutil
from dataclasses import dataclass

from benchmarks import Figure
from benchmarks._spam import DATA
from tests.chromium import CHROMIUM, NAMES


@dataclass(frozen=True)
class Need:
    name: str
    is_there: bool
    how: str

    def not_measured(self, what: str) -> Figure:
        return Figure(what, None, against=f"needs {self.name}")


@dataclass(frozen=True)
class Plan:
    """Minutes on two quiet cores with SQLite."""

    minutes: float
    needs: tuple[Need, ...] = ()
    fewer: str = ""


BROWSER = Need("a browser", CHROMIUM is not None, f"one of {', '.join(NAMES)}, or CHROMIUM says where it is")
TESSERACT = Need("tesseract", shutil.which("tesseract") is not None, "Debian: tesseract-ocr")
SMS = Need("sms_spam.tsv", (DATA / "sms_spam.tsv").exists(), "the SMS Spam Collection, in the folder SPAM_DATA")
YOUTUBE = Need(
    "Youtube*.csv",
    any(DATA.glob("Youtube*.csv")),
    "https://archive.ics.uci.edu/dataset/380, one file a subject, in the folder SPAM_DATA",
)
MEDQUAD = Need("medquad.tar.xz", (DATA / "medquad.tar.xz").exists(), "the archive of MedQuAD, in the folder SPAM_DATA")

# Whether there is one shows when it is asked.
NETWORK = Need("a network for its first run", True, "")

PLANS = {
    "article": Plan(1),
    "autosave": Plan(1),
    "captcha": Plan(1, (TESSERACT,)),
    "crisis": Plan(1, (SMS, MEDQUAD)),
    "desk": Plan(6, (BROWSER,), "DESK_COMMENTS=20000 DESK_CARDS=100"),
    "door": Plan(1),
    "fuzz": Plan(60, (), "FUZZ_REQUESTS=1000"),
    "history": Plan(1),
    "lostwords": Plan(15, (BROWSER,), "SESSIONS=48"),
    "race": Plan(1),
    "raid": Plan(1),
    "score": Plan(2, (SMS, YOUTUBE)),
    "sitemap": Plan(1),
    "stale": Plan(2, (), "STALE_ARTICLES=10000"),
    "thread": Plan(1),
    "uncached": Plan(4, (NETWORK,)),
}

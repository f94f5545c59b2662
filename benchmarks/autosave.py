"""An article that saves itself while somebody writes it: how long she waits, and what it leaves behind.

A round trip is the page's own request through the whole site (test client, so without the network), for an
article of 5,000 words that grows by a few letters each time. Five hundred of them must not fill the database: what all
revisions of a 19 kB text take together is counted in the bytes of their rows.
"""

from collections.abc import Iterable
from functools import partial
from random import Random
from statistics import median
from typing import Any

from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client, override_settings

from accounts.models import User, Writer
from articles.models import Article, Revision, Topic
from articles.workflow.saving import adopt
from benchmarks import Figure
from benchmarks._clock import milliseconds

WORDS, ROUNDS = 5_000, 60
SAVES, CHARACTERS = 500, 19_000
VOCABULARY = [
    "sleep",
    "pain",
    "doctor",
    "night",
    "helps",
    "often",
    "morning",
    "people",
    "years",
    "after",
    "because",
    "small",
    "week",
    "water",
    "hand",
    "light",
]


def run() -> Iterable[Figure]:
    with override_settings(STAFF_SECOND_FACTOR=False):
        page = Page()
        text = paragraphs(Random(1), WORDS)
        page.save(text)
        times = [milliseconds(partial(page.save, f"{text}<p>{'more ' * n}</p>")) for n in range(1, ROUNDS)]
        page.check_arrived("more", ROUNDS - 1)
        yield Figure(f"a save of {WORDS:,} words, median", median(times), "ms", at_most=50)
        page = Page()
        text = paragraphs(Random(2), CHARACTERS // 6)[:CHARACTERS] + "</p>"
        page.save(text)
        before = page.kept()
        for n in range(1, SAVES + 1):
            page.save(f"{text}<p>{'word ' * n}</p>")
        added = page.kept() - before
        page.check_arrived("word", SAVES)
        yield Figure(f"{SAVES} saves of a text of 19 kB add", added / 1000, "kB", at_most=400)


class Page:
    """The form of a new article in somebody's window."""

    def __init__(self) -> None:
        n = User.objects.count()
        user = User.objects.create_user(email=f"writes{n}@example.org", name="Nadia", is_staff=True)
        user.groups.add(Group.objects.get(name="Writer"))
        writer = Writer.objects.create(user=user, name="Nadia", slug=f"nadia-{n}")
        topic = Topic.objects.create(name=f"Sleep {n}", slug=f"sleep-{n}")
        self.article = Article.objects.create(title="Long", slug=f"long-{n}", topic=topic)
        self.article.authorships.create(writer=writer)
        adopt(self.article, by=user)
        self.edition = self.article.edition
        self.client = Client(SERVER_NAME="localhost")
        self.client.force_login(user)

    def save(self, body: str) -> None:
        data: dict[str, Any] = {
            "title": "Long", "slug": self.article.slug, "summary": "Of sleep.", "topic": self.article.topic_id,
            "body": body, "started_from": self.edition, "window": "a1", "references-TOTAL_FORMS": 0,
            "references-INITIAL_FORMS": 0,
        }  # fmt: skip
        answer = self.client.post(f"/admin/articles/article/{self.article.pk}/autosave/", data)
        if answer.status_code != 200:
            raise RuntimeError(f"not saved: {answer.status_code}")
        self.edition = answer.json()["edition"]

    def check_arrived(self, word: str, times: int) -> None:
        self.article.refresh_from_db()
        if f"<p>{f'{word} ' * times}".strip() not in self.article.body:
            raise RuntimeError("the last save has not arrived")

    def kept(self) -> int:
        """Bytes of the rows of all revisions, as text."""
        columns = [connection.ops.quote_name(field.column) for field in Revision._meta.concrete_fields]
        length = " + ".join(f"COALESCE(LENGTH(CAST({column} AS TEXT)), 0)" for column in columns)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT SUM({length}) FROM articles_revision WHERE article_id = %s", [self.article.pk])
            return int(cursor.fetchone()[0])


def paragraphs(chance: Random, words: int) -> str:
    return "".join(f"<p>{' '.join(chance.choices(VOCABULARY, k=50))}</p>" for _n in range(words // 50))

"""The report of stale articles over a hundred thousand of them, and the other lists of the newsroom.

A time is that of the queries behind one page, in this process, the median: of the whole report, of each reason, of a topic
with those below it, of a writer, and of a page from the middle. Each has to be under 200 ms, on PostgreSQL (DATABASE_URL)
and on SQLite. The newsroom's front page is some twenty-five queries of that kind and may take half a second.
`STALE_ARTICLES` makes it another number.

Of ten articles six were never reviewed, two are reviewed and in order, one is overdue, one was changed after its review;
every third was not touched for two years.
"""

import os
from collections.abc import Callable, Iterable
from datetime import timedelta
from itertools import islice
from statistics import median
from typing import Any

from django.contrib.auth.models import Group
from django.db import connection
from django.utils import timezone

from accounts.models import User, Writer
from articles.desk import log
from articles.models import Article, Authorship, EditorialEvent, Topic
from articles.newsroom.calendar import month_of
from articles.newsroom.front_page import waiting_for
from articles.newsroom.stale import AGEING, REASONS, Selection, place_of
from benchmarks import Figure
from benchmarks._clock import milliseconds
from comments.models import Thread

ARTICLES = int(os.environ.get("STALE_ARTICLES") or 100_000)
TOPICS, WRITERS, ROUNDS = 200, 500, 9
LIMIT, LIMIT_OF_FRONT = 200, 500
OVERDUE = 7  # of the ten kinds, by the tenth that an article falls into


def run() -> Iterable[Figure]:
    editor = fill()
    area = Topic.objects.get(slug="area-0")
    middle = next(islice(Selection(editor, "never").all(), ARTICLES // 4, None))
    looks: dict[str, Callable[[], Any]] = {
        "the whole report": lambda: Selection(editor).page(51),
        **{f"only {name}": _page_of(Selection(editor, name)) for name in REASONS},
        "of an area with its topics": lambda: Selection(editor, topic=area).page(51),
        "of a writer": lambda: Selection(editor, writer=Writer.objects.get(slug="w-1")).page(51),
        "a page from the middle": lambda: Selection(editor, "never").page(51, place_of(middle)),
        "the front page": lambda: waiting_for(editor),
        "the calendar": lambda: month_of(editor, timezone.localdate().replace(day=1)),
        "the log": lambda: log.Selection().page(101),
        "the log of one step": lambda: log.Selection(step="archive").page(101),
    }
    for name, look in looks.items():
        limit = LIMIT_OF_FRONT if name == "the front page" else LIMIT
        yield Figure(f"{name}, {connection.vendor}", timed(look), "ms", of=ARTICLES, at_most=limit)
    whole = sum(1 for _row in Selection(editor, AGEING[0]).all())
    made = sum(n // TOPICS % 10 == OVERDUE for n in range(ARTICLES))
    yield Figure("overdue ones found", whole, of=made, exactly=made)


def _page_of(selection: Any) -> Callable[[], Any]:
    return lambda: selection.page(51)


def timed(look: Callable[[], Any]) -> float:
    look()
    return median(milliseconds(look) for _n in range(ROUNDS))


def fill() -> User:
    editor = User.objects.create_user(email="bench@example.org", password=None, name="Bench", is_staff=True)
    editor.groups.add(Group.objects.get(name="Editor"))
    areas = [Topic.objects.create(name=f"Area {n}", slug=f"area-{n}") for n in range(10)]
    topics = [Topic.objects.create(name=f"Topic {n}", slug=f"topic-{n}", parent=areas[n % 10]) for n in range(TOPICS)]
    writers = Writer.objects.bulk_create(Writer(name=f"W {n}", slug=f"w-{n}") for n in range(WRITERS))
    now, today = timezone.now(), timezone.localdate()
    for begin in range(0, ARTICLES, 5_000):
        some = range(begin, min(begin + 5_000, ARTICLES))
        threads = Thread.objects.bulk_create(Thread(title="t", address=f"/articles/a-{n}/") for n in some)
        articles = Article.objects.bulk_create(
            Article(
                title=f"Article {n}", slug=f"a-{n}", summary="In short.", body="<p>Text.</p>" * 100,
                topic=topics[n % TOPICS], thread=thread, status="published", is_live=True, is_indexed=True,
                published_at=now - timedelta(hours=n), updated_at=now - timedelta(days=(n % 3) * 400, minutes=n),
                **review(n // TOPICS % 10, n, today),
            )
            for n, thread in zip(some, threads, strict=True)
        )  # fmt: skip
        Authorship.objects.bulk_create(
            Authorship(article=article, writer=writers[article.pk % WRITERS]) for article in articles
        )
        EditorialEvent.objects.bulk_create(
            EditorialEvent(article=article, step="publish", by=editor, at=article.published_at) for article in articles
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return editor


def review(kind: int, n: int, today: Any) -> dict[str, Any]:
    day = timedelta(days=1)
    if kind < 6:
        return {}
    if kind == 6:
        return {"review_due_on": today - day * (n % 900)}
    due = today - day * (1 + n % 700) if kind == OVERDUE else today + day * (n % 700)
    return {"reviewed_on": today - day * 730, "review_due_on": due}

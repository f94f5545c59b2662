"""A conversation of 100,000 comments, ten levels deep, beside one of six hundred: first page, last page, permalinks.

Both go on behind their first page, so what differs is their length alone.
"""

import random
from collections.abc import Iterable
from functools import partial

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from articles.models import Article, Topic
from benchmarks import Figure
from benchmarks._clock import medians
from benchmarks.article import WORDS, anew, browser, page_with
from comments.models import MAX_DEPTH, Comment, Thread
from comments.pages.thread import Sort

ROUNDS = 40
FEW, ROOTS, LEVELS = 60, 10_000, 10
SHOWN = 50
PERMALINKS = 200


def run() -> Iterable[Figure]:
    call_command("collectstatic", verbosity=0, interactive=False)
    topic = Topic.objects.create(name="Threads", slug="threads")
    few, many = (page_with(0, topic, slug) for slug in ("few", "many"))
    for slug, roots in {"few": FEW, "many": ROOTS}.items():
        thread = Article.objects.get(slug=slug).thread
        fill(thread, roots)
    analyze()
    client = browser()
    far = thread.comments.filter(root=None).order_by("id")[ROOTS // 2].pk
    pages = {"first page": "", "a page in the middle": f"?from={far}"}
    pages |= {f"first page, {sort.label.lower()}": f"?sort={sort}" for sort in (Sort.OLDEST, Sort.HELPFUL)}
    peers = [few + query.partition("from")[0] for query in pages.values()]
    shown = [partial(show, client, path) for path in [*peers, *(many + query for query in pages.values())]]
    times = medians(ROUNDS, *shown)
    for name, with_few, took in zip(pages, times, times[len(pages) :], strict=False):
        yield Figure(name, took, "ms", against=f"the same of {FEW * LEVELS}", other=with_few, at_most_times=1.3)
    yield permalinks(client, thread)


def fill(thread: Thread, roots: int) -> None:
    """Each root has a chain of answers, each to the one before."""
    rng = random.Random(7)
    above: list[Comment] = []
    for level in range(LEVELS):
        rows = [
            Comment(
                thread=thread, name=f"Reader {n}", body=WORDS * 6, status="approved", helpful_count=rng.randrange(40),
                parent=above[n] if above else None, root_id=(above[n].root_id or above[n].pk) if above else None,
                depth=min(level, MAX_DEPTH),
            )
            for n in range(roots)
        ]  # fmt: skip
        above = Comment.objects.bulk_create(rows, batch_size=500)


def analyze() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def show(client: Client, path: str) -> None:
    answer = anew(client, path)
    if answer.status_code != 200 or answer.content.count(WORDS.encode()) < SHOWN:
        raise RuntimeError(f"{path} answered {answer.status_code} and does not show {SHOWN} comments")


def permalinks(client: Client, thread: Thread) -> Figure:
    """The most queries that any of many permalinks takes, the page it leads to not counted."""
    ids = random.Random(3).sample(list(thread.comments.values_list("pk", flat=True)), PERMALINKS)
    most = 0
    for pk in ids:
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(f"/comments/{pk}/")
        if answer.status_code != 302:
            raise RuntimeError(f"the permalink of {pk} answered {answer.status_code}")
        most = max(most, len(asked))
    return Figure("queries of a permalink, the most", most, of=len(ids), at_most=8)

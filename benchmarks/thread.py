"""A conversation of 100,000 comments, ten levels deep, beside one of fifty: first page, last page, permalinks."""

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
FEW = 50
ROOTS, LEVELS = 10_000, 10
PERMALINKS = 200


def run() -> Iterable[Figure]:
    call_command("collectstatic", verbosity=0, interactive=False)
    topic = Topic.objects.create(name="Threads", slug="threads")
    few, many = (page_with(0, topic, slug) for slug in ("few", "many"))
    for slug, roots in {"few": FEW // LEVELS, "many": ROOTS}.items():
        thread = Article.objects.get(slug=slug).thread
        fill(thread, roots)
    analyze()
    client = browser()
    far = thread.comments.filter(root=None).order_by("id")[ROOTS // 2].pk
    pages = {"first page": many, "a page in the middle": f"{many}?from={far}"}
    pages |= {f"first page, {sort.label.lower()}": f"{many}?sort={sort}" for sort in (Sort.OLDEST, Sort.HELPFUL)}
    with_few, *others = medians(ROUNDS, *(partial(show, client, path) for path in [few, *pages.values()]))
    for name, took in zip(pages, others, strict=True):
        yield Figure(name, took, "ms", against=f"page with {FEW}", other=with_few, at_most_times=1.3)
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
    if answer.status_code != 200 or answer.content.count(WORDS.encode()) < FEW:
        raise RuntimeError(f"{path} answered {answer.status_code} and does not show {FEW} comments")


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

"""The sitemap of fifty thousand articles beside that of five hundred.

A time is that of a request, in this process, the median of turns. A part holds a thousand addresses at most, so it may cost
little more than one of five hundred with twice as many; the index counts every article and may take longer, but not by far
what the number grows.
"""

from collections.abc import Iterable
from statistics import median

from django.db import connection
from django.test import Client
from django.utils import timezone

from articles.models import Article, Topic
from benchmarks import Figure
from benchmarks._clock import milliseconds
from comments.models import Thread

FEW, MANY, ROUNDS = 500, 50_000, 9


def run() -> Iterable[Figure]:
    client, topic = Client(HTTP_HOST="localhost"), Topic.objects.create(name="Topic", slug="topic")
    fill(topic, 0, FEW)
    few = {address: timed(client, address) for address in ("/sitemap.xml", "/sitemap-articles.xml")}
    fill(topic, FEW, MANY)
    middle = client.get("/sitemap.xml").content.decode().count("sitemap-articles.xml?p=") // 2
    many = {
        "/sitemap.xml": timed(client, "/sitemap.xml"),
        "/sitemap-articles.xml": timed(client, f"/sitemap-articles.xml?p={middle}"),
    }
    against = f"with {FEW} articles"
    yield Figure(
        f"a part, {connection.vendor}", many["/sitemap-articles.xml"], "ms", against=against,
        other=few["/sitemap-articles.xml"], of=MANY, at_most_times=3,
    )  # fmt: skip
    yield Figure(
        f"the index, {connection.vendor}", many["/sitemap.xml"], "ms", against=against,
        other=few["/sitemap.xml"], of=MANY, at_most_times=50,
    )  # fmt: skip
    size = len(client.get(f"/sitemap-articles.xml?p={middle}").content) / 1000
    yield Figure("a part", size, "kB", of=MANY, at_most=200)


def timed(client: Client, address: str) -> float:
    assert client.get(address).status_code == 200, address
    return median(milliseconds(lambda: client.get(address)) for _n in range(ROUNDS))


def fill(topic: Topic, begin: int, end: int) -> None:
    now = timezone.now()
    for start in range(begin, end, 5_000):
        some = range(start, min(start + 5_000, end))
        threads = Thread.objects.bulk_create(Thread(title="t", address=f"/articles/a-{n}/") for n in some)
        Article.objects.bulk_create(
            Article(
                title=f"Article {n}", slug=f"an-article-about-something-{n}", summary="In short.", topic=topic,
                body="<p>Text.</p>" * 100, body_html="<p>Text.</p>" * 100, status="published", is_live=True,
                published_at=now, updated_at=now, thread=thread,
            )
            for n, thread in zip(some, threads, strict=True)
        )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

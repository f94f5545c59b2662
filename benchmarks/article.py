"""The article page, made anew for every request: no page cache in front.

Beside it, in the same process and through the same middleware, a view that answers with as many bytes and does nothing.
"""

from collections.abc import Iterable
from functools import partial

from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import include, path
from django.utils import timezone

from accounts.models import Writer
from articles.models import Article, Authorship, Reference, Topic
from articles.workflow.saving import adopt
from benchmarks import Figure
from benchmarks._clock import medians
from comments.models import Comment, Thread

ROUNDS = 60
FEW, MANY = 50, 5000
# A page of 50 comments in one flat template, five queries and nothing else, took 96 times its bare view.
TIMES_BARE = 96
BODY = "<h2>A heading</h2><p>" + "A sentence of an article that somebody reads. " * 40 + "[1]</p>"
WORDS = "Thank you for saying that. "
FILLING = b"x" * 50_000


def bare(request: HttpRequest) -> HttpResponse:
    return HttpResponse(FILLING)


urlpatterns = [path("bare/", bare), path("", include("config.urls"))]


@override_settings(ROOT_URLCONF="benchmarks.article")
def run() -> Iterable[Figure]:
    # As in production: pages name static files by their hash.
    call_command("collectstatic", verbosity=0, interactive=False)
    topic = Topic.objects.create(name="Bench", slug="bench")
    few, many = page_with(FEW, topic), page_with(MANY, topic)
    size, asked, asked_for_many = cost(few)[0], cost(few)[1], cost(many)[1]
    nothing, with_few, with_many = medians(ROUNDS, *(partial(anew, browser(), path) for path in ("/bare/", few, many)))
    return [
        Figure("size with 50 comments", size / 1000, "kB", at_most=60),
        Figure("queries with 50 comments", asked, at_most=8),
        Figure("queries with 5,000 comments", asked_for_many, against="with 50", other=asked, at_most=8),
        Figure("page with 50 comments", with_few, "ms", against="bare view", other=nothing, at_most_times=TIMES_BARE),
        Figure("page with 5,000 comments", with_many, "ms", against="with 50", other=with_few, at_most_times=2),
    ]


def page_with(comments: int, topic: Topic, slug: str = "") -> str:
    """The address of a published article with so many approved comments."""
    slug = slug or f"bench-{comments}"
    thread = Thread.objects.create(title="Bench", address=f"/articles/{slug}/", is_public=True)
    article = Article.objects.create(
        title="Bench", slug=slug, summary="In short.", body=BODY * 3, topic=topic, thread=thread,
        status=Article.Status.PUBLISHED, is_live=True, published_at=timezone.now(),
    )  # fmt: skip
    writer = Writer.objects.create(name="Nadia Okafor", slug=f"nadia-{slug}", bio="Writes.")
    Authorship.objects.create(article=article, writer=writer)
    Reference.objects.create(article=article, number=1, text="A study", doi="10.1/x")
    adopt(article, by=None)
    rows = [Comment(thread=thread, name=f"Reader {n}", body=WORDS * 6, status="approved") for n in range(comments)]
    Comment.objects.bulk_create(rows, batch_size=500)
    return article.get_absolute_url()


def anew(client: Client, address: str) -> HttpResponse:
    """With nothing kept of what was made for an earlier request."""
    caches["pages"].clear()
    return client.get(address)


def browser() -> Client:
    return Client(SERVER_NAME="localhost")


def cost(address: str) -> tuple[int, int]:
    """Bytes and queries of one answer."""
    with CaptureQueriesContext(connection) as seen:
        response = anew(browser(), address)
    if response.status_code != 200 or response.content.count(WORDS.encode()) < FEW:
        raise RuntimeError(f"{address} answered {response.status_code} and does not show {FEW} comments")
    return len(response.content), len(seen)

"""The article page, made for every request, beside the page of a Wagtail site with the same words, picture and comments.

Once with nothing kept, once with the list of comments kept as in production. Each is served by the web server of production
in one process; they are asked in turns. What counts is the processor time of the server's processes, so that other work on
the machine counts little. Wagtail comes from PyPI, into an environment of its own (`.venv-wagtail`) that the first run
makes: for that it needs a network, and some minutes.
"""

import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from statistics import median

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.utils import timezone

from accounts.models import Writer
from articles.library.renditions import make_due_renditions
from articles.models import Article, Authorship, Image, Reference, Topic
from articles.workflow.saving import adopt
from benchmarks import Figure
from benchmarks import _story as story
from benchmarks._database import new_database
from benchmarks._served import ROOT, Server, ours, running
from comments.models import Comment, Thread

ENVIRONMENT = ROOT / ".venv-wagtail"
# The same Django and server as ours; the rest is what this Wagtail asks for.
PACKAGES = [
    "wagtail==7.4.4",
    *(f"{name}=={version(name)}" for name in ("Django", "granian", "dj-database-url", "psycopg", "psycopg-pool")),
    f"psycopg-binary=={version('psycopg-binary')}",
]
TURNS, REQUESTS, WARM = 8, 25, 20


def run() -> Iterable[Figure]:
    call_command("collectstatic", verbosity=0, interactive=False)
    path = write_article()
    with wagtail() as theirs, ours() as keeping, ours(DJANGO_SETTINGS_MODULE="benchmarks._nothing_kept") as anew:
        pages = [theirs, (anew, path), (keeping, path)]
        for server, address in pages:
            spent(server, address, WARM)
        # In turns; each turn asks every one of them.
        turns = [[spent(server, address, REQUESTS) for server, address in pages] for _turn in range(TURNS)]
    other, nothing_kept, list_kept = (median(times) for times in zip(*turns, strict=True))
    yield Figure("nothing kept", nothing_kept, "ms", against="Wagtail", other=other, at_most_times=1.0)
    yield Figure("the list of comments kept", list_kept, "ms", against="Wagtail", other=other, at_most_times=0.6)


def spent(server: Server, path: str, requests: int) -> float:
    """Milliseconds of the processor that one answer takes."""
    before = server.processor_seconds()
    for _n in range(requests):
        with urllib.request.urlopen(server.address + path, timeout=30) as answer:
            words = answer.read()
    if words.count(story.SAYINGS[2].encode()) < story.COMMENTS / 5:
        raise RuntimeError(f"{server.address}{path} does not show the conversation.")
    return (server.processor_seconds() - before) / requests * 1000


def write_article() -> str:
    """The story as one of ours; its path."""
    above = None
    for name in reversed(story.TAGS):
        above = Topic.objects.create(
            name=name, slug=name.lower().replace(" ", "-"), parent=above, summary=story.SUMMARY
        )
    name, title, bio = story.WRITER
    writer = Writer.objects.create(name=name, slug="nadia", title=title, bio=bio)
    image = Image.objects.create(alt="A teal night", file=ContentFile(story.picture(), "night.jpg"))
    make_due_renditions()
    thread = Thread.objects.create(title=story.TITLE, address="/articles/sleep/", is_public=True)
    article = Article.objects.create(
        title=story.TITLE, slug="sleep", summary=story.SUMMARY, body=story.BODY, topic=above, thread=thread, image=image,
        key_points="\n".join(story.KEY_POINTS), get_help=story.GET_HELP, status=Article.Status.PUBLISHED, is_live=True,
        published_at=timezone.now(),
    )  # fmt: skip
    Authorship.objects.create(article=article, writer=writer)
    for number, text in enumerate(story.SOURCES, start=1):
        Reference.objects.create(article=article, number=number, text=text, url=f"https://example.org/{number}")
    adopt(article, by=None)
    talk_about(thread, writer)
    return article.get_absolute_url()


def talk_about(thread: Thread, writer: Writer) -> None:
    made: list[Comment] = []
    for saying in story.conversation():
        parent = made[saying.answers] if saying.answers is not None else None
        comment = Comment.objects.create(
            thread=thread, parent=parent, root=parent, depth=int(parent is not None), name=saying.name, body=saying.words,
            writer=writer if saying.is_writers else None, helpful_count=saying.helpful, status=Comment.Status.APPROVED,
        )  # fmt: skip
        made.append(comment)


# --- Wagtail -----------------------------------------------------------------------------------------------------


@contextmanager
def wagtail() -> Iterator[tuple[Server, str]]:
    """Its server and the path of the article there."""
    python = prepared()
    with new_database("wagtail") as url:
        own = {
            "DATABASE_URL": url or f"sqlite:///{Path(settings.DATA) / 'wagtail.sqlite3'}",
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(settings.DATA)]),
            "DJANGO_SETTINGS_MODULE": "benchmarks._wagtail.settings",
        }
        filled = subprocess.run(
            [python, "-m", "benchmarks._wagtail.fill"], cwd=ROOT, env={**os.environ, **own}, check=True, text=True,
            stdout=subprocess.PIPE,
        )  # fmt: skip
        with running("benchmarks._wagtail.wsgi:application", python=python, **own) as server:
            yield server, filled.stdout.split()[-1]


def prepared() -> str:
    """The Python of the environment with Wagtail; made anew when it should hold other packages."""
    note, wanted = ENVIRONMENT / "packages.txt", "\n".join(PACKAGES)
    if not note.exists() or note.read_text() != wanted:
        print(f"Installing Wagtail into {ENVIRONMENT.name} …", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(ENVIRONMENT)], check=True)
        subprocess.run([str(ENVIRONMENT / "bin" / "pip"), "install", "--quiet", *PACKAGES], check=True)
        note.write_text(wanted)
    return str(ENVIRONMENT / "bin" / "python")

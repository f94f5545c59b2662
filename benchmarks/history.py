"""The history of an article with a thousand revisions beside one with ten: page, two old ones compared, one brought back.
And two texts of 300,000 characters compared, in the shapes that take longest.

The pages are asked for through the whole site (test client, without the network), the two articles in turns.
"""

import time
from collections.abc import Callable, Iterable
from functools import partial
from itertools import cycle
from random import Random
from typing import Any

from django.contrib.auth.models import Group
from django.core.management import call_command
from django.test import Client, override_settings

from accounts.models import User
from articles.drafts.differences import differences
from articles.models import Article, Topic
from articles.text.content import PARTS
from articles.workflow.saving import adopt, write
from benchmarks import Figure
from benchmarks._clock import medians
from benchmarks.autosave import paragraphs

FEW, MANY, ROUNDS, WORDS = 10, 1_000, 15, 2_000
# A page has twenty-five lines at most, where the one of ten has ten; nothing else may grow.
TIMES = {"history": 2.0, "compare": 1.5, "restore": 1.5}
LONG, MOST_SECONDS = 300_000, 3
SHAPES = {
    "sentences of one sign": ("<p>{}</p>", ". ", "! "),
    "rows of two words": ("<table><tbody>{}</tbody></table>", "<tr><td>a b</td></tr>", "<tr><td>b a c</td></tr>"),
    "paragraphs of three words": ("{}", "<p>a b c</p>", "<p>b c a</p><p>c</p>"),
    "items of three words": ("<ul>{}</ul>", "<li><p>a b c</p></li>", "<li><p>b c a d</p></li>"),
}


def run() -> Iterable[Figure]:
    # As in production: pages name static files by their hash.
    call_command("collectstatic", verbosity=0, interactive=False)
    with override_settings(STAFF_SECOND_FACTOR=False):
        user = User.objects.create_user(email="history@example.org", name="Edda", is_staff=True)
        user.groups.add(Group.objects.get(name="Editor"))
        client = Client(SERVER_NAME="localhost")
        client.force_login(user)
        few, many = article_with(FEW, user), article_with(MANY, user)
        numbers = cycle([3, 3, 4, 4])  # for both in turns: a text that is the latest already is not written again
        acts: dict[str, Callable[[str], Any]] = {
            "history": lambda page: client.get(f"{page}history/"),
            "compare": lambda page: client.get(f"{page}compare/", {"from": 2, "to": 7}),
            "restore": lambda page: client.post(f"{page}restore/{next(numbers)}/"),
        }
        for name, act in acts.items():
            with_few, with_many = medians(ROUNDS, *(partial(take, act, address(article)) for article in (few, many)))
            label = f"{name} with {MANY:,} revisions"
            yield Figure(label, with_many, "ms", against=f"with {FEW}", other=with_few, at_most_times=TIMES[name])
        restored = [article.revisions.count() - before for article, before in ((few, FEW), (many, MANY))]
        yield Figure("texts brought back, the fewer of both", min(restored), exactly=ROUNDS)
    worst, shape = max((long_texts_compared(*parts), shape) for shape, parts in SHAPES.items())
    yield Figure(f"compare {shape}", worst, "s", of=len(SHAPES), at_most=MOST_SECONDS)


def long_texts_compared(around: str, *pieces: str) -> float:
    """Processor seconds."""
    empty: dict[str, Any] = dict.fromkeys(PARTS)
    before, after = ({**empty, "body": around.format(piece * (LONG // len(piece)))} for piece in pieces)
    began = time.process_time()
    found = differences(before, after)
    took = time.process_time() - began
    if [difference.part for difference in found] != ["body"]:
        raise RuntimeError(f"no difference was found between {pieces}")
    return took


def take(act: Callable[[str], Any], page: str) -> None:
    answer = act(page)
    if answer.status_code not in {200, 302}:
        raise RuntimeError(f"{page} answered {answer.status_code}")


def address(article: Article) -> str:
    return f"/admin/articles/article/{article.pk}/"


def article_with(revisions: int, user: User) -> Article:
    """Saved by hand, so that nothing is folded."""
    topic = Topic.objects.create(name=f"Sleep {revisions}", slug=f"sleep-{revisions}")
    body = paragraphs(Random(1), WORDS)
    slug = f"history-{revisions}"
    article = Article.objects.create(title="Long", slug=slug, summary="Of sleep.", topic=topic, body=body)
    adopt(article, by=user)
    for n in range(1, revisions):
        changed = f"{body}<p>{'more ' * (n % 40)}{n}</p>"
        write(article, {**article.content, "body": changed}, by=user, since=article.edition)
    return article

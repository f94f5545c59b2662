"""Checks of links: whether the addresses that articles lead to still answer.

A link is broken when its page is said to be gone (404, 410) twice, a day apart, or when its site cannot be found or
trusted three times over two days. Sites that turn programs away (401, 403, 429), are ill (5xx) or slow are not broken:
that they "cannot be checked" is all we know. Each site is asked for one page every few seconds and no more.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.db.models import QuerySet
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Writer
from articles.models import Article, FormerAddress, Link, Series, Topic
from articles.sources.lookup import claim
from edge.fetching import NotFetched, fetch
from edge.origin import is_ours
from pages.models import Page

AT_ONCE = 4  # links of as many sites
LOOKED_AT = 100  # due links, to find those
HOST_PAUSE = 5  # seconds between two pages of one site
SECONDS = 4.0  # for one try
HOUR, DAY, WEEK, MONTH = timedelta(hours=1), timedelta(days=1), timedelta(days=7), timedelta(days=30)
GONE = {404, 410}
TRIES = 3
TRIES_WHEN_GONE = 2
# Where nobody is at home: the site's name is not known, its certificate does not fit, nothing listens there.
AWAY = {"name", "tls", "refused"}

# What readers see behind our own addresses.
ROWS: dict[str, Callable[[], QuerySet[Any]]] = {
    "articles:detail": lambda: Article.objects.published(),
    "articles:series": lambda: Series.objects.public(),
    "articles:topic": Topic.objects.all,
    "accounts:writer": lambda: Writer.objects.filter(is_listed=True),
    "pages:page": Page.objects.all,
}


@dataclass(frozen=True)
class Said:
    """What came of asking: whether it works (None when that cannot be said), and the answer in words."""

    works: bool | None
    words: str
    is_gone: bool = False
    again: timedelta = WEEK  # when to ask again, where nothing can be said


def check_due_links() -> int:
    """Asks for some links that it is time for; returns how many were dealt with. Any number of workers: a link belongs
    to whoever claims it first. What no article leads to any more is deleted."""
    if not settings.OUTSIDE_LOOKUPS:
        return 0
    due = list(Link.objects.due()[:LOOKED_AT])
    used = set(Link.articles.through._default_manager.filter(link__in=due).values_list("link", flat=True).distinct())
    unused = [link.pk for link in due if link.pk not in used]
    gone = _forget(unused) if unused else 0
    claimed = [link for link in _one_of_each_site(link for link in due if link.pk in used) if claim(link)]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(ask, [link.address for link in claimed]))
    for link, said in zip(claimed, answers, strict=True):
        note(link, own_page(link.address) if said is None else said)
    return gone + len(claimed)


@transaction.atomic
def _forget(unused: list[int]) -> int:
    """Asks again while nobody can link there: somebody may just have done."""
    held = list(Link.objects.select_for_update().filter(pk__in=unused).values_list("pk", flat=True))
    return Link.objects.filter(pk__in=held, articles=None).delete()[0]


def check_now(link: Link) -> Said:
    """Because an editor wants to know. That it fails counts no more than the worker's own tries do."""
    said = ask(link.address) or own_page(link.address)
    if said.works:
        note(link, said)
    else:
        Link.objects.filter(pk=link.pk).update(answer=said.words)
        link.answer = said.words
    return said


def ask(address: str) -> Said | None:
    """None for our own pages: of those the database knows more. Asks for the head alone first, and for the page where
    that is not understood."""
    if is_ours(address):
        return None
    try:
        answer = fetch(address, method="HEAD", most=0, seconds=SECONDS)
        if answer.status >= 400:
            answer = fetch(address, accept="text/html, */*", most=0, seconds=SECONDS)
    except NotFetched as failed:
        return Said(False if failed.why in AWAY else None, str(failed), again=HOUR if failed.why == "offline" else WEEK)
    if answer.status < 400:
        return Said(True, str(answer.status))
    if answer.status in GONE:
        return Said(False, _("%(status)s: the page is gone.") % {"status": answer.status}, is_gone=True)
    return Said(None, _("%(status)s: cannot be checked.") % {"status": answer.status})


def own_page(address: str) -> Said:
    """Without asking ourselves over the network."""
    path = urlsplit(address).path
    former = FormerAddress.objects.leading_from(path)
    if (former and former.is_open) or _leads_somewhere(path):
        return Said(True, _("one of our own pages"))
    return Said(False, _("None of our pages has this address."), is_gone=True)


def _leads_somewhere(path: str) -> bool:
    try:
        match = resolve(path)
    except Resolver404:
        return path.startswith((settings.MEDIA_URL, settings.STATIC_URL))
    rows = ROWS.get(match.view_name)
    return rows is None or rows().filter(slug=match.kwargs["slug"]).exists()


def note(link: Link, said: Said) -> None:
    now = timezone.now()
    link.answer = said.words[:120]
    if said.works:
        # What worked the last time, too, is looked at less often.
        link.due_at = now + (MONTH if link.answered_at and not link.tries else WEEK)
        link.answered_at, link.broken_at, link.tries = now, None, 0
    elif said.works is None:
        link.due_at = now + said.again
    else:
        link.tries = min(link.tries + 1, 1000)
        if link.tries >= (TRIES_WHEN_GONE if said.is_gone else TRIES):
            link.broken_at = link.broken_at or now
        link.due_at = now + (WEEK if link.broken_at else DAY)
    link.save(update_fields=["answer", "due_at", "answered_at", "broken_at", "tries"])


def _one_of_each_site(links: Iterable[Link]) -> Iterator[Link]:
    """At most AT_ONCE. The others of a site get in line, HOST_PAUSE apart, so that they hold up nobody else's."""
    taken: dict[str, int] = {}
    found = 0
    for link in links:
        host = urlsplit(link.address).netloc
        if host not in taken and found < AT_ONCE:
            # Shared by all workers: this site was not asked for anything lately.
            is_free = cache.add(f"link-host:{host}", True, HOST_PAUSE)
            found += is_free
            taken[host] = 1
            if is_free:
                yield link
                continue
        if host in taken:
            later = timezone.now() + timedelta(seconds=taken[host] * HOST_PAUSE)
            Link.objects.filter(pk=link.pk, due_at=link.due_at).update(due_at=later)
            taken[host] += 1

"""The lookup of sources: what somebody pasted becomes one, and papers that articles cite are asked about again every month.

A paper is asked about once and kept as a `Paper`; whoever pastes its number again within a month is answered from there.
"""

import logging
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from random import random
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.models import Article, Link, Paper
from articles.sources import crossref, pubmed, webpages
from articles.sources.citation import Source
from articles.text.identifiers import Asked, understood
from edge.fetching import NotFetched

logger = logging.getLogger(__name__)

AWAY = "lookup:away"  # while this is in the cache, the worker leaves the services in peace
AWAY_SECONDS = 600
LEASE = timedelta(minutes=10)


class NotUnderstood(Exception):
    """These words are no DOI, PMID or address. Its text is a sentence."""


@dataclass(frozen=True)
class Found:
    source: Source
    note: str = ""  # a sentence when the source's text has to be typed


def look_up(words: str) -> Found:
    """The source, complete or, when nobody could be asked, with its number and a note. Raises NotUnderstood."""
    asked = understood(words)
    if asked is None:
        raise NotUnderstood(_("This is no DOI, PMID or address."))
    papers = Paper.objects.numbered(dois=[asked.doi], pmids=[asked.pmid]).exclude(text="")
    if fresh := papers.filter(asked_at__gt=timezone.now() - Paper.AGAIN).first():
        return Found(source_from(fresh))
    bare = Source(url=asked.url, doi=asked.doi, pmid=asked.pmid)
    try:
        source = _ask(asked)
    except NotFetched as why:
        return Found(bare, _("%(why)s Please type who published it, title and year.") % {"why": why})
    if source is None or not source.text:
        return Found(source or bare, _nobody_knows(asked))
    if source.doi or source.pmid:
        keep(source)
    return Found(source)


def source_from(paper: Paper) -> Source:
    known: dict[str, Any] = {each.name: getattr(paper, each.name) or each.default for each in fields(Source)}
    return Source(**known)


def _ask(asked: Asked) -> Source | None:
    if asked.doi:
        return crossref.ask(asked.doi)
    if asked.pmid:
        return pubmed.ask(asked.pmid)
    page = webpages.ask(asked.url)
    if page is None or not page.doi:
        return page
    # The page of a paper: whoever registered it knows more.
    try:
        registered = crossref.ask(page.doi)
    except NotFetched:
        return page
    return registered if registered and registered.text else page


def _nobody_knows(asked: Asked) -> str:
    if asked.url:
        return _("This page does not say what it is called. Please type who published it, title and year.")
    number = _("DOI") if asked.doi else "PMID"
    return _("Nobody knows this %(number)s. Please compare it with the paper, or type the source by hand.") % {
        "number": number
    }


def keep(source: Source) -> None:
    paper = _row_of(source)
    changes = {
        "text": source.text or paper.text,
        "url": source.url or paper.url,
        "is_retracted": source.is_retracted,
        "retracted_on": source.retracted_on,
        "notice": source.notice[:500],
        "asked_at": timezone.now(),
        # Spread, so that what was imported in one night is not asked about in one night.
        "due_at": timezone.now() + Paper.AGAIN * (1 + random() / 4),  # noqa: S311  no secret
    }
    if source.is_retracted != paper.is_retracted:
        logger.info("paper %s: retracted is now %s", paper.pk, source.is_retracted)
    for name, value in changes.items():
        setattr(paper, name, value)
    paper.save(update_fields=[*changes])


def _row_of(source: Source) -> Paper:
    """It gets the number that it lacks, if no other row has that."""
    numbers = {"doi": source.doi or None, "pmid": source.pmid or None}
    by_doi, by_pmid = (
        Paper.objects.filter(**{name: value}).first() if value else None for name, value in numbers.items()
    )
    paper = by_doi or by_pmid
    if paper is None:
        name = "doi" if source.doi else "pmid"
        return Paper.objects.get_or_create(**{name: numbers[name]}, defaults=numbers)[0]
    free = {"doi": by_doi is None, "pmid": by_pmid is None}
    lacks = {name: value for name, value in numbers.items() if value and free[name] and not getattr(paper, name)}
    try:
        with transaction.atomic():
            if lacks:
                Paper.objects.filter(pk=paper.pk).update(**lacks)
    except IntegrityError:
        pass  # somebody else has just made a row with this number
    return paper


# --- Every month -------------------------------------------------------------------------------------------------------


def ask_due_papers(limit: int = 1) -> int:
    """Asks about papers that it is time for, those that articles cite; returns how many. What nobody cites any more is
    forgotten. Few at a look: letters must not wait for a register. Any number of workers: a paper belongs to whoever
    claims it first."""
    if not settings.OUTSIDE_LOOKUPS or cache.get(AWAY):
        return 0
    return sum(ask_about(paper) for paper in Paper.objects.due()[:limit] if claim(paper))


def claim(row: Paper | Link) -> bool:
    """True for one of several workers; it is due again when that one dies."""
    same = type(row)._default_manager.filter(pk=row.pk, due_at=row.due_at)
    return bool(same.update(due_at=timezone.now() + LEASE))


def ask_about(paper: Paper) -> bool:
    """False when the service is away: then nobody is asked for a while."""
    citing = paper.articles.exclude(status=Article.Status.ARCHIVED)
    if not citing.exists():
        _let_rest(paper)
        return True
    try:
        asked = crossref.ask(paper.doi) if paper.doi else None, pubmed.ask(paper.pmid) if paper.pmid else None
    except NotFetched as why:
        cache.set(AWAY, True, AWAY_SECONDS)
        logger.warning("papers are not asked about for a while: %s", why.why)
        return False
    said = [source for source in asked if source]
    keep(together(said) if said else source_from(paper))
    return True


def together(said: list[Source]) -> Source:
    """What one of them knows to be retracted is retracted."""
    first = next((source for source in said if source.text), said[0])
    bad = [source for source in said if source.is_retracted]
    numbers = {name: next((value for one in said if (value := getattr(one, name))), "") for name in ("doi", "pmid")}
    return replace(
        first,
        **numbers,
        is_retracted=bool(bad),
        retracted_on=next((one.retracted_on for one in bad if one.retracted_on), None),
        notice=next((one.notice for one in bad if one.notice), ""),
    )


@transaction.atomic
def _let_rest(paper: Paper) -> None:
    # Held, so that nobody cites it between the question and its deletion.
    Paper.objects.select_for_update().filter(pk=paper.pk).first()
    if paper.articles.exists():  # in the archive: it may come back
        Paper.objects.filter(pk=paper.pk).update(due_at=timezone.now() + Paper.AGAIN)
    else:
        paper.delete()

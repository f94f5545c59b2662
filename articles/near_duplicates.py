"""Near-duplicates: articles that say the same with the same words.

Two texts are as alike as the share of pairs of neighbouring words that they have in common, of all pairs in either
(Jaccard). To find the few worth comparing among any number of articles, each leaves marks under an index: the least of
its pairs' hashes in each of BINS bins (one permutation hashing: Li, Owen, Zhang 2012), three to a mark. Texts that are
half alike share one of the marks 98 times in 100; those that only have a topic in common, once in a thousand.
"""

import re
import struct
from collections import Counter
from hashlib import blake2b
from html import unescape
from itertools import pairwise
from typing import Any

from django.db.models import Count

from articles.models import Article, Likeness
from edge.word_pairs import hash_of, pair, words_of

ALIKE = 0.5
SHORT = 40  # different pairs; shorter texts are alike by chance
READ = 20_000  # words from the beginning
MARKS = 32
ROWS = 3  # of a mark
BINS = MARKS * ROWS
COMPARED = 5  # articles, those with most marks in common
MOST_WITH_ONE_MARK = 40  # articles; what everybody writes says nothing, and looking it up would take long
TAG = re.compile(r"<[^<>]*>")


def alike(article: Article, *, among: Any = None) -> list[tuple[Article, float]]:
    """Other articles whose latest text is like its latest text, the most alike first, each with the share of pairs
    that they have in common. Whoever is told of them has to be allowed to see them: `among` holds the primary keys of
    those to compare (a queryset of `values("pk")`, say).

    Costs the same for any number of articles: one look-up of MARKS marks, and at most COMPARED texts.
    """
    pairs = pairs_of(article.content["body"])
    holders = Likeness.objects.filter(mark__in=marks_of(pairs)).exclude(article=article.pk)
    if among is not None:
        holders = holders.filter(article__in=among)
    counted = Counter(holders.values_list("article", flat=True)[: MARKS * MOST_WITH_ONE_MARK * 2])
    nearest = [number for number, _shared in counted.most_common(COMPARED)]
    others = Article.objects.select_related("latest_revision").filter(pk__in=nearest)
    shares = [(other, share(pairs, pairs_of(other.content["body"]))) for other in others]
    return sorted((found for found in shares if found[1] >= ALIKE), key=lambda found: (-found[1], found[0].pk))


def may_have_neighbours(article: Article) -> bool:
    """Whether any other article shares a mark with this one, as far as the worker has read both: a quick question before
    texts are compared. Of what it has not read yet, it may be so."""
    own = list(Likeness.objects.filter(article=article.pk).values_list("mark", flat=True))
    return not own or Likeness.objects.filter(mark__in=own).exclude(article=article.pk).exists()


def share(one: set[int], other: set[int]) -> float:
    return len(one & other) / len(one | other) if one and other else 0.0


def pairs_of(body: str) -> set[int]:
    words = list(words_of(unescape(TAG.sub(" ", body))))[:READ]
    hashes = [hash_of(word) for word in words]
    return {pair(one, other) for one, other in pairwise(hashes)}


def marks_of(pairs: set[int]) -> list[int]:
    """MARKS numbers (64 bits, signed) for the index; none of a text that is too short. Time grows with its length."""
    if len(pairs) < SHORT:
        return []
    least: dict[int, int] = {}
    for mark in pairs:
        number, place = divmod(mark, BINS)
        if number < least.get(place, number + 1):
            least[place] = number
    filled = [least.get(place, -1) for place in range(BINS)]
    for place in range(2 * BINS - 2, -1, -1):  # an empty bin takes what is in the next one
        if filled[place % BINS] < 0:
            filled[place % BINS] = filled[(place + 1) % BINS]
    return [_mark(n, filled[n * ROWS : (n + 1) * ROWS]) for n in range(MARKS)]


def keep(article: Article, marks: list[int]) -> None:
    """Writes which marks the article has; a mark that many others have is left out. Call it in a transaction."""
    wanted = set(marks)
    there = dict(article.likenesses.values_list("mark", "pk"))
    if gone := [number for mark, number in there.items() if mark not in wanted]:
        Likeness.objects.filter(pk__in=gone).delete()
    new = wanted - there.keys()
    holders = Likeness.objects.filter(mark__in=new).order_by().values("mark").annotate(count=Count("pk"))
    full = {row["mark"] for row in holders if row["count"] >= MOST_WITH_ONE_MARK} if new else set()
    Likeness.objects.bulk_create(
        [Likeness(article=article, mark=mark) for mark in sorted(new - full)], ignore_conflicts=True
    )


def _mark(n: int, rows: list[int]) -> int:
    packed = struct.pack(f">B{ROWS}q", n, *rows)
    return int.from_bytes(blake2b(packed, digest_size=8).digest(), signed=True)

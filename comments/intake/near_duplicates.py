"""Near-identical texts get one cluster, so that a flood is a few rows at the desk.

What spammers change from post to post is left out: digits, capitals, accents, signs, invisible characters, where on its
site a link leads. The words that remain, and each word with its neighbour, are hashed; how many of these hashes two
texts share (Jaccard) is how alike they are. To find the few clusters worth comparing, every cluster leaves some marks
(MinHash, two rows a band: Broder 1997) under an index. The same site, address or number in both is a strong mark: then
far less likeness is enough, and only then may short texts be alike at all, for many people write "Thank you!".
"""

import re
import struct
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import blake2b
from itertools import islice, pairwise
from random import Random

from django.db import connection
from django.utils import timezone

from comments.models.door import Cluster, ClusterKey
from comments.models.signals import MOST_ALIKE
from comments.text.words import fold
from edge.word_pairs import LOW_64, hash_of, pair, words_of

ALIKE = 0.3  # of all words and pairs of neighbours: honest texts reach 0.2, templates filled at random 0.4 and more
ALIKE_WITH_MARK = 0.2  # when both name the same site, address or number
SHORT = 12  # different words; below that only a shared mark counts
READ = 400  # words from the beginning
CONTACTS = 8  # of one text
SKETCH = 128  # hashes that are kept of a text
BANDS = 12  # of two rows each: texts that are 0.4 alike meet in one of them 9 times in 10
COMPARED = 5  # clusters, those with most marks in common
JUST_FOUND = 3  # marks in common
MOST_MARKS = 60  # of one cluster
MOST_WITH_ONE_MARK = 40  # clusters; a mark that everybody has says nothing, and looking it up would take long
RECENT = timedelta(days=7)
FRESH = timedelta(minutes=1)

ROWS = [Random(row).getrandbits(64) | 1 for row in range(2 * BANDS)]  # noqa: S311  no secret: the same everywhere
SITE = re.compile(
    r"(?:https?://|www\.)(?:[^\s/@]{1,60}@)?([\w-]{1,63}(?:\.[\w-]{1,63}){1,6})"
    r"|(?<![\w.@-])([\w-]{1,63}(?:\.[\w-]{1,63}){0,4}(?:\.(?:com|net|org|info|biz|top|xyz|shop|online|site|store|club|ru|cn)\b|\.[a-z]{2,10}/))",
    re.IGNORECASE,
)
LINK = re.compile(r"(?:https?://|www\.)\S{1,500}", re.IGNORECASE)
ADDRESS = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
NUMBER = re.compile(r"\d(?:[ ()./-]{0,2}\d){8,14}")


@dataclass(frozen=True)
class Likeness:
    """What a text is recognised by."""

    sketch: tuple[int, ...]  # the smallest hashes of its words and pairs, in order
    words: int
    contacts: frozenset[int]  # sites, addresses and numbers it names

    @property
    def is_short(self) -> bool:
        return self.words < SHORT

    @property
    def keys(self) -> list[int]:
        """Marks (64 bits, signed) for the index. None of the words' when there are too few."""
        return [*self.contacts, *([] if self.is_short else bands(self.sketch))]


def cluster_for(body: str) -> Cluster | None:
    """The cluster of texts near-identical to this one; a new one with its marks when there is none yet.

    None for words that many people write. One look-up; call it in the transaction that saves the text.
    """
    likeness = likeness_of(body)
    if not (keys := likeness.keys):
        return None
    holders = holders_of(keys)
    for cluster, shared in nearest(holders):
        if is_alike(likeness, cluster, shares_contact=not shared.isdisjoint(likeness.contacts)):
            touch(cluster, [key for key in keys if key not in shared and len(holders[key]) < MOST_WITH_ONE_MARK])
            return cluster
    return remember(likeness, [key for key in keys if len(holders[key]) < MOST_WITH_ONE_MARK])


def alike(cluster: Cluster | None, *, besides: int | None = None) -> int:
    """How many texts of the cluster have come in, but for the comment `besides`; counted up to MOST_ALIKE."""
    if cluster is None or cluster.is_new:
        return 0
    others = cluster.comments.order_by()
    if besides:
        others = others.exclude(pk=besides)
    # Read and counted here: a count around a limit takes the database, and Django, longer.
    return len(others.values_list("pk")[:MOST_ALIKE])


def likeness_of(body: str) -> Likeness:
    text = body if body.isascii() else "".join(map(fold, body))
    found = {hash_of(contact) for contact in islice(contacts(text), CONTACTS)}
    words = list(islice(words_of(LINK.sub(" ", ADDRESS.sub(" ", text))), READ))
    hashes = [hash_of(word) & 0xFFFFFFFF for word in words]
    marks = {*hashes, *(pair(one, other) for one, other in pairwise(hashes))}
    return Likeness(tuple(sorted(marks)[:SKETCH]), len(set(words)), frozenset(map(signed, found)))


def names_a_site(body: str) -> bool:
    """A link, or what everybody would type into the address line: "pills.example/shop"."""
    return SITE.search(body if body.isascii() else "".join(map(fold, body))) is not None


def sites_in(body: str) -> set[str]:
    """What `names_a_site` finds, each once."""
    found = contacts(body if body.isascii() else "".join(map(fold, body)))
    return {contact for contact in found if contact.startswith("site:")}


def contacts(text: str) -> Iterator[str]:
    for match in SITE.finditer(text):
        yield "site:" + site((match[1] or match[2]).rstrip("/").casefold())
    for match in ADDRESS.finditer(text):
        yield "address:" + match[0].casefold()
    for match in NUMBER.finditer(text):
        # The last nine: +44 7700 900123, 0044 7700 900123 and 07700 900123 are one number.
        yield "number:" + re.sub(r"\D", "", match[0])[-9:]


def site(host: str) -> str:
    """Without what can be had for nothing: `a7.pills.example` and `www.pills.example` are one site."""
    labels = host.split(".")
    second_level = len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3
    return ".".join(labels[-3 if second_level else -2 :])


def bands(sketch: tuple[int, ...]) -> Iterator[int]:
    least = [min([mark * row & LOW_64 for mark in sketch]) for row in ROWS]
    for band in range(BANDS):
        rows = struct.pack(">BQQ", band, *least[2 * band : 2 * band + 2])
        yield int.from_bytes(blake2b(rows, digest_size=8).digest(), signed=True)


# Both are written by hand, like TALLY in facts.py, to be quick: somebody waits for her comment to be taken in.
HOLDERS = """
    SELECT cluster.id, cluster.last_at, cluster.sketch, mark.key AS mark
    FROM comments_clusterkey AS mark JOIN comments_cluster AS cluster ON cluster.id = mark.cluster_id
    WHERE mark.key IN ({keys}) AND cluster.last_at > %s
"""
ADD = "INSERT INTO comments_clusterkey (cluster_id, key) VALUES {rows} ON CONFLICT DO NOTHING"


def holders_of(keys: list[int]) -> dict[int, list[Cluster]]:
    """The recent clusters that have each of these marks. Bounded: no mark is written more than MOST_WITH_ONE_MARK times."""
    since = connection.ops.adapt_datetimefield_value(timezone.now() - RECENT)
    holders = defaultdict(list)
    for cluster in Cluster.objects.raw(HOLDERS.format(keys=", ".join(["%s"] * len(keys))), [*keys, since]):
        holders[cluster.mark].append(cluster)
    return holders


def nearest(holders: Mapping[int, list[Cluster]]) -> list[tuple[Cluster, set[int]]]:
    """The few clusters that share most marks, with these marks; the oldest first among equals."""
    shared: dict[Cluster, set[int]] = defaultdict(set)
    for key, clusters in holders.items():
        for cluster in clusters:
            shared[cluster].add(key)
    return sorted(shared.items(), key=lambda one: (-len(one[1]), one[0].pk))[:COMPARED]


def is_alike(likeness: Likeness, cluster: Cluster, *, shares_contact: bool) -> bool:
    theirs = unpacked(cluster.sketch)
    if shares_contact and (likeness.is_short or len(theirs) < 2 * SHORT):
        return True
    return jaccard(likeness.sketch, theirs) >= (ALIKE_WITH_MARK if shares_contact else ALIKE)


def jaccard(one: Sequence[int], other: Sequence[int]) -> float:
    """Exact for texts that fit into a sketch, estimated from the least hashes of both for longer ones."""
    least = sorted({*one, *other})[:SKETCH]
    return len({*one} & {*other} & {*least}) / len(least) if least else 0.0


def remember(likeness: Likeness, keys: list[int]) -> Cluster:
    cluster = Cluster.objects.create(sketch=struct.pack(f">{len(likeness.sketch)}I", *likeness.sketch))
    cluster.is_new = True
    add_marks(cluster, keys)
    return cluster


def touch(cluster: Cluster, lacks: list[int]) -> None:
    """It is still going on, said once a minute: a flood would write the same row again and again. A text that was only
    just found leaves its other marks, so that the next one like it is found easily; each cluster takes some of those."""
    now = timezone.now()
    if now - cluster.last_at > FRESH:
        Cluster.objects.filter(pk=cluster.pk).update(last_at=now)
    if len(lacks) > BANDS - JUST_FOUND and cluster.keys.count() < MOST_MARKS:
        add_marks(cluster, lacks)


def add_marks(cluster: Cluster, keys: list[int]) -> None:
    if keys:
        with connection.cursor() as cursor:
            rows = ", ".join(["(%s, %s)"] * len(keys))
            cursor.execute(ADD.format(rows=rows), [value for key in keys for value in (cluster.pk, key)])


def forget_old_marks() -> int:
    """Deletes the marks of clusters that nothing was added to lately; how many marks. Their texts stay together."""
    return ClusterKey.objects.filter(cluster__last_at__lte=timezone.now() - RECENT).delete()[0]


def unpacked(sketch: bytes | memoryview) -> tuple[int, ...]:
    return struct.unpack(f">{len(sketch) // 4}I", sketch)


def signed(number: int) -> int:
    return number - (1 << 64) if number >> 63 else number

"""What the checks need to know about a comment, asked of the database: a handful of queries, each bounded and on an index.

The rules about words are kept per process and read again when somebody has changed them.
"""

import time
from collections.abc import Iterable
from datetime import timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from disposable_email_domains import blocklist
from django.conf import settings
from django.utils import timezone
from django.utils.crypto import salted_hmac

from comments.checks import DOUBTFUL, Writing
from comments.door.alike import alike
from comments.door.score import score_of, spots_in
from comments.door.words import Rule, Rules, covering, key_of
from comments.models.record import Status
from comments.models.words import WordRule

if TYPE_CHECKING:
    from comments.models.comments import Comment, CommentQuerySet

TEN_MINUTES = timedelta(minutes=10)
LATELY = timedelta(days=90)
TURNED_DOWN = {Status.REJECTED, Status.SPAM}
# Enough to know: of somebody's comments, of others with the same text, of others from the same network.
OF_PERSON, OF_TEXT, OF_NETWORK = 200, 50, 20
# Many people write "Thank you!": a shorter text is a repeat in its own thread only.
SHORT = 30
THROWAWAY: dict[str, bool] = dict.fromkeys(blocklist, True)

# Seconds for which a process trusts the rules it knows. Its own changes it sees at once.
TRUSTED = 1.0


class Known:
    """The rules as this process read them, from which edition of the table, and until when nobody need ask again."""

    rules, edition, until = Rules(), object(), 0.0


def gather(
    comment: "Comment",
    *,
    seconds: float | None = None,
    trapped: bool = False,
    sanctioned: bool = False,
    raid: bool = False,
    outside: str = "",
) -> Writing:
    """A Writing about the comment as it stands in memory, saved or not. What the keywords mean, Writing says."""
    approved, rejected = record_of(comment)
    score = score_of(comment.body)
    return Writing(
        body=comment.body,
        title=title_of(comment),
        seconds=seconds,
        trapped=trapped,
        sanctioned=sanctioned,
        raid=raid,
        outside=outside,
        is_first=not approved,
        rejected_lately=rejected,
        repeats=repeats_of(comment),
        alike=alike(comment.cluster, besides=comment.pk),
        from_network=others_on_network(comment),
        throwaway=throwaway(comment.email),
        score=score,
        score_spots=tuple(spots_in(comment.body)) if score is not None and score >= DOUBTFUL else (),
        language=settings.LANGUAGE_CODE,
        own_hosts=own_hosts(),
        rules=rules_in_force(),
    )


def record_of(comment: "Comment") -> tuple[int, int]:
    """(approved, turned down lately) of this account or address: its first OF_PERSON others. An address that anybody
    can type earns nothing here; it only shows what is new."""
    if not comment.email and not comment.author_id:
        return 0, 0
    theirs = _all_of(comment).by_person(comment).order_by().values_list("status", "decided_at")[:OF_PERSON]
    since = timezone.now() - LATELY
    outcomes = [(status, at is not None and at > since) for status, at in theirs]
    approved = sum(status == Status.APPROVED for status, _lately in outcomes)
    return approved, sum(lately and status in TURNED_DOWN for status, lately in outcomes)


def repeats_of(comment: "Comment") -> int:
    """How many others say the very same, in letters and figures; counted up to OF_TEXT."""
    same = _others(comment).filter(words_key=comment.words_key or words_key(comment.body))
    if len(comment.body) < SHORT:
        same = same.filter(thread=comment.thread_id)
    return len(same.order_by().values_list("pk")[:OF_TEXT])


def words_key(body: str) -> int:
    """64 bits, signed, by which the same words are found again however they are spaced, capped or disguised. Keyed: the
    database alone does not tell which words it stands for."""
    words = key_of(body).replace(" ", "") or body
    key = salted_hmac("comments.door.gather", "", algorithm="sha256").digest()
    return int.from_bytes(blake2b(words.encode(), digest_size=8, key=key).digest(), signed=True)


def others_on_network(comment: "Comment") -> int:
    if not comment.network:
        return 0
    others = _others(comment).from_network(comment.network, within=TEN_MINUTES)
    return len(others.order_by().values_list("pk")[:OF_NETWORK])


def title_of(comment: "Comment") -> str:
    """The title that came with the text: a question's. While its first text is taken in it has no address yet."""
    thread = comment.thread
    opens = thread.opening_id == comment.pk if comment.pk else not thread.address
    return thread.title if opens else ""


def throwaway(email: str) -> str:
    """The domain of the address if addresses there vanish, else ""."""
    domain = email.rpartition("@")[2].lower().rstrip(".")
    return domain if covering(domain, THROWAWAY) else ""


def own_hosts() -> frozenset[str]:
    hosts = [urlsplit(settings.BASE_URL).hostname or "", *settings.ALLOWED_HOSTS]
    return frozenset(host.removeprefix("www.") for host in hosts)


def rules_in_force() -> Rules:
    """Asks once a second whether somebody has changed them, and reads them when somebody has."""
    if time.monotonic() >= Known.until:
        edition = WordRule.edition()
        if edition != Known.edition:
            Known.edition, Known.rules = edition, rules_of(WordRule.objects.active())
        Known.until = time.monotonic() + TRUSTED
    return Known.rules


def forget_rules() -> None:
    """The next text is looked at with the rules as they are then."""
    Known.until = 0.0


def rules_of(rules: Iterable[WordRule]) -> Rules:
    return Rules(tuple(Rule(rule.kind, rule.phrase) for rule in rules))


def _all_of(comment: "Comment") -> "CommentQuerySet":
    """Its model's table: the model imports this module, so this module cannot import the model."""
    return cast("CommentQuerySet", type(comment).objects.all())


def _others(comment: "Comment") -> "CommentQuerySet":
    """All but itself; a text that is just coming in has no number yet."""
    return _all_of(comment).exclude(pk=comment.pk) if comment.pk else _all_of(comment)

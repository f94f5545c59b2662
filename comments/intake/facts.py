"""Facts about a comment that the checks need, asked of the database: one query, each part bounded and on an index.

The rules about words are kept per process and read again when somebody has changed them; a new site begins with some.
"""

import time
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from disposable_email_domains import blocklist
from django.conf import settings
from django.db import connection
from django.utils import timezone

from accounts.names import looks_like_the_house
from comments.intake.checks import DOUBTFUL, Writing
from comments.intake.near_duplicates import alike
from comments.intake.score import score_of, spots_in
from comments.models import Comment, WordRule
from comments.text.words import Rule, Rules, covering, key_of, words_key
from edge.mailboxes import mailbox_of

TEN_MINUTES = timedelta(minutes=10)
LATELY = timedelta(days=90)
# Enough to know: of somebody's comments, of others with the same text, of others from the same network.
OF_PERSON, OF_TEXT, OF_NETWORK = 200, 50, 20
# Many people write "Thank you!": a shorter text is a repeat in its own thread only.
SHORT = 30
# One file a kind: what a new site begins with, and moderators make their own.
FIRST_RULES = Path(__file__).with_name("first_word_rules")
THROWAWAY: dict[str, bool] = dict.fromkeys(blocklist, True)

# Seconds for which a process trusts the rules it knows. Its own changes it sees at once.
TRUSTED = 1.0


class InForce:
    """The rules as this process read them, from which edition of the table, and until when nobody need ask again."""

    rules, edition, until = Rules(), object(), 0.0


def facts_about(comment: Comment, **sent: Any) -> Writing:
    """A Writing about the comment as it stands in memory, saved or not. `sent` is what the database does not know, as
    Writing has it: seconds, trapped, sanctioned, raid, outside."""
    tally = tally_of(comment)
    score = score_of(comment.body)
    return Writing(
        body=comment.body,
        title=title_of(comment),
        name=comment.display_name,
        posing=posing(comment),
        is_first=not tally.approved,
        rejected_lately=tally.turned_down,
        repeats=tally.repeats,
        alike=alike(comment.cluster, besides=comment.pk),
        from_network=tally.on_network,
        throwaway=throwaway(comment.email),
        score=score,
        score_spots=tuple(spots_in(comment.body)) if score is not None and score >= DOUBTFUL else (),
        language=settings.LANGUAGE_CODE,
        own_hosts=own_hosts(),
        rules=rules_in_force(),
        **sent,
    )


class Tally(NamedTuple):
    """What stands in the database beside a comment; each is counted only as far as anybody needs to know."""

    approved: int  # of this account or address, among OF_PERSON of its others
    turned_down: int  # of the same, lately
    repeats: int  # others that say the very same, in letters and figures
    on_network: int  # others that came from its network in TEN_MINUTES


# By hand, in one statement, because it is asked while somebody waits for her comment to be taken in: as three
# querysets it takes three times as long. NULL, an unknown person or network, is equal to nothing.
TALLY = """
    SELECT
        COALESCE(SUM(CASE WHEN status = 'approved' THEN 1 ELSE 0 END), 0),
        COALESCE(SUM(CASE WHEN status IN ('rejected', 'spam') AND decided_at > %(lately)s THEN 1 ELSE 0 END), 0),
        (SELECT COUNT(*) FROM (
            SELECT 1 FROM comments_comment
            WHERE words_key = %(words)s AND id <> %(itself)s AND status <> 'withdrawn' {in_thread} LIMIT %(of_text)s
        ) AS same),
        (SELECT COUNT(*) FROM (
            SELECT 1 FROM comments_comment
            WHERE network = %(network)s AND created_at > %(ten_minutes_ago)s AND id <> %(itself)s LIMIT %(of_network)s
        ) AS near)
    FROM (
        SELECT status, decided_at FROM comments_comment
        WHERE (mailbox = %(mailbox)s OR author_id = %(author)s) AND id <> %(itself)s LIMIT %(of_person)s
    ) AS theirs
"""


def tally_of(comment: Comment) -> Tally:
    """One query, on four indexes. An address that anybody can type earns nothing here; it only shows what is new."""
    now, moment = timezone.now(), connection.ops.adapt_datetimefield_value
    asked = {
        "itself": comment.pk or 0,
        "mailbox": mailbox_of(comment.email) or None,
        "author": comment.author_id,
        "lately": moment(now - LATELY),
        "words": comment.words_key or words_key(comment.body),
        "thread": comment.thread_id,
        "network": comment.network or None,
        "ten_minutes_ago": moment(now - TEN_MINUTES),
        "of_person": OF_PERSON,
        "of_text": OF_TEXT,
        "of_network": OF_NETWORK,
    }
    in_thread = "AND thread_id = %(thread)s" if len(comment.body) < SHORT else ""
    with connection.cursor() as cursor:
        cursor.execute(TALLY.format(in_thread=in_thread), asked)
        return Tally(*cursor.fetchone())


def title_of(comment: Comment) -> str:
    """The title that came with the text: a question's. While its first text is taken in it has no address yet."""
    thread = comment.thread
    opens = thread.opening_id == comment.pk if comment.pk else not thread.address
    return thread.title if opens else ""


def posing(comment: Comment) -> str:
    """Whose name it could be taken for. A writer's own is shown with her chip; who works here may name her role."""
    if comment.writer_id or (comment.author and comment.author.is_staff):
        return ""
    return looks_like_the_house(comment.name)


def throwaway(email: str) -> str:
    """The domain of the address if addresses there vanish, else ""."""
    domain = email.rpartition("@")[2].lower().rstrip(".")
    return domain if covering(domain, THROWAWAY) else ""


def own_hosts() -> frozenset[str]:
    hosts = [urlsplit(settings.BASE_URL).hostname or "", *settings.ALLOWED_HOSTS]
    return frozenset(host.removeprefix("www.") for host in hosts)


def rules_in_force() -> Rules:
    """Asks once a second whether somebody has changed them, and reads them when somebody has."""
    if time.monotonic() >= InForce.until:
        edition = WordRule.edition()
        if edition != InForce.edition:
            InForce.edition, InForce.rules = edition, rules_of(WordRule.objects.active())
        InForce.until = time.monotonic() + TRUSTED
    return InForce.rules


def forget_rules() -> None:
    """The next text is looked at with the rules as they are then."""
    InForce.until = 0.0


def rules_of(rules: Iterable[WordRule]) -> Rules:
    return Rules(tuple(Rule(rule.kind, rule.phrase) for rule in rules))


def make_first_rules(**kwargs: Any) -> None:
    """Fills an empty list of word rules. Runs after `migrate`; never touches a list that has something."""
    if WordRule.objects.exists():
        return
    rules: dict[str, WordRule] = {}
    for kind in WordRule.Kind.values:
        for phrase in phrases_of(kind):
            key = key_of(phrase)
            rules.setdefault(key, WordRule(kind=kind, phrase=phrase, matched=key))
    WordRule.objects.bulk_create(rules.values())


def phrases_of(kind: str) -> list[str]:
    lines = (FIRST_RULES / f"{kind}.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]

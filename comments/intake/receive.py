"""The door: a reader's words are taken in or changed, looked at by the checks, and wait or appear at once."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from accounts.models import User, Writer
from comments.captcha import challenge as captchas
from comments.decisions.comments import approve, fresh, lock, move, write
from comments.intake import raids
from comments.intake.checks import is_held, look_at, verdict
from comments.intake.facts import TEN_MINUTES, facts_about, title_of
from comments.intake.near_duplicates import cluster_for, names_a_site, sites_in
from comments.intake.trust import is_known
from comments.models import MAX_DEPTH, AlreadyDecided, Comment, NotReceived, Raid, Sanction, Status, Thread, Version
from comments.text.words import words_key
from edge.network import WIDER, one_at_a_time, shares, wider_key

# What one network may send to be read. Everybody together may send anything: raids.py sees to floods.
PER_NETWORK = [(TEN_MINUTES, 5), (timedelta(days=1), 20)]
# Each is kept, with a line in the record: nobody needs as many, and a script would fill the database.
MOST_VERSIONS = 50
# Signals of how it was sent, not of what it says: an edit does not take them back.
SENDING = {"trap", "fast", "old_form", "raid"}
Why = NotReceived.Why


def receive(
    thread: Thread,
    *,
    name: str,
    email: str,
    body: str,
    author: User | None = None,
    writer: Writer | None = None,
    parent: Comment | None = None,
    network: str = "",
    form_key: str | None = None,
    captcha: str | None = None,
    terms: Any = None,
    wants_mail: bool = False,
    seconds: float | None = None,
    trapped: bool = False,
    limited: bool = True,
) -> Comment:
    """The one door: takes in what a reader wrote, and says what becomes of it.

    The same `form_key` again returns the comment that it made the first time. `captcha` is a key that was answered
    and is spent here. `seconds` since the form was drawn, `trapped` when a hidden field was filled in;
    `limited=False` for people who may write as fast as they like. Raises NotReceived; then nothing is saved.
    """
    comment = Comment(
        thread=thread, name=name, email=email.lower(), body=body, author=author, writer=writer, network=network,
        form_key=form_key, terms=terms, wants_mail=wants_mail and bool(email),
    )  # fmt: skip
    try:
        with transaction.atomic():
            return _take_in(comment, parent=parent, captcha=captcha, seconds=seconds, trapped=trapped, limited=limited)
    except NotReceived as refusal:
        if refusal.why == Why.LINKS:
            raids.count_refusal(thread.pk)
        raise
    except IntegrityError:
        # The same form at the very same moment, under another thread's lock.
        if earlier := Comment.objects.sent_with(form_key):
            return earlier
        raise


def revise(comment: Comment, *, body: str) -> Version:
    """The writer's own new wording, for some hours; the same checks look at it.

    A comment that waits gets the new text; an approved one keeps its text until a moderator approves the new one.
    Raises AlreadyDecided when a moderator, or another window of hers, was faster or the time is up; NotReceived when
    she may not write, nobody may write here any more, or she has changed it MOST_VERSIONS times.
    """
    if comment.is_editable:
        # As it is now, and outside of what is rolled back: what is refused in a raid is counted.
        _let_change(Thread.objects.get(pk=comment.thread_id), comment, body)
    with transaction.atomic():
        lock(comment)
        before = comment.state
        if not comment.is_editable:
            raise AlreadyDecided(fresh(comment))
        sanction = _sanction_on(comment)
        newest = comment.versions.aggregate(number=models.Max("number"))["number"] or comment.version
        if newest >= MOST_VERSIONS:
            raise NotReceived(Why.CHANGES)
        after = before.arrived(newest + 1)
        stands, comment.body, comment.edited_at = comment.body, body, timezone.now()
        run_checks(comment, sanctioned=sanction is not None)
        if after.waiting:
            comment.body = stands
        move(
            comment, after, seen=before, body=comment.body, edited_at=comment.edited_at, signals=comment.signals,
            priority=comment.priority, is_held=comment.is_held, is_crisis=comment.is_crisis, cluster=comment.cluster,
            words_key=comment.words_key, outside_at=comment.outside_at,
        )  # fmt: skip
        version = comment.versions.create(number=after.read_version, body=body, signals=comment.signals)
        write(comment, Status.PENDING, version=version, before=before, by=None, note=_codes(comment))
        return version


def run_checks(
    comment: Comment,
    *,
    seconds: float | None = None,
    trapped: bool = False,
    sanctioned: bool = False,
    raid: bool = False,
    newcomer: bool = True,
) -> None:
    """Over the text as it is in memory; nothing is saved. What an earlier version's sending gave away stays noticed."""
    comment.cluster = cluster_for(comment.body) if newcomer else None
    comment.words_key = words_key(comment.body)
    comment.outside_at = None if trapped or not _is_asked_outside(comment) else timezone.now()
    outside = "wait" if comment.outside_at else ""
    found = look_at(
        facts_about(comment, seconds=seconds, trapped=trapped, sanctioned=sanctioned, raid=raid, outside=outside)
    )
    found += [old for old in comment.reasons if old.code in SENDING and old.code not in {new.code for new in found}]
    comment.signals = [signal.as_json() for signal in found]
    comment.priority = sum(signal.points for signal in found)
    comment.is_crisis, comment.is_held = comment.sounds_like_crisis, is_held(found)


def _take_in(
    comment: Comment,
    *,
    parent: Comment | None,
    captcha: str | None,
    seconds: float | None,
    trapped: bool,
    limited: bool,
) -> Comment:
    # One at a time per thread: whether it is open and how much was written must be true when we save.
    thread = Thread.objects.select_for_update(no_key=True).get(pk=comment.thread_id)
    if earlier := Comment.objects.sent_with(comment.form_key):
        return earlier
    known = is_known(comment.author)
    _let_in(thread, comment, known=known, limited=limited)
    _hang_under(comment, parent)
    sanction = _sanction_on(comment)
    # Who shares a network with somebody else does not wait for him when the house knows her.
    sanctioned = sanction is not None and not (sanction.network and known)
    raid = None if known else _raid_for(thread, comment)
    run_checks(
        comment, seconds=seconds, trapped=trapped, sanctioned=sanctioned, raid=raid is not None, newcomer=not known
    )
    comment.save(force_insert=True)
    if captcha is not None and not captchas.spend(captcha):
        raise NotReceived(Why.CAPTCHA)
    Thread.objects.filter(pk=thread.pk).update(last_at=comment.created_at)
    _begin(comment, may_appear=known and thread.mode in {Thread.Mode.OPEN, Thread.Mode.TRUSTED})
    return comment


def _begin(comment: Comment, *, may_appear: bool) -> None:
    """The first version, the first line of the record, and what the checks alone may decide."""
    first = comment.versions.create(number=comment.version, body=comment.body, signals=comment.signals)
    write(comment, Status.PENDING, version=first, before=None, by=None, note=_codes(comment))
    if verdict(comment.reasons, may_appear=may_appear) == Status.APPROVED:
        approve(comment, by=None)


def _codes(comment: Comment) -> str:
    return ", ".join(signal.code for signal in comment.reasons)


def _is_asked_outside(comment: Comment) -> bool:
    """Readers' words, while the outside check is on; what people of the house write stays in it."""
    of_the_house = comment.writer_id or (comment.author and comment.author.is_staff)
    return bool(settings.OUTSIDE_CHECK_URL) and not of_the_house


# --- Who may write ---------------------------------------------------------------------------------------------------


def _let_in(thread: Thread, comment: Comment, *, known: bool, limited: bool) -> None:
    if why := thread.door_for(known=known):
        raise NotReceived(why)
    if limited and comment.network and _is_too_much(comment.network):
        raise NotReceived(Why.TOO_MANY)


def _let_change(thread: Thread, comment: Comment, body: str) -> None:
    """What the door says to new words for a text that is here already. Raises NotReceived.

    Where nobody can write nobody changes either, and a newcomer brings no link in by the back door of a raid.
    """
    if not thread.is_open:
        raise NotReceived(Why.NO_CHANGES)
    if not sites_in(body) - sites_in(comment.read_body) or is_known(comment.author):
        return
    if raids.going_on(thread.pk):
        raids.count_refusal(thread.pk)
        raise NotReceived(Why.LINKS)


def _hang_under(comment: Comment, parent: Comment | None) -> None:
    """Makes it a reply. A reply to the text that opens the thread is a comment like any other."""
    if parent is None or parent.pk == comment.thread.opening_id:
        return
    # Asked again: a moderator may have taken it away while the answer was being typed.
    if not comment.thread.comments.filter(pk=parent.pk, status=Status.APPROVED).exists():
        raise NotReceived(Why.PARENT_GONE)
    comment.parent, comment.root_id = parent, parent.root_id or parent.pk
    comment.depth = min(parent.depth + 1, MAX_DEPTH)


def _sanction_on(comment: Comment) -> Sanction | None:
    """The strongest sanction on the person, who may write all the same. Raises NotReceived when she may not."""
    sanction = Sanction.objects.on(user=comment.author, email=comment.email, network=comment.network).first()
    if sanction and sanction.shuts_out:
        # Why, and until when, is told to an account: anybody can type anybody's address.
        raise NotReceived(Why.SANCTION, sanction if comment.author_id else None)
    return sanction


def _raid_for(thread: Thread, comment: Comment) -> Raid | None:
    """The raid that a newcomer writes in. The text that starts one is held, never sent back: what sends a text back
    saves nothing, so the raid would not begin."""
    if raid := raids.going_on(thread.pk):
        if names_a_site("\n".join([comment.body, title_of(comment), comment.name])):
            raise NotReceived(Why.LINKS)
        return raid
    return raids.detect_flood(thread.pk)


def _is_too_much(network: str) -> bool:
    """Whether the network has sent as much as it may, here and elsewhere."""
    one_at_a_time(f"comments {wider_key(network)}")
    longest, most = max(PER_NETWORK)
    lately = Comment.objects.from_network(wider_key(network), within=longest).order_by("-created_at")
    sent = list(lately.values_list("created_at", "network")[: WIDER * most])
    return any(_is_over([at for at, whose in sent if whose.startswith(key)], times) for key, times in shares(network))


def _is_over(moments: list[datetime], times: int) -> bool:
    """Whether so many times what one network may send was sent at these moments, the newest first."""
    now = timezone.now()
    return any(len(moments) >= times * n and now - moments[times * n - 1] < span for span, n in PER_NETWORK)

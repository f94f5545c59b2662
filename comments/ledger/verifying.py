"""Verification that the record is whole, and that everything stands as it says. It goes in steps, so that millions of rows
neither fill the memory nor keep the worker from its other work: it looks at the whole record every night, and counts again
what is kept as a number. The admin's front page tells moderators when something is not as it should be."""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta

from django.db import transaction
from django.db.models import Count, Exists, F, Min, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from comments.ledger.sealing import seals_are_late, the_seal
from comments.models import Comment, Decision, Helpful, Report, Sanction, Seal, State, Status, Thread, Version
from comments.models.record import sealed

LINES = 1_000  # of the record in one step
NUMBERS = 1_000  # of comments in one step
NIGHT = range(2, 6)  # the hours of the newsroom's clock in which a look begins
A_DAY, OVERDUE = timedelta(hours=20), timedelta(hours=36)
AT_ONCE = 0.5  # seconds: letters must not wait for millions of rows
KEPT = 20  # sentences about what was found
AT_MOST = 5_000  # rows put right in one night


@dataclass
class Look:
    """How far a look has come: plain numbers and texts, so that it can be kept as JSON between two steps."""

    part: str = "chain"
    place: int = 0
    digest: str = ""
    number: int = 0
    sanction: int = 0
    comments: int = 0
    # The end of the chain when the look began: it may have grown since, never shrunk.
    seal_place: int = 0
    seal_digest: str = ""
    # A digest noted earlier, by whoever does not trust the database: still in the chain?
    expect: str = ""
    # Whose account must be gone: their decisions stand without it.
    left: list[int] = field(default_factory=list)

    @classmethod
    def begin(cls, *, expect: str = "") -> "Look":
        seal = the_seal()
        return cls(seal_place=seal.place, seal_digest=seal.digest, expect=expect)

    @property
    def is_done(self) -> bool:
        return not self.part

    def step(self) -> list[str]:
        """The next thousand rows: a sentence for everything that is not as it should be."""
        return list(PARTS[self.part](self))

    def to_the_end(self) -> Iterator[str]:
        while not self.is_done:
            yield from self.step()


# --- The chain -------------------------------------------------------------------------------------------------------


def look_at_chain(look: Look) -> Iterator[str]:
    lines = list(Decision.objects.filter(place__gt=look.place).order_by("place")[:LINES])
    for line in lines:
        yield from problems_in_chain(look, line)
        look.place, look.digest = line.place or 0, line.digest
        if look.expect == line.digest:
            look.expect = ""
    if not lines:
        yield from problems_at_the_end(look)
        look.part = "comments"


def problems_in_chain(look: Look, line: Decision) -> Iterator[str]:
    if line.place != look.place + 1:
        yield _("Something is missing before place %(place)d of the chain.") % {"place": line.place}
    elif line.digest != line.chained(line.place, look.digest):
        yield _("Decision %(number)d was changed after it was sealed.") % {"number": line.pk}
    if line.place == look.seal_place and line.digest != look.seal_digest:
        yield _("The seal does not fit decision %(number)d, the last of the chain.") % {"number": line.pk}
    yield from problems_with_what_may_go(look, line)


def problems_at_the_end(look: Look) -> Iterator[str]:
    if look.place < look.seal_place:
        yield _("The chain ends at place %(place)d; it once reached %(was)d.") % {
            "place": look.place, "was": look.seal_place,
        }  # fmt: skip
    if look.expect:
        yield _("The expected digest %(digest)s does not stand in the chain.") % {"digest": look.expect}
    if seals_are_late():
        yield _("Decisions wait to be sealed for more than a minute: does the worker run?")
    for line in Decision.objects.filter(place=None).order_by("id")[:LINES]:
        yield from problems_with_what_may_go(look, line)
    for person in User.objects.filter(pk__in=look.left).values_list("pk", flat=True):
        yield _("Decisions of person %(number)d lack her name, though her account is there.") % {"number": person}


def problems_with_what_may_go(look: Look, line: Decision) -> Iterator[str]:
    """What is not in the chain itself, because it may be forgotten: all of it may be gone, none of it may be changed."""
    forgotten = not (line.salt or line.note or line.explanation)
    if not forgotten and line.private != sealed(line.salt, line.note, line.explanation):
        yield _("The note or the explanation of decision %(number)d was changed.") % {"number": line.pk}
    if line.by_id not in {None, line.by_number} or line.comment_id not in {None, line.number}:
        yield _("Decision %(number)d was given to somebody else, or to another comment.") % {"number": line.pk}
    if line.by_id is None and line.by_number and not forgotten and line.by_number not in look.left:
        look.left.append(line.by_number)


# --- The comments ----------------------------------------------------------------------------------------------------


@dataclass
class Told:
    """One comment, and everything the record says about it."""

    number: int
    comment: Comment | None = None
    lines: list[Decision] = field(default_factory=list)
    # Decided about the writer because of it.
    others: list[Decision] = field(default_factory=list)
    versions: dict[int, Version] = field(default_factory=dict)
    thread_is_gone: bool = False


def look_at_comments(look: Look) -> Iterator[str]:
    first = next_number(look.number)
    if first is None:
        look.part = "sanctions"
        return
    for told in everything_about(first, first + NUMBERS):
        look.comments += told.comment is not None
        if any(problems_with(told)):
            yield from problems_when_alone(told.number)
    look.number = first + NUMBERS - 1


def next_number(after: int) -> int | None:
    comment = Comment.objects.filter(pk__gt=after).aggregate(first=Min("pk"))["first"]
    line = Decision.objects.filter(number__gt=after).aggregate(first=Min("number"))["first"]
    return min((number for number in (comment, line) if number is not None), default=None)


def everything_about(first: int, end: int) -> Iterable[Told]:
    span = (first, end - 1)
    found: dict[int, Told] = {}
    fields = ["status", "version", "waiting_version", "body"]
    for comment in Comment.objects.filter(pk__range=span).only(*fields):
        found[comment.pk] = Told(comment.pk, comment)
    for version in Version.objects.filter(comment__pk__range=span).only("comment", "number", "body", "salt"):
        found.setdefault(version.comment_id, Told(version.comment_id)).versions[version.number] = version
    for line in Decision.objects.filter(number__range=span).order_by("id"):
        told = found.setdefault(line.number or 0, Told(line.number or 0))
        (told.lines if line.is_about_words else told.others).append(line)
    mark_gone_threads(found.values())
    return found.values()


def mark_gone_threads(found: Iterable[Told]) -> None:
    gone = {told.lines[-1].thread_number: told for told in found if told.comment is None and told.lines}
    there = set(Thread.objects.filter(pk__in=gone).values_list("pk", flat=True))
    for told in found:
        if told.comment is None and told.lines:
            told.thread_is_gone = told.lines[-1].thread_number not in there


def problems_when_alone(number: int) -> list[str]:
    """Somebody may have decided between two reads: what looks wrong is read again while nobody can."""
    with transaction.atomic():
        Comment.objects.select_for_update(no_key=True).filter(pk=number).values_list("pk").first()
        return [problem for told in everything_about(number, number + 1) for problem in problems_with(told)]


def problems_with(told: Told) -> Iterator[str]:
    number = {"number": told.number}
    state, problems = fold(told.lines)
    yield from problems
    if told.comment is None:
        # Retention deletes spam, and a page takes along what was written under it. Nothing else may be gone.
        if not told.thread_is_gone and (state is None or state.status != Status.SPAM):
            yield _("Comment %(number)d is gone, and the record does not say why.") % number
        return
    if state != told.comment.state:
        yield _("Comment %(number)d is %(is)s; the record says %(says)s.") % {
            **number, "is": in_words(told.comment.state), "says": in_words(state),
        }  # fmt: skip
    yield from problems_with_words(told, told.comment)


def fold(lines: Sequence[Decision]) -> tuple[State | None, list[str]]:
    """Where a comment stands, from nothing but what was decided about it; and what cannot have been so."""
    state: State | None = None
    before_last: State | None = None
    problems = []
    for nth, line in enumerate(lines):
        after = line.follow(state, before_last)
        last = lines[nth - 1] if nth else None
        undoes_another = bool(line.undoes_id) and (last is None or line.undoes_id != last.pk)
        comes_too_late = last is not None and last.is_withdrawal
        if after is None or line.state_before != state or undoes_another or comes_too_late:
            problems.append(_("Decision %(number)d cannot follow what was decided before.") % {"number": line.pk})
        before_last, state = state, after or State(line.outcome, line.version)
    return state, problems


def problems_with_words(told: Told, comment: Comment) -> Iterator[str]:
    for line in [*told.lines, *told.others]:
        if line.comment_id is None:
            yield _("Decision %(number)d was cut off from its comment.") % {"number": line.pk}
    for line in told.lines:
        version = told.versions.get(line.version)
        forgotten = version is not None and not (version.salt or version.body)
        if not forgotten and (version is None or version.digest != line.words):
            yield _("The words that decision %(number)d is about were changed.") % {"number": line.pk}
    stands = told.versions.get(comment.version)
    if stands is not None and stands.body != comment.body:
        yield _("The words of comment %(number)d are not those of its version.") % {"number": comment.pk}


def in_words(state: State | None) -> str:
    if state is None:
        return _("nothing")
    waiting = _(", with version %(n)d waiting") % {"n": state.waiting} if state.waiting else ""
    return _("%(status)s in version %(n)d") % {"status": Status(state.status).label, "n": state.version} + waiting


# --- The sanctions ---------------------------------------------------------------------------------------------------


def look_at_sanctions(look: Look) -> Iterator[str]:
    sanctions = list(
        Sanction.objects.filter(pk__gt=look.sanction).order_by("pk").prefetch_related("decisions")[:NUMBERS]
    )
    for sanction in sanctions:
        lines = sorted(sanction.decisions.all(), key=lambda line: line.pk)
        says = [(line.outcome, line.until) for line in lines[:1]] == [(sanction.kind, sanction.until)]
        undone = {line.undoes_id for line in lines}
        lifted = any(line.outcome == Decision.Outcome.LIFTED and line.pk not in undone for line in lines)
        if not says or lifted != (sanction.lifted_at is not None):
            yield _("Sanction %(number)d is not as the record says.") % {"number": sanction.pk}
        look.sanction = sanction.pk
    if not sanctions:
        look.part = ""


PARTS = {"chain": look_at_chain, "comments": look_at_comments, "sanctions": look_at_sanctions}


# --- By night ----------------------------------------------------------------------------------------------------------


def look_by_night() -> bool:
    """Half a second of the look that is under way, or due; says whether there is more to do. Several workers may call
    it at once: of two who take the same step one counts."""
    seal = the_seal()
    if not seal.look and not is_due(seal):
        return False
    look = Look(**seal.look["at"]) if seal.look else Look.begin()
    found = [*seal.look.get("found", []), *some_steps(look)]
    if look.is_done:
        found += recount()
        after = {"look": {}, "problems": found[:KEPT], "looked_at": timezone.now()}
    else:
        after = {"look": {"at": asdict(look), "found": found[:KEPT]}}
    Seal.objects.filter(pk=seal.pk, steps=seal.steps).update(steps=seal.steps + 1, **after)
    return not look.is_done


def is_due(seal: Seal) -> bool:
    if seal.looked_at is None:
        return True
    age = timezone.now() - seal.looked_at
    return age > OVERDUE or (age > A_DAY and timezone.localtime().hour in NIGHT)


def some_steps(look: Look) -> Iterator[str]:
    end = time.monotonic() + AT_ONCE
    while not look.is_done and time.monotonic() < end:
        yield from look.step()


def recount() -> list[str]:
    """Counts again, and puts right what is off. What waits needs no count: a constraint of the database holds it."""
    # Found first, without a lock on anything: it reads every comment.
    wrong = Comment.objects.annotate(votes=votes()).exclude(helpful_count=F("votes"))
    numbers = list(wrong.values_list("pk", flat=True)[:AT_MOST])
    helpful = Comment.objects.filter(pk__in=numbers).update(helpful_count=votes())
    reported = put_reports_right()
    problems = []
    if helpful:
        problems.append(_("%(n)d comments showed a wrong number of helpful votes; put right.") % {"n": helpful})
    if reported:
        problems.append(_("%(n)d comments stood in the wrong queue of reports; put right.") % {"n": reported})
    return problems


def votes() -> Coalesce:
    counted = Helpful.objects.filter(comment=OuterRef("pk")).order_by().values("comment").annotate(n=Count("pk"))
    return Coalesce(Subquery(counted.values("n")), 0)


def put_reports_right() -> int:
    """`reported_at` stands where a report is open, and nowhere else."""
    still = Report.objects.open().filter(comment=OuterRef("pk"))
    first = still.order_by("created_at").values("created_at")[:1]
    lacking = Comment.objects.filter(reported_at=None, pk__in=Report.objects.open().values("comment"))
    idle = Comment.objects.filter(~Exists(still), reported_at__isnull=False)
    return lacking.update(reported_at=Subquery(first)) + idle.update(reported_at=None)

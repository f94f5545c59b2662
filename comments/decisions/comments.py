"""Decisions about comments: approve, reject, remove, keep, take back. Each is one step from the state that somebody saw,
with a line in the record and the letters that follow; of two who decide at once one gets AlreadyDecided."""

from collections.abc import Callable
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from accounts.models import User
from comments.letters import comment_letters, decision_letters
from comments.models import (
    AlreadyDecided,
    Appeal,
    Batch,
    Comment,
    Decision,
    OwnWords,
    Report,
    Seen,
    State,
    Status,
    Verb,
    Version,
)
from comments.models.wording import house_ground
from edge.models import Letter

# What a decision says beside its reason (`said`): note, explanation, ground, source, machine_found, territory, until and
# batch; see Decision for each. `by`: nobody, when the checks decide.


def approve(comment: Comment, *, by: User | None, **said: Any) -> Decision:
    """Readers see it from now on, and the people who asked for it get a letter."""
    with transaction.atomic():
        decision = _decide(comment, Status.APPROVED, by=by, **said)
        comment_letters.write_about(comment)
    return decision


def reject(comment: Comment, *, by: User | None, reason: str, **said: Any) -> Decision:
    return _decide(comment, Status.REJECTED, by=by, reason=reason, **said)


def mark_as_spam(comment: Comment, *, by: User | None, **said: Any) -> Decision:
    return _decide(comment, Status.SPAM, by=by, reason=Decision.Reason.SPAM, **said)


def remove(comment: Comment, *, by: User | None, reason: str, **said: Any) -> Decision:
    return _decide(comment, Status.REMOVED, by=by, reason=reason, **said)


def keep(comment: Comment, *, by: User, **said: Any) -> Decision:
    """Reported, looked at, and fine: it stays, and this text is not reported again. Of two who say so, one does."""
    state = comment.state
    if not comment.is_public or comment.reported_at is None:
        raise AlreadyDecided(fresh(comment))
    if by.pk == comment.author_id:
        raise OwnWords(comment)
    with transaction.atomic():
        # Nothing about the state changes, so the report itself is what is compared and set.
        move(comment, state, same={"reported_at": comment.reported_at}, checked_version=comment.version)
        return write(comment, Status.APPROVED, version=comment.version, before=state, by=by, **said)


def withdraw(comment: Comment) -> Decision:
    """Its writer takes it back, for good. Raises AlreadyDecided when a moderator, or she herself, was faster."""
    state = comment.state
    if not state.is_editable:
        raise AlreadyDecided(fresh(comment))
    with transaction.atomic():
        move(comment, State(Status.WITHDRAWN, state.version), seen=state, decided_at=None)
        comment_letters.hold_back(comment)
        reason = Decision.Reason.WITHDRAWN
        decision = write(
            comment, Status.WITHDRAWN, version=state.version, before=state, by=comment.author, reason=reason
        )
        settle_reports(comment, decision)
        _settle_appeals(models.Q(decision__comment=comment), Appeal.Outcome.DROPPED)
        return decision


def restore(comment: Comment, decision: Decision, *, by: User) -> Decision | None:
    """What `decision` took away stands again, because an appeal was right. None when it had moved on meanwhile."""
    with transaction.atomic():
        lock(comment)
        comment.refresh_from_db()
        source = Decision.Source.APPEAL
        if (comment.status, comment.version) == (decision.outcome, decision.version):
            return approve(comment, by=by, source=source)
        state = comment.state
        if state != State(Status.APPROVED, decision.stood) or decision.version <= comment.version:
            return None
        text = comment.versions.get(number=decision.version)
        after = State(Status.APPROVED, text.number)
        move(comment, after, seen=state, body=text.body, decided_at=timezone.now())
        return write(comment, Status.APPROVED, version=text, before=state, by=by, source=source)


def undo(comment: Comment, decision: Decision, *, by: User, appeal: Appeal | None = None) -> Decision:
    """Takes the last decision back, for some minutes: everything is as it was, and mail that has not left stays.

    `appeal`: it gave this back and is itself taken back. Raises AlreadyDecided when it is not the last one any more,
    was taken back already, or is too old."""
    with transaction.atomic():
        lock(comment)
        was, now = decision.state_before, comment.state
        in_time = decision.is_fresh if appeal else decision.may_be_undone
        if was is None or decision != comment.lines.first() or not in_time:
            raise AlreadyDecided(fresh(comment))
        stood = (
            comment.lines.filter(pk__lt=decision.pk, undoes=None, undone=None).exclude(outcome=Status.PENDING).first()
        )
        decided_at = stood.at if stood and was.status != Status.PENDING else None
        noticed = _signals_of(comment, was.read_version) if was.waiting else {}
        body = comment.versions.get(number=was.version).body
        move(comment, was, seen=now, body=body, decided_at=decided_at, **noticed)
        comment_letters.withdraw(comment, decision)
        undone = write(comment, was.status, version=was.read_version, before=now, by=by, undoes=decision)
        _reopen_reports(comment, decision)
        _settle_appeals(models.Q(decision=decision), Appeal.Outcome.OVERTURNED)
        if was.status in {Status.REJECTED, Status.REMOVED}:
            _reopen_appeals(decision)
        return undone


def _decide(comment: Comment, outcome: str, *, by: User | None, **said: Any) -> Decision:
    """Compare and set on what the comment was when it was loaded: its state, and the text that was read.

    Raises AlreadyDecided when either has changed since, or when the move is not a legal one.
    """
    before = comment.state
    if not before.may_become(outcome):
        raise AlreadyDecided(fresh(comment))
    if by and by.pk == comment.author_id and outcome == Status.APPROVED and before.read_status != Status.PENDING:
        raise OwnWords(comment)
    with transaction.atomic():
        version = before.version if outcome == Status.REMOVED else before.read_version
        after = before.decided(outcome, version)
        body = comment.body if after.version == before.version else comment.versions.get(number=after.version).body
        said.setdefault("machine_found", bool(comment.priority))
        # An edit that was turned down takes along what was noticed in it.
        noticed = _signals_of(comment, after.version) if before.waiting and not after.waiting else {}
        move(comment, after, seen=before, body=body, decided_at=timezone.now(), **noticed)
        decision = write(comment, outcome, version=version, before=before, by=by, **said)
        if not comment.is_public:
            comment_letters.hold_back(comment)
        elif before.status in {Status.REJECTED, Status.REMOVED}:
            _settle_appeals(models.Q(decision__comment=comment), Appeal.Outcome.OVERTURNED)
        if decision.needs_statement:
            decision_letters.write_decision(comment, decision)
        return decision


def _signals_of(comment: Comment, version: int) -> dict[str, Any]:
    """What the checks saw in that text: the marks have to stand where its words stand."""
    signals = comment.versions.get(number=version).signals
    return {"signals": signals, "priority": sum(int(signal.get("points", 0)) for signal in signals)}


ACTS: dict[Verb, Callable[..., Decision]] = {
    Verb.APPROVE: approve,
    Verb.KEEP: keep,
    Verb.REJECT: reject,
    Verb.REMOVE: remove,
    Verb.SPAM: mark_as_spam,
}


def decide(
    comment: Comment, seen: Seen, verb: Verb, *, by: User, reason: str = "", explanation: str = "", ground: str = "",
    note: str = "", batch: Batch | None = None,
) -> Decision:  # fmt: skip
    """A moderator's decision on the comment as she saw it, whatever has been loaded. Raises AlreadyDecided."""
    state = seen.state
    comment.version, comment.waiting_version, comment.status = state.version, state.waiting, state.status
    if verb is Verb.KEEP and not comment.reported_at and comment.checked_version == state.version:
        raise AlreadyDecided(comment)
    details: dict[str, Any] = {"note": note, "batch": batch}
    if verb.needs_reason:
        details |= {"reason": reason, "explanation": explanation, "ground": ground or _ground_of(comment, reason)}
    return ACTS[verb](comment, by=by, **details)


def _ground_of(comment: Comment, reason: str) -> str:
    """The house's clause behind a reason; whoever loaded the comment may have brought it along."""
    ground = getattr(comment, "house_ground", None)
    return house_ground(reason) if ground is None else str(ground)


# --- The row and the record: also for the writer's own new words, see comments/intake/receive.py -----------------------


def fresh(comment: Comment) -> Comment:
    return Comment.objects.get(pk=comment.pk)


def lock(comment: Comment) -> None:
    """Nobody else decides about it until this transaction ends. SQLite locks everything anyway."""
    Comment.objects.select_for_update(no_key=True).filter(pk=comment.pk).values_list("pk").first()


def move(
    comment: Comment, after: State, *, seen: State | None = None, same: dict[str, Any] | None = None, **fields: Any
) -> None:
    """Puts the row into the state `after` if it still is in the state `seen` (its present one, when not given) and what
    stands in `same` is still so. Raises AlreadyDecided otherwise."""
    seen = seen or comment.state
    begins = (after.waiting and comment.edited_at) or comment.created_at
    waits = (comment.waits_since or begins) if after.read_status == Status.PENDING else None
    fields |= {
        "status": after.status, "version": after.version, "waiting_version": after.waiting, "waits_since": waits,
    }  # fmt: skip
    unchanged = Comment.objects.filter(
        pk=comment.pk, status=seen.status, version=seen.version, waiting_version=seen.waiting, **(same or {})
    )
    if not unchanged.update(**fields):
        raise AlreadyDecided(fresh(comment))
    for name, value in fields.items():
        setattr(comment, name, value)


def write(
    comment: Comment, outcome: str, *, version: int | Version, before: State | None, by: User | None, **fields: Any
) -> Decision:
    """A line of the record. What was reported is settled by whatever a person decides."""
    text = version if isinstance(version, Version) else comment.versions.get(number=version)
    if by and "undoes" not in fields:
        fields.setdefault("source", source_of(comment))
    decision = comment.decisions.create(
        version=text.number, words=text.digest, outcome=outcome, by=by, before=before.status if before else "",
        stood=before.version if before else 0, waited=(before and before.waiting) or 0, **fields,
    )  # fmt: skip
    # Asked each time: a report may have come in since this comment was read.
    if by and "undoes" not in fields:
        settle_reports(comment, decision)
    return decision


# --- Its reports and appeals -----------------------------------------------------------------------------------------


def source_of(comment: Comment) -> Decision.Source:
    """What made somebody look at it: for the record of the decision, and for the statement of reasons."""
    if comment.reported_at is None:
        return Decision.Source.OWN
    reports = Report.objects.open().filter(comment=comment)
    kinds = set(reports.order_by().values_list("is_notice", flat=True).distinct())
    if True in kinds:
        return Decision.Source.NOTICE
    return Decision.Source.REPORT if kinds else Decision.Source.OWN


def settle_reports(comment: Comment, decision: Decision) -> None:
    """A moderator's decision about a comment answers every open report of it.

    Not when she turned down a newer text of it: then the reported one still stands and still waits to be judged.
    """
    stands = comment.status == Status.APPROVED
    if stands and decision.outcome != Status.APPROVED:
        return
    answered = Report.State.DECLINED if stands else Report.State.AGREED
    state = Report.State.GONE if decision.is_withdrawal else answered
    waiting = Report.objects.open().filter(comment=comment)
    if waiting.update(state=state, decision=decision, decided_at=decision.at) or comment.reported_at:
        _mark(comment, reported_at=None, is_crisis=comment.sounds_like_crisis)


def _reopen_reports(comment: Comment, decision: Decision) -> None:
    settled = Report.objects.filter(decision=decision)
    keys = [f"report:{pk}" for pk in settled.exclude(told_at=None).values_list("pk", flat=True)]
    Letter.objects.filter(key__in=keys, status=Letter.Status.WAITING).delete()
    if not settled.update(state=Report.State.OPEN, decision=None, decided_at=None, told_at=None):
        return
    still = Report.objects.open().filter(comment=comment)
    crisis = models.Count("pk", filter=models.Q(reason=Report.Reason.CRISIS))
    found = still.aggregate(first=models.Min("created_at"), crisis=crisis)
    is_crisis = comment.sounds_like_crisis or found["crisis"] > 0
    _mark(comment, reported_at=found["first"], is_crisis=is_crisis, checked_version=None)


def _mark(comment: Comment, **fields: Any) -> None:
    """`reported_at`: since when reports of it wait; `is_crisis`: it comes first; `checked_version`: see Comment."""
    Comment.objects.filter(pk=comment.pk).update(**fields)
    for name, value in fields.items():
        setattr(comment, name, value)


def _settle_appeals(about: models.Q, outcome: str) -> None:
    """Nobody judges them any more: the decision was taken back, its words were approved after all, or their writer took
    them back. Not those about a sanction: what it takes away does not come back with the words that led to it."""
    waiting = Appeal.objects.open().filter(about, decision__sanction=None)
    waiting.update(outcome=outcome, decided_at=timezone.now())


def _reopen_appeals(decision: Decision) -> None:
    """The decision that settled them by itself was taken back: nobody has judged them, and they wait again."""
    settled = Appeal.objects.filter(decision__comment=decision.comment, decision__sanction=None, decision__undone=None)
    settled = settled.filter(outcome=Appeal.Outcome.OVERTURNED, by=None, decided_at__gte=decision.at)
    settled.update(outcome=Appeal.Outcome.OPEN, decided_at=None)

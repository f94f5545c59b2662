"""Appeals against a decision: opened by the person, judged by another moderator, and her answer taken back."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from comments.decisions import comments, sanctions
from comments.letters import decision_letters
from comments.models import AlreadyAnswered, Appeal, CannotAppeal, Decision, NotYours


def open_appeal(decision: Decision, text: str) -> Appeal:
    """One per decision: the second returns the first, whatever it says. Raises CannotAppeal."""
    if not decision.may_be_appealed or not 0 < len(text.strip()) <= Appeal.LONGEST:
        raise CannotAppeal
    return Appeal.objects.get_or_create(decision=decision, defaults={"text": text})[0]


def uphold(appeal: Appeal, *, by: User, answer: str) -> None:
    """The decision stands. Raises NotYours, or AlreadyAnswered when somebody else was faster."""
    with transaction.atomic():
        _answer(appeal, Appeal.Outcome.UPHELD, by=by, answer=answer)
        decision_letters.write_answer(appeal)


def overturn(appeal: Appeal, *, by: User, answer: str = "") -> Decision | None:
    """The decision was wrong: what it took away comes back by itself.

    Returns the new decision; None when the comment had moved on meanwhile, so that nothing was to be brought back.
    Raises NotYours, or AlreadyAnswered when somebody else was faster.
    """
    sanction, comment = appeal.decision.sanction, appeal.decision.comment
    with transaction.atomic():
        if comment and not sanction:
            # First the comment, then its appeal, as whoever decides about it does: never in a circle.
            comments.lock(comment)
        _answer(appeal, Appeal.Outcome.OVERTURNED, by=by, answer=answer)
        decision_letters.write_answer(appeal)
        if sanction:
            back = sanctions.lift(sanction, by=by, source=Decision.Source.APPEAL)
        else:
            back = comments.restore(comment, appeal.decision, by=by) if comment else None
        appeal.gave_back = back
        appeal.save(update_fields=["gave_back"])
        return back


def take_back(appeal: Appeal, *, by: User) -> None:
    """The answer, and with it what it gave back: it waits again, and the person hears nothing.

    Raises NotYours; AlreadyAnswered when it is too late; AlreadyDecided when what came back has moved on meanwhile.
    """
    if not appeal.may_be_judged_by(by):
        raise NotYours
    sanction, comment = appeal.decision.sanction, appeal.decision.comment
    with transaction.atomic():
        if comment and not sanction:
            comments.lock(comment)
        appeal.refresh_from_db()
        if not appeal.may_be_taken_back or not decision_letters.hold_back_answer(appeal):
            raise AlreadyAnswered(appeal)
        _take_away_again(appeal, by=by)
        appeal.outcome, appeal.answer = Appeal.Outcome.OPEN, ""
        appeal.by = appeal.decided_at = appeal.gave_back = None
        appeal.save(update_fields=["outcome", "by", "answer", "decided_at", "gave_back"])


def _take_away_again(appeal: Appeal, *, by: User) -> None:
    sanction, comment = appeal.decision.sanction, appeal.decision.comment
    if appeal.gave_back and sanction:
        sanctions.resume(sanction, appeal.gave_back, by=by)
    elif appeal.gave_back and comment:
        comments.undo(comment, appeal.gave_back, by=by, appeal=appeal)


def _answer(appeal: Appeal, outcome: str, *, by: User, answer: str) -> None:
    """Compare and set, in the caller's transaction: of two moderators one answers."""
    if not appeal.may_be_judged_by(by):
        raise NotYours
    fields = {"outcome": outcome, "by": by, "answer": answer, "decided_at": timezone.now()}
    if not Appeal.objects.open().filter(pk=appeal.pk).update(**fields):
        raise AlreadyAnswered(Appeal.objects.get(pk=appeal.pk))
    for name, value in fields.items():
        setattr(appeal, name, value)

"""Letters about a decision against somebody: what was decided and why, and what came of her appeal.

They go to a confirmed address of an account and to nowhere else: anybody can type anybody's address into a form. They
hold none of the person's own words; her private page does. And they leave a little later, so that a moderator's slip can
be taken back before anybody reads of it. After MOST_A_DAY of them to one address, the rest of the day comes in one.
"""

from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from comments.ledger.statement import statement_of
from comments.models import UNDO_MINUTES, Appeal, Comment, Decision, PendingLetter, Sanction
from comments.text.signing import OWN_COMMENT, SANCTION
from edge.day import start_of_today
from edge.mail import write_letter
from edge.models import Letter

MOST_A_DAY = 5
ONE_BY_ONE, MANY_AT_ONCE = ("decision:", "appeal:"), "decisions:"
GATHERED = timedelta(hours=1)
MOST_IN_ONE = 200  # decisions in one letter; the others come in the next
PEOPLE_AT_ONCE = 50


def a_little_later() -> datetime:
    """When a letter about a decision leaves: until then the decision can be taken back without a trace in a mailbox."""
    return timezone.now() + timedelta(seconds=settings.COMMENT_MAIL_DELAY)


def once_it_is_final() -> datetime:
    """When the answer to an appeal leaves, whatever the house has chosen for other letters: nobody is told twice that she
    was right, and once that she was not."""
    return max(a_little_later(), timezone.now() + timedelta(minutes=UNDO_MINUTES))


def write_decision(comment: Comment, decision: Decision) -> Letter | None:
    """Call it in the decision's transaction. None when the person cannot or need not be told."""
    to = confirmed_address(comment.author) if decision.needs_statement else ""
    if not to:
        return None
    if has_had_enough(to):
        put_off(decision, comment.author)
        return None
    subject, statement = _("About what you wrote here"), statement_of(decision)
    return _write("decision", decision.pk, comment, to=to, subject=subject, statement=statement)


def write_sanction(sanction: Sanction, decision: Decision) -> Letter | None:
    """What somebody may not do here for a time, to the account that it meets."""
    account = sanction.user or User.objects.filter(email=sanction.email).first()
    to = confirmed_address(account)
    if account is None or not to:
        return None
    return write_letter(
        key=f"decision:{decision.pk}",
        to=to,
        subject=_("About what you may do here"),
        template="mail/comments/sanction",
        context={
            "to": account.get_full_name(),
            "link": settings.BASE_URL + SANCTION.to(sanction.pk),
            "statement": statement_of(decision),
        },
        send_after=a_little_later(),
    )


def hold_back(decision: Decision) -> None:
    """Its letter, if it has not left yet, or its place in one."""
    PendingLetter.objects.filter(decision=decision).delete()
    Letter.objects.filter(key=f"decision:{decision.pk}", status=Letter.Status.WAITING).delete()


def write_answer(appeal: Appeal) -> Letter | None:
    """What came of the appeal. About a sanction its own page says it."""
    comment = appeal.decision.comment
    to = confirmed_address(comment.author) if comment and not appeal.decision.sanction_id else ""
    if comment is None or not to:
        return None
    if has_had_enough(to):
        put_off(appeal.decision, comment.author)
        return None
    subject, later = _("We have looked at it again"), once_it_is_final()
    return _write("appeal", appeal.pk, comment, to=to, subject=subject, send_after=later, appeal=appeal)


def hold_back_answer(appeal: Appeal) -> bool:
    """The letter that tells of the answer, or its place in one. False when it has left."""
    PendingLetter.objects.filter(decision=appeal.decision, created_at__gte=appeal.decided_at).delete()
    letters = Letter.objects.filter(key=f"appeal:{appeal.pk}")
    letters.filter(status=Letter.Status.WAITING).delete()
    return not letters.exists()


def has_had_enough(to: str) -> bool:
    """Whether so many letters about decisions were written to this address today that the next one can wait."""
    today = Letter.objects.filter(to=to, created_at__gte=start_of_today())
    return sum(key.startswith(ONE_BY_ONE) for key in today.values_list("key", flat=True)) >= MOST_A_DAY


def put_off(decision: Decision, user: User | None) -> None:
    """It will stand in the next letter that tells of many. Call it in the decision's transaction."""
    PendingLetter.objects.get_or_create(decision=decision, defaults={"user": user})


def write_pending() -> int:
    """The worker's: one letter for everything that waits to be told to a person; returns how many decisions it settled.

    One a day for each, and not before an hour has gone by, so that it tells of a whole sitting. Several workers may call
    it at once: the letter's key and the rows go together.
    """
    told_today = Letter.objects.filter(
        to=models.OuterRef("user__email"), key__startswith=MANY_AT_ONCE, created_at__gte=start_of_today()
    )
    due = PendingLetter.objects.filter(~models.Exists(told_today), created_at__lte=timezone.now() - GATHERED)
    return sum(map(_write_many, due.order_by().values_list("user", flat=True).distinct()[:PEOPLE_AT_ONCE]))


def confirmed_address(user: User | None) -> str:
    """The account's address, when its owner has shown that it is hers; "" otherwise."""
    if user is None or not user.is_active:
        return ""
    shown = EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=True).exists()
    return user.email if shown else ""


def page_of(comment: Comment) -> str:
    """The whole address of its writer's private page."""
    return settings.BASE_URL + OWN_COMMENT.to(comment.pk)


@transaction.atomic
def _write_many(user: int) -> int:
    pending = PendingLetter.objects.filter(user=user).select_for_update(of=("self",), skip_locked=True)
    rows = list(pending.select_related("user", "decision__comment__thread").order_by("id")[:MOST_IN_ONE])
    if not rows:
        return 0
    person, decisions = rows[0].user, [row.decision for row in rows if row.decision.comment]
    to = confirmed_address(person)
    if to and decisions:
        write_letter(
            key=f"{MANY_AT_ONCE}{rows[0].pk}",
            to=to,
            subject=_("More about what you wrote here"),
            template="mail/comments/decisions",
            context={"to": person.get_full_name(), "cases": [_case(decision) for decision in decisions]},
        )
    PendingLetter.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


def _case(decision: Decision) -> dict[str, Any]:
    appeal = getattr(decision, "appeal", None)
    comment = decision.comment
    return {
        "at": decision.at,
        "statement": statement_of(decision),
        "link": page_of(comment) if comment else "",
        "appeal": appeal if appeal and appeal.outcome else None,
    }


def _write(
    kind: str,
    number: int,
    comment: Comment,
    *,
    to: str,
    subject: str,
    send_after: datetime | None = None,
    **context: Any,
) -> Letter | None:
    return write_letter(
        key=f"{kind}:{number}",
        to=to,
        subject=subject,
        template=f"mail/comments/{kind}",
        context={"to": comment.display_name, "link": page_of(comment), **context},
        send_after=send_after or a_little_later(),
    )

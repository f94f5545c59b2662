"""Letters about a decision against somebody: what was decided and why, and what came of her appeal.

They go to a confirmed address of an account and to nowhere else: anybody can type anybody's address into a form. They
hold none of the person's own words; her private page does. And they leave a little later, so that a moderator's slip can
be taken back before anybody reads of it.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from comments.links import own_link, standing_link
from comments.models.record import Decision
from comments.record.statement import statement_of
from edge.mail import write_letter
from edge.models import Letter

if TYPE_CHECKING:
    from comments.models.appeals import Appeal
    from comments.models.comments import Comment
    from comments.models.sanctions import Sanction


def a_little_later() -> datetime:
    """When a letter about a decision leaves: until then the decision can be taken back without a trace in a mailbox."""
    return timezone.now() + timedelta(seconds=settings.COMMENT_MAIL_DELAY)


def write_decision(comment: "Comment", decision: Decision) -> Letter | None:
    """Call it in the decision's transaction. None when the person cannot or need not be told."""
    to = confirmed_address(comment.author) if decision.needs_statement else ""
    if not to:
        return None
    subject, statement = _("About what you wrote here"), statement_of(decision)
    return _write("decision", decision.pk, comment, to=to, subject=subject, statement=statement)


def write_sanction(sanction: "Sanction", decision: Decision) -> Letter | None:
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
            "link": settings.BASE_URL + standing_link(sanction.pk),
            "statement": statement_of(decision),
        },
        send_after=a_little_later(),
    )


def hold_back(decision: Decision) -> None:
    """Its letter, if it has not left yet."""
    Letter.objects.filter(key=f"decision:{decision.pk}", status=Letter.Status.WAITING).delete()


def write_answer(appeal: "Appeal") -> Letter | None:
    """What came of the appeal. About a sanction its own page says it."""
    comment = appeal.decision.comment
    to = confirmed_address(comment.author) if comment and not appeal.decision.sanction_id else ""
    if comment is None or not to:
        return None
    return _write("appeal", appeal.pk, comment, to=to, subject=_("We have looked at it again"), appeal=appeal)


def confirmed_address(user: User | None) -> str:
    """The account's address, when its owner has shown that it is hers; "" otherwise."""
    if user is None or not user.is_active:
        return ""
    shown = EmailAddress.objects.filter(user=user, email__iexact=user.email, verified=True).exists()
    return user.email if shown else ""


def page_of(comment: "Comment") -> str:
    """The whole address of its writer's private page."""
    return settings.BASE_URL + own_link(comment.pk)


def _write(kind: str, number: int, comment: "Comment", *, to: str, subject: str, **context: Any) -> Letter | None:
    return write_letter(
        key=f"{kind}:{number}",
        to=to,
        subject=subject,
        template=f"mail/comments/{kind}",
        context={"to": comment.display_name, "link": page_of(comment), **context},
        send_after=a_little_later(),
    )

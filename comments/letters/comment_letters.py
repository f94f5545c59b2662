"""Letters about comments: only for people who ticked the box, only after a moderator's yes, and few in a day.

Anybody can type anybody's address into a form. So no letter leaves before approval, none holds words that readers
cannot see, and one address gets at most MOST_A_DAY of them.

A moderator's message goes the same way, to whom asked for mail. Whoever reads it may be in danger: so it leaves at once,
before all other mail, is not counted among the letters of a day, and holds none of the person's own words.
"""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from comments.letters import decision_letters
from comments.letters.decision_letters import a_little_later
from comments.models import Comment, Decision, Message
from comments.text.rendering import as_text
from comments.text.signing import OWN_COMMENT, STOP_MAIL
from edge.day import start_of_today
from edge.mail import sendable, unsubscribe_headers, write_letter
from edge.mailboxes import mailbox_of
from edge.models import Letter

MOST_A_DAY = 5
KINDS = ("reply:", "online:", "follow:")
LATELY = timedelta(days=1)
QUOTED = 600  # characters of an answer in a letter
MESSAGE = "message:"
# Letters leave in the order in which they are due: a newsletter to ten thousand must not stand before a message.
FIRST_IN_LINE = timedelta(days=1)


def write_about(comment: Comment) -> None:
    """The letters that an approval causes. Call it in the approval's transaction."""
    write_online(comment)
    if answered := answered_by(comment):
        write_reply(comment, answered)


def withdraw(comment: Comment, decision: Decision) -> None:
    """A decision was taken back: what it wrote and what has not left yet does not leave."""
    decision_letters.hold_back(decision)
    if not comment.is_public:
        hold_back(comment)
    elif comment.decided_at and comment.decided_at > timezone.now() - LATELY:
        # Its removal held these back; those that had left are not written again.
        write_about(comment)


def hold_back(comment: Comment) -> None:
    """It is not online any more: what says so or quotes it and has not left yet does not leave."""
    keys = [f"online:{comment.pk}", f"reply:{comment.pk}"]
    Letter.objects.filter(key__in=keys, status=Letter.Status.WAITING).delete()


def answered_by(comment: Comment) -> "Comment | None":
    """The comment that this one answers: its parent, or the question at the top of the thread."""
    if comment.parent_id:
        return comment.parent
    opening = comment.thread.opening
    return opening if opening and opening.pk != comment.pk else None


def write_online(comment: Comment) -> None:
    if not _may_write(comment):
        return
    _write("online", comment, to=comment, subject=_("Your words are online now"))


def write_reply(comment: Comment, answered: Comment) -> None:
    if not answered.is_public or not _may_write(answered) or _same_person(comment, answered):
        return
    subject = _("%(name)s answered you") % {"name": comment.display_name}
    _write("reply", comment, to=answered, subject=subject)


def stop_mail(comment: Comment) -> None:
    """No more letters about comments to this person, about this one or any other."""
    mine = models.Q(pk=comment.pk) | models.Q(pk__in=Comment.objects.by_person(comment).values("pk"))
    Comment.objects.filter(mine, wants_mail=True).update(wants_mail=False)


def _write(kind: str, comment: Comment, *, to: Comment, subject: str) -> None:
    stop = settings.BASE_URL + STOP_MAIL.to(to.pk)
    context: dict[str, Any] = {
        "to": to.display_name,
        "from": comment.display_name,
        "quote": Truncator(as_text(comment.body)).chars(QUOTED),
        # By number: the path of the page would carry the topic's name.
        "link": settings.BASE_URL + comment.get_absolute_url(),
        "stop": stop,
    }
    write_letter(
        key=f"{kind}:{comment.pk}",
        # In small letters, as letters are counted: "Rosa@" and "rosa@" are one mailbox.
        to=to.address.lower(),
        subject=subject,
        template=f"mail/comments/{kind}",
        context=context,
        headers=unsubscribe_headers(stop),
        send_after=a_little_later(),
    )


def _may_write(comment: Comment) -> bool:
    if not comment.wants_mail or not comment.address:
        return False
    today = start_of_today()
    letters = Letter.objects.filter(mailbox=mailbox_of(comment.address), created_at__gte=today)
    return sum(letter.startswith(KINDS) for letter in letters.values_list("key", flat=True)) < MOST_A_DAY


def _same_person(one: Comment, other: Comment) -> bool:
    same_account = one.author_id is not None and one.author_id == other.author_id
    return same_account or one.address.lower() == other.address.lower()


def write_message(message: Message) -> Letter | None:
    """Call it in the message's transaction. None when no letter may or can be written; see why_not_mailed."""
    comment = message.comment
    if why_not_mailed(comment):
        return None
    stop = settings.BASE_URL + STOP_MAIL.to(comment.pk)
    return write_letter(
        key=f"{MESSAGE}{message.pk}",
        to=comment.address.lower(),
        # It shows on locked phones and in other people's view.
        subject=_("A word from us"),
        template="mail/comments/message",
        context={
            "to": comment.display_name,
            "words": message.body,
            "link": settings.BASE_URL + OWN_COMMENT.to(comment.pk),
            "stop": stop,
        },
        headers=unsubscribe_headers(stop),
        send_after=timezone.now() - FIRST_IN_LINE,
    )


def why_not_mailed(comment: Comment) -> str:
    """In words for a moderator; "" when a message to its writer is mailed."""
    if not comment.address or not sendable(comment.address):
        return _("the person left no address that mail can reach")
    return "" if comment.wants_mail else _("the person did not ask for mail")

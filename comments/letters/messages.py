"""Letters that carry a moderator's message to the person who wrote a comment.

Whoever reads one may be in danger. So they leave at once, before all other mail, are not counted among the letters of a
day and never gathered. They go only where somebody asked for mail, and hold none of the person's own words.
"""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from comments.models import Comment, Message
from comments.text.signing import OWN_COMMENT, STOP_MAIL
from edge.mail import sendable, unsubscribe_headers, write_letter
from edge.models import Letter

KEY = "message:"
# Letters leave in the order in which they are due: a newsletter to ten thousand must not stand before this one.
FIRST_IN_LINE = timedelta(days=1)


def write_message(message: Message) -> Letter | None:
    """Call it in the message's transaction. None when no letter may or can be written; see why_not_mailed."""
    comment = message.comment
    if why_not_mailed(comment):
        return None
    stop = settings.BASE_URL + STOP_MAIL.to(comment.pk)
    return write_letter(
        key=f"{KEY}{message.pk}",
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

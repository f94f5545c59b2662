"""Mail leaves from here: letters are written into the database and sent by the worker, each at most once."""

import logging
import re
import unicodedata
from datetime import datetime, timedelta
from email.utils import make_msgid
from smtplib import SMTPRecipientsRefused, SMTPResponseException, SMTPSenderRefused
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import sanitize_address
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils import timezone

from edge.models import Letter

logger = logging.getLogger(__name__)

# After a passing refusal (4xx) the next try waits this long: minutes, then hours, then it has failed.
WAITS = [timedelta(minutes=m) for m in (2, 10, 60, 360)]
# While the mail server cannot be reached, or does not let us in, every letter waits; none is to blame.
SERVER_AWAY = timedelta(minutes=1)


def unsubscribe_headers(stop: str) -> dict[str, str]:
    """For the button of mail programs (RFC 8058): `stop` takes a POST without asking again."""
    return {"List-Unsubscribe": f"<{stop}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def write_letter(
    *,
    key: str,
    to: str,
    subject: str,
    template: str,
    context: dict[str, Any],
    headers: dict[str, str] | None = None,
    send_after: datetime | None = None,
) -> Letter | None:
    """Queues one mail, rendered from `<template>.txt` and `<template>.html`. None when this occasion has its letter.

    Call it inside the transaction of what causes the mail. `subject` may hold a reader's words: line breaks and control
    characters go. Until `send_after` it can be held back. The templates see `site`, as pages do, and `base_url`; whoever writes many letters passes `site`.
    """
    subject = one_line(subject)[:255]
    context = {"base_url": settings.BASE_URL, "subject": subject, **context}
    page = HttpRequest()  # one for both parts: `site` is asked for once
    letter, created = Letter.objects.get_or_create(
        key=key,
        defaults={
            "to": to,
            "subject": subject,
            # Called only when the letter is new.
            "text": lambda: tidy(render_to_string(f"{template}.txt", context, request=page)),
            "html": lambda: render_to_string(f"{template}.html", context, request=page).replace("\x00", ""),
            "headers": headers or {},
            "send_after": send_after or timezone.now(),
        },
    )
    return letter if created else None


def one_line(words: str) -> str:
    """The words with every line break and control character gone, so that they fit into a header."""
    return " ".join("".join(" " if unicodedata.category(c) in {"Cc", "Cs"} else c for c in words).split())


def tidy(text: str) -> str:
    """What template tags leave in a text part: blank lines in heaps, spaces at line ends."""
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+\n", "\n", text.replace("\x00", ""))).strip() + "\n"


def send_due_letters(limit: int = 200) -> int:
    """Sends what waits, over one connection; returns how many left. Several workers may call it at once."""
    Letter.objects.abandoned().update(status=Letter.Status.IN_DOUBT, error="worker lost")
    letters = list(Letter.objects.due().order_by("send_after", "id")[:limit])
    if not letters:
        return 0
    connection, sent = get_connection(), 0
    for letter in letters:
        if not ready(connection):
            Letter.objects.due().update(send_after=timezone.now() + SERVER_AWAY, error="no connection")
            break
        sent += send_letter(letter, connection)
    hang_up(connection)
    return sent


def send_letter(letter: Letter, connection: BaseEmailBackend) -> bool:
    """Claims the letter, commits the claim, sends. A worker killed in between leaves it in doubt, never sent twice."""
    if not claim(letter):
        return False
    try:
        mail = message(letter, connection)
        mail.message().as_bytes()
    except Exception as error:  # noqa: BLE001  one letter that cannot be put into bytes must not stop the others
        settle(letter, Letter.Status.FAILED, f"cannot be written: {type(error).__name__}")
        return False
    try:
        mail.send()
    except (SMTPResponseException, SMTPRecipientsRefused) as error:
        refused(letter, error)
        return False
    except Exception as error:  # noqa: BLE001  anything but a clear no: the server may have taken the mail
        # A person decides, not a retry: who gets a mail twice is right to be annoyed.
        settle(letter, Letter.Status.IN_DOUBT, f"connection lost: {type(error).__name__}")
        hang_up(connection)
        return False
    Letter.objects.filter(pk=letter.pk).update(status=Letter.Status.SENT, sent_at=timezone.now(), error="")
    return True


def claim(letter: Letter) -> bool:
    """Takes the letter as it was read; False when another worker has it, has tried it, or somebody withdrew it."""
    unchanged = Letter.objects.filter(pk=letter.pk, status=Letter.Status.WAITING, attempts=letter.attempts)
    return bool(unchanged.update(status=Letter.Status.SENDING, claimed_at=timezone.now(), attempts=letter.attempts + 1))


def message(letter: Letter, connection: BaseEmailBackend) -> EmailMultiAlternatives:
    if not sendable(letter.to):
        raise ValueError("address")
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip(" >")
    mail = LetterMessage(
        letter.subject,
        letter.text,
        to=[letter.to],
        connection=connection,
        headers={
            "Message-ID": make_msgid(idstring=f"letter{letter.pk}", domain=domain),
            "Auto-Submitted": "auto-generated",
            **letter.headers,
        },
    )
    if letter.html:
        mail.attach_alternative(letter.html, "text/html")
    return mail


class LetterMessage(EmailMultiAlternatives):
    """Leaves the address in List-Unsubscribe on the line of its name: not every mail program reads a folded one."""

    def message(self) -> Any:
        message = super().message()
        message.policy = message.policy.clone(max_line_length=998)
        return message


def sendable(address: str) -> bool:
    """One address, as it stands. A local part that is not ASCII would be encoded into the name of another mailbox."""
    local, _at, domain = address.rpartition("@")
    if not (local and domain and local.isascii() and local.isprintable()):
        return False
    try:
        return bool(sanitize_address(address, "utf-8"))
    except ValueError:  # no address, or several
        return False


def refused(letter: Letter, error: Exception) -> None:
    """The server said no. A passing no (4xx) is tried again, a final one (5xx) is kept for a person to see."""
    code = smtp_code(error)
    if not 400 <= code < 600:  # an answer nobody can read may have meant yes
        settle(letter, Letter.Status.IN_DOUBT, f"{code} {type(error).__name__}")
        return
    # That the server does not like *us* (the sender) is for the operator to mend: it passes.
    final = code >= 500 and not isinstance(error, SMTPSenderRefused)
    if final or letter.attempts >= len(WAITS):
        settle(letter, Letter.Status.FAILED, f"{code} {type(error).__name__}")
    else:
        settle(letter, Letter.Status.WAITING, f"{code} {type(error).__name__}", wait=WAITS[letter.attempts])


def settle(letter: Letter, status: str, error: str, *, wait: timedelta = timedelta(0)) -> None:
    logger.warning("letter %s is now %s: %s", letter.pk, status, error)
    Letter.objects.filter(pk=letter.pk, status=Letter.Status.SENDING).update(
        status=status, error=error[:500], send_after=timezone.now() + wait
    )


def smtp_code(error: Exception) -> int:
    """The SMTP reply code behind an error, 0 when there was none."""
    if isinstance(error, SMTPRecipientsRefused):
        return max((code for code, _text in error.recipients.values()), default=0)
    return error.smtp_code if isinstance(error, SMTPResponseException) else 0


def ready(connection: BaseEmailBackend) -> bool:
    """An open line to the server. One that broke since the last letter is opened anew: nothing is in the air yet."""
    if smtp := getattr(connection, "connection", None):
        try:
            if smtp.noop()[0] == 250:
                return True
        except OSError:
            pass
        hang_up(connection)
    try:
        connection.open()
    except Exception as error:  # noqa: BLE001  whatever the backend raises: wrong name, refused, wrong password
        logger.warning("the mail server cannot be used: %s", type(error).__name__)
        return False
    return True


def hang_up(connection: BaseEmailBackend) -> None:
    try:
        connection.close()
    except Exception as error:  # noqa: BLE001  what was sent is sent
        logger.info("mail connection closed badly: %s", type(error).__name__)

"""Mail leaves from here: letters are written into the database and sent by the worker, each at most once."""

import logging
from datetime import timedelta
from email.utils import make_msgid
from smtplib import SMTPRecipientsRefused, SMTPResponseException, SMTPServerDisconnected
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.utils import timezone

from edge.models import Letter

logger = logging.getLogger(__name__)

# After a passing refusal (4xx, no connection) the next try waits this long: minutes, then hours, then it has failed.
WAITS = [timedelta(minutes=m) for m in (2, 10, 60, 360)]


def write_letter(
    *, key: str, to: str, subject: str, template: str, context: dict[str, Any], headers: dict[str, str] | None = None
) -> Letter | None:
    """Queues one mail, rendered from `<template>.txt` and `<template>.html`. None when this occasion has its letter.

    Call it inside the transaction of what causes the mail. `subject` loses line breaks: it may hold a reader's words.
    """
    context = {"base_url": settings.BASE_URL, **context}
    letter, created = Letter.objects.get_or_create(
        key=key,
        defaults={
            "to": to,
            "subject": " ".join(subject.split())[:255],
            "text": render_to_string(f"{template}.txt", context),
            "html": render_to_string(f"{template}.html", context),
            "headers": headers or {},
        },
    )
    return letter if created else None


def send_due_letters(limit: int = 200) -> int:
    """Sends what waits, over one connection; returns how many left. Several workers may call it at once."""
    Letter.objects.abandoned().update(status=Letter.Status.IN_DOUBT)
    letters = list(Letter.objects.due().order_by("send_after", "id")[:limit])
    if not letters:
        return 0
    connection = get_connection()
    try:
        return sum(send_letter(letter, connection) for letter in letters)
    finally:
        connection.close()


def send_letter(letter: Letter, connection: BaseEmailBackend) -> bool:
    """Claims the letter, commits the claim, sends. A worker killed in between leaves it in doubt, never sent twice."""
    try:
        connection.open()
    except Exception as error:  # noqa: BLE001  whatever the backend raises, nothing has left yet
        postpone(letter, error, attempts=letter.attempts + 1)
        return False
    claimed = Letter.objects.filter(pk=letter.pk, status=Letter.Status.WAITING).update(
        status=Letter.Status.SENDING, claimed_at=timezone.now(), attempts=letter.attempts + 1
    )
    if not claimed:
        return False
    try:
        message(letter, connection).send()
    except (SMTPServerDisconnected, TimeoutError, ConnectionError):
        # The server may have taken the mail before the line broke: a person decides, not a retry.
        Letter.objects.filter(pk=letter.pk).update(status=Letter.Status.IN_DOUBT, error="connection lost")
        connection.close()
        return False
    except Exception as error:  # noqa: BLE001  one bad letter must not stop the others
        postpone(letter, error, attempts=letter.attempts + 1)
        return False
    Letter.objects.filter(pk=letter.pk).update(status=Letter.Status.SENT, sent_at=timezone.now(), error="")
    return True


def message(letter: Letter, connection: BaseEmailBackend) -> EmailMultiAlternatives:
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip(" >")
    mail = EmailMultiAlternatives(
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
    mail.attach_alternative(letter.html, "text/html")
    return mail


def postpone(letter: Letter, error: Exception, *, attempts: int) -> None:
    """A passing error waits and tries again; a final one (5xx, an impossible address) is kept for a person to see."""
    code = smtp_code(error)
    final = attempts > len(WAITS) or 500 <= code < 600 or isinstance(error, ValueError | UnicodeError)
    logger.warning("letter %s not sent: %s", letter.pk, type(error).__name__)
    Letter.objects.filter(pk=letter.pk).update(
        status=Letter.Status.FAILED if final else Letter.Status.WAITING,
        attempts=attempts,
        send_after=timezone.now() + WAITS[min(attempts, len(WAITS)) - 1],
        error=f"{code or ''} {type(error).__name__}".strip(),
    )


def smtp_code(error: Exception) -> int:
    """The SMTP reply code behind an error, 0 when there was none."""
    if isinstance(error, SMTPRecipientsRefused):
        return max((code for code, _text in error.recipients.values()), default=0)
    return error.smtp_code if isinstance(error, SMTPResponseException) else 0

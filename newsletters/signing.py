"""The signed addresses that stand in mail. They say who may act, and nothing about topics."""

from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.core.signing import BadSignature
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import base36_to_int, int_to_base36

from comments.models import Comment, Follower
from comments.text.signing import mail_signer
from edge.mail import unsubscribe_headers
from newsletters.models import Subscriber

CONFIRM_FOR = timedelta(days=7)
KINDS: dict[str, Any] = {"follower": Follower, "comment": Comment}


class Purpose(StrEnum):
    CONFIRM = "confirm"
    PREFERENCES = "preferences"
    STOP_NEWSLETTER = "stop newsletter"
    STOP_UPDATES = "stop updates"


class WrongLink(Exception):
    """Not a link of ours, its subscriber is gone, or (`expired`) it was right once."""

    def __init__(self, *, expired: bool = False) -> None:
        self.expired = expired


def confirm_path(subscriber: Subscriber) -> str:
    return reverse("newsletters:confirm", args=[make_token(subscriber, Purpose.CONFIRM)])


def preferences_path(subscriber: Subscriber) -> str:
    return reverse("newsletters:preferences", args=[make_token(subscriber, Purpose.PREFERENCES)])


def stop_path(subscriber: Subscriber, purpose: Purpose) -> str:
    return reverse("newsletters:stop", args=[make_token(subscriber, purpose)])


def make_token(subscriber: Subscriber, purpose: Purpose) -> str:
    """`<subscriber>.<minute>.<signature>`: short, because a List-Unsubscribe line should not have to be folded."""
    minute = int_to_base36(int(timezone.now().timestamp()) // 60) if purpose is Purpose.CONFIRM else "0"
    head = f"{int_to_base36(subscriber.pk)}.{minute}"
    return f"{head}.{_signature(head, subscriber, purpose, settings.SECRET_KEY)}"


def read_token(token: str, *purposes: Purpose) -> tuple[Subscriber, Purpose]:
    """The subscriber who got this link, and what it is for. Raises WrongLink."""
    head, _dot, signature = token.rpartition(".")
    number, _dot, minute = head.partition(".")
    try:
        subscriber = Subscriber.objects.get(pk=base36_to_int(number))
        made_at = datetime.fromtimestamp(base36_to_int(minute) * 60, tz=UTC)
    except (ValueError, OverflowError, OSError, Subscriber.DoesNotExist):
        raise WrongLink from None
    for purpose in purposes:
        if _is_signed(head, signature, subscriber, purpose):
            if purpose is Purpose.CONFIRM and made_at < timezone.now() - CONFIRM_FOR:
                raise WrongLink(expired=True)
            return subscriber, purpose
    raise WrongLink


def read_address(token: str) -> tuple[str]:
    """The address whose page of all mail this link opens, from our mail or from mail about comments. Raises WrongLink."""
    kind, _dash, number = token.partition(":")[0].partition("-")
    if kind not in KINDS:
        return (read_token(token, Purpose.PREFERENCES)[0].email,)
    try:
        row = KINDS[kind].objects.get(pk=number)
        mail_signer(kind, row.address).unsign(token)
    except (ValueError, BadSignature, ObjectDoesNotExist):
        raise WrongLink from None
    address = row.address.lower()
    if Subscriber.objects.filter(email=address, key_changed_at__isnull=False).exists():
        raise WrongLink
    return (address,)


def _is_signed(head: str, signature: str, subscriber: Subscriber, purpose: Purpose) -> bool:
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return any(constant_time_compare(signature, _signature(head, subscriber, purpose, secret)) for secret in secrets)


def _signature(head: str, subscriber: Subscriber, purpose: Purpose, secret: str) -> str:
    """128 bits, bound to the subscriber's key: a new key makes every old link worthless."""
    digest = salted_hmac(
        f"newsletters.{purpose}", f"{head}:{subscriber.key}", secret=secret, algorithm="sha256"
    ).digest()
    return urlsafe_b64encode(digest[:16]).decode().rstrip("=")


def mailing_links(subscriber: Subscriber, purpose: Purpose) -> dict[str, str]:
    return {
        "stop_url": settings.BASE_URL + stop_path(subscriber, purpose),
        "preferences_url": settings.BASE_URL + preferences_path(subscriber),
    }


def mailing_headers(subscriber: Subscriber, purpose: Purpose) -> dict[str, str]:
    """What a mailing says to mail programs: how to stop it with one click (RFC 8058), and which list it is of."""
    name = "newsletter" if purpose is Purpose.STOP_NEWSLETTER else "updates"
    return {
        **unsubscribe_headers(settings.BASE_URL + stop_path(subscriber, purpose)),
        "List-Id": f"<{name}.{urlsplit(settings.BASE_URL).hostname}>",
        "Precedence": "bulk",
    }

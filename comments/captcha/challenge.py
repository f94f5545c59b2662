"""The captcha's rules: a challenge sealed into its key, answered at most once. The form field is in field.py.

A key *is* the challenge, sealed with a secret of the server; showing a form writes nothing anywhere. Only what was
used up is remembered, in the table of django-simple-captcha: one row per key, until the key would have expired.
Why it is built so: `docs/decisions/0004-captcha.md`.
"""

import base64
import hashlib
import re
import secrets
import time
from datetime import timedelta
from functools import lru_cache
from random import Random

from captcha.models import CaptchaStore
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

# Nine letters of which none is taken for another, whatever line runs through it: of each family (C G O, M N W, K X, I T,
# B P R …) one at the most, and none of those that belong to two, such as H, J, L and Y.
ALPHABET = "ACEPSTUWX"
# What people honestly read for one of these letters. Nothing here is in the alphabet, so no guess becomes easier.
READ_AS = str.maketrans("5BDFGIJKMNORV0", "SPPECTUXWWCPUC")
MORE_IN_A_RAID = 1
LONGEST_KEY = 500
KEY = re.compile(r"[A-Za-z0-9_-]+")


# --- Keys --------------------------------------------------------------------------------------------------------


def new_key(*, harder: bool = False) -> str:
    """A fresh challenge under seal: safe in a page and in a URL, good for CAPTCHA_TIMEOUT minutes, never for two answers."""
    challenge = "".join(secrets.choice(ALPHABET) for _i in range(length(harder)))
    return _seals().encrypt_at_time(challenge.encode(), int(time.time())).decode().rstrip("=")


def length(harder: bool) -> int:
    """How many characters: more of them during a raid, when programs are many and patient."""
    return int(settings.CAPTCHA_LENGTH) + (MORE_IN_A_RAID if harder else 0)


def answer_for(key: str) -> str | None:
    """The characters of the challenge; None when the key is forged, mangled or older than CAPTCHA_TIMEOUT minutes."""
    if len(key) > LONGEST_KEY or not KEY.fullmatch(key):
        return None
    token = key.encode() + b"=" * (-len(key) % 4)
    try:
        # Base64 lets several texts mean the same bytes. Only one of them may be a key, or it could be spent twice.
        if base64.urlsafe_b64encode(base64.urlsafe_b64decode(token)) != token:
            return None
        return _seals().decrypt_at_time(token, settings.CAPTCHA_TIMEOUT * 60, int(time.time())).decode()
    except (InvalidToken, ValueError):
        return None


def matches(key: str, typed: str) -> bool:
    """Whether the typed text answers a key that is genuine and in time; says nothing about whether it is spent."""
    expected = answer_for(key)
    return expected is not None and as_read(typed) == expected


def as_read(typed: str) -> str:
    """What somebody meant: `kc lm y` and `KCLMY` are the same answer."""
    return "".join(typed.split()).upper().translate(READ_AS)


def dice_for(key: str, purpose: str) -> Random:
    """Dice that fall the same for one key every time, and that nobody can throw who does not know SECRET_KEY.

    They are of their own: seeding the shared `random` would let a reader foresee what everybody else gets next.
    """
    return Random(salted_hmac(f"comments.captcha.{purpose}", key, algorithm="sha256").digest())  # noqa: S311


def _seals() -> MultiFernet:
    return _seals_for(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


@lru_cache(maxsize=4)
def _seals_for(*secret_keys: str) -> MultiFernet:
    digests = (salted_hmac("comments.captcha.seal", "", secret, algorithm="sha256").digest() for secret in secret_keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


# --- Spending ----------------------------------------------------------------------------------------------------


def spend(key: str) -> bool:
    """Use the key up. True for exactly one caller, however many ask at once; False for all others and for dead keys.

    Call it in the transaction that saves what the reader wrote, and save only when it is True: if that transaction
    rolls back, the key is unspent again and the reader's answer still counts.
    """
    if answer_for(key) is None:
        return False
    # The clocks of two machines may differ by a minute: remember the key a little longer than it can live.
    forget_at = timezone.now() + timedelta(minutes=settings.CAPTCHA_TIMEOUT + 2)
    try:
        with transaction.atomic():
            CaptchaStore.objects.create(hashkey=_fingerprint(key), expiration=forget_at)
    except IntegrityError:
        return False
    return True


def is_spent(key: str) -> bool:
    return CaptchaStore.objects.filter(hashkey=_fingerprint(key)).exists()


def forget_expired() -> int:
    """Delete the memory of keys that have expired anyway; how many there were."""
    return CaptchaStore.objects.filter(expiration__lte=timezone.now()).delete()[0]


def _fingerprint(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:40]

"""The captcha: a challenge sealed into its key, answered at most once, and the form field that asks for it.

A key *is* the challenge, sealed with a secret of the server; showing a form writes nothing anywhere. Only what was
used up is remembered, in the table of django-simple-captcha: one row per key, until the key would have expired.
Why it is built so: `docs/decisions/0004-captcha.md`.
"""

import base64
import hashlib
import re
import secrets
import time
from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache
from random import Random
from typing import Any

from captcha.fields import BaseCaptchaTextInput
from captcha.fields import CaptchaField as SimpleCaptchaField
from captcha.models import CaptchaStore
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.forms import BoundField
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

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


# --- The form field --------------------------------------------------------------------------------------------------


def wants_new_picture(data: Mapping[str, Any]) -> bool:
    """Whether the form was sent by its "New picture" button, which without JavaScript posts the whole form."""
    return "new_captcha" in data


def typed_so_far(data: QueryDict) -> dict[str, Any]:
    """What was typed, as `initial` of a form that shows it again, unjudged, with a new picture."""
    return {name: value for name, value in data.items() if not name.startswith("captcha_")}


class CaptchaInput(BaseCaptchaTextInput):
    """Picture, spoken version, "New picture" and the box, with label and error: one piece, `comments/captcha.html`.

    Rendered again, it keeps key and typed text as long as they can still be accepted, and starts afresh otherwise.
    """

    harder = False
    use_fieldset = False
    whole = True  # the form's layout adds neither label nor errors

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        return render_to_string("comments/captcha.html", self.get_context(name, value, attrs))

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        key, typed = self._still_good(value)
        attrs = {"id": f"id_{name}", **(attrs or {})}
        return {
            "name": name,
            "id": attrs["id"],
            "key": key,
            "typed": typed,
            "errors": attrs.get("errors", ()),
            "required": attrs.get("required", False),
            "autofocus": attrs.get("autofocus", False),
            "length": length(self.harder),
            "harder": self.harder,
        }

    def _still_good(self, value: Any) -> tuple[str, str]:
        key, typed = parts(value)
        if len(answer_for(key) or "") < length(self.harder) or is_spent(key):
            return new_key(harder=self.harder), ""
        return key, typed


class CaptchaBoundField(BoundField):
    """Hands the errors to the widget: they stand inside it, below its box."""

    def as_widget(self, widget: Any = None, attrs: Any = None, only_initial: bool = False) -> SafeString:
        with_errors: dict[str, Any] = {**(attrs or {}), "errors": self.errors}
        return super().as_widget(widget, with_errors, only_initial)


class CaptchaField(SimpleCaptchaField):
    """`captcha = CaptchaField()` in a form; posted as `captcha_0` (the key) and `captcha_1` (what was typed).

    Cleaning checks and never spends a right answer, so that it survives an error in another field. Whoever saves the
    form calls `spend(form.cleaned_data["captcha"])` and refuses when that is False. A wrong answer spends the key at
    once: nobody guesses twice. Clean outside the transaction that may roll back, or that guess is forgotten with it.
    """

    bound_field_class = CaptchaBoundField
    default_error_messages = {
        "required": _("Type the characters shown in the image, or listen to them."),
        "wrong": _("These characters did not match. Your text is still here; try the new picture."),
        "spent": _("This picture was already used. Your text is still here; try the new picture."),
        "expired": _("This picture was too old. Your text is still here; try the new picture."),
        "short": _(
            "Very many texts are coming in just now, so we ask for a longer picture. Your text is still here; "
            "please try the new picture."
        ),
    }

    def __init__(self, *, harder: bool = False, **kwargs: Any) -> None:
        """`harder`: more characters, and no key made for fewer is accepted."""
        kwargs.setdefault("label", _("Enter the characters shown in the image"))
        kwargs.setdefault("widget", CaptchaInput())
        super().__init__(**kwargs)
        self.harder = self.widget.harder = harder

    def clean(self, value: Any) -> str:
        key, typed = parts(value)
        if not typed.strip():
            self._refuse("required")
        if answer_for(key) is None:
            self._refuse("expired")
        if is_spent(key):
            self._refuse("spent")
        if len(answer_for(key) or "") < length(self.harder):
            self._refuse("short")
        if not matches(key, typed):
            spend(key)
            self._refuse("wrong")
        return key

    def _refuse(self, code: str) -> None:
        raise ValidationError(self.error_messages[code], code=code)


def parts(value: Any) -> tuple[str, str]:
    """Key and typed text of whatever the browser sent, both without NUL; empty where something is missing."""
    key, typed = value if isinstance(value, list | tuple) and len(value) == 2 else (None, None)
    return str(key or "").replace("\0", ""), str(typed or "").replace("\0", "")

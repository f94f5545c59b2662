"""Logging in as a person does: with the password, with the second factor, with the code that was mailed."""

import re
import time

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core.cache import cache

from edge.models import Letter
from tests.factories import PASSWORD

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def give_factor(user) -> Authenticator:
    """As if she had set it up on another device."""
    return TOTP.activate(user, SECRET).instance


def code_now(secret=SECRET) -> str:
    """The app's code; a test needs the same one more often than somebody with a telephone."""
    code = format_hotp_value(hotp_value(secret, int(time.time()) // 30))
    cache.delete_many(
        f"allauth.mfa.totp.used?user={n}&code={code}" for n in Authenticator.objects.values_list("user", flat=True)
    )
    return code


def log_in(client, user):
    return client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})


def log_in_with_factor(client, user):
    log_in(client, user)
    return client.post("/accounts/2fa/authenticate/", {"code": code_now()})


def give_password_again(client):
    return client.post("/accounts/reauthenticate/", {"password": PASSWORD})


def mailed_code() -> str:
    """The code of the last letter that has one."""
    letter = Letter.objects.filter(subject__startswith="Your code").latest("pk")
    return re.search(r"^\w{4}-\w{4}$", letter.text, re.M).group()

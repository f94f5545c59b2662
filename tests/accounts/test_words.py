"""The account pages speak as the rest of the site does: one name for each thing, on every page, in every error and mail."""

import gettext
import re
from html import unescape
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.test import Client

from edge.models import Letter
from tests.addresses import patterns
from tests.factories import PASSWORD, create_user

pytestmark = pytest.mark.django_db
# What else allauth calls things that have one name here: create an account, sign in, sign out, e-mail address, passkey,
# second factor, confirm.
NEVER = re.compile(
    r"Sign[ -]?(?:Up|In|Out)\b|signup|sign up|log[ -]?in\b|logged|\bemail|remember me|security key|master key|backup key"
    r"|passwordless|two-factor|webauthn|totp\b|authenticat|verif|unverified|\bprimary|deactivat|\buser\b|invalid|success",
    re.IGNORECASE,
)
ALLOWED = re.compile(r"[Ss]ign (?:in|out)\b")
UNSEEN = re.compile(r"<(script|style|head|template)\b.*?</\1>|<!--.*?-->", re.DOTALL)
CATALOGUE = Path(settings.SITE_DIR) / "translations/en/LC_MESSAGES/django.po"


def others(text):
    return NEVER.findall(ALLOWED.sub("", text).replace("E-mail", "").replace("e-mail", ""))


def seen(answer):
    html = answer.content.decode()
    title = re.findall(r"<title>(.*?)</title>", html, re.DOTALL)
    said = re.findall(r'(?:aria-label|title|alt|placeholder)="([^"]*)"', html)
    main = re.search(r"<main.*</main>", html, re.DOTALL)
    words = re.sub(r"<[^>]+>", " ", UNSEEN.sub(" ", main[0] if main else ""))
    return unescape(" ".join([*title, *said, words])).replace("@", " ")


@pytest.fixture
def rosa():
    """With everything an account can have."""
    rosa = create_user(email="rosa@example.net", name="Rosa")
    EmailAddress.objects.create(user=rosa, email="other@example.net")
    return rosa


@pytest.fixture
def guarded(rosa, monkeypatch):
    monkeypatch.setattr("allauth.mfa.webauthn.internal.auth.get_credentials", lambda user: [])
    TOTP.activate(rosa, generate_totp_secret())
    RecoveryCodes.activate(rosa)
    for is_passwordless in (True, False):
        key = {"name": "My telephone", "credential": {"clientExtensionResults": {"credProps": {"rk": is_passwordless}}}}
        Authenticator.objects.create(user=rosa, type="webauthn", data=key)
    return rosa


def addresses(user):
    values = {
        "key": EmailConfirmationHMAC.create(user.emailaddress_set.get(email="other@example.net")).key,
        "uidb36": "1",
        "pk": Authenticator.objects.filter(user=user).order_by("-pk").values_list("pk", flat=True).first() or 1,
    }
    for pattern in patterns():
        if pattern.startswith("accounts/"):
            path = re.sub(r"\(\?P<(\w+)>[^)]*\)|<(?:\w+:)?(\w+)>", lambda m: str(values[m[1] or m[2]]), pattern)
            yield "/" + path.replace("^", "").replace("$", "")


def sign_in(client, **more):
    client.post("/accounts/login/", {"login": "rosa@example.net", "password": PASSWORD, **more})


def walk(client, user):
    """{address: words of another language} of every account page, asked for and sent with nothing and with nonsense."""
    found = {}
    for address in sorted(set(addresses(user))):
        if address.endswith(("logout/", "/cancel/")):
            continue
        for sent in (
            None,
            {},
            {"login": "a", "email": "a", "password": "a", "oldpassword": "a", "code": "1", "name": "R"},
        ):
            answer = client.get(address, follow=True) if sent is None else client.post(address, sent, follow=True)
            if (
                answer.status_code < 500
                and "html" in answer.get("Content-Type", "")
                and (words := others(seen(answer)))
            ):
                found[address, str(sent)] = words
    return found


def test_pages_for_strangers_speak_our_words(client, rosa):
    assert walk(client, rosa) == {}


def test_pages_of_an_account_speak_our_words(client, rosa):
    sign_in(client)

    assert walk(client, rosa) == {}


def test_pages_of_an_account_with_every_factor_speak_our_words(client, guarded):
    client.force_login(guarded)
    factor = Authenticator.objects.filter(user=guarded, type="totp").get()
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": 9e9, "id": factor.pk, "type": "totp"}]
    session.save()

    assert walk(client, guarded) == {}


def test_whoever_is_asked_for_a_factor_is_asked_in_our_words(client, guarded):
    sign_in(client)

    assert walk(client, guarded) == {}


def test_what_is_said_of_addresses_is_in_our_words(client, rosa):
    sign_in(client)
    answers = [client.get("/me/corner/")]
    for sent in (
        {"action_add": "", "email": "third@example.net"},
        {"action_add": "", "email": "third@example.net"},
        {"action_send": "", "email": "other@example.net"},
        {"action_primary": "", "email": "other@example.net"},
        {"action_remove": "", "email": "rosa@example.net"},
        {"action_remove": "", "email": "third@example.net"},
    ):
        answers.append(client.post("/accounts/email/", sent, follow=True))
    client.post("/accounts/logout/")
    answers.append(client.get("/me/corner/"))

    assert [
        others(unescape(re.sub(r"<[^>]+>", " ", UNSEEN.sub("", answer.content.decode())))) for answer in answers
    ] == [[] for _answer in answers]


def test_mail_of_the_account_speaks_our_words(client, rosa):
    Client().post("/accounts/signup/", {"name": "Ada", "email": "ada@example.net", "password1": "a long enough secret"})
    Client().post(
        "/accounts/signup/", {"name": "Ada", "email": "rosa@example.net", "password1": "a long enough secret"}
    )
    for email in ("rosa@example.net", "nobody@example.net"):
        Client().post("/accounts/password/reset/", {"email": email})
    sign_in(client)
    client.post("/accounts/email/", {"action_add": "", "email": "third@example.net"})
    change = {"oldpassword": PASSWORD, "password1": "another long secret", "password2": "another long secret"}
    client.post("/accounts/password/change/", change)

    letters = {
        letter.subject: others(re.sub(r"\S+@\S+|https?://\S+", "", letter.subject + letter.text))
        for letter in Letter.objects.all()
    }

    assert len(letters) >= 5
    assert {subject: words for subject, words in letters.items() if words} == {}


def test_what_is_compiled_is_what_is_written():
    compiled = gettext.GNUTranslations(CATALOGUE.with_suffix(".mo").open("rb"))
    written = dict(re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', CATALOGUE.read_text(), re.MULTILINE))

    def plain(text):
        return text.replace('\\"', '"').replace("\\n", "\n")

    assert len(written) > 100
    assert {key for key, words in written.items() if compiled.gettext(plain(key)) != plain(words)} == set()

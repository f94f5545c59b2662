"""People who work here can log in with a passkey, under the admin's strict policy."""

import re

import pytest
from playwright.sync_api import APIRequestContext, Page, expect

from config.demo.load import PASSWORD
from tests.browser.checks import watch
from tests.browser.conftest import log_in
from tests.smtp import Outbox

pytestmark = pytest.mark.once

# Somebody new, whom nobody has guessed at and who has no passkey yet.
MAKE = """
from secrets import token_hex
from config.demo.load import PASSWORD
from tests.factories import create_user
user = create_user(email=f"kwame.{token_hex(3)}@example.org", role="Medical reviewer")
user.set_password(PASSWORD)
user.save()
answer = user.email
"""
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def test_staff_add_a_passkey_and_log_in_with_it_while_strangers_guess_the_password(site, visit):
    page, who = visit(), site.ask(MAKE)
    problems = watch(page, site.url)
    give_authenticator(page)
    page.goto("/admin/")
    log_in(page, who)
    add_passkey(page, who, site.outbox)

    for _network in range(5):
        guess_password(who, visit.unseen())
    page.context.clear_cookies()
    page.goto("/admin/")
    log_in(page, who)
    expect(page.locator("main")).to_contain_text("failed too often")
    page.get_by_role("button", name="Sign in with a passkey").click()

    expect(page.locator("h1")).to_have_text("What waits for you")
    assert problems == []


def guess_password(who: str, stranger: APIRequestContext) -> None:
    """From a network of her own."""
    form = stranger.get("/accounts/login/")
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form.text())[1]
    words = {"login": who, "password": "guess", "csrfmiddlewaretoken": token}
    stranger.post("/accounts/login/", form=words, headers={"Origin": form.url.partition("/accounts")[0]})


def give_authenticator(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})


def add_passkey(page: Page, who: str, outbox: Outbox) -> None:
    page.goto("/accounts/2fa/webauthn/add/")
    if page.get_by_label("Password").count():
        page.get_by_label("Password").fill(PASSWORD)
        page.locator("main").get_by_role("button", name="Confirm").click()
    page.get_by_role("button", name="Send me a code").click()
    code = re.search(r"^\w{4}-\w{4}$", outbox.wait_for(who).text, re.M).group()
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Name").fill("My telephone")
    page.get_by_label("Sign in without a password").check()
    page.locator("main").get_by_role("button", name="Add").click()
    expect(page).not_to_have_url("/accounts/2fa/webauthn/add/")

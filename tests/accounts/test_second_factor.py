"""The second factor belongs to the session: until it has used one, a session is a reader's, whatever its person may."""

import re
import time
from pathlib import Path

import allauth
import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings as django_settings
from django.test import Client

from comments.models import Comment
from edge.models import Letter
from tests.comments.typing import comment_data, post
from tests.factories import PASSWORD, create_article, create_thread, create_user
from tests.logging_in import SECRET, code_now, give_factor, give_password_again, log_in, log_in_with_factor, mailed_code

pytestmark = pytest.mark.django_db
ACTIVATE = "/accounts/2fa/totp/activate/"
# Where a session without its factor could read or change what makes the account hers.
OWN = [
    *("/accounts/email/", "/accounts/password/change/", ACTIVATE, "/accounts/2fa/totp/deactivate/", "/accounts/2fa/webauthn/"),
    *("/accounts/2fa/webauthn/add/", "/accounts/2fa/recovery-codes/", "/accounts/2fa/recovery-codes/generate/"),
    "/accounts/2fa/recovery-codes/download/",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _house_asks_for_it(settings):
    settings.STAFF_SECOND_FACTOR = True


@pytest.fixture
def stale(client, writer):
    """A browser in which a writer logged in with her password before she set a factor up on another device."""
    log_in(client, writer)
    give_factor(writer)
    return client


def enters(client) -> bool:
    return client.get("/admin/").status_code == 200


# --- Who comes in ------------------------------------------------------------------------------------------------------


def test_a_session_from_before_the_factor_does_not_come_in(stale):
    answer = stale.get("/admin/")

    assert answer["Location"] == "/accounts/2fa/reauthenticate/?next=%2Fadmin%2F"


def test_it_comes_in_when_it_has_given_the_factor_and_goes_on_where_it_was(stale):
    stale.get("/admin/articles/article/")

    answer = stale.post("/accounts/2fa/reauthenticate/", {"code": code_now(), "next": "/admin/articles/article/"})

    assert answer["Location"] == "/admin/articles/article/"
    assert enters(stale)


def test_who_logs_in_with_password_and_code_comes_in(client, moderator):
    give_factor(moderator)

    log_in_with_factor(client, moderator)

    assert enters(client)


def test_the_password_alone_is_no_log_in_where_there_is_a_factor(client, moderator):
    give_factor(moderator)

    log_in(client, moderator)

    assert "_auth_user_id" not in client.session
    assert not enters(client)


def test_a_factor_that_was_taken_off_lets_nobody_in_any_more(client, moderator):
    factor = give_factor(moderator)
    log_in_with_factor(client, moderator)

    factor.delete()

    assert not enters(client)


def test_logging_in_with_a_passkey_is_giving_a_factor(client, moderator):
    passkey = Authenticator.objects.create(user=moderator, type=Authenticator.Type.WEBAUTHN, data={})
    client.force_login(moderator)
    session = client.session
    record = {"method": "mfa", "type": "webauthn", "passwordless": True, "id": passkey.pk, "at": 0}
    session["account_authentication_methods"] = [record]
    session["account_authentication_methods_user"] = str(moderator.pk)
    session.save()

    assert enters(client)


def test_another_persons_factor_counts_for_nothing(stale):
    session = stale.session
    other = give_factor(create_user())
    session["account_authentication_methods"] = [{"method": "mfa", "id": other.pk, "type": "totp", "at": 0}]
    session.save()

    assert not enters(stale)


def test_a_superuser_without_her_factor_is_a_reader_too(client):
    boss = create_user(is_staff=True, is_superuser=True)
    log_in(client, boss)
    give_factor(boss)

    assert not enters(client)
    assert client.post("/admin/accounts/user/add/", {"email": "new@example.net"}).status_code in {302, 401, 403}
    assert not boss._meta.model.objects.filter(email="new@example.net").exists()


def test_a_reader_needs_no_factor(client, reader):
    log_in(client, reader)

    assert client.get("/me/").status_code == 200


def test_without_the_setting_nobody_is_asked(client, writer, settings):
    settings.STAFF_SECOND_FACTOR = False
    log_in(client, writer)

    assert enters(client)


# --- What she may outside the admin --------------------------------------------------------------------------------------


def test_a_session_without_its_factor_does_not_write_as_a_writer(stale):
    post(create_thread(), stale)

    comment = Comment.objects.get()
    assert (comment.writer, comment.status) == (None, "pending")


def test_it_is_asked_for_the_captcha(stale):
    data = comment_data(thread := create_thread())

    stale.post(f"/comments/threads/{thread.pk}/add/", {**data, "captcha_0": "", "captcha_1": ""})

    assert not Comment.objects.exists()
    assert "captcha" in stale.get(f"/comments/threads/{thread.pk}/add/").content.decode()


def test_with_the_factor_she_writes_as_a_writer_without_captcha(client, writer):
    give_factor(writer)
    log_in_with_factor(client, writer)
    data = comment_data(thread := create_thread())

    client.post(f"/comments/threads/{thread.pk}/add/", {**data, "captcha_0": "", "captcha_1": ""})

    assert Comment.objects.get().writer == writer.writer


def test_a_reader_with_an_account_is_asked_for_no_captcha(client, reader):
    log_in(client, reader)
    data = comment_data(thread := create_thread())

    client.post(f"/comments/threads/{thread.pk}/add/", {**data, "captcha_0": "", "captcha_1": ""})

    assert Comment.objects.get().author == reader


def test_where_known_readers_appear_at_once_a_session_without_its_factor_waits(stale):
    post(create_thread(mode="known"), stale)

    assert not Comment.objects.filter(status="approved").exists()


def test_a_report_without_the_factor_needs_the_captcha(stale):
    comment = Comment.objects.get(pk=_approved().pk)

    assert "captcha" in stale.get(f"/comments/{comment.pk}/report/").content.decode()


def test_a_moderator_without_her_factor_counts_as_a_reader_everywhere(client, moderator):
    log_in(client, moderator)
    user = client.get("/me/").context["user"]

    assert not user.has_perm("comments.moderate_comment")
    assert not user.has_perms(["comments.moderate_comment"])
    assert not user.has_module_perms("comments")
    assert user.get_all_permissions() == set()


def test_an_article_in_the_making_is_not_shown_without_the_factor(stale, writer):
    draft = create_article(writer=writer.writer)

    for page in ("preview/", "change/", "compare/", "history/"):
        assert stale.get(f"/admin/articles/article/{draft.pk}/{page}").status_code in {302, 404}, page
    assert stale.post(f"/admin/articles/article/{draft.pk}/autosave/", {"title": "Taken"}).status_code in {302, 401}


def _approved():
    return Comment.objects.create(
        thread=create_thread(), name="R", email="r@example.net", body="Words", status="approved"
    )


# --- Setting a factor up -------------------------------------------------------------------------------------------------


def enrol(client):
    """Types the app's code; the secret stands on the page that was opened."""
    client.get(ACTIVATE)
    secret = client.session["mfa.totp.secret"]
    return client.post(ACTIVATE, {"code": code_now(secret)})


def type_mailed_code(client):
    client.post("/me/code/", {"send": "1", "next": ACTIVATE})
    return client.post("/me/code/", {"code": mailed_code(), "next": ACTIVATE})


def test_staff_without_a_factor_are_led_to_set_one_up(client, writer):
    log_in(client, writer)

    assert client.get("/admin/")["Location"] == "/accounts/2fa/"


def test_a_stolen_password_sets_up_no_factor(client, writer):
    log_in(client, writer)
    give_password_again(client)

    assert client.get(ACTIVATE)["Location"].startswith("/me/code/")
    assert client.get("/accounts/2fa/webauthn/add/")["Location"].startswith("/me/code/")
    session = client.session
    session["mfa.totp.secret"] = SECRET
    session.save()
    client.post(ACTIVATE, {"code": code_now()})

    assert not Authenticator.objects.exists()


def test_with_the_mailed_code_she_sets_it_up_and_comes_in_at_once(client, writer):
    log_in(client, writer)
    give_password_again(client)
    assert type_mailed_code(client)["Location"] == ACTIVATE

    enrol(client)

    assert Authenticator.objects.filter(user=writer, type="totp").exists()
    assert enters(client)


def test_the_mailed_code_is_asked_after_the_password(client, writer):
    log_in(client, writer)
    type_mailed_code(client)

    assert client.get(ACTIVATE)["Location"].startswith("/accounts/reauthenticate/")


def test_a_code_works_once_for_one_session_and_not_for_ever(client, writer, monkeypatch):
    log_in(client, writer)
    give_password_again(client)
    type_mailed_code(client)
    other = Client()
    log_in(other, writer)
    give_password_again(other)
    other.post("/me/code/", {"code": mailed_code()})
    assert other.get(ACTIVATE)["Location"].startswith("/me/code/")

    later = time.time() + 16 * 60
    monkeypatch.setattr("accounts.guards.time.time", lambda: later)
    give_password_again(client)

    assert client.get(ACTIVATE).status_code == 302


def test_three_wrong_codes_end_it(client, writer):
    log_in(client, writer)
    client.post("/me/code/", {"send": "1"})
    code = mailed_code()

    for wrong in ("AAAA-AAAA", "0", "é" * 8):
        assert client.post("/me/code/", {"code": wrong}).status_code == 422

    assert client.post("/me/code/", {"code": code}).status_code == 422


def test_nobody_is_mailed_more_than_a_few_codes(client, writer):
    log_in(client, writer)

    answers = [client.post("/me/code/", {"send": "1"}).status_code for _n in range(6)]

    assert answers == [200] * 5 + [429]
    assert Letter.objects.filter(to=writer.email).count() == 5


def test_nor_from_many_networks(client, writer):
    log_in(client, writer)

    answers = [client.post("/me/code/", {"send": "1"}, REMOTE_ADDR=f"198.51.{n}.7").status_code for n in range(6)]

    assert answers == [200] * 5 + [429]


def test_looking_at_the_page_sends_nothing(client, writer):
    log_in(client, writer)

    client.get("/me/code/")

    assert not Letter.objects.exists()


def test_the_page_leads_to_no_other_site(client, writer):
    log_in(client, writer)
    client.post("/me/code/", {"send": "1"})

    assert client.post("/me/code/", {"code": mailed_code(), "next": "//evil.example/"})["Location"] == "/accounts/2fa/"


def test_a_stranger_is_sent_to_the_log_in(client):
    assert client.get("/me/code/")["Location"].startswith("/accounts/login/")


# --- What is hers, in a session that has not given the factor ------------------------------------------------------------


@pytest.mark.parametrize("page", OWN)
def test_nothing_of_the_account_is_changed_or_read_with_the_password_alone(stale, page):
    give_password_again(stale)

    for answer in (stale.get(page), stale.post(page, {"email": "thief@example.net", "action_add": ""})):
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/2fa/reauthenticate/")


def test_the_password_stands_for_no_factor(stale):
    answer = give_password_again(stale)

    assert answer["Location"].startswith("/accounts/2fa/reauthenticate/")
    assert not [m for m in stale.session["account_authentication_methods"] if m.get("reauthenticated")]


def test_adding_an_address_asks_for_the_password_again(client, reader):
    log_in(client, reader)
    add = {"email": "second@example.net", "action_add": ""}

    assert client.post("/accounts/email/", add)["Location"].startswith("/accounts/reauthenticate/")
    assert not EmailAddress.objects.filter(email="second@example.net").exists()

    give_password_again(client)
    client.post("/accounts/email/", add)
    assert EmailAddress.objects.filter(email="second@example.net").exists()


@pytest.mark.parametrize("action", ["action_primary", "action_remove"])
def test_changing_addresses_asks_for_the_password_again(client, reader, action):
    second = EmailAddress.objects.create(user=reader, email="second@example.net", verified=True)
    log_in(client, reader)

    answer = client.post("/accounts/email/", {"email": second.email, action: ""})

    assert answer["Location"].startswith("/accounts/reauthenticate/")
    second.refresh_from_db()
    assert not second.primary


def test_changing_the_password_needs_the_old_one(client, reader):
    log_in(client, reader)
    new = {"oldpassword": "wrong", "password1": "another long secret", "password2": "another long secret"}

    client.post("/accounts/password/change/", new)

    reader.refresh_from_db()
    assert reader.check_password(PASSWORD)


def test_a_stolen_password_of_staff_moves_the_code_to_no_other_mailbox(client, writer):
    log_in(client, writer)
    give_password_again(client)

    answer = client.post("/accounts/email/", {"email": "thief@example.net", "action_add": ""})

    assert answer["Location"].startswith("/me/code/")
    assert not EmailAddress.objects.filter(email="thief@example.net").exists()


# --- The owner is told ---------------------------------------------------------------------------------------------------


def test_the_old_address_hears_of_a_new_one(client, reader):
    log_in(client, reader)
    give_password_again(client)

    client.post("/accounts/email/", {"email": "second@example.net", "action_add": ""})

    told = Letter.objects.get(to=reader.email)
    assert "second@example.net" in told.text


def test_the_old_address_hears_that_mail_goes_elsewhere(client, reader):
    EmailAddress.objects.create(user=reader, email="second@example.net", verified=True)
    old = reader.email
    log_in(client, reader)
    give_password_again(client)

    client.post("/accounts/email/", {"email": "second@example.net", "action_primary": ""})

    assert "second@example.net" in Letter.objects.get(to=old).text


def test_a_changed_password_is_told(client, reader):
    log_in(client, reader)
    new = {"oldpassword": PASSWORD, "password1": "another long secret", "password2": "another long secret"}

    give_password_again(client)
    client.post("/accounts/password/change/", new, HTTP_USER_AGENT="Spybrowser/1", REMOTE_ADDR="203.0.113.9")

    letter = Letter.objects.get(to=reader.email)
    assert "password" in letter.text
    assert "Spybrowser" not in letter.text + letter.html
    assert "203.0.113" not in letter.text + letter.html


@pytest.mark.django_db(transaction=True)
def test_a_new_factor_is_told(client, writer):
    log_in(client, writer)
    give_password_again(client)
    type_mailed_code(client)
    enrol(client)

    assert "second factor" in Letter.objects.latest("pk").subject


ELSEWHERE = {"login_code", "password_reset_code"}  # log-in and reset by code are not switched on


def test_every_letter_of_allauth_has_words_of_ours():
    theirs, ours = Path(allauth.__file__).parent / "templates", Path(django_settings.SITE_DIR) / "templates"
    templates = [
        path.relative_to(theirs) for app in ("account", "mfa") for path in (theirs / app / "email").glob("*.txt")
    ]
    assert len(templates) > 20
    for template in templates:
        name = re.sub("_(message|subject)$", "", template.stem)
        if name in ELSEWHERE or "confirmation_signup" in name:  # the latter is the one without "signup"
            continue
        assert (ours / template).is_file(), template


def test_a_public_page_does_not_look_who_is_there(client):
    answer = client.get("/")

    assert "Cookie" not in answer.get("Vary", "")
    assert not answer.cookies

"""The outbox: every letter leaves at most once, and none is lost for what the mail server did."""

import re
from datetime import timedelta
from smtplib import SMTPAuthenticationError

import pytest
from django.core import mail
from django.core.mail.backends.smtp import EmailBackend
from django.utils import timezone

from edge.mail import send_due_letters, send_letter, write_letter
from edge.models import Letter
from tests.smtp import smtp  # noqa: F401  a fixture

pytestmark = pytest.mark.django_db
HOSTILE = [
    "Hello\r\nBcc: everyone@example.org",
    "Hello\nX-Evil: 1\n\n<script>alert(1)</script>",
    "Zero\x00byte, escape \x1b[31m, next line \x85 and \u2028 separator",
    "\u202egnihtyna 𝕿𝖍𝖊 👩‍👩‍👧 " + "long " * 200,
]


def create_letter(**fields) -> Letter:
    fields = {
        "key": "k",
        "to": "rosa@example.net",
        "subject": "Hello",
        "text": "Words",
        "html": "<p>Words</p>",
        **fields,
    }
    return Letter.objects.create(**fields)


def write(**fields) -> Letter | None:
    fields = {"key": "k", "to": "rosa@example.net", "subject": "Hello", "context": {}, **fields}
    return write_letter(template="mail/base", **fields)


def test_an_occasion_has_one_letter():
    assert write() is not None
    assert write(subject="Another") is None
    assert Letter.objects.get().subject == "Hello"


def test_a_letter_knows_the_name_of_the_site_in_both_parts():
    letter = write()

    assert "Wellread" in letter.text
    assert "Wellread" in letter.html


def test_a_text_part_is_not_escaped_and_has_no_heaps_of_blank_lines(site_settings):
    site_settings(name="Salt & O'Pepper")
    letter = write()

    assert "Salt & O'Pepper" in letter.text
    assert "\n\n\n" not in letter.text
    assert "Salt &amp; O&#x27;Pepper" in letter.html


@pytest.fixture
def site_settings():
    from pages.models import SiteSettings

    return lambda **fields: SiteSettings.objects.update_or_create(pk=1, defaults=fields)


def test_a_due_letter_leaves_and_is_not_sent_again(smtp):  # noqa: F811
    letter = create_letter()

    assert [send_due_letters(), send_due_letters()] == [1, 0]
    letter.refresh_from_db()
    assert letter.status == "sent"
    assert len(smtp.mails) == 1


def test_a_mail_has_its_headers_once_and_the_text_first(smtp):  # noqa: F811
    create_letter(headers={"List-Id": "<updates.wellread.example>"})
    send_due_letters()

    message = smtp.mails[0].message
    for name in ("Date", "Message-ID", "From", "To", "Subject", "Auto-Submitted", "List-Id"):
        assert len(message.get_all(name)) == 1, name
    assert message["Message-ID"].endswith("@wellread.example>")
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


def test_no_line_of_a_mail_is_too_long_or_ends_badly(smtp):  # noqa: F811
    create_letter(text="a" * 5_000 + "\n.\n..\nFrom here\n" + "ö" * 3_000, html="<p>" + "b" * 5_000 + "</p>")
    send_due_letters()

    content = smtp.mails[0].content
    assert max(len(line) for line in content.split(b"\r\n")) <= 998
    assert not re.search(rb"(?<!\r)\n|\r(?!\n)", content)
    assert "\n.\n..\n" in smtp.mails[0].text


@pytest.mark.parametrize("subject", HOSTILE)
def test_a_hostile_subject_stays_a_subject(smtp, subject):  # noqa: F811
    write(subject=subject)
    send_due_letters()

    message = smtp.mails[0].message
    assert message["Bcc"] is None
    assert message["X-Evil"] is None
    assert message["Subject"].split()[0] in subject
    assert not message.defects


def test_a_local_part_that_is_not_ascii_is_refused_not_mangled(smtp):  # noqa: F811
    letter = create_letter(to="josé@example.net")
    send_due_letters()

    letter.refresh_from_db()
    assert letter.status == "failed"
    assert smtp.mails == []


def test_a_domain_that_is_not_ascii_is_sent_by_its_a_label(smtp):  # noqa: F811
    create_letter(to="jose@exämple.net")
    send_due_letters()

    assert smtp.mails[0].to == ["jose@xn--exmple-cua.net"]


@pytest.mark.parametrize("address", ["", "nobody", "a@b.example\r\nBcc: c@d.example", "a@b.example, c@d.example", "@x"])
def test_an_impossible_address_fails_alone(smtp, address):  # noqa: F811
    bad, good = create_letter(to=address), create_letter(key="good")
    send_due_letters()

    bad.refresh_from_db()
    good.refresh_from_db()
    assert (bad.status, good.status) == ("failed", "sent")
    assert len(smtp.mails) == 1


def test_a_passing_refusal_is_tried_again_later(smtp):  # noqa: F811
    smtp.answer = lambda address: "451 Greylisted"
    letter = create_letter()
    send_due_letters()

    letter.refresh_from_db()
    assert (letter.status, letter.attempts) == ("waiting", 1)
    assert letter.send_after > timezone.now() + timedelta(minutes=1)
    smtp.answer = lambda address: ""
    Letter.objects.update(send_after=timezone.now())
    assert send_due_letters() == 1


def test_passing_refusals_end_one_day(smtp):  # noqa: F811
    smtp.answer = lambda address: "450 Busy"
    letter = create_letter()
    for _ in range(6):
        Letter.objects.update(send_after=timezone.now())
        send_due_letters()

    letter.refresh_from_db()
    assert (letter.status, letter.attempts) == ("failed", 5)


def test_a_final_refusal_is_final_and_stops_nobody_else(smtp):  # noqa: F811
    smtp.answer = lambda address: "550 No such person" if address.startswith("gone") else ""
    gone, good = create_letter(to="gone@example.net"), create_letter(key="good")
    send_due_letters()

    gone.refresh_from_db()
    good.refresh_from_db()
    assert (gone.status, gone.error) == ("failed", "550 SMTPRecipientsRefused")
    assert good.status == "sent"


def test_a_line_that_breaks_after_the_mail_leaves_it_in_doubt(smtp):  # noqa: F811
    smtp.hangs_up = True
    letter = create_letter()
    send_due_letters()
    smtp.hangs_up = False
    send_due_letters()

    letter.refresh_from_db()
    assert letter.status == "in_doubt"
    assert len(smtp.mails) == 1


def test_after_a_broken_line_the_next_letter_goes_over_a_new_one(smtp):  # noqa: F811
    smtp.answer = lambda address: "421 Too many, come again" if address.startswith("many") else ""
    many, good = create_letter(to="many@example.net"), create_letter(key="good")
    send_due_letters()

    many.refresh_from_db()
    good.refresh_from_db()
    assert (many.status, good.status) == ("waiting", "sent")


def test_a_server_that_is_away_is_no_letters_fault(smtp, settings):  # noqa: F811
    settings.EMAIL_PORT = 1
    letters = [create_letter(key=str(n)) for n in range(3)]
    assert send_due_letters() == 0

    for letter in letters:
        letter.refresh_from_db()
        assert (letter.status, letter.attempts) == ("waiting", 0)
        assert letter.send_after > timezone.now()


def test_a_wrong_password_fails_no_letter(smtp, monkeypatch):  # noqa: F811
    def refuse(self):
        raise SMTPAuthenticationError(535, b"no")

    monkeypatch.setattr(EmailBackend, "open", refuse)
    letter = create_letter()
    send_due_letters()

    letter.refresh_from_db()
    assert letter.status == "waiting"


def test_a_letter_whose_worker_died_is_in_doubt_and_not_sent():
    long_ago = timezone.now() - Letter.LEASE - timedelta(seconds=1)
    letter = create_letter(status="sending", claimed_at=long_ago)
    send_due_letters()

    letter.refresh_from_db()
    assert letter.status == "in_doubt"
    assert mail.outbox == []


def test_a_letter_another_worker_holds_is_left_alone():
    letter = create_letter(status="sending", claimed_at=timezone.now())
    send_due_letters()

    letter.refresh_from_db()
    assert letter.status == "sending"
    assert mail.outbox == []


def test_a_letter_read_before_another_worker_tried_it_is_not_sent():
    letter = create_letter()
    Letter.objects.update(attempts=1)

    assert not send_letter(letter, mail.get_connection())
    assert mail.outbox == []


def test_a_withdrawn_letter_stays_here():
    create_letter()
    assert Letter.objects.all().withdraw() == 1

    assert Letter.objects.get().text == ""
    assert send_due_letters() == 0
    assert mail.outbox == []


def test_a_letter_for_later_waits():
    create_letter(send_after=timezone.now() + timedelta(hours=1))

    assert send_due_letters() == 0


def test_a_link_in_a_header_is_not_folded_and_a_long_subject_still_is(smtp):  # noqa: F811
    link = f"<https://a-rather-long-name-for-a-site.example/{'x' * 60}/>"
    create_letter(subject="Übermäßig " * 25, headers={"List-Unsubscribe": link})
    send_due_letters()

    lines = smtp.mails[0].content.split(b"\r\n")
    assert f"List-Unsubscribe: {link}".encode() in lines
    assert (
        max(len(word) for line in lines for word in line.split(b" ") if word.startswith(b"=?")) <= 76
    )  # as Django folds
    assert smtp.mails[0].message["Subject"].split() == ["Übermäßig"] * 25

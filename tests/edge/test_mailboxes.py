"""One form for all spellings of a mailbox."""

import pytest

from edge.mailboxes import mailbox_of

ROSA = "rosalind@example.net"


@pytest.mark.parametrize(
    "email",
    ["Rosalind@Example.NET", "rosalind+x@example.net", "rosalind+a+b@example.net", " rosalind@example.net. ",
     "ｒosalind@example.net", "rosa\u200blind@example.net", '"rosalind"@example.net'],
    ids=ascii,
)  # fmt: skip
def test_every_spelling_reaches_one_mailbox(email):
    assert mailbox_of(email) == ROSA


@pytest.mark.parametrize(
    ("email", "mailbox"),
    [
        ("Ro.Sa.Lind+x@googlemail.com", "rosalind@gmail.com"),
        ("ro.sa@example.net", "ro.sa@example.net"),
        ("ro-sa_lind@pm.me", "rosalind@proton.me"),
        ("ro-sa@ya.ru", "rosa@yandex.ru"),
        ("rosa@müller.example", "rosa@xn--mller-kva.example"),
        ("+@example.net", "+@example.net"),
        ("rosa", ""),
        ("", ""),
        ("@example.net", ""),
    ],
)
def test_only_what_its_provider_overlooks_is_left_out(email, mailbox):
    assert mailbox_of(email) == mailbox
    assert mailbox_of(mailbox) == mailbox

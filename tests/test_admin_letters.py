"""Letters that did not leave: an administrator sees them and may send them again."""

import pytest

from edge.models import Letter

pytestmark = pytest.mark.django_db
LETTERS = "/admin/edge/letter/"


def create_letter(**fields) -> Letter:
    fields = {"key": "k", "to": "far@example.net", "subject": "Hello", "text": "Click /secret/link/", **fields}
    return Letter.objects.create(**fields)


def send_again(client, letter):
    return client.post(LETTERS, {"action": "send_again", "index": "0", "_selected_action": [letter.pk]}, follow=True)


@pytest.mark.parametrize("status", ["failed", "in_doubt"])
def test_an_administrator_sends_a_letter_again(client, administrator, status):
    letter = create_letter(status=status)
    client.force_login(administrator)

    send_again(client, letter)

    letter.refresh_from_db()
    assert letter.status == "waiting"


def test_a_letter_that_left_is_not_sent_again(client, administrator):
    letter = create_letter(status="sent")
    client.force_login(administrator)

    client.post(f"{LETTERS}?status=all", {"action": "send_again", "index": "0", "_selected_action": [letter.pk]})

    letter.refresh_from_db()
    assert letter.status == "sent"


def test_a_moderator_neither_sees_nor_sends_letters(client, moderator):
    letter = create_letter(status="failed")
    client.force_login(moderator)

    assert send_again(client, letter).status_code == 403
    letter.refresh_from_db()
    assert letter.status == "failed"


def test_the_list_opens_on_what_needs_a_person(client, administrator):
    create_letter(status="sent", to="fine@example.net", key="fine")
    create_letter(status="failed")
    client.force_login(administrator)

    page = client.get(LETTERS).content.decode()

    assert "far@example.net" in page
    assert "fine@example.net" not in page


def test_nobody_reads_the_links_in_a_letter(client, administrator):
    letter = create_letter(status="failed", headers={"List-Unsubscribe": "</secret/stop/>"})
    client.force_login(administrator)

    page = client.get(f"{LETTERS}{letter.pk}/change/").content.decode()

    assert "far@example.net" in page
    assert "/secret/" not in page

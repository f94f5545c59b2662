"""Who reads what at the desk: a courtesy between moderators, never a lock."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comments.desk import claims
from comments.models import Comment, Seat
from tests.factories import create_comment, create_user

pytestmark = pytest.mark.django_db
HERE = "/admin/comments/desk/here/"


@pytest.fixture
def bilal(db):
    return create_user(name="Bilal", role="Moderator")


def look(client, **asked) -> str:
    response = client.post(HERE, {"since": timezone.now().isoformat(), **asked})
    assert response.status_code == 200
    return response.content.decode()


def test_the_first_to_read_a_comment_has_it_and_the_second_hears_who(moderator, bilal):
    comment = create_comment()

    assert claims.claim(comment, by=bilal) is None
    assert claims.claim(comment, by=moderator) == bilal
    assert Seat.objects.get(comment=comment).user == bilal


def test_a_claim_that_ran_out_is_anybodys(moderator, bilal):
    comment = create_comment()
    claims.claim(comment, by=bilal)
    Seat.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))

    assert claims.claim(comment, by=moderator) is None
    assert Seat.objects.get(comment=comment).user == moderator


def test_whoever_reads_on_lets_go_of_what_she_read(moderator):
    first, second = create_comment(), create_comment()
    claims.claim(first, by=moderator)
    claims.claim(second, by=moderator)

    assert [seat.comment for seat in Seat.objects.all()] == [second]


def test_a_single_card_is_claimed_while_it_is_read_and_a_list_is_not(client, moderator):
    comment = create_comment()
    client.force_login(moderator)

    look(client, mode="zen", card=comment.pk)
    assert Seat.objects.get(user=moderator).comment == comment

    look(client)
    assert Seat.objects.get(user=moderator).comment is None


def test_looking_at_the_desk_claims_nothing(client, moderator):
    comment = create_comment()
    client.force_login(moderator)

    client.get(f"/admin/comments/desk/?mode=zen&card={comment.pk}")

    assert not Seat.objects.exists()
    assert client.get(HERE).status_code == 405


def test_moderators_see_who_else_is_here_and_what_they_read(client, moderator, bilal):
    comment = create_comment()
    claims.claim(comment, by=bilal)
    client.force_login(moderator)

    assert "Bilal" in look(client)
    assert "Bilal is reading this." in look(client, mode="zen", card=comment.pk)
    assert "Bilal is reading this." in client.get("/admin/comments/desk/").content.decode()
    Seat.objects.update(seen_at=timezone.now() - timedelta(minutes=5), claimed_until=None)
    assert "Bilal" not in look(client)


def test_what_is_new_is_counted_and_the_list_stays(client, moderator):
    create_comment(created_at=timezone.now() - timedelta(minutes=5))
    client.force_login(moderator)
    since = (timezone.now() - timedelta(minutes=1)).isoformat()
    create_comment()
    create_comment(is_held=True)

    assert ">2 new<" in look(client, since=since)
    assert ">1 new<" in look(client, since=since, queue="held")
    for odd in ("", "x", "2026-01-01", "9" * 400):
        assert " new<" not in look(client, since=odd)


def test_a_claim_stops_nobody_from_deciding(client, moderator, bilal):
    comment = create_comment()
    claims.claim(comment, by=bilal)
    client.force_login(moderator)

    client.post(
        f"/admin/comments/desk/{comment.pk}/decide/",
        {f"{comment.pk}-verb": "approve", f"{comment.pk}-seen": "1.0.pending"},
    )

    assert Comment.objects.get(pk=comment.pk).status == "approved"


def test_a_moderator_can_claim_and_let_go_by_hand(client, moderator, bilal):
    comment = create_comment()
    client.force_login(moderator)
    url = f"/admin/comments/desk/{comment.pk}/claim/"

    client.post(url)
    assert Seat.objects.get(user=moderator).comment == comment
    client.post(url, {"release": "1"})
    assert Seat.objects.get(user=moderator).comment is None
    claims.claim(comment, by=bilal)
    assert "Bilal is reading this one just now." in client.post(url, follow=True).content.decode()

"""Who may write in a thread, and when it closes."""

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from comments.intake import receive as door
from comments.models import Comment, HouseRules, NotReceived, Thread
from tests.comments.typing import comment_data, post
from tests.factories import create_comment, create_thread, create_user

pytestmark = pytest.mark.django_db

WORDS = "Long words that took an hour to write."
Why = NotReceived.Why


@pytest.fixture
def known():
    user = create_user()
    for _n in range(3):
        create_comment(author=user, email=user.email, status="approved")
    return user


def receive(thread, author=None, **fields):
    email = author.email if author else "rosa@example.net"
    return door.receive(thread, **{"name": "Rosa", "email": email, "body": WORDS, "author": author, **fields})


def ago(**span):
    return timezone.now() - timedelta(**span)


@pytest.mark.parametrize(
    ("mode", "newcomer", "reader"),
    [
        ("open", "pending", "approved"),
        ("held", "pending", "pending"),
        ("trusted", Why.TRUSTED, "approved"),
        ("read_only", Why.CLOSED, Why.CLOSED),
    ],
)
def test_a_room_decides_who_may_write_and_what_waits(known, mode, newcomer, reader):
    def outcome(author):
        try:
            return receive(create_thread(mode=mode), author, body=f"Words of {author}.").status
        except NotReceived as refusal:
            return refusal.why

    assert (outcome(None), outcome(known)) == (newcomer, reader)


@pytest.mark.parametrize(
    ("fields", "is_open"),
    [
        ({"closes_at": ago(minutes=1)}, False),
        ({"closes_at": ago(days=-1)}, True),
        ({"closes_after_days": 14, "last_at": ago(days=13), "created_at": ago(days=99)}, True),
        ({"closes_after_days": 14, "last_at": ago(days=15), "created_at": ago(days=99)}, False),
        ({"closes_after_days": 14, "created_at": ago(days=15)}, False),
        ({"last_at": ago(days=31)}, False),  # as the house rules say
        ({"last_at": ago(days=29)}, True),
        ({"closes_after_days": 0, "last_at": ago(days=900)}, True),
        ({"closes_after_days": 60, "closes_at": ago(days=1), "last_at": ago(days=2)}, False),  # whichever is first
    ],
)
def test_a_room_closes_at_its_date_or_after_quiet_days(fields, is_open):
    HouseRules.objects.create(closes_after_days=30)

    assert create_thread(**fields).is_open is is_open


def test_without_house_rules_an_old_thread_stays_open():
    assert create_thread(created_at=ago(days=9000)).is_open


def test_a_text_that_comes_in_keeps_a_room_open():
    thread = create_thread(closes_after_days=14, created_at=ago(days=13))

    receive(thread)

    assert Thread.objects.get().closing_at > timezone.now() + timedelta(days=13)


def test_a_room_that_closed_while_somebody_wrote_gives_the_words_back(client):
    thread = create_thread(closes_at=ago(seconds=1))

    answer = post(thread, client, body=WORDS)

    assert answer.status_code == 409
    assert WORDS in answer.content.decode()
    assert not Comment.objects.exists()


def test_strangers_to_a_room_for_known_readers_read_why_and_keep_their_words(client, reader):
    thread = create_thread(mode="trusted")
    client.force_login(reader)

    form = client.get(reverse("comments:add", args=[thread.pk])).content.decode()
    answer = client.post(reverse("comments:add", args=[thread.pk]), comment_data(thread, body=WORDS))

    assert "Only readers whom we know can write here" in form
    assert "<textarea" not in form
    assert answer.status_code == 409
    assert WORDS in answer.content.decode()


def test_known_readers_get_the_form_there(client, known):
    thread = create_thread(mode="trusted")
    client.force_login(known)

    assert "<textarea" in client.get(reverse("comments:add", args=[thread.pk])).content.decode()


def test_a_moderator_changes_many_rooms_at_once(client, moderator):
    client.force_login(moderator)
    threads = [create_thread() for _n in range(3)]
    ticked = [thread.pk for thread in threads[:2]]

    client.post(
        "/admin/comments/thread/", {"action": "set_mode", "mode": "trusted", "_selected_action": ticked, "index": 0}
    )

    assert list(Thread.objects.order_by("pk").values_list("mode", flat=True)) == ["trusted", "trusted", "held"]


def test_the_list_of_rooms_tells_what_waits_for_all_of_them_together(client, moderator, django_assert_max_num_queries):
    client.force_login(moderator)
    for _n in range(10):
        create_comment()

    with django_assert_max_num_queries(14):
        page = client.get("/admin/comments/thread/").content.decode()

    assert '<td class="field-waits">1</td>' in page
    assert '<td class="field-room">held</td>' in page


def test_moderators_read_when_a_thread_closes_and_that_it_has(client, moderator):
    thread = create_thread(closes_at=datetime(2040, 1, 2, 8, tzinfo=UTC))
    client.force_login(moderator)
    address = f"/admin/comments/thread/{thread.pk}/change/"
    assert "2 January 2040, 8 a.m." in client.get(address).content.decode()

    Thread.objects.update(closes_at=datetime(2020, 1, 2, 8, tzinfo=UTC))

    assert "closed since 2 January 2020, 8 a.m." in client.get(address).content.decode()

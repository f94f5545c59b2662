"""A flood makes the door stricter with newcomers, readers whom the house knows go on, and one click ends it."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from comments.captcha.challenge import answer_for, new_key
from comments.intake import raids
from comments.intake import receive as door
from comments.intake.raids import FLOOR, SEVERAL, end_calm_raids, going_on
from comments.models import Comment, NotReceived, Raid
from tests.comments.typing import post
from tests.factories import create_comment, create_raid, create_thread, create_user

pytestmark = pytest.mark.django_db

LINK = "Look here: https://pills.example/x"


@pytest.fixture
def thread():
    return create_thread(mode="open")


@pytest.fixture
def known():
    user = create_user()
    for _n in range(3):
        create_comment(author=user, email=user.email, status="approved")
    return user


def fill(thread, n, **fields):
    Comment.objects.bulk_create(Comment(thread=thread, name="G", body="Words.", **fields) for _n in range(n))


def waiting(n, thread, *, seconds=5):
    at = timezone.now() - timedelta(seconds=seconds)
    fill(thread, n, created_at=at, waits_since=at)


def receive(thread, author=None, body="Some words of mine.", **fields):
    email = author.email if author else "rosa@example.net"
    return door.receive(thread, name="Rosa", email=email, body=body, author=author, **fields)


def test_one_text_too_many_within_a_minute_begins_a_raid_and_waits(thread):
    waiting(FLOOR - 1, thread)
    receive(thread)
    assert not Raid.objects.exists()

    comment = receive(thread, body=LINK)

    raid = Raid.objects.get()
    assert (raid.thread, raid.by, raid.in_a_minute) == (thread, None, FLOOR + 1)
    assert comment.status == "pending"
    assert comment.is_held
    assert "raid" in [signal.code for signal in comment.reasons]


@pytest.mark.parametrize(
    "before",
    [
        lambda thread: waiting(FLOOR, thread, seconds=70),  # not within a minute
        lambda thread: fill(thread, 3 * FLOOR, status="approved"),  # known readers talking
        lambda thread: waiting(FLOOR, create_thread()),  # elsewhere
    ],
)
def test_other_numbers_are_no_raid(thread, before):
    before(thread)

    receive(thread)

    assert not Raid.objects.exists()


def test_where_much_is_usual_more_is_allowed(thread):
    cache.set(f"comments:usual:{thread.pk}", 3.0)
    waiting(29, thread)
    receive(thread)
    assert not Raid.objects.exists()

    receive(thread)

    assert Raid.objects.get().usual == 3.0


def test_what_is_usual_is_the_mean_of_a_week(thread):
    fill(thread, 126, status="approved", created_at=timezone.now() - timedelta(days=3))

    assert raids.usual_in_a_minute(thread.pk) == 126 / (7 * 24 * 60)


def test_a_flood_of_several_threads_is_one_of_the_whole_site(thread):
    for _n in range(SEVERAL - 1):
        create_raid(thread=create_thread())
    waiting(FLOOR, thread)

    receive(thread)

    assert going_on(None) is not None


def test_a_flood_thinly_spread_is_noticed_too(thread):
    for _n in range(6):
        waiting(FLOOR // 2, create_thread())

    receive(thread)

    assert [raid.thread for raid in Raid.objects.all()] == [None]


def test_in_a_raid_a_newcomer_keeps_her_words_but_not_her_link(client, thread):
    raid = create_raid(thread=thread)

    answer = post(thread, client, body=LINK, **harder())

    raid.refresh_from_db()
    assert answer.status_code == 422
    assert LINK in answer.content.decode()
    assert "please take the link out" in answer.content.decode()
    assert not Comment.objects.exists()
    assert (raid.refused, raid.refused_at is not None) == (1, True)


def test_in_a_raid_a_known_reader_notices_nothing(known, thread):
    create_raid(thread=thread)
    create_raid()

    assert receive(thread, known).status == "approved"


def test_in_a_raid_a_known_reader_may_link(known, thread):
    create_raid(thread=thread)

    assert receive(thread, known, body=LINK).pk


def test_another_threads_raid_is_none_of_ours_and_the_sites_is(thread):
    create_raid(thread=create_thread())
    assert receive(thread, body=LINK).pk

    create_raid()
    with pytest.raises(NotReceived):
        receive(thread, body=LINK)


def harder():
    key = new_key(harder=True)
    return {"captcha_0": key, "captcha_1": answer_for(key)}


def test_in_a_raid_the_picture_is_longer_and_a_short_one_is_not_taken(client, thread):
    create_raid(thread=thread)
    address = reverse("comments:add", args=[thread.pk])

    form = client.get(address).content.decode()
    short, long = post(thread), post(thread, **harder())

    assert f"{settings.CAPTCHA_LENGTH + 1} letters" in form
    assert "harder" in form  # the button for a new picture asks for one like it
    assert (short.status_code, long.status_code) == (422, 302)
    assert "a longer picture" in short.content.decode()


def test_a_question_meets_the_sites_raid(client):
    create_raid()

    assert f"{settings.CAPTCHA_LENGTH + 1} letters" in client.get(reverse("questions:ask")).content.decode()


@pytest.mark.parametrize(
    ("raid", "arrivals", "ends"),
    [
        ({}, 0, True),
        ({"started_at": 5}, 0, False),  # not long enough
        ({}, FLOOR + 1, False),  # still many
        ({"refused_at": 5}, 0, False),  # still sent back
        ({"by": True}, 0, False),  # switched on by hand
        ({"by": True, "started_at": 25 * 60}, 0, True),
    ],
)
def test_a_raid_ends_by_itself_when_it_is_calm(thread, moderator, raid, arrivals, ends):
    minutes = {"started_at": 11, **raid}
    times = {name: timezone.now() - timedelta(minutes=n) for name, n in minutes.items() if name != "by"}
    create_raid(thread=thread, by=moderator if "by" in raid else None, **times)
    waiting(arrivals, thread, seconds=300)

    assert end_calm_raids() == ends
    assert (going_on(thread.pk) is None) is ends


def test_one_click_ends_it_and_the_detector_lets_it_be(client, moderator, thread):
    raid = create_raid(thread=thread)
    client.force_login(moderator)

    client.post(f"/admin/comments/raid/{raid.pk}/end/")
    waiting(FLOOR, thread)
    receive(thread)

    raid.refresh_from_db()
    assert raid.ended_by == moderator
    assert going_on(thread.pk) is None


def test_a_moderator_may_make_the_door_stricter_once(client, moderator, thread):
    client.force_login(moderator)

    for _click in range(2):
        client.post("/admin/comments/raid/start/", {"thread": thread.pk})
        client.post("/admin/comments/raid/start/")

    assert set(Raid.objects.values_list("thread", "by")) == {(thread.pk, moderator.pk), (None, moderator.pk)}


def test_nobody_else_may_switch_the_door(client, editor, thread):
    raid = create_raid(thread=thread)
    client.force_login(editor)

    answers = [client.post("/admin/comments/raid/start/"), client.post(f"/admin/comments/raid/{raid.pk}/end/")]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert Raid.objects.going_on().count() == 1


def test_looking_switches_nothing(client, moderator):
    client.force_login(moderator)
    raid = create_raid()

    assert client.get(f"/admin/comments/raid/{raid.pk}/end/").status_code == 405
    assert going_on(None) == raid


def test_the_button_leads_back_to_where_it_was_and_nowhere_else(moderator):
    client = Client()
    client.force_login(moderator)

    ends = [
        client.post(f"/admin/comments/raid/{create_raid().pk}/end/", {"next": place})["Location"]
        for place in ("/admin/comments/desk/", "//evil.example/")
    ]

    assert ends == ["/admin/comments/desk/", "/admin/comments/raid/"]


def test_moderators_see_a_raid_when_they_come_in(client, moderator, thread):
    create_raid(thread=thread, in_a_minute=412)
    client.force_login(moderator)

    front = client.get("/admin/").content.decode()
    raids_page = client.get("/admin/comments/raid/").content.decode()
    room = client.get(f"/admin/comments/thread/{thread.pk}/change/").content.decode()

    assert "A raid goes on" in front
    for page in (raids_page, room):
        assert "412 texts in one minute" in page
        assert "Back to normal" in page

"""Mail to moderators: how much waits and since when, never more often than asked for, and never a reader's words."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from comments.letters import moderator_letters
from comments.letters.moderator_letters import MOST_CRISIS, write_crisis_letters, write_digests
from comments.models import HouseRules, Seat
from edge.models import Letter
from tests.comments.letters import links_in, opening_changes_nothing
from tests.factories import create_comment, create_user

pytestmark = pytest.mark.django_db
NASTY = "<script>alert('DANGER')</script>"


@pytest.fixture(autouse=True)
def _late_in_the_day(monkeypatch):
    """The daily digest leaves in the morning; whoever runs the tests may be up earlier."""
    monkeypatch.setattr(moderator_letters, "MORNING", 0)


@pytest.fixture
def seat(moderator):
    return Seat.objects.create(user=moderator)


def waiting(**fields):
    since = timezone.now() - fields.pop("since", timedelta(hours=3))
    return create_comment(**{"created_at": since, "waits_since": since, "body": NASTY, "name": NASTY, **fields})


def letters(kind="desk:"):
    return Letter.objects.filter(key__startswith=kind).order_by("id")


def test_a_digest_says_how_much_waits_and_since_when(seat):
    waiting()
    waiting(since=timedelta(hours=1), is_crisis=True)
    create_comment(status="approved", reported_at=timezone.now())
    write_digests()

    text = letters().get().text
    assert "2 comments wait" in text
    assert "1 person may be in danger" in text
    assert "1 comment is reported" in text
    assert "for 3 hours" in text.replace("\xa0", " ")


def test_no_letter_from_the_desk_holds_a_readers_words(seat):
    waiting(is_crisis=True)
    write_digests()
    write_crisis_letters()

    assert Letter.objects.count() == 2
    for letter in Letter.objects.all():
        assert "DANGER" not in f"{letter.subject}{letter.text}{letter.html}{letter.headers}"


@pytest.mark.parametrize(
    ("digest", "hours", "expected"),
    [("off", 48, 0), ("hourly", 2, 1), ("hourly", 0.5, 0), ("daily", 25, 1), ("daily", 0, 0)],
)
def test_a_digest_comes_as_often_as_it_was_wished_for(seat, digest, hours, expected):
    Seat.objects.update(digest=digest, digest_at=timezone.now() - timedelta(hours=hours))
    waiting()
    write_digests()
    write_digests()

    assert letters().count() == expected


def test_the_daily_digest_waits_for_the_morning(seat, monkeypatch):
    monkeypatch.setattr(moderator_letters, "MORNING", 24)
    waiting()

    assert write_digests() == 0


@pytest.mark.parametrize("since", [None, timedelta(minutes=5)], ids=str)
def test_nothing_comes_while_nothing_waits_or_what_waits_is_fresh(seat, since):
    if since:
        waiting(since=since)
    write_digests()

    assert not letters().exists()
    seat.refresh_from_db()
    assert seat.digest_at is None


def test_two_workers_write_one_digest(seat):
    waiting()
    site, figures = moderator_letters.SiteSettings.current(), moderator_letters.Waiting.now()

    assert [moderator_letters.write_digest(seat, figures, site) for _n in range(2)] == [True, False]
    assert letters().count() == 1


def test_everybody_with_the_role_has_a_seat_and_nobody_else(moderator, writer, reader, administrator):
    gone = create_user(role="Moderator", is_active=False)
    outside = create_user(role="Moderator", is_staff=False)
    waiting()
    write_digests()
    write_digests()

    assert [seat.user for seat in Seat.objects.all()] == [moderator]
    assert letters().get().to == moderator.email
    assert {gone, outside}.isdisjoint(seat.user for seat in Seat.objects.all())


def test_an_administrator_who_sits_at_the_desk_gets_mail_too(administrator):
    Seat.objects.create(user=administrator)
    waiting()
    write_digests()

    assert letters().get().to == administrator.email


@pytest.mark.parametrize("change", ["role", "staff", "active"])
def test_whoever_moderates_no_more_gets_nothing(moderator, seat, change):
    if change == "role":
        moderator.groups.clear()
    moderator.is_staff, moderator.is_active = change != "staff", change != "active"
    moderator.save()
    waiting(is_crisis=True)
    write_digests()
    write_crisis_letters()

    assert not Letter.objects.exists()


def test_a_crisis_is_told_at_once_to_each_moderator_once(seat):
    other = create_user(role="Moderator")
    comment = waiting(is_crisis=True, since=timedelta(0))
    for _look in range(3):
        write_crisis_letters()

    assert sorted(letters("crisis:").values_list("to", flat=True)) == sorted([seat.user.email, other.email])
    assert str(comment.pk) in letters("crisis:").first().subject


def test_a_reader_can_call_for_help_about_what_is_online(seat):
    create_comment(status="approved", is_crisis=True, reported_at=timezone.now())
    write_crisis_letters()

    ways = [link for link in links_in(letters("crisis:").get()) if "/by-mail/" in link]
    assert [link.split("/")[3] for link in ways] == ["keep", "remove", "spam"]


def test_a_crisis_letter_says_by_when_we_promise_an_answer(seat):
    HouseRules(crisis_minutes=20).save()
    comment = waiting(is_crisis=True, since=timedelta(minutes=1))
    write_crisis_letters()

    until = timezone.localtime(comment.waits_since + timedelta(minutes=20))
    assert f"within 20 minutes: by {until:%H:%M}" in letters("crisis:").get().text


@pytest.mark.parametrize(
    "fields",
    [{"status": "approved"}, {"is_crisis": False}, {"since": timedelta(days=2)}, {"crisis_mail": False}],
    ids=str,
)
def test_no_crisis_letter_without_a_fresh_crisis_and_the_wish(seat, fields):
    if fields.get("crisis_mail") is False:
        Seat.objects.update(crisis_mail=False)
        fields = {}
    if fields.get("status"):
        create_comment(is_crisis=True, **fields)
    else:
        waiting(**{"is_crisis": True, **fields})

    assert write_crisis_letters() == 0


def test_a_flood_of_such_words_makes_few_letters(seat):
    for _n in range(MOST_CRISIS + 5):
        waiting(is_crisis=True, since=timedelta(minutes=1))
    for _look in range(3):
        write_crisis_letters()

    assert letters("crisis:").count() == MOST_CRISIS
    assert letters("crises:").count() == 1


def test_looking_costs_little_while_nothing_waits(seat, django_assert_num_queries):
    with django_assert_num_queries(2):
        write_crisis_letters()


def test_opening_every_link_of_every_letter_changes_nothing(seat):
    waiting(is_crisis=True)
    write_digests()
    write_crisis_letters()

    assert len(links_in(letters("crisis:").get())) >= 6
    assert opening_changes_nothing(Letter.objects.all())


@pytest.mark.parametrize("kind", ["digest", "crisis"])
def test_one_click_stops_one_kind_of_mail(seat, kind):
    path = moderator_letters.stop_path(seat, kind)
    Client().get(path)
    seat.refresh_from_db()
    assert seat.wants("digest")
    assert seat.wants("crisis")

    done = Client(enforce_csrf_checks=True).post(path, {"List-Unsubscribe": "One-Click"})

    seat.refresh_from_db()
    assert done.status_code == 200
    assert [seat.wants("digest"), seat.wants("crisis")] == [kind != "digest", kind != "crisis"]


def test_a_forged_stop_link_stops_nothing(client, seat):
    token = moderator_letters.stop_path(seat, "digest").split("/")[-2]
    forged = [token.replace("digest", "crisis"), f"{seat.pk}.digest:x", "x"]

    assert [client.post(f"/comments/desk-mail/{one}/").status_code for one in forged] == [404] * 3


def test_a_moderator_sets_her_own_wishes_and_looking_makes_no_seat(client, moderator):
    client.force_login(moderator)
    page = client.get("/admin/comments/seat/mine/")
    assert page.status_code == 200
    assert not Seat.objects.exists()

    client.post("/admin/comments/seat/mine/", {"digest": "hourly"})

    wishes = Seat.objects.get()
    assert (wishes.user, wishes.digest, wishes.crisis_mail) == (moderator, "hourly", False)

"""The desk's queues: what stands in them, in which order, page by page, and what a page of them costs."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from comments.decisions.comments import approve
from comments.desk.batches import start
from comments.desk.queues import (
    COUNTED,
    ORDERS,
    QUEUES,
    Order,
    Selection,
    bounded_counts,
    counts,
    new_in,
    not_claimed_by_others,
)
from comments.intake.receive import revise
from comments.models import Appeal, Cluster, Comment, Seat
from tests.factories import create_comment, create_thread, create_user

pytestmark = pytest.mark.django_db


def selection(query="", **asked) -> Selection:
    return Selection.parse(QueryDict(query) if query else asked)


def bodies(selection) -> list[str]:
    return [comment.body for comment in selection.page(selection.rows())]


def waiting(body, minutes=0, **fields) -> Comment:
    return create_comment(body=body, created_at=timezone.now() - timedelta(minutes=minutes), **fields)


def test_each_queue_holds_what_it_says(moderator):
    waiting("help", 5, is_crisis=True)
    waiting("held", 4, is_held=True)
    waiting("plain", 3)
    reported = create_comment(body="reported", status="approved", reported_at=timezone.now())
    decided = create_comment(body="decided")
    approve(decided, by=moderator)

    assert bodies(selection(queue="crisis")) == ["help"]
    assert bodies(selection(queue="held")) == ["held"]
    assert bodies(selection(queue="waiting")) == ["help", "held", "plain"]
    assert bodies(selection(queue="reported")) == [reported.body]
    assert bodies(selection(queue="decided")) == ["decided"]
    assert counts() == {"crisis": 1, "waiting": 3, "reported": 1, "held": 1, "appeals": 0, "raids": 0}


def test_a_new_text_of_an_approved_comment_waits_too(moderator):
    comment = create_comment()
    approve(comment, by=moderator)
    revise(comment, body="New words")

    assert [found.pk for found in selection().page(selection().rows())] == [comment.pk]


@pytest.mark.parametrize(
    ("order", "expected"), [("oldest", "abcd"), ("most", "bcad"), ("fewest", "dacb"), ("nonsense", "abcd")]
)
def test_what_waits_can_be_read_by_age_or_by_points(order, expected):
    for minutes, (body, priority) in enumerate([("d", 5), ("c", 30), ("b", 30), ("a", 10)]):
        waiting(body, minutes, priority=priority)
    # Of equal points the older number comes first; backwards the newer.
    expected = expected.replace("bc", "cb") if order == "most" else expected
    expected = expected.replace("dacb", "dabc") if order == "fewest" else expected

    assert "".join(bodies(selection(order=order))) == expected


def test_what_waits_is_told_by_what_its_order_is_and_not_by_which_object():
    queue = QUEUES["waiting"]

    assert replace(queue, order=replace(queue.order)).waits
    assert not replace(queue, order=ORDERS["most"]).waits


@pytest.mark.parametrize("order", ["oldest", "most", "fewest"])
def test_page_after_page_shows_everything_once(order):
    for n in range(23):
        waiting(f"{n}", n, priority=n % 3)

    def read(size):
        place, seen = "", []
        while True:
            now = selection(order=order, after=place)
            found = now.page(now.rows(), size)
            seen += [comment.pk for comment in found[:size]]
            if len(found) <= size:
                return seen
            place = now.order.place(found[size - 1])

    assert read(4) == read(100)
    assert len(set(read(4))) == 23


def test_one_can_go_back_from_a_place():
    first, second, third = (waiting(f"{n}", 9 - n) for n in range(3))
    place = selection().order.place(third)

    now = selection(before=place)

    assert [comment.pk for comment in now.page(now.rows(), 1)] == [second.pk]
    assert [comment.pk for comment in now.page(now.rows(), 5)] == [first.pk, second.pk]


ODD = [
    "after=x", "after=1", "after=9_9_9", "after=" + "9" * 500, "after=99999999999999999999_1", "before=-1_-1", "card=x",
    "card=9999999999999999999999", "thread=-1", "person=0", "network=%00", "network=<b>", "q=%00", "cluster=1e9",
    "queue=nonsense", "order=most&after=x_y", "mode=x", "queue=decided&after=1_1",
]  # fmt: skip


def test_odd_addresses_are_read_as_something_harmless():
    waiting("words")

    for query in ODD:
        now = selection(query)
        assert len(now.page(now.rows())) <= 1, query
        assert Selection.parse(QueryDict(now.query)) == now, query


def test_one_can_look_at_one_page_one_person_one_network_one_group(moderator):
    thread, cluster = create_thread(), Cluster.objects.create()
    comment = waiting("mine", thread=thread, email="m@example.net", network="ab12", cluster=cluster)
    waiting("other")
    create_comment(body="earlier", email="M@EXAMPLE.net", status="spam")

    for asked in ({"thread": str(thread.pk)}, {"network": "ab12"}, {"cluster": str(cluster.pk)}):
        assert bodies(selection(**asked)) == ["mine"]
    assert sorted(bodies(selection(queue="all", person=str(comment.pk)))) == ["earlier", "mine"]


def test_no_address_of_the_desk_holds_somebodys_mail_address():
    comment = waiting("mine", email="secret@example.net")

    assert "secret" not in selection(person=str(comment.pk)).query


def test_an_address_that_is_searched_for_stands_nowhere_but_in_the_search(client, moderator):
    mine, hers = waiting("mine", email="rosa@example.net"), waiting("another", email="ROSA@example.net")
    client.force_login(moderator)
    for words in ("rosa@example.net", "Rosa@Example.NET pills"):
        answer = client.post(reverse("admin:comments_desk_search"), {"queue": "all", "q": words})
        assert answer["Location"] == f"{reverse('admin:comments_desk')}?queue=all&person={hers.pk}"
        page = client.get(answer["Location"]).content.decode()
        assert page.count("<article") == 2

    typed = selection(q="rosa@example.net")
    assert "rosa" not in start(typed, "reject", by=moderator, reason="advert").query
    assert not re.findall(r"rosa|%40", typed.address(zen=True) + typed.query)
    assert bodies(typed) == [mine.body, hers.body]


def test_an_address_from_which_nobody_wrote_finds_nobody_and_not_everybody(moderator):
    waiting("mine")

    assert bodies(selection(queue="all", q="nobody@example.net")) == []
    assert bodies(selection(selection(queue="all", q="nobody@example.net").query)) == []


def test_an_account_is_found_by_its_address_too(reader):
    waiting("mine", author=reader, email="")

    assert bodies(selection(queue="all", q=reader.email)) == ["mine"]


@pytest.mark.parametrize("words", ["dizzy", "Marguerite", "marguerite@example.net", "MARGUERITE@example.net"])
def test_comments_are_found_by_words_name_and_whole_address(words):
    waiting("I was dizzy for ten days.", name="Marguerite", email="marguerite@example.net")
    waiting("Melatonin did nothing.", name="Anil")

    assert bodies(selection(queue="all", q=words)) == ["I was dizzy for ten days."]


def test_what_waits_beside_older_words_is_found_by_the_new_ones_and_the_old():
    comment = waiting("I was dizzy.", status="approved")
    revise(comment, body="Warmth helps me.")

    assert bodies(selection(q="warmth")) == bodies(selection(q="dizzy")) == ["I was dizzy."]
    approve(comment, by=create_user(role="Moderator"))
    assert bodies(selection(queue="all", q="dizzy")) == []


def test_near_identical_comments_are_one_row_unless_one_looks_at_them():
    cluster = Cluster.objects.create()
    for n in range(5):
        waiting(f"root {n}", 9 - n, cluster=cluster, is_held=True)
    waiting("honest")

    assert bodies(selection()) == ["root 0", "honest"]
    assert bodies(selection(queue="held")) == ["root 0"]
    assert len(bodies(selection(cluster=str(cluster.pk)))) == 5


def test_somebody_in_danger_is_never_one_of_a_group():
    cluster = Cluster.objects.create()
    for n in range(2):
        waiting(f"help {n}", 9 - n, cluster=cluster, is_crisis=True)
        waiting(f"plain {n}", 5 - n, cluster=cluster)

    assert bodies(selection(queue="crisis")) == ["help 0", "help 1"]
    assert bodies(selection()) == ["help 0", "help 1", "plain 0"]
    assert selection().members(cluster.pk).count() == 2


def test_what_is_online_needs_help_when_readers_say_so():
    now = timezone.now()
    create_comment(body="calm", status="approved", reported_at=now)
    create_comment(body="help", status="approved", reported_at=now, is_crisis=True)
    create_comment(body="answered", status="approved", is_crisis=True)

    assert bodies(selection(queue="crisis")) == ["help"]
    assert counts()["crisis"] == 1


def test_who_has_asked_for_help_longest_comes_first_page_by_page():
    now = timezone.now()
    young = waiting("young", 5, is_crisis=True)
    create_comment(body="called", status="approved", reported_at=now - timedelta(minutes=20), is_crisis=True)
    old = create_comment(body="old", status="approved", reported_at=now, is_crisis=True)
    Comment.objects.filter(pk=old.pk).update(waiting_version=2, waits_since=now - timedelta(minutes=40))
    last = waiting("last", 1, is_crisis=True)

    found, after = [], ""
    while comment := next(iter(selection(queue="crisis", after=after).page(QUEUES["crisis"].comments, 1)), None):
        found, after = [*found, comment.body], QUEUES["crisis"].order.place(comment)

    assert found == ["old", "called", "young", "last"] == bodies(selection(queue="crisis"))
    assert bodies(selection(queue="crisis", before=QUEUES["crisis"].order.place(last))) == found[:3]
    assert selection(queue="crisis").around(young, selection(queue="crisis").rows())[1] == last.pk


def test_who_needs_help_is_read_from_an_index():
    if connection.vendor == "postgresql":
        connection.cursor().execute("SET LOCAL enable_seqscan = off")
        connection.cursor().execute("SET LOCAL enable_sort = off")
    place = QUEUES["crisis"].order.place(waiting("help", is_crisis=True))
    pieces = QUEUES["crisis"].order.behind(selection(queue="crisis").rows(), place)

    for rows in (QUEUES["crisis"].comments, *pieces):
        plan = rows[:21].explain()
        assert "comments_crisis" in plan, plan
        assert not {"sort", "temp"} & set(plan.lower().split()), plan


def test_what_is_new_in_a_queue_is_what_came_into_it_since(moderator):
    early, now = timezone.now() - timedelta(hours=1), timezone.now()
    seen_at = now - timedelta(minutes=1)
    for age in (early, now):
        create_comment(created_at=age, is_held=True)
        create_comment(created_at=early, status="approved", reported_at=age)
        create_comment(created_at=age, is_crisis=True)
        create_comment(created_at=early, status="approved", reported_at=age, is_crisis=True)
        rejected = create_comment(status="rejected")
        Appeal.objects.create(
            decision=rejected.decisions.create(outcome="rejected", reason="unkind"), text="x", created_at=age
        )

    new = {slug: new_in(selection(queue=slug), seen_at) for slug in QUEUES}

    assert new == {"crisis": 2, "waiting": 2, "reported": 2, "held": 1, "appeals": 1, "decided": 0, "all": 0}


def test_what_had_waited_already_and_needs_help_only_now_is_new():
    early, seen_at = timezone.now() - timedelta(hours=1), timezone.now() - timedelta(minutes=1)
    create_comment(created_at=early, edited_at=timezone.now(), is_crisis=True)
    comment = create_comment(status="approved", reported_at=early, is_crisis=True)
    comment.reports.create(reason="crisis", version=1)

    assert new_in(selection(queue="crisis"), seen_at) == 2
    assert new_in(selection(queue="crisis"), seen_at, most=1) == 1


def test_the_first_of_a_group_in_this_queue_stands_for_it():
    cluster = Cluster.objects.create()
    waiting("not held", 9, cluster=cluster)
    waiting("held", 8, cluster=cluster, is_held=True)

    assert bodies(selection(queue="held")) == ["held"]


def test_what_another_moderator_reads_is_passed_over(moderator):
    mine, theirs, old = (waiting(f"{n}", 9 - n) for n in range(3))
    now = timezone.now()
    Seat.objects.create(user=moderator, comment=mine, claimed_until=now + timedelta(minutes=1))
    Seat.objects.create(user=create_user(), comment=theirs, claimed_until=now + timedelta(minutes=1))
    Seat.objects.create(user=create_user(), comment=old, claimed_until=now - timedelta(minutes=1))

    rows = not_claimed_by_others(selection().rows(), moderator)

    assert [comment.pk for comment in selection().page(rows)] == [mine.pk, old.pk]


def test_nothing_is_counted_further_than_is_shown(django_assert_num_queries):
    for n in range(4):
        waiting(f"{n}")

    with django_assert_num_queries(1) as asked:
        assert bounded_counts([Comment.objects.all(), Comment.objects.none()], most=2) == [3, 0]
    assert "LIMIT 3" in asked.captured_queries[0]["sql"]
    assert COUNTED == 2000


def test_a_place_survives_its_way_through_an_address():
    comment = waiting("words", priority=-3)
    for order in (Order("waits_since", "id"), Order("-priority", "id"), Order("-id", "-id")):
        value, number = order.read(order.place(comment))
        assert (value, number) == (getattr(comment, order.name), comment.pk)

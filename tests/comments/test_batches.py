"""One decision about everything that matches: carried out by the worker, in steps, and taken back with one click."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from comments.decisions.comments import approve, remove
from comments.desk import batches
from comments.desk.batches import carry_out_due, start
from comments.desk.queues import Selection
from comments.intake.receive import receive, revise
from comments.ledger.sealing import seal_due
from comments.ledger.verifying import Look
from comments.models import Batch, Cluster, Comment, Decision, Version
from comments.text.signing import OWN_COMMENT
from edge.models import Letter
from tests.factories import create_comment, create_thread, create_user

pytestmark = pytest.mark.django_db


def waiting(count, thread=None, **fields):
    """So many waiting comments, each with its first version, in few statements."""
    thread = thread or create_thread()
    now = timezone.now() - timedelta(hours=1)
    made = Comment.objects.bulk_create(
        Comment(thread=thread, name="x", email=f"{n}@example.net", body=f"Words {n}", waits_since=now, created_at=now,
                **fields)
        for n in range(count)
    )  # fmt: skip
    Version.objects.bulk_create(Version(comment=comment, number=1, body=comment.body) for comment in made)
    return made


def begin(by, verb="reject", reason="advert", **asked):
    return start(Selection.parse(asked), verb, by=by, reason=reason)


def work():
    while carry_out_due():
        pass


def statuses(**fields):
    return sorted(Comment.objects.filter(**fields).values_list("status", flat=True))


def test_what_matched_is_decided_and_nothing_else(moderator):
    flood, other = create_thread(), create_comment()
    waiting(3, flood)
    batch = begin(moderator, thread=str(flood.pk))
    later = create_comment(thread=flood)

    work()

    batch.refresh_from_db()
    assert (batch.status, batch.expected, batch.done, batch.passed_over) == ("done", 3, 3, 0)
    assert statuses(thread=flood) == ["pending", "rejected", "rejected", "rejected"]
    assert {Comment.objects.get(pk=each.pk).status for each in (other, later)} == {"pending"}
    decisions = Decision.objects.filter(batch=batch)
    assert {(d.by, d.reason, d.outcome) for d in decisions} == {(moderator, "advert", "rejected")}


def test_a_filter_means_what_it_means_at_the_desk(moderator):
    cluster = Cluster.objects.create()
    waiting(2, cluster=cluster)
    waiting(2, network="a" * 32)
    create_comment(body="Buy pills")

    for asked, left in [({"cluster": str(cluster.pk)}, 3), ({"network": "a" * 32}, 1), ({"q": "pills"}, 0)]:
        begin(moderator, verb="mark_as_spam", reason="", **asked)
        work()
        assert Comment.objects.filter(status="pending").count() == left


def test_what_is_edited_or_decided_again_after_the_moderator_looked_is_passed_over(moderator):
    edited, decided = create_comment(status="approved"), create_comment(status="approved")
    untouched = create_comment(status="approved")
    Comment.objects.update(decided_at=timezone.now() - timedelta(hours=1))
    batch = begin(moderator, verb="remove", reason="unkind", queue="decided")
    revise(edited, body="Kinder words")
    remove(decided, by=create_user(role="Moderator"), reason="off_topic")

    work()

    batch.refresh_from_db()
    assert [d.comment for d in batch.decisions.all()] == [untouched]


# Takes seconds: nine hundred comments are decided on.
def test_a_second_moderator_in_the_same_queue_overwrites_nothing_and_is_not_overwritten(moderator, monkeypatch):
    """A thousand, while somebody else decides every tenth; what she does between reading and writing counts too."""
    comments = waiting(1000)
    second = create_user(role="Moderator")
    hers = {comment.pk for comment in comments[::10]}
    truly = batches.decide

    def in_between(comment, *seen, **details):
        if comment.pk in hers:
            approve(Comment.objects.get(pk=comment.pk), by=second)
        return truly(comment, *seen, **details)

    monkeypatch.setattr(batches, "decide", in_between)
    batch = begin(moderator)

    work()

    batch.refresh_from_db()
    assert (batch.status, batch.expected, batch.done, batch.passed_over) == ("done", 1000, 900, 100)
    assert set(Comment.objects.filter(status="approved").values_list("pk", flat=True)) == hers
    assert set(Decision.objects.values_list("comment", flat=True).filter(by=second)) == hers
    assert Decision.objects.count() == 1000


def test_a_crash_in_the_middle_loses_nothing_and_repeats_nothing(moderator, monkeypatch):
    waiting(30)
    monkeypatch.setattr(batches, "STEP", 10)
    truly, calls = batches.decide, []

    def crash(comment, *seen, **details):
        calls.append(comment.pk)
        if len(calls) == 15:
            raise MemoryError
        return truly(comment, *seen, **details)

    monkeypatch.setattr(batches, "decide", crash)
    batch = begin(moderator)
    with pytest.raises(MemoryError):
        work()
    batch.refresh_from_db()
    assert (batch.status, batch.done) == ("running", 10)
    assert Decision.objects.count() == 10

    work()

    batch.refresh_from_db()
    assert (batch.status, batch.done) == ("done", 30)
    assert Decision.objects.count() == 30


def test_one_undo_takes_all_of_it_back_but_what_was_decided_again(moderator):
    waiting(25)
    batch = begin(moderator)
    work()
    another = create_user(role="Moderator")
    overturned = Comment.objects.order_by("pk")[7]
    approve(overturned, by=another)
    Decision.objects.filter(batch=batch).update(at=timezone.now() - timedelta(days=1))

    batch.refresh_from_db()
    assert batch.take_back(by=another)
    assert not batch.take_back(by=another)
    work()

    batch.refresh_from_db()
    assert (batch.status, batch.done, batch.taken_back) == ("undone", 25, 24)
    assert statuses() == ["approved"] + ["pending"] * 24
    assert Comment.objects.get(pk=overturned.pk).status == "approved"
    assert set(Decision.objects.exclude(undoes=None).values_list("by", flat=True)) == {another.pk}


def test_it_can_be_stopped_half_way_and_go_on_or_be_taken_back(moderator, monkeypatch):
    waiting(30)
    monkeypatch.setattr(batches, "STEP", 10)
    batch = begin(moderator)
    assert batches.step(batch.pk)  # counts
    assert batches.step(batch.pk) == 10
    assert batch.stop()
    work()
    assert Comment.objects.filter(status="pending").count() == 20

    assert Batch.objects.get().resume(by=moderator)
    batches.step(batch.pk)
    Batch.objects.get().stop()
    assert Batch.objects.get().take_back(by=moderator)
    work()

    assert not Batch.objects.get().resume(by=moderator)
    assert statuses() == ["pending"] * 30


def test_who_lets_a_batch_go_on_decides_what_comes_from_then_on(moderator):
    waiting(2)
    batch, other = begin(moderator), create_user(role="Moderator")
    batch.stop()

    assert Batch.objects.get().resume(by=other)
    work()

    assert set(Decision.objects.filter(batch=batch).values_list("by", flat=True)) == {other.pk}


def test_a_batch_whose_filter_is_forgotten_does_not_go_on(moderator):
    waiting(2)
    batch = begin(moderator)
    batch.stop()
    Batch.objects.update(query="")

    assert not Batch.objects.get().resume(by=moderator)
    work()

    assert statuses() == ["pending"] * 2


def test_nobody_decides_in_the_place_of_a_moderator_who_has_gone(moderator):
    waiting(3)
    begin(moderator)
    moderator.groups.clear()

    work()

    assert Batch.objects.get().status == "cancelled"
    assert statuses() == ["pending"] * 3


def test_a_step_holds_its_locks_for_a_moment_only(moderator, monkeypatch):
    waiting(30)
    monkeypatch.setattr(batches, "STEP_SECONDS", 0)
    batch = begin(moderator)
    batches.step(batch.pk)

    assert batches.step(batch.pk) == 1


def test_letters_leave_as_for_single_decisions(moderator):
    create_comment(wants_mail=True)
    batch = begin(moderator, verb="approve", reason="")
    work()
    assert Letter.objects.filter(key__startswith="online:").count() == 1

    batch.refresh_from_db()
    batch.take_back(by=moderator)
    work()
    assert not Letter.objects.filter(key__startswith="online:").exists()


def test_the_record_still_proves_everything(moderator):
    thread = create_thread()
    for n in range(5):
        receive(thread, name="x", email=f"{n}@example.net", body=f"Words {n}")
    batch = begin(moderator)
    work()
    batch.refresh_from_db()
    batch.take_back(by=moderator)
    work()

    while seal_due():
        pass
    assert list(Look.begin().to_the_end()) == []


# The pages


def confirm(**asked):
    return reverse("admin:comments_batch_add", query=asked)


def hidden(page):
    return dict(re.findall(r'name="(up_to|seen_at)" value="([^"]*)"', page.content.decode()))


def test_a_moderator_sees_what_she_is_about_to_do_and_starts_it_once(client, moderator):
    thread = create_thread()
    waiting(7, thread)
    client.force_login(moderator)
    page = client.get(confirm(thread=thread.pk))
    assert "<b>7</b> match" in page.content.decode()
    assert page.content.decode().count("Words ") == 5

    data = {**hidden(page), "verb": "reject", "reason": "advert"}
    first, second = (client.post(confirm(thread=thread.pk), data) for _n in range(2))

    batch = Batch.objects.get()
    assert first["Location"] == second["Location"] == reverse("admin:comments_batch_change", args=[batch.pk])
    assert (batch.by, batch.query, batch.reason) == (moderator, f"thread={thread.pk}", "advert")


LAW = "Criminal Code, section 185"


def test_against_the_law_asks_which_law_and_each_person_reads_it(client, moderator, reader):
    thread = create_thread()
    comment = create_comment(thread=thread, author=reader)
    client.force_login(moderator)
    data = {**hidden(client.get(confirm(thread=thread.pk))), "verb": "reject", "reason": "unlawful"}

    asked = client.post(confirm(thread=thread.pk), data)
    assert (asked.status_code, Batch.objects.exists()) == (422, False)
    assert "Please name the law" in asked.content.decode()
    started = client.post(confirm(thread=thread.pk), data | {"ground": f" {LAW} "})
    work()

    assert LAW in client.get(started["Location"]).content.decode()
    assert Decision.objects.get(comment=comment, outcome="rejected").ground == LAW
    letter = Letter.objects.get(to=reader.email)
    assert LAW in letter.text
    assert LAW in client.get(OWN_COMMENT.to(comment.pk)).content.decode()


def test_a_batch_needs_a_reason_as_a_single_decision_does(client, moderator):
    waiting(1)
    client.force_login(moderator)
    page = client.get(confirm())

    for wrong in ({"verb": "reject"}, {"verb": "reject", "reason": "other"}, {"verb": "explode"}, {}):
        assert client.post(confirm(), {**hidden(page), **wrong}).status_code == 422
    assert client.post(confirm(), {"up_to": 1, "seen_at": 1, "verb": "approve"}).status_code == 422
    assert not Batch.objects.exists()


def test_hostile_filters_find_nothing_and_break_nothing(client, moderator):
    client.force_login(moderator)
    for asked in (
        {"q": "x" * 5000},
        {"q": "\0😀" * 200},
        {"cluster": "9" * 40},
        {"queue": "<script>"},
        {"thread": "-1"},
    ):
        assert client.get(confirm(**asked)).status_code == 200
        assert start(Selection.parse(asked), "approve", by=moderator)
    work()


def test_the_page_says_how_far_it_is_and_asks_again_only_while_it_goes_on(client, moderator):
    waiting(3)
    batch = begin(moderator)
    client.force_login(moderator)
    url = reverse("admin:comments_batch_change", args=[batch.pk])

    assert "data-hx-trigger" in client.get(url).content.decode()
    work()
    piece = client.get(url, headers={"HX-Request": "true"}).content.decode()

    assert "3 of 3 decided" in piece
    assert "<html" not in piece
    assert "data-hx-trigger" not in piece


def test_buttons_stop_resume_and_take_back(client, moderator):
    waiting(3)
    batch = begin(moderator)
    client.force_login(moderator)
    seen = []
    for verb in ("stop", "resume", "stop", "undo"):
        if verb == "undo":
            Batch.objects.update(done=1)
        client.post(reverse(f"admin:comments_batch_{verb}", args=[batch.pk]))
        seen.append(Batch.objects.get().status)
        assert client.get(reverse(f"admin:comments_batch_{verb}", args=[batch.pk])).status_code == 405

    assert seen == ["cancelled", "running", "cancelled", "undoing"]


def test_starting_costs_the_same_however_much_matches(client, moderator):
    """Nothing is counted further than what the page says, and nothing is decided while the moderator waits."""
    client.force_login(moderator)
    waiting(3)
    page = client.get(confirm())
    client.post(confirm(), {**hidden(page), "verb": "approve"})

    with CaptureQueriesContext(
        connection,
    ) as asked:
        page = client.get(confirm())
        client.post(confirm(), {**hidden(page), "verb": "mark_as_spam"})

    counted = [q["sql"] for q in asked if "COUNT(" in q["sql"].upper() and "comments_comment" in q["sql"]]
    assert counted
    assert all("LIMIT" in sql for sql in counted)
    assert Comment.objects.filter(status="pending").count() == 3


def test_who_searches_everywhere_can_decide_about_what_waits_only(client, moderator):
    create_comment(body="Buy pills", status="spam")
    create_comment(body="Buy pills")
    client.force_login(moderator)
    everywhere = client.get("/admin/comments/batch/add/?queue=all&q=pills").content.decode()

    assert "<b>2</b> match" in everywhere
    assert 'href="?q=pills"' in everywhere
    assert "<b>1</b> match" in client.get("/admin/comments/batch/add/?q=pills").content.decode()


def test_a_batch_is_not_begun_from_the_list_of_batches(client, moderator):
    client.force_login(moderator)

    assert "/batch/add/" not in client.get("/admin/comments/batch/").content.decode()


def test_nothing_is_decided_about_many_that_cannot_be_looked_at(client, moderator):
    """Five of thirty-three were shown, and there was no way to the others."""
    thread = create_thread()
    for n in range(33):
        create_comment(thread=thread, body=f"Words number {n}.")
    client.force_login(moderator)

    before = client.get(f"/admin/comments/batch/add/?thread={thread.pk}").content.decode()

    assert "5 of 33" in before
    (way,) = re.findall(r'href="([^"]*)">\s*All 33, at the desk', before)
    assert client.get(way.replace("&amp;", "&")).content.decode().count("data-card=") == 20

    batch = start(Selection.parse({"thread": str(thread.pk)}), "approve", by=moderator)
    while carry_out_due():
        pass
    first = client.get(f"/admin/comments/batch/{batch.pk}/change/").content.decode()
    (further,) = re.findall(r'href="(\?after=\d+)"', first)
    second = client.get(f"/admin/comments/batch/{batch.pk}/change/{further}").content.decode()
    assert set(re.findall(r"Words number \d+", first + second)) == {f"Words number {n}" for n in range(33)}

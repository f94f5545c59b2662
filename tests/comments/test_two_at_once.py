"""Moderators, a writer and two workers over the same comments at the same time: nothing is overwritten, nothing is done
twice, and the record holds. `make bench NAME=race` does it with sixteen processes and a thousand comments."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from random import Random
from threading import Barrier

import pytest
from django.db import connection
from django.db.models import Count

from comments.decisions import appeals as judging
from comments.decisions.appeals import open_appeal, overturn
from comments.decisions.comments import approve, reject, undo
from comments.intake import receive as door
from comments.intake import reports as reporting
from comments.ledger.sealing import seal_due
from comments.ledger.verifying import Look
from comments.models import AlreadyAnswered, AlreadyDecided, Appeal, Comment, Decision, Report, Seal
from edge.models import Letter
from tests.factories import create_comment, create_thread, create_user

pytestmark = pytest.mark.django_db(transaction=True)

COMMENTS = 60


def at_once(*deeds):
    """Each in a thread with a connection of its own, all begun at the same moment; what they return."""
    barrier = Barrier(len(deeds))

    def do(deed):
        barrier.wait()
        try:
            return deed()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(do, deeds))


def receive(thread, n=0):
    return door.receive(
        thread, name="R", email=f"r{n}@example.net", body=f"Words {n}", wants_mail=True, limited=False, network=""
    )


def decides_all(moderator, seed):
    """Reads a page of ten, then decides what stood on it: others have been there meanwhile."""

    def deed():
        random, done = Random(seed), []
        pks = list(Comment.objects.values_list("pk", flat=True))
        random.shuffle(pks)
        for start in range(0, len(pks), 10):
            for comment in list(Comment.objects.waiting().filter(pk__in=pks[start : start + 10])):
                try:
                    if random.random() < 0.5:
                        approve(comment, by=moderator)
                    else:
                        reject(comment, by=moderator, reason="unkind")
                    done.append(comment.pk)
                except AlreadyDecided:
                    pass
        return done

    return deed


def seals(times=40):
    def deed():
        return sum(seal_due() for _n in range(times))

    return deed


def whole():
    while seal_due():
        pass
    return list(Look.begin().to_the_end())


def test_four_moderators_over_the_same_comments_decide_each_once():
    thread = create_thread()
    for n in range(COMMENTS):
        receive(thread, n)
    moderators = [create_user(role="Moderator") for _n in range(4)]

    *done, _sealed, _sealed_too = at_once(
        *(decides_all(m, seed) for seed, m in enumerate(moderators)), seals(), seals()
    )

    assert sorted(pk for pks in done for pk in pks) == sorted(Comment.objects.values_list("pk", flat=True))
    decided = Decision.objects.exclude(outcome="pending").values("comment").annotate(n=Count("pk"))
    assert {row["n"] for row in decided} == {1}
    assert Letter.objects.filter(key__startswith="online:").count() == Comment.objects.filter(status="approved").count()
    assert whole() == []
    assert Seal.objects.get().place == Decision.objects.count()


def test_deciding_editing_and_undoing_at_the_same_moment_leave_a_record_that_holds():
    comment = receive(create_thread())
    one, other = create_user(role="Moderator"), create_user(role="Moderator")

    def tries(deed):
        def several():
            for _n in range(500):
                if Decision.objects.count() >= 20:
                    return
                try:
                    deed(Comment.objects.get(pk=comment.pk))
                except AlreadyDecided:
                    pass

        return several

    at_once(
        tries(lambda c: approve(c, by=one)),
        tries(lambda c: reject(c, by=other, reason="unkind")),
        tries(lambda c: door.revise(c, body=f"Words {c.versions.count()}")),
        tries(lambda c: undo(c, c.lines.first(), by=one)),
    )

    assert Decision.objects.count() >= 20
    assert whole() == []


def test_of_two_who_judge_an_appeal_one_does():
    comment = receive(create_thread())
    decision = reject(comment, by=create_user(role="Moderator"), reason="unkind")
    opened = open_appeal(decision, "Please look again.")
    judges = [create_user(role="Moderator") for _n in range(4)]

    def judge(by, verb):
        def deed():
            try:
                getattr(judging, verb)(Appeal.objects.get(pk=opened.pk), by=by, answer=f"{by.pk}")
            except AlreadyAnswered:
                return 0
            return 1

        return deed

    done = at_once(*(judge(by, verb) for by, verb in zip(judges, ["uphold", "overturn"] * 2, strict=True)))

    opened.refresh_from_db()
    comment.refresh_from_db()
    assert sum(done) == 1
    assert (opened.outcome == "overturned") == (comment.status == "approved")
    assert whole() == []


def test_two_appeals_at_the_same_moment_are_one():
    decision = reject(receive(create_thread()), by=create_user(role="Moderator"), reason="unkind")

    def send():
        return open_appeal(Decision.objects.get(pk=decision.pk), "Please look again.").pk

    assert len(set(at_once(send, send, send, send))) == 1


def test_judging_an_appeal_and_deciding_again_at_the_same_moment_never_wait_in_a_circle():
    first, second, third = (create_user(role="Moderator") for _n in range(3))
    thread = create_thread()
    for n in range(8):
        comment = receive(thread, n)
        opened = open_appeal(reject(comment, by=first, reason="unkind"), "I meant it kindly.")

        def judge(pk=opened.pk):
            try:
                return overturn(Appeal.objects.get(pk=pk), by=second)
            except AlreadyAnswered:
                return None

        def decide_again(pk=comment.pk):
            try:
                return approve(Comment.objects.get(pk=pk), by=third)
            except AlreadyDecided:
                return None

        assert any(at_once(judge, decide_again))
    assert set(Comment.objects.values_list("status", flat=True)) == {"approved"}
    assert not Appeal.objects.open().exists()


def test_of_several_reports_at_the_same_moment_no_more_pass_than_may(monkeypatch):
    """About different comments, so that nothing but the limit makes them wait for each other."""
    monkeypatch.setattr(reporting, "PER_PERSON", {timedelta(minutes=10): 3})
    comments = [create_comment(status="approved") for _n in range(8)]

    def report(comment):
        try:
            reporting.receive(Report(comment=comment, reason="unkind", network="a" * 32))
        except reporting.NotTaken as refusal:
            return refusal.why

    told = at_once(*[partial(report, comment) for comment in comments])

    assert Report.objects.count() == 3
    assert told.count(reporting.NotTaken.Why.TOO_MANY) == 5

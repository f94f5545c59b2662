"""What its writer took back is no decision of the house: not in a figure, a queue, a letter, a score or a word about her."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.utils import timezone

from accounts.people import held_about
from comments.decisions.appeals import open_appeal
from comments.decisions.comments import approve, reject, remove, withdraw
from comments.desk.people import person_of
from comments.desk.queues import Selection
from comments.intake.raids import arrived
from comments.intake.receive import receive, revise
from comments.intake.reports import tell_reporters
from comments.intake.score import HAM
from comments.ledger.figures import Figures
from comments.models import AlreadyDecided, CannotAppeal, Decision, Report
from comments.spam.learning import by_people, labels
from comments.text.signing import REPORT
from edge.models import Letter
from tests.factories import create_comment, create_report, create_thread, create_user

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["with an account", "without one"])
def comment(request, db):
    caches["pages"].clear()
    author = create_user(name="Rosa") if request.param == "with an account" else None
    email = author.email if author else "rosa@example.net"
    return receive(create_thread(), name="Rosa", email=email, author=author, body="Warmth helps me.")


def figures():
    return Figures(timezone.now() - timedelta(days=1), timezone.now() + timedelta(days=1))


def taken_back(comment, *, approved_by=None):
    if approved_by:
        approve(comment, by=approved_by)
    withdraw(comment)
    return comment


@pytest.mark.parametrize("stood", [False, True], ids=["waiting", "online"])
def test_no_figure_takes_it_for_a_decision(comment, moderator, stood):
    taken_back(comment, approved_by=moderator if stood else None)

    totals = figures().totals()

    assert totals.outcomes == {"approved": int(stood), "rejected": 0, "spam": 0, "removed": 0}
    assert (totals.withdrawn, totals.alone, totals.decided, totals.found) == (1, 0, int(stood), 0)
    assert totals.reasons == {}
    assert figures().by_moderator() == ([(moderator.name, 1)] if stood else [])
    assert sum(n for _hour, n in figures().by_hour()) == int(stood)
    assert figures().waits().of == int(stood)


def test_lines_from_before_it_was_a_kind_of_its_own_count_the_same(comment):
    line = taken_back(comment).lines.first()
    Decision.objects.filter(pk=line.pk).update(outcome="removed")

    totals = figures().totals()

    assert (totals.withdrawn, totals.outcomes["removed"], totals.reasons) == (1, 0, {})


def test_both_pages_name_it(client, comment, moderator):
    taken_back(comment)
    public = client.get("/comments/transparency/").content.decode()
    client.force_login(moderator)
    desk = client.get("/admin/comments/desk/figures/").content.decode()

    for page in (public, desk):
        assert "Taken back by their writers" in page
        assert "Its writer took it back" not in page


def test_a_report_of_it_was_neither_right_nor_wrong(client, comment, moderator):
    approve(comment, by=moderator)
    report = create_report(comment=comment, by=create_user())
    withdraw(comment)
    report.refresh_from_db()
    Report.objects.update(decided_at=timezone.now() - timedelta(hours=1))
    tell_reporters()

    counted = figures().reports()
    assert counted == {"sent": 1, "notices": 0, "agreed": 0, "declined": 0, "gone": 1}
    assert report.state == "gone"
    assert "Its writer took it back" in client.get(REPORT.to(report.pk)).content.decode()
    letter = Letter.objects.get(key=f"report:{report.pk}").text
    assert "took it back" in letter
    assert "moderator has looked" not in letter


def test_an_appeal_about_it_is_dropped_and_counts_as_nobodys(comment, moderator):
    approve(comment, by=moderator)
    revise(comment, body="Cold helps me.")
    appeal = open_appeal(reject(comment, by=moderator, reason="unkind"), "Please look again.")
    withdraw(comment)
    appeal.refresh_from_db()

    counted = figures().appeals()
    assert appeal.outcome == "dropped"
    assert (counted.sent, counted.decided, counted.overturned) == (1, 0, 0)
    with pytest.raises(CannotAppeal):
        open_appeal(appeal.decision, "And again.")


def test_it_stands_in_no_queue_and_offers_nothing(client, comment, moderator):
    taken_back(comment, approved_by=moderator)
    client.force_login(moderator)

    for queue in ("crisis", "waiting", "reported", "held", "decided"):
        assert not Selection.parse({"queue": queue}).comments.exists()
    card = client.get(f"/admin/comments/comment/{comment.pk}/change/").content.decode()
    assert "taken back by its writer" in card
    assert "Take back<kbd>" not in card
    assert 'data-key="a"' not in card
    assert "The checks" not in card


def test_the_record_names_its_writer_and_never_the_checks(client, comment, administrator):
    taken_back(comment)
    client.force_login(administrator)

    lines = client.get("/admin/comments/decision/").content.decode()

    assert "its writer" in lines
    assert not comment.lines.first().by_machine


def test_a_moderator_who_came_too_late_is_told_who_was_faster(client, comment, moderator):
    client.force_login(moderator)
    form = {f"{comment.pk}-seen": "1.0.pending", f"{comment.pk}-verb": "approve"}
    taken_back(comment)

    told = client.post(f"/admin/comments/desk/{comment.pk}/decide/", form).content.decode()

    assert "Its writer took this back" in told


def test_it_is_no_removal_in_what_is_told_of_the_person(comment):
    withdraw(create_comment(email=comment.email, author=comment.author))

    outcomes = dict(person_of(comment).outcomes)

    assert outcomes == {"withdrawn": 1}


def test_the_score_keeps_what_was_approved_before(comment, moderator):
    taken_back(comment, approved_by=moderator)

    assert labels(by_people(Decision.objects.order_by("pk"))) == {(comment.pk, 1): HAM}


def test_what_was_taken_back_is_no_part_of_a_flood(comment):
    since = timezone.now() - timedelta(minutes=1)
    assert arrived(None, since=since, most=5) == 1

    taken_back(comment)

    assert arrived(None, since=since, most=5) == 0


def test_saying_it_again_after_taking_it_back_is_no_repetition(comment):
    taken_back(comment)

    again = receive(comment.thread, name="Rosa", email="", body=comment.body * 3)
    same = receive(comment.thread, name="Rosa", email="", body=comment.body)

    assert "repeat" not in [signal.code for signal in again.reasons + same.reasons]


def test_her_own_file_says_that_she_took_it_back(comment):
    email = comment.author.email if comment.author else comment.email
    taken_back(comment)

    (held,) = [one for one in held_about(email) if one.rule.model == "comments.Comment"]

    assert held.rows[0]["status"] == "withdrawn"


def test_readers_are_not_told_that_it_was_removed(client, comment, moderator):
    approve(comment, by=moderator)
    reply = create_comment(parent=comment, thread=comment.thread, status="approved")
    withdraw(comment)

    page = client.get(f"/comments/{comment.pk}/replies/").content.decode()

    assert reply.body in page
    assert "Its writer took this comment back." in page
    assert "was removed" not in page


def test_nobody_brings_it_back(comment, moderator):
    taken_back(comment)

    for again in (lambda: approve(comment, by=moderator), lambda: remove(comment, by=moderator, reason="unkind")):
        with pytest.raises(AlreadyDecided):
            again()
    call_command("verify_decisions", stdout=StringIO())

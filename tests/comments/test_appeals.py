"""An appeal: once per decision, judged by somebody else, and what was wrong comes back by itself."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comments.models import AlreadyAnswered, AlreadyDecided, Appeal, CannotAppeal, Decision, NotYours, Sanction
from tests.factories import create_comment, create_thread, create_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(db):
    return create_user(name="Bashir", role="Moderator")


@pytest.fixture
def comment(db):
    return create_thread().receive(name="Rosa", email="rosa@example.net", body="Warmth helps me.")


@pytest.fixture
def rejection(comment, moderator):
    return comment.reject(by=moderator, reason="unkind")


def appeal(decision, text="I meant it kindly."):
    return Appeal.open_about(decision, text)


def state(comment):
    comment.refresh_from_db()
    return comment.status, comment.version, comment.waiting_version


def test_there_is_one_appeal_for_a_decision(rejection):
    first = appeal(rejection)

    assert appeal(rejection, "And another thing") == first
    assert Appeal.objects.get().text == "I meant it kindly."


@pytest.mark.parametrize("text", ["", "  \n", "x" * 2001], ids=len)
def test_an_appeal_says_something_and_not_too_much(rejection, text):
    with pytest.raises(CannotAppeal):
        appeal(rejection, text)


def test_after_half_a_year_it_is_too_late(rejection):
    rejection.at = timezone.now() - timedelta(days=181)

    with pytest.raises(CannotAppeal):
        appeal(rejection)


def test_spam_approvals_and_what_was_taken_back_cannot_be_appealed(comment, moderator):
    spam = comment.mark_as_spam(by=moderator)
    approval = comment.approve(by=moderator)
    removal = comment.remove(by=moderator, reason="private")
    undo = comment.undo(removal, by=moderator)

    for decision in [spam, approval, Decision.objects.get(pk=removal.pk), undo]:
        with pytest.raises(CannotAppeal):
            appeal(decision)


def test_whoever_decided_does_not_judge_the_appeal(rejection, moderator, comment):
    opened = appeal(rejection)

    for judge in (opened.uphold, opened.overturn):
        with pytest.raises(NotYours):
            judge(by=moderator, answer="No.")

    assert state(comment)[0] == "rejected"
    assert opened not in Appeal.objects.for_desk(moderator)


def test_another_moderator_may_judge_and_a_reader_may_not(rejection, other, reader):
    opened = appeal(rejection)

    assert opened.may_be_judged_by(other)
    assert opened in Appeal.objects.for_desk(other)
    assert not opened.may_be_judged_by(reader)


def test_a_moderator_does_not_judge_her_own_appeal(moderator, other):
    mine = create_comment(author=other, email="")
    about_words = appeal(mine.reject(by=moderator, reason="unkind"))
    before = Sanction(kind="hold", user=other)
    before.save()
    about_herself = appeal(before.decisions.create(outcome="hold", by=moderator, reason="unkind"))

    assert not about_words.may_be_judged_by(other)
    assert not about_herself.may_be_judged_by(other)
    assert about_words.may_be_judged_by(create_user(role="Moderator"))


@pytest.mark.parametrize("verb", ["reject", "remove"])
def test_an_overturned_decision_brings_the_comment_back(comment, moderator, other, verb):
    if verb == "remove":
        comment.approve(by=moderator)
    decision = getattr(comment, verb)(by=moderator, reason="unkind")

    back = appeal(decision).overturn(by=other, answer="You are right.")

    assert state(comment) == ("approved", 1, None)
    assert (back.source, back.by) == ("appeal", other)


def test_an_overturned_no_to_an_edit_brings_the_edit(comment, moderator, other):
    comment.approve(by=moderator)
    comment.revise(body="Cold helps me.")
    no = comment.reject(by=moderator, reason="unkind")
    assert state(comment) == ("approved", 1, None)

    appeal(no).overturn(by=other)

    assert state(comment) == ("approved", 2, None)
    assert comment.body == "Cold helps me."


def test_an_overturned_no_does_not_overwrite_a_newer_text(comment, moderator, other):
    comment.approve(by=moderator)
    comment.revise(body="Cold helps me.")
    no = comment.reject(by=moderator, reason="unkind")
    comment.revise(body="Rest helps me.")

    assert appeal(no).overturn(by=other) is None
    assert state(comment) == ("approved", 1, 3)


def test_an_overturned_sanction_is_lifted(comment, moderator, other, reader):
    sanction = Sanction.impose(kind="mute", by=moderator, reason="unkind", user=reader, comment=comment)

    appeal(sanction.decisions.get()).overturn(by=other)

    sanction.refresh_from_db()
    assert sanction.lifted_at
    assert sanction.decisions.order_by("id").last().source == "appeal"


def test_an_upheld_decision_stands(comment, rejection, other):
    opened = appeal(rejection)

    opened.uphold(by=other, answer="It names a person.")

    assert state(comment)[0] == "rejected"
    assert Appeal.objects.get().answer == "It names a person."
    assert not Appeal.objects.open().exists()


def test_of_two_who_judge_one_is_told_that_she_was_second(rejection, other, comment):
    one, same = appeal(rejection), Appeal.objects.get()
    one.uphold(by=other, answer="It stands.")

    with pytest.raises(AlreadyAnswered):
        same.overturn(by=create_user(role="Moderator"))

    assert state(comment)[0] == "rejected"


def test_what_was_approved_after_all_has_nothing_left_to_judge(comment, rejection, moderator):
    opened = appeal(rejection)
    comment.approve(by=moderator)

    opened.refresh_from_db()
    assert (opened.outcome, opened.by) == ("overturned", None)


def test_a_decision_taken_back_ends_the_appeal_against_it(comment, rejection, moderator):
    opened = appeal(rejection)
    comment.undo(rejection, by=moderator)

    opened.refresh_from_db()
    assert opened.outcome == "overturned"


def test_words_approved_after_all_do_not_settle_an_appeal_against_a_sanction(comment, rejection, moderator, reader):
    sanction = Sanction.impose(kind="mute", by=moderator, reason="unkind", user=reader, comment=comment)
    opened = appeal(sanction.imposed)

    comment.approve(by=moderator)

    assert opened in Appeal.objects.open()


def test_an_appeal_waits_again_when_what_settled_it_is_taken_back(comment, rejection, moderator, other):
    opened = appeal(rejection)
    approval = comment.approve(by=other)

    comment.undo(approval, by=moderator)

    assert state(comment)[0] == "rejected"
    assert opened in Appeal.objects.open()


def test_nobody_takes_back_by_a_click_what_an_appeal_gave_back(comment, rejection, moderator, other):
    back = appeal(rejection).overturn(by=other)
    comment.refresh_from_db()

    with pytest.raises(AlreadyDecided):
        comment.undo(back, by=moderator)

    assert state(comment)[0] == "approved"

"""An appeal: once per decision, judged by somebody else, and what was wrong comes back by itself."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comments.decisions import appeals as judging
from comments.decisions import comments as decisions
from comments.decisions.appeals import open_appeal, overturn, take_back, uphold
from comments.decisions.comments import approve, mark_as_spam, reject, remove, undo
from comments.decisions.sanctions import impose
from comments.intake.receive import receive, revise
from comments.ledger.sealing import seal_due
from comments.ledger.verifying import Look
from comments.models import AlreadyAnswered, AlreadyDecided, Appeal, CannotAppeal, Comment, Decision, NotYours, Sanction
from edge.mail import send_due_letters
from edge.models import Letter
from tests.factories import create_comment, create_thread, create_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(db):
    return create_user(name="Bashir", role="Moderator")


@pytest.fixture
def comment(db):
    return receive(create_thread(), name="Rosa", email="rosa@example.net", body="Warmth helps me.")


@pytest.fixture
def rejection(comment, moderator):
    return reject(comment, by=moderator, reason="unkind")


def appeal(decision, text="I meant it kindly."):
    return open_appeal(decision, text)


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
    spam = mark_as_spam(comment, by=moderator)
    approval = approve(comment, by=moderator)
    removal = remove(comment, by=moderator, reason="private")
    undone = undo(comment, removal, by=moderator)

    for decision in [spam, approval, Decision.objects.get(pk=removal.pk), undone]:
        with pytest.raises(CannotAppeal):
            appeal(decision)


def test_whoever_decided_does_not_judge_the_appeal(rejection, moderator, comment):
    opened = appeal(rejection)

    for judge in (uphold, overturn):
        with pytest.raises(NotYours):
            judge(opened, by=moderator, answer="No.")

    assert state(comment)[0] == "rejected"
    assert not opened.may_be_judged_by(moderator)


def test_another_moderator_may_judge_and_a_reader_may_not(rejection, other, reader):
    opened = appeal(rejection)

    assert opened.may_be_judged_by(other)
    assert opened.may_be_judged_by(other)
    assert not opened.may_be_judged_by(reader)


def test_a_moderator_does_not_judge_her_own_appeal(moderator, other):
    mine = create_comment(author=other, email="")
    about_words = appeal(reject(mine, by=moderator, reason="unkind"))
    before = Sanction(kind="hold", user=other)
    before.save()
    about_herself = appeal(before.decisions.create(outcome="hold", by=moderator, reason="unkind"))

    assert not about_words.may_be_judged_by(other)
    assert not about_herself.may_be_judged_by(other)
    assert about_words.may_be_judged_by(create_user(role="Moderator"))


@pytest.mark.parametrize("verb", ["reject", "remove"])
def test_an_overturned_decision_brings_the_comment_back(comment, moderator, other, verb):
    if verb == "remove":
        approve(comment, by=moderator)
    decision = getattr(decisions, verb)(comment, by=moderator, reason="unkind")

    back = overturn(appeal(decision), by=other, answer="You are right.")

    assert state(comment) == ("approved", 1, None)
    assert (back.source, back.by) == ("appeal", other)


def test_an_overturned_no_to_an_edit_brings_the_edit(comment, moderator, other):
    approve(comment, by=moderator)
    revise(comment, body="Cold helps me.")
    no = reject(comment, by=moderator, reason="unkind")
    assert state(comment) == ("approved", 1, None)

    overturn(appeal(no), by=other)

    assert state(comment) == ("approved", 2, None)
    assert comment.body == "Cold helps me."


def test_an_overturned_no_does_not_overwrite_a_newer_text(comment, moderator, other):
    approve(comment, by=moderator)
    revise(comment, body="Cold helps me.")
    no = reject(comment, by=moderator, reason="unkind")
    revise(comment, body="Rest helps me.")

    assert overturn(appeal(no), by=other) is None
    assert state(comment) == ("approved", 1, 3)


def test_an_overturned_sanction_is_lifted(comment, moderator, other, reader):
    sanction = impose(kind="mute", by=moderator, reason="unkind", user=reader, comment=comment)

    overturn(appeal(sanction.decisions.get()), by=other)

    sanction.refresh_from_db()
    assert sanction.lifted_at
    assert sanction.decisions.order_by("id").last().source == "appeal"


def test_an_upheld_decision_stands(comment, rejection, other):
    opened = appeal(rejection)

    uphold(opened, by=other, answer="It names a person.")

    assert state(comment)[0] == "rejected"
    assert Appeal.objects.get().answer == "It names a person."
    assert not Appeal.objects.open().exists()


def test_of_two_who_judge_one_is_told_that_she_was_second(rejection, other, comment):
    one, same = appeal(rejection), Appeal.objects.get()
    uphold(one, by=other, answer="It stands.")

    with pytest.raises(AlreadyAnswered):
        overturn(same, by=create_user(role="Moderator"))

    assert state(comment)[0] == "rejected"


def test_what_was_approved_after_all_has_nothing_left_to_judge(comment, rejection, moderator):
    opened = appeal(rejection)
    approve(comment, by=moderator)

    opened.refresh_from_db()
    assert (opened.outcome, opened.by) == ("overturned", None)


def test_a_decision_taken_back_ends_the_appeal_against_it(comment, rejection, moderator):
    opened = appeal(rejection)
    undo(comment, rejection, by=moderator)

    opened.refresh_from_db()
    assert opened.outcome == "overturned"


def test_words_approved_after_all_do_not_settle_an_appeal_against_a_sanction(comment, rejection, moderator, reader):
    sanction = impose(kind="mute", by=moderator, reason="unkind", user=reader, comment=comment)
    opened = appeal(sanction.imposed)

    approve(comment, by=moderator)

    assert opened in Appeal.objects.open()


def test_an_appeal_waits_again_when_what_settled_it_is_taken_back(comment, rejection, moderator, other):
    opened = appeal(rejection)
    approval = approve(comment, by=other)

    undo(comment, approval, by=moderator)

    assert state(comment)[0] == "rejected"
    assert opened in Appeal.objects.open()


def test_nobody_takes_back_by_a_click_what_an_appeal_gave_back(comment, rejection, moderator, other):
    back = overturn(appeal(rejection), by=other)
    comment.refresh_from_db()

    with pytest.raises(AlreadyDecided):
        undo(comment, back, by=moderator)

    assert state(comment)[0] == "approved"


# --- Taking the answer back -----------------------------------------------------------------------------------------


def problems():
    while seal_due():
        pass
    return list(Look.begin().to_the_end())


def letter(appeal):
    return Letter.objects.filter(key=f"appeal:{appeal.pk}").first()


@pytest.fixture
def hers(reader, moderator):
    """A rejection of a comment whose writer has an account: she gets letters."""
    comment = receive(create_thread(), name="Rosa", email=reader.email, author=reader, body="Warmth helps me.")
    return reject(comment, by=moderator, reason="unkind")


@pytest.mark.parametrize("verb", ["overturn", "uphold"])
def test_an_answer_is_taken_back_and_the_person_hears_nothing(hers, other, verb):
    opened = appeal(hers)
    getattr(judging, verb)(opened, by=other, answer="We looked again.")
    assert letter(opened)

    take_back(opened, by=other)

    assert state(hers.comment) == ("rejected", 1, None)
    assert (opened.outcome, opened.by, opened.answer, letter(opened)) == ("", None, "", None)
    assert opened.may_be_judged_by(other)
    uphold(opened, by=other, answer="It stands after all.")
    assert "It stands after all." in letter(opened).text
    assert problems() == []


def test_the_letter_waits_as_long_as_the_answer_can_be_taken_back(hers, other):
    opened = appeal(hers)
    uphold(opened, by=other, answer="It names a person.")

    assert letter(opened).send_after >= opened.decided_at + timedelta(minutes=10)
    assert send_due_letters() == 1  # that of the rejection


@pytest.mark.parametrize("verb", ["overturn", "uphold"])
def test_after_ten_minutes_an_answer_stands(hers, other, verb):
    opened = appeal(hers)
    getattr(judging, verb)(opened, by=other, answer="We looked again.")
    Appeal.objects.update(decided_at=timezone.now() - timedelta(minutes=11))

    with pytest.raises(AlreadyAnswered):
        take_back(Appeal.objects.get(), by=other)

    assert Appeal.objects.get().outcome
    assert letter(opened)


def test_an_answer_whose_letter_has_left_stands(hers, other):
    opened = appeal(hers)
    overturn(opened, by=other, answer="You are right.")
    Letter.objects.update(status="sent")

    with pytest.raises(AlreadyAnswered):
        take_back(opened, by=other)

    assert state(hers.comment)[0] == "approved"


def test_whoever_may_not_judge_it_may_not_take_it_back(hers, other, moderator, reader):
    opened = appeal(hers)
    overturn(opened, by=other, answer="You are right.")

    for person in (moderator, reader):
        with pytest.raises(NotYours):
            take_back(opened, by=person)
    take_back(opened, by=create_user(role="Moderator"))

    assert state(hers.comment)[0] == "rejected"


def test_an_answer_is_not_taken_back_over_what_happened_since(hers, other, moderator):
    opened = appeal(hers)
    overturn(opened, by=other, answer="You are right.")
    remove(Comment.objects.get(), by=moderator, reason="private")

    with pytest.raises(AlreadyDecided):
        take_back(opened, by=other)

    assert state(hers.comment)[0] == "removed"
    assert Appeal.objects.get(pk=opened.pk).outcome == "overturned"


def test_taken_back_over_an_edit_the_old_words_stand_again(comment, moderator, other):
    approve(comment, by=moderator)
    revise(comment, body="Cold helps me.")
    opened = appeal(reject(comment, by=moderator, reason="unkind"))
    overturn(opened, by=other, answer="You are right.")

    take_back(opened, by=other)

    assert state(comment) == ("approved", 1, None)
    assert comment.body == "Warmth helps me."
    assert problems() == []


def test_a_sanction_that_was_lifted_is_in_force_again(comment, moderator, other, reader):
    sanction = impose(kind="mute", by=moderator, reason="unkind", user=reader, comment=comment)
    opened = appeal(sanction.imposed)
    overturn(opened, by=other, answer="You are right.")

    take_back(opened, by=other)

    sanction.refresh_from_db()
    assert sanction.is_in_force
    assert opened in Appeal.objects.open()
    assert problems() == []
    overturn(opened, by=other, answer="You are right after all.")
    sanction.refresh_from_db()
    assert not sanction.is_in_force
    assert problems() == []


def test_what_settled_itself_is_nobodys_answer_to_take_back(comment, rejection, moderator, other):
    opened = appeal(rejection)
    approve(comment, by=moderator)

    opened.refresh_from_db()
    assert not opened.may_be_taken_back


def test_of_two_who_take_it_back_one_does(hers, other):
    opened = appeal(hers)
    overturn(opened, by=other, answer="You are right.")
    same = Appeal.objects.get()
    take_back(opened, by=other)

    with pytest.raises(AlreadyAnswered):
        take_back(same, by=other)

    assert hers.comment.lines.exclude(undoes=None).count() == 1

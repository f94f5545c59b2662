"""Deciding: one or many, with reasons, and never over somebody else's decision."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comments.decisions.comments import approve, mark_as_spam, reject, remove
from comments.desk.claims import claim
from comments.intake.receive import revise
from comments.models import Cluster, Comment, Decision, HouseWording, Message, Note, Report
from tests.factories import create_article, create_comment, create_user

pytestmark = pytest.mark.django_db
DESK = "/admin/comments/desk/"
PIECE = {"X-Fragment": "1"}


@pytest.fixture
def desk(client, moderator):
    client.force_login(moderator)
    return client


@pytest.fixture
def bilal(db):
    return create_user(name="Bilal", role="Moderator")


def token(comment) -> str:
    return f"{comment.version}.{comment.waiting_version or 0}.{comment.status}"


def decide(client, comment, verb, *, seen=None, query="", piece=False, **fields):
    data = {"verb": verb, "seen": seen or token(comment), **fields}
    url = f"{DESK}{comment.pk}/decide/?{query}"
    data = {name if name == "next" else f"{comment.pk}-{name}": value for name, value in data.items()}
    return client.post(url, data, headers=PIECE if piece else {})


def undo(client, *decisions, piece=False):
    return client.post(f"{DESK}undo/", {"decision": [d.pk for d in decisions]}, headers=PIECE if piece else {})


def status(comment) -> str:
    return Comment.objects.get(pk=comment.pk).status


@pytest.mark.parametrize(
    ("verb", "outcome"), [("approve", "approved"), ("reject", "rejected"), ("mark_as_spam", "spam")]
)
def test_a_moderator_decides(desk, moderator, verb, outcome):
    comment = create_comment()

    response = decide(desk, comment, verb, reason="unkind", note="See rule 3")

    assert response.status_code == 302
    assert status(comment) == outcome
    decision = Decision.objects.get(comment=comment, outcome=outcome)
    assert (decision.by, decision.version, decision.note) == (moderator, 1, "See rule 3")


@pytest.mark.parametrize("person", ["reader", "editor"])
def test_these_may_not_decide(client, request, person):
    comment = create_comment()
    client.force_login(request.getfixturevalue(person))

    decide(client, comment, "approve")

    assert status(comment) == "pending"


def test_a_visitor_is_led_to_the_log_in_and_decides_nothing(client):
    comment = create_comment()

    response = decide(client, comment, "approve")

    assert response.status_code == 302
    assert "login" in response["Location"]
    assert status(comment) == "pending"


def test_a_decision_needs_the_forms_token(moderator):
    from django.test import Client

    comment, client = create_comment(), Client(enforce_csrf_checks=True)
    client.force_login(moderator)

    assert decide(client, comment, "approve").status_code == 403
    assert status(comment) == "pending"


def test_opening_the_address_of_a_decision_changes_nothing(desk):
    comment = create_comment()

    assert desk.get(f"{DESK}{comment.pk}/decide/?{comment.pk}-verb=approve").status_code == 405
    assert status(comment) == "pending"


def test_rejecting_needs_a_reason_and_keeps_the_note_that_was_typed(desk):
    comment = create_comment()

    response = decide(desk, comment, "reject", note="My long thoughts")

    assert response.status_code == 422
    assert "My long thoughts" in response.content.decode()
    assert "Please choose a reason" in response.content.decode()
    assert status(comment) == "pending"


def test_another_reason_and_the_law_are_named_to_the_person(desk):
    comment = create_comment()

    assert decide(desk, comment, "reject", reason="other", note="For us alone").status_code == 422
    assert "Please name the law" in decide(desk, comment, "reject.unlawful", note="For us alone").content.decode()
    assert decide(desk, comment, "reject", reason="other", explanation="Off to the question page").status_code == 302


def test_a_reason_that_is_none_gets_the_form_again(desk):
    for reason in ["\0", "x" * 5000, "spam"]:
        assert decide(desk, create_comment(), f"reject.{reason}").status_code == 422


def test_removing_what_readers_see_needs_a_reason(desk):
    comment = create_comment(status="approved")

    assert decide(desk, comment, "remove").status_code == 422
    assert decide(desk, comment, "remove", reason="private").status_code == 302
    assert status(comment) == "removed"


def test_the_second_moderator_is_told_who_was_faster(desk, bilal):
    comment = create_comment()
    approve(Comment.objects.get(pk=comment.pk), by=bilal)

    response = decide(desk, comment, "reject", reason="unkind", note="What I thought")

    page = response.content.decode()
    assert response.status_code == 409
    assert "Bilal approved this less than a minute ago. Your decision was not applied." in page
    assert "What I thought" in page
    assert status(comment) == "approved"
    assert Decision.objects.filter(comment=comment).count() == 1


def test_whoever_has_decided_is_not_said_to_be_reading_it_still(desk, bilal):
    comment = create_comment()
    claim(comment, by=bilal)
    mark_as_spam(Comment.objects.get(pk=comment.pk), by=bilal)

    page = decide(desk, comment, "approve").content.decode()

    assert "Your decision was not applied." in page
    assert "is reading this" not in page


def test_the_note_of_the_second_moderator_stays_on_the_page(desk, bilal):
    comment = create_comment()
    reject(Comment.objects.get(pk=comment.pk), by=bilal, reason="unkind")

    assert "My long note" in decide(desk, comment, "approve", note="My long note").content.decode()


def test_a_text_that_changed_is_read_again_before_it_is_decided(desk):
    comment = create_comment(name="Marguerite")
    revise(comment, body="Quite different words")

    response = decide(desk, comment, "approve", seen="1.0.pending")

    assert response.status_code == 409
    assert "Marguerite has changed the text" in response.content.decode()
    assert "Quite different words" in response.content.decode()
    assert status(comment) == "pending"


def test_the_same_click_twice_is_one_decision(desk):
    comment = create_comment()

    answers = [decide(desk, comment, "approve", seen="1.0.pending").status_code for _n in range(2)]

    assert answers == [302, 302]
    assert Decision.objects.filter(comment=comment).count() == 1


@pytest.mark.parametrize(
    "seen", ["", "x", "1.0", "1.0.nonsense", "one.0.pending", "1.0.pending.x", "9" * 5000 + ".0.pending"]
)
def test_a_damaged_form_decides_nothing(desk, seen):
    comment = create_comment()

    assert decide(desk, comment, "approve", seen=seen or " ").status_code in {409, 422}
    assert status(comment) == "pending"


def test_what_was_rejected_can_be_approved_after_all(desk, bilal):
    comment = create_comment()
    reject(comment, by=bilal, reason="unkind")

    decide(desk, comment, "approve", seen="1.0.rejected")

    assert status(comment) == "approved"


def test_after_deciding_one_is_back_in_the_list_as_it_was_left(desk):
    response = decide(desk, create_comment(), "approve", query="q=words&after=5_5")

    assert response["Location"] == f"{DESK}?q=words&after=5_5"


def test_of_single_cards_the_next_one_follows(desk):
    comment, following = create_comment(), create_comment()

    response = decide(desk, comment, "approve", query=f"mode=zen&card={comment.pk}", next=str(following.pk))

    assert response["Location"] == f"{DESK}?mode=zen&card={following.pk}"


def test_the_button_of_a_reason_rejects_with_it_at_once(desk):
    comment = create_comment()

    decide(desk, comment, "reject.off_topic", explanation="Please ask under the other page.", ground="Rule 4")

    decision = Decision.objects.get(comment=comment, outcome="rejected")
    assert (decision.reason, decision.ground) == ("off_topic", "Rule 4")
    assert decision.explanation == "Please ask under the other page."


def test_a_rejection_stands_on_the_house_rule_unless_another_is_typed(desk):
    HouseWording.objects.update_or_create(reason="unkind", defaults={"wording": "Be kind.", "ground": "House rules 3"})
    comment = create_comment()

    decide(desk, comment, "reject.unkind")

    assert Decision.objects.get(comment=comment, outcome="rejected").ground == "House rules 3"


def test_the_preview_shows_what_the_person_will_read_and_decides_nothing(desk):
    HouseWording.objects.update_or_create(reason="unkind", defaults={"wording": "Be kind.", "ground": "House rules 3"})
    comment = create_comment()
    data = {f"{comment.pk}-verb": "reject.unkind", f"{comment.pk}-explanation": "You called her a fool. <b>"}

    page = desk.post(f"{DESK}{comment.pk}/preview/", data).content.decode()

    for words in ("Be kind.", "House rules 3", "You called her a fool. &lt;b&gt;", "another pair of eyes"):
        assert words in page
    assert status(comment) == "pending"


# --- New words beside those that stand --------------------------------------------------------------------------------


@pytest.fixture
def edited(moderator):
    comment = create_comment(body="Old words")
    approve(comment, by=moderator)
    revise(comment, body="New words")
    return comment


@pytest.mark.parametrize(
    ("verb", "body", "outcome"),
    [("approve", "New words", "approved"), ("reject.unkind", "Old words", "approved"),
     ("remove.private", "Old words", "removed")],
)  # fmt: skip
def test_a_decision_is_about_the_words_that_wait(desk, edited, verb, body, outcome):
    assert decide(desk, edited, verb).status_code == 302

    edited.refresh_from_db()
    assert (edited.body, edited.status) == (body, outcome)


@pytest.mark.usefixtures("edited")
def test_what_changed_too_much_to_be_taken_apart_says_so(desk, monkeypatch):
    assert "Too much changed" not in desk.get(DESK).content.decode()

    monkeypatch.setattr("comments.desk.highlight.COMPARED", 0)

    assert "Too much changed" in desk.get(DESK).content.decode()


def test_a_decision_about_the_old_words_does_not_touch_the_new_ones(desk, edited):
    response = decide(desk, edited, "reject.unkind", seen="1.0.pending")

    assert response.status_code == 409
    assert status(edited) == "approved"
    edited.refresh_from_db()
    assert edited.waiting_version == 2


# --- Reported ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def reported():
    comment = create_comment(status="approved", reported_at=timezone.now())
    Report.objects.create(comment=comment, version=1, reason="unkind")
    return comment


def test_what_was_reported_and_is_fine_stays_and_the_report_is_answered(desk, reported):
    for _twice in range(2):
        assert decide(desk, reported, "keep").status_code == 302

    assert status(reported) == "approved"
    assert Report.objects.get().state == "declined"
    decision = Decision.objects.get(comment=reported)
    assert decision.source == "report"


def test_removing_what_was_reported_says_that_a_report_prompted_it(desk, reported):
    Report.objects.create(comment=reported, version=1, reason="unlawful", is_notice=True, page="/")

    decide(desk, reported, "remove.unlawful", ground="Criminal Code, section 185")

    assert Decision.objects.get(comment=reported).source == "notice"


# --- Taken back ---------------------------------------------------------------------------------------------------------


def test_a_decision_is_taken_back_for_some_minutes(desk, moderator):
    comment = create_comment()
    decision = reject(comment, by=moderator, reason="unkind")

    page = undo(desk, decision, piece=True).content.decode()

    assert status(comment) == "pending"
    assert f'data-card="{comment.pk}"' in page


def test_taking_back_twice_takes_back_once(desk, moderator):
    comment = create_comment()
    decision = approve(comment, by=moderator)

    assert [undo(desk, decision, piece=True).status_code for _n in range(2)] == [200, 200]
    assert Decision.objects.filter(undoes=decision).count() == 1


def test_too_late_or_decided_again_it_is_not_taken_back(desk, moderator, bilal):
    old, again = create_comment(), create_comment()
    late = approve(old, by=moderator)
    Decision.objects.filter(pk=late.pk).update(at=timezone.now() - timedelta(minutes=11))
    first = approve(again, by=moderator)
    remove(again, by=bilal, reason="private")

    assert undo(desk, late, piece=True).status_code == 409
    assert undo(desk, first, piece=True).status_code == 409
    assert (status(old), status(again)) == ("approved", "removed")


def test_what_was_just_done_offers_the_way_back_without_a_script(desk):
    comment = create_comment(name="Tove")

    page = desk.get(decide(desk, comment, "approve")["Location"]).content.decode()

    decision = Decision.objects.get(comment=comment)
    assert "Approved: Tove" in page
    assert f'<input type="hidden" name="decision" value="{decision.pk}">' in page


# --- Many at once -------------------------------------------------------------------------------------------------------


def decide_group(client, cluster, verb, **fields):
    data = {"verb": verb, "seen_at": timezone.now().isoformat(), **fields}
    return client.post(f"{DESK}group/{cluster.pk}/", data, headers=PIECE)


@pytest.fixture
def group():
    cluster = Cluster.objects.create()
    for n in range(6):
        create_comment(body=f"This root {n}", cluster=cluster)
    return cluster


def test_a_group_is_decided_with_one_key_and_taken_back_with_one(desk, group):
    other = create_comment()

    page = decide_group(desk, group, "mark_as_spam").content.decode()

    assert "6 marked as spam." in page
    assert set(group.comments.values_list("status", flat=True)) == {"spam"}
    assert status(other) == "pending"
    undo(desk, *Decision.objects.filter(outcome="spam"))
    assert set(group.comments.values_list("status", flat=True)) == {"pending"}


def test_a_group_reports_who_was_faster(desk, bilal, group):
    approve(group.comments.first(), by=bilal)

    assert "5 rejected." in decide_group(desk, group, "reject.advert").content.decode()
    assert group.comments.filter(status="approved").count() == 1


def test_what_came_into_a_group_after_the_page_was_made_is_not_decided(desk, group):
    create_comment(body="This root, later", cluster=group, created_at=timezone.now() + timedelta(minutes=1))

    decide_group(desk, group, "mark_as_spam")

    assert group.comments.filter(status="pending").count() == 1


def test_what_got_other_words_after_the_page_was_made_is_not_decided_with_its_group(desk, group):
    changed = group.comments.last()
    group.comments.filter(pk=changed.pk).update(edited_at=timezone.now() + timedelta(minutes=1))

    decide_group(desk, group, "approve")

    assert list(group.comments.filter(status="pending")) == [changed]


@pytest.mark.parametrize(
    "fields",
    [
        {"seen_at": "x"}, {"seen_at": ""}, {"seen_at": "0001-01-01T00:00:00+23:59"}, {"verb": "reject"},
        {"verb": "nonsense"},
    ],
)  # fmt: skip
def test_a_damaged_decision_about_a_group_decides_nothing(desk, group, fields):
    assert decide_group(desk, group, fields.pop("verb", "approve"), **fields).status_code == 409
    assert group.comments.filter(status="pending").count() == 6


# --- Beside the decision ------------------------------------------------------------------------------------------------


def test_a_note_is_for_moderators_and_the_same_click_writes_it_once(desk, moderator):
    comment = create_comment()

    for _n in range(2):
        desk.post(f"{DESK}{comment.pk}/note/", {"body": "Third time this week."})
    desk.post(f"{DESK}{comment.pk}/note/", {"body": "   "})

    assert [(note.by, note.body) for note in Note.objects.all()] == [(moderator, "Third time this week.")]


def test_a_note_that_stands_there_twice_breaks_nothing(desk, moderator):
    comment = create_comment()
    Note.objects.bulk_create(Note(comment=comment, by=moderator, body="Two clicks at once.") for _n in range(2))

    assert desk.post(f"{DESK}{comment.pk}/note/", {"body": "Two clicks at once."}).status_code == 302
    assert Note.objects.count() == 2


def test_a_moderator_writes_to_the_person_in_private(desk):
    comment = create_comment()
    url = f"{DESK}{comment.pk}/message/?mode=zen&card={comment.pk}"

    assert desk.post(url, {"body": ""}).status_code == 422
    response = desk.post(url, {"body": "Please talk to somebody now."})

    assert response["Location"] == f"{DESK}?mode=zen&card={comment.pk}#c{comment.pk}"
    assert Message.objects.get(comment=comment).body == "Please talk to somebody now."
    assert status(comment) == "pending"


# --- The desk's script --------------------------------------------------------------------------------------------------


def test_the_script_gets_a_line_with_the_way_back(desk):
    comment = create_comment(name="Tove")

    page = decide(desk, comment, "approve", piece=True).content.decode()

    assert "Approved: Tove" in page
    assert 'data-key="z"' in page
    assert "<html" not in page


def test_the_script_of_the_second_moderator_gets_the_card_with_what_she_typed(desk, bilal):
    comment = create_comment()
    mark_as_spam(Comment.objects.get(pk=comment.pk), by=bilal)

    response = decide(desk, comment, "reject.unkind", piece=True, explanation="My words", note="My note")

    page = response.content.decode()
    assert response.status_code == 409
    assert "<html" not in page
    assert "My words" in page
    assert "My note" in page
    assert "Bilal marked this as spam" in page
    assert f'name="{comment.pk}-seen" value="1.0.spam"' in page


def test_a_decision_asks_at_most_ten_questions(desk):
    article = create_article(published=True)
    for verb in ("approve", "reject.unkind", "mark_as_spam"):
        comment = create_comment(thread=article.thread)
        with CaptureQueriesContext(connection) as asked:
            assert decide(desk, comment, verb, piece=True).status_code == 200
        # What opens and closes a transaction asks nothing.
        marks = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
        questions = [query["sql"] for query in asked if not query["sql"].startswith(marks)]
        assert len(questions) <= 10, "\n".join(questions)


def test_approving_changes_the_public_page_at_once(desk):
    article = create_article(published=True)
    comment = create_comment(thread=article.thread, body="One morning the eye stayed open.")
    before = desk.get(article.get_absolute_url())
    assert "stayed open" not in before.content.decode()

    decide(desk, comment, "approve")

    after = desk.get(article.get_absolute_url(), headers={"if-none-match": before["ETag"]})
    assert after.status_code == 200
    assert "stayed open" in after.content.decode()

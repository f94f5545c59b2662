"""Deciding: one or many, with reasons, and never over somebody else's decision."""

import pytest

from comments.models import Comment, Decision
from tests.factories import create_article, create_comment, create_user

pytestmark = pytest.mark.django_db
QUEUE = "/admin/comments/comment/"


@pytest.fixture
def desk(client, moderator):
    client.force_login(moderator)
    return client


@pytest.fixture
def bilal(db):
    return create_user(name="Bilal", role="Moderator")


def decide(client, comment, verb, *, seen=None, follow=False, **fields):
    data = {"verb": verb, "seen": seen or f"{comment.version}.{comment.status}", **fields}
    url = f"{QUEUE}{comment.pk}/decide/"
    return client.post(url, {f"{comment.pk}-{name}": value for name, value in data.items()}, follow=follow)


def tick(client, comments, action, **fields):
    """What the queue's form sends: the ticks, and every card's mark of what it showed."""
    data = {"action": action, "index": "0", "_selected_action": [c.pk for c in comments], **fields}
    data |= {f"{c.pk}-seen": f"{c.version}.{c.status}" for c in comments}
    return client.post(QUEUE, data, follow=True)


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


@pytest.mark.parametrize("person", ["reader", "writer", "editor", "newsletter_editor"])
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

    assert desk.get(f"{QUEUE}{comment.pk}/decide/?{comment.pk}-verb=approve").status_code == 405
    assert status(comment) == "pending"


def test_rejecting_needs_a_reason_and_keeps_the_note_that_was_typed(desk):
    comment = create_comment()

    response = decide(desk, comment, "reject", note="My long thoughts")

    assert response.status_code == 422
    assert "My long thoughts" in response.content.decode()
    assert "Please choose a reason" in response.content.decode()
    assert status(comment) == "pending"


def test_another_reason_needs_a_note(desk):
    comment = create_comment()

    assert decide(desk, comment, "reject", reason="other").status_code == 422
    assert decide(desk, comment, "reject", reason="other", note="Off to the question page").status_code == 302


def test_removing_what_readers_see_needs_a_reason(desk):
    comment = create_comment(status="approved")

    assert decide(desk, comment, "remove").status_code == 422
    assert decide(desk, comment, "remove", reason="private").status_code == 302
    assert status(comment) == "removed"


def test_the_second_moderator_is_told_who_was_faster(desk, bilal):
    comment = create_comment()
    Comment.objects.get(pk=comment.pk).approve(by=bilal)

    response = decide(desk, comment, "reject", reason="unkind", note="What I thought")

    page = response.content.decode()
    assert response.status_code == 409
    assert "Bilal approved this less than a minute ago. Your decision was not applied." in page
    assert "What I thought" in page
    assert status(comment) == "approved"
    assert Decision.objects.filter(comment=comment).count() == 1


def test_the_note_of_the_second_moderator_stays_on_the_page(desk, bilal):
    comment = create_comment()
    Comment.objects.get(pk=comment.pk).reject(by=bilal, reason="unkind")

    assert "My long note" in decide(desk, comment, "approve", note="My long note").content.decode()


def test_a_text_that_changed_is_read_again_before_it_is_decided(desk):
    comment = create_comment(name="Marguerite")
    comment.revise(body="Quite different words")

    response = decide(desk, comment, "approve", seen="1.pending")

    assert response.status_code == 409
    assert "Marguerite has changed the text" in response.content.decode()
    assert "Quite different words" in response.content.decode()
    assert status(comment) == "pending"


def test_the_same_click_twice_is_one_decision(desk):
    comment = create_comment()

    answers = [decide(desk, comment, "approve", seen="1.pending").status_code for _n in range(2)]

    assert answers == [302, 302]
    assert Decision.objects.filter(comment=comment).count() == 1


@pytest.mark.parametrize("seen", ["", "x", "1", "1.nonsense", "one.pending", "1.pending.x", "9" * 5000 + ".pending"])
def test_a_damaged_form_decides_nothing(desk, seen):
    comment = create_comment()

    assert decide(desk, comment, "approve", seen=seen or " ").status_code in {409, 422}
    assert status(comment) == "pending"


def test_what_was_rejected_can_be_approved_after_all(desk, bilal):
    comment = create_comment()
    comment.reject(by=bilal, reason="unkind")

    decide(desk, comment, "approve", seen="1.rejected")

    assert status(comment) == "approved"


def test_after_deciding_one_is_back_in_the_queue_as_it_was_left(desk):
    comment = create_comment()

    url = f"{QUEUE}{comment.pk}/decide/?_changelist_filters=q%3Dwords%26p%3D2"
    response = desk.post(url, {f"{comment.pk}-verb": "approve", f"{comment.pk}-seen": "1.pending"})

    assert response["Location"] == f"{QUEUE}?q=words&p=2"


def test_many_are_decided_together(desk, moderator):
    comments = [create_comment() for _n in range(8)]

    response = tick(desk, comments, "approve")

    assert "8 approved." in response.content.decode()
    assert Decision.objects.filter(by=moderator, outcome="approved").count() == 8


def test_many_report_who_was_faster(desk, bilal):
    comments = [create_comment() for _n in range(8)]
    Comment.objects.get(pk=comments[3].pk).reject(by=bilal, reason="unkind")

    response = tick(desk, comments, "approve")

    assert "7 approved. 1 had already been decided by Bilal." in response.content.decode()
    assert status(comments[3]) == "rejected"


def test_many_are_rejected_only_with_a_reason(desk):
    comments = [create_comment() for _n in range(2)]

    tick(desk, comments, "reject")
    assert status(comments[0]) == "pending"

    tick(desk, comments, "reject", reason="off_topic", note="Wrong page")
    assert {status(comment) for comment in comments} == {"rejected"}
    assert Decision.objects.filter(reason="off_topic", note="Wrong page").count() == 2


def test_what_the_page_did_not_show_is_not_decided(desk):
    shown, other = create_comment(), create_comment()

    desk.post(
        QUEUE,
        {
            "action": "approve",
            "index": "0",
            "select_across": "1",
            "_selected_action": [shown.pk, other.pk],
            f"{shown.pk}-seen": "1.pending",
        },
    )

    assert (status(shown), status(other)) == ("approved", "pending")


def test_a_reader_may_not_decide_many(client, writer):
    comment = create_comment()
    client.force_login(writer)

    tick(client, [comment], "approve")

    assert status(comment) == "pending"


def test_a_hundred_at_once_take_a_bounded_number_of_queries(desk, django_assert_max_num_queries):
    comments = [create_comment(wants_mail=False) for _n in range(100)]

    with django_assert_max_num_queries(800):
        tick(desk, comments, "mark_as_spam")

    assert Comment.objects.filter(status="spam").count() == 100


def test_approving_changes_the_public_page_at_once(desk):
    article = create_article(published=True)
    comment = create_comment(thread=article.thread, body="One morning the eye stayed open.")
    before = desk.get(article.get_absolute_url())
    assert "stayed open" not in before.content.decode()

    decide(desk, comment, "approve")

    after = desk.get(article.get_absolute_url(), headers={"if-none-match": before["ETag"]})
    assert after.status_code == 200
    assert "stayed open" in after.content.decode()

"""The signed link to one's own comment: what became of it and why, and what she can do about it."""

import re
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.utils import timezone

from comments.decisions import comments as decisions
from comments.decisions.appeals import overturn, uphold
from comments.decisions.comments import approve, mark_as_spam, reject, remove, undo
from comments.intake.receive import revise
from comments.models import AlreadyDecided, Appeal, Comment, Decision, Thread
from comments.text.signing import OWN_COMMENT
from tests.factories import create_comment, create_raid, create_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def comment():
    return create_comment(body="First words", email="rosa@example.net")


def change(client, comment, body="Better words", version=1):
    return client.post(OWN_COMMENT.to(comment.pk), {"body": body, "version": version})


def test_the_link_shows_a_waiting_comment_to_its_writer_only(client, comment):
    page = client.get(OWN_COMMENT.to(comment.pk))

    assert "First words" in page.content.decode()
    assert "It waits for a moderator" in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert "noindex" in page["X-Robots-Tag"]


@pytest.mark.parametrize("token", ["1", "1:abc:def", "%00", "1:" + "x" * 500])
def test_a_forged_link_shows_nothing(client, comment, token):
    assert client.get(f"/comments/own/{token}/").status_code == 404


def test_the_link_of_one_comment_shows_no_other(client, comment):
    other = create_comment(body="Somebody else's")
    token = OWN_COMMENT.to(comment.pk).split("/")[3]

    assert client.get(f"/comments/own/{other.pk}:{token.partition(':')[2]}/").status_code == 404


def test_the_link_ends_after_half_a_year(client, comment):
    link = OWN_COMMENT.to(comment.pk)

    with patch("django.core.signing.time.time", return_value=timezone.now().timestamp() + 181 * 24 * 3600):
        assert client.get(link).status_code == 404


def test_a_dead_link_says_what_may_have_happened_and_where_to_go(client, comment):
    link = OWN_COMMENT.to(comment.pk)
    comment.delete()

    page = client.get(link)

    assert page.status_code == 404
    assert "This link does not work any more" in page.content.decode()
    assert 'href="/questions/"' in page.content.decode()
    assert "noindex" in page["X-Robots-Tag"]


@pytest.mark.parametrize("kind", Comment.Kind.values)
def test_what_was_written_is_called_what_it_is(client, kind):
    opening = create_comment()
    if kind in ("question", "answer"):
        opening.thread.opening = opening
        opening.thread.save()
    parent = opening if kind == "reply" else None
    written = opening if kind == "question" else create_comment(thread=opening.thread, parent=parent)

    html = client.get(OWN_COMMENT.to(written.pk) + "?sent").content.decode()

    assert f"A moderator reads every {kind} before it appears." in html
    assert f"<h1>Your {kind}</h1>" in html
    assert f"<title>Your {kind} ·" in html


def test_a_stop_link_is_no_own_link(client, comment):
    from comments.text.signing import STOP_MAIL

    token = STOP_MAIL.to(comment.pk).rstrip("/").rpartition("/")[2]

    assert client.get(f"/comments/own/{token}/").status_code == 404


def test_the_writer_can_change_what_waits(client, comment):
    answer = change(client, comment)

    comment.refresh_from_db()
    assert answer.status_code == 302
    assert (comment.body, comment.version) == ("Better words", 2)
    assert list(comment.versions.values_list("number", "body")) == [(1, "First words"), (2, "Better words")]
    assert comment.edited_at


def test_a_change_passes_the_same_checks(client, comment):
    change(client, comment, body="See http://pills.example")

    comment.refresh_from_db()
    assert "links" in [signal.code for signal in comment.reasons]


def test_a_change_does_not_undo_how_it_was_sent(comment):
    comment.signals = [{"code": "fast", "points": 40}]

    revise(comment, body="Slow words")

    assert "fast" in [signal.code for signal in comment.reasons]


def test_after_a_day_nothing_can_be_changed_and_no_word_is_lost(client, comment):
    Comment.objects.update(created_at=timezone.now() - timedelta(hours=25))

    answer = change(client, comment)

    comment.refresh_from_db()
    assert answer.status_code == 409
    assert "Better words" in answer.content.decode()
    assert comment.body == "First words"
    assert "write to" in answer.content.decode()


def test_a_change_after_the_decision_is_not_saved_and_not_lost(client, comment):
    reject(comment, by=None, reason="unkind")

    answer = change(client, comment)

    comment.refresh_from_db()
    assert answer.status_code == 409
    assert "Better words" in answer.content.decode()
    assert comment.body == "First words"


def test_two_windows_do_not_overwrite_each_other(client, comment):
    change(client, comment, body="From the first window")

    second = change(client, comment, body="From the second window")

    comment.refresh_from_db()
    assert second.status_code == 409
    assert "From the second window" in second.content.decode()
    assert comment.body == "From the first window"


def test_a_moderator_who_read_the_old_words_cannot_approve_the_new(comment):
    read = Comment.objects.get(pk=comment.pk)
    revise(comment, body="Other words")

    with pytest.raises(AlreadyDecided):
        approve(read, by=None)


def test_nobody_changes_her_words_without_end_and_the_last_ones_are_not_lost(client, comment, monkeypatch):
    monkeypatch.setattr("comments.intake.receive.MOST_VERSIONS", 2)
    change(client, comment, "Second wording.")

    answer = change(client, comment, "Third wording.", version=2)

    assert answer.status_code == 409
    assert "Third wording." in answer.content.decode()
    assert comment.versions.count() == 2


def test_an_empty_or_endless_change_is_refused_with_the_text(client, comment):
    empty, endless = change(client, comment, body=" "), change(client, comment, body="x" * 6000)

    assert (empty.status_code, endless.status_code) == (422, 422)
    assert "x" * 6000 in endless.content.decode()


@pytest.mark.parametrize(
    ("verb", "words"),
    [
        ({"reject": {"reason": "advert"}}, "It advertises something"),
        ({"mark_as_spam": {}}, "It does not appear"),
        ({"approve": {}}, "It is online"),
    ],
    ids=str,
)
def test_the_writer_learns_what_was_decided(client, comment, moderator, verb, words):
    [(name, arguments)] = verb.items()
    getattr(decisions, name)(comment, by=moderator, **arguments)

    assert words in client.get(OWN_COMMENT.to(comment.pk)).content.decode()


def test_a_moderators_name_and_note_stay_inside(client, comment, moderator):
    reject(comment, by=moderator, reason="other", note="Third time this week")

    page = client.get(OWN_COMMENT.to(comment.pk)).content.decode()

    assert "Third time" not in page
    assert moderator.name not in page


# --- A new wording of what is online --------------------------------------------------------------------------------


def test_a_new_wording_waits_while_the_old_one_stands_and_she_sees_both(client, comment, moderator):
    approve(comment, by=moderator)

    change(client, comment)

    page = client.get(OWN_COMMENT.to(comment.pk)).content.decode()
    comment.refresh_from_db()
    assert (comment.body, comment.version, comment.waiting_version) == ("First words", 1, 2)
    assert "First words" in page
    assert "Better words" in page
    assert "your new wording waits" in page


def test_the_newer_wording_is_what_she_goes_on_changing(client, comment, moderator):
    approve(comment, by=moderator)
    change(client, comment)

    assert change(client, comment, body="Best words", version=1).status_code == 409
    assert change(client, comment, body="Best words", version=2).status_code == 302
    comment.refresh_from_db()
    assert comment.read_body == "Best words"


def test_a_new_wording_turned_down_is_explained_and_the_old_one_stays(client, comment, moderator):
    approve(comment, by=moderator)
    revise(comment, body="Better words")
    reject(comment, by=moderator, reason="advert")

    page = client.get(OWN_COMMENT.to(comment.pk)).content.decode()

    assert "It is online" in page
    assert "Your new wording was not published" in page


# --- Taking it back -------------------------------------------------------------------------------------------------


def withdraw(client, comment):
    return client.post(OWN_COMMENT.to(comment.pk), {"withdraw": "1"})


@pytest.mark.parametrize("status", ["pending", "approved"])
def test_she_can_take_it_back_and_nobody_brings_it_back(client, comment, moderator, status):
    if status == "approved":
        approve(comment, by=moderator)
    withdraw(client, comment)

    comment.refresh_from_db()
    assert (comment.status, comment.waits_since) == ("withdrawn", None)
    with pytest.raises(AlreadyDecided):
        approve(comment, by=moderator)
    with pytest.raises(AlreadyDecided):
        undo(comment, comment.lines.first(), by=moderator)
    page = client.get(OWN_COMMENT.to(comment.pk)).content.decode()
    assert "You took it back" in page
    assert "Ask another moderator" not in page


def test_taking_it_back_twice_is_taking_it_back_once(client, comment):
    assert [withdraw(client, comment).status_code for _n in range(2)] == [302, 302]
    assert Decision.objects.filter(outcome="withdrawn").count() == 1


def test_what_a_moderator_decided_is_not_taken_back(client, comment, moderator):
    reject(comment, by=moderator, reason="unkind")

    assert withdraw(client, comment).status_code == 409


def test_a_question_with_its_answers_is_not_taken_back_here(client, comment):
    comment.thread.opening = comment
    comment.thread.save()

    assert withdraw(client, comment).status_code == 409
    assert "Take it back" not in client.get(OWN_COMMENT.to(comment.pk)).content.decode()


def test_looking_takes_nothing_back(client, comment):
    client.get(OWN_COMMENT.to(comment.pk) + "?withdraw=1")

    comment.refresh_from_db()
    assert comment.status == "pending"


# --- Appeal ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def rejection(comment, moderator):
    return reject(comment, by=moderator, reason="unkind")


def send(client, decision, text="I meant it kindly.", comment=None):
    link = OWN_COMMENT.to((comment or decision.comment).pk)
    return client.post(link, {"appeal": "1", "decision": decision.pk, "text": text})


def test_an_appeal_sent_twice_is_one(client, rejection):
    assert [send(client, rejection).status_code for _n in range(2)] == [302, 302]

    assert Appeal.objects.get().text == "I meant it kindly."
    page = client.get(OWN_COMMENT.to(rejection.comment_id)).content.decode()
    assert "I meant it kindly." in page
    assert "The answer will stand here" in page
    assert "Ask another moderator" not in page


def test_an_appeal_that_is_too_long_comes_back_whole(client, rejection):
    text = "x" * 2001
    answer = send(client, rejection, text)

    assert answer.status_code == 422
    assert text in answer.content.decode()
    assert "maxlength" not in answer.content.decode()
    assert not Appeal.objects.exists()


def test_an_appeal_that_comes_too_late_is_not_lost(client, rejection):
    Decision.objects.filter(pk=rejection.pk).update(at=timezone.now() - timedelta(days=181))

    answer = send(client, rejection)

    assert answer.status_code == 409
    assert "I meant it kindly." in answer.content.decode()


def test_nobody_appeals_against_a_decision_about_somebody_else(client, rejection):
    other = create_comment()

    assert send(client, rejection, comment=other).status_code == 409
    assert not Appeal.objects.exists()


def test_she_reads_what_came_of_it(client, rejection):
    send(client, rejection)
    uphold(Appeal.objects.get(), by=create_user(role="Moderator"), answer="It names <somebody>.")

    page = client.get(OWN_COMMENT.to(rejection.comment_id)).content.decode()

    assert "the decision stands" in page
    assert "It names &lt;somebody&gt;." in page


def test_after_an_overturned_decision_it_is_online_and_the_answer_stays(client, rejection):
    send(client, rejection)
    overturn(Appeal.objects.get(), by=create_user(role="Moderator"), answer="Sorry.")

    page = client.get(OWN_COMMENT.to(rejection.comment_id)).content.decode()

    assert "It is online" in page
    assert "You were right" in page
    assert "Sorry." in page


def test_what_was_approved_after_all_is_not_held_against_her(client, rejection, comment, moderator):
    approve(comment, by=moderator)

    assert "It attacks a person" not in client.get(OWN_COMMENT.to(comment.pk)).content.decode()


def test_she_reads_messages_from_the_house_and_no_notes(client, comment, moderator):
    comment.messages.create(body="We are <here> for you.", by=moderator)
    comment.notes.create(body="Keep an eye on her", by=moderator)

    page = client.get(OWN_COMMENT.to(comment.pk)).content.decode()

    assert "We are &lt;here&gt; for you." in page
    assert "Keep an eye" not in page
    assert moderator.name not in page


def test_what_a_program_once_put_aside_waits_for_a_person_and_spam_is_not_explained(client, comment, moderator):
    caught = create_comment()
    mark_as_spam(caught, by=None)
    mark_as_spam(comment, by=moderator)

    assert "It waits for a moderator" in client.get(OWN_COMMENT.to(caught.pk)).content.decode()
    page = client.get(OWN_COMMENT.to(comment.pk)).content.decode()
    assert "took it for spam" in page
    assert "Why" not in page


def test_the_page_of_a_long_story_asks_little(client, comment, moderator, django_assert_max_num_queries):
    for _n in range(4):
        approve(comment, by=moderator)
        remove(comment, by=moderator, reason="unkind")

    with django_assert_max_num_queries(16):
        assert client.get(OWN_COMMENT.to(comment.pk)).status_code == 200


def test_what_was_noticed_in_an_edit_goes_when_the_edit_goes_and_comes_back_with_it(comment, moderator):
    approve(comment, by=moderator)
    revise(comment, body="See http://pills.example")
    assert "links" in [signal.code for signal in comment.reasons]

    no = reject(comment, by=moderator, reason="advert")
    assert "links" not in [signal.code for signal in comment.reasons]
    assert no.machine_found

    undo(comment, no, by=moderator)
    assert "links" in [signal.code for signal in comment.reasons]


# --- Where the door is shut --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shut", [{"mode": "read_only"}, {"closes_at": timezone.now() - timedelta(hours=1)}])
def test_where_nobody_writes_nothing_is_changed_and_what_was_typed_stays(client, comment, shut):
    Thread.objects.filter(pk=comment.thread_id).update(**shut)

    page = client.get(OWN_COMMENT.to(comment.pk)).content.decode()
    answer = change(client, comment)

    assert "nothing can be changed at the moment" in page
    assert 'name="body"' not in page
    assert answer.status_code == 409
    assert "nothing can be changed at the moment" in answer.content.decode()
    assert re.search(r"<textarea[^>]*>\s*Better words</textarea>", answer.content.decode())
    comment.refresh_from_db()
    assert (comment.body, comment.version) == ("First words", 1)
    client.post(OWN_COMMENT.to(comment.pk), {"withdraw": "1"})
    comment.refresh_from_db()
    assert comment.is_withdrawn


def test_in_a_raid_an_edit_brings_no_link_in(client, comment):
    raid = create_raid(thread=comment.thread)

    answer = change(client, comment, body="See www.pills.example/shop")
    fine = change(client, comment, body="Kinder words")

    assert (answer.status_code, fine.status_code) == (422, 302)
    assert "we take no links" in answer.content.decode()
    assert "See www.pills.example/shop</textarea>" in answer.content.decode()
    raid.refresh_from_db()
    assert raid.refused == 1
    comment.refresh_from_db()
    assert comment.body == "Kinder words"


def test_in_a_raid_a_link_that_stood_there_already_may_stay(client):
    comment = create_comment(body="Look: www.help.example/a")
    create_raid(thread=comment.thread)

    assert change(client, comment, body="Look again: www.help.example/a").status_code == 302


def test_in_a_raid_a_known_writer_may_link(moderator):
    comment = create_comment(author=moderator)
    create_raid(thread=comment.thread)

    revise(comment, body="See www.help.example/a")

    assert comment.body == "See www.help.example/a"

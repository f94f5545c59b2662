"""The signed link to one's own comment: what became of it, and some minutes to change it."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.utils import timezone

from comments.links import own_link
from comments.models import AlreadyDecided, Comment
from tests.factories import create_comment

pytestmark = pytest.mark.django_db


@pytest.fixture
def comment():
    return create_comment(body="First words", email="rosa@example.net")


def change(client, comment, body="Better words", version=1):
    return client.post(own_link(comment.pk), {"body": body, "version": version})


def test_the_link_shows_a_waiting_comment_to_its_writer_only(client, comment):
    page = client.get(own_link(comment.pk))

    assert "First words" in page.content.decode()
    assert "It waits for a moderator" in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert "noindex" in page["X-Robots-Tag"]


@pytest.mark.parametrize("token", ["1", "1:abc:def", "%00", "1:" + "x" * 500])
def test_a_forged_link_shows_nothing(client, comment, token):
    assert client.get(f"/comments/own/{token}/").status_code == 404


def test_the_link_of_one_comment_shows_no_other(client, comment):
    other = create_comment(body="Somebody else's")
    token = own_link(comment.pk).split("/")[3]

    assert client.get(f"/comments/own/{other.pk}:{token.partition(':')[2]}/").status_code == 404


def test_the_link_ends_after_thirty_days(client, comment):
    link = own_link(comment.pk)

    with patch("django.core.signing.time.time", return_value=timezone.now().timestamp() + 31 * 24 * 3600):
        assert client.get(link).status_code == 404


def test_a_stop_link_is_no_own_link(client, comment):
    from comments.notices import stop_link

    token = stop_link(comment).rstrip("/").rpartition("/")[2]

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

    comment.revise(body="Slow words")

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
    comment.reject(by=None, reason="unkind")

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
    comment.revise(body="Other words")

    with pytest.raises(AlreadyDecided):
        read.approve(by=None)


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
    getattr(comment, name)(by=moderator, **arguments)

    assert words in client.get(own_link(comment.pk)).content.decode()


def test_a_moderators_name_and_note_stay_inside(client, comment, moderator):
    comment.reject(by=moderator, reason="other", note="Third time this week")

    page = client.get(own_link(comment.pk)).content.decode()

    assert "Third time" not in page
    assert moderator.name not in page

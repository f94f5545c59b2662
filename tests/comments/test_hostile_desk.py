"""Moderators read everything that anybody sends: on their pages it stays words, and no page fails because of it."""

import socket

import pytest
from django.urls import reverse

from comments.decisions.comments import reject
from comments.intake.receive import receive
from comments.models import Comment, Note, NotReceived, Report, WordRule
from comments.text.signing import OWN_COMMENT
from tests.comments.test_hostile_words import OF_OUR_OWN, Watch, all_strings
from tests.comments.typing import post
from tests.factories import create_thread

pytestmark = pytest.mark.django_db
DESK = "/admin/comments/desk/"


def written(thread, texts):
    """Through the door, so that signals and their places in the text are real; what has no words is not taken in."""
    for text in texts:
        text = text.replace("\0", "")[:5000]
        try:
            yield receive(thread, name=text[:60] or "-", email="", body=text, limited=False)
        except NotReceived:
            continue


def looked_at(client, address, **query):
    answer = client.get(address, query)
    assert answer.status_code == 200, (address, query)
    watch = Watch()
    watch.feed(answer.content.decode())
    assert watch.found == [], (address, query)


# Takes seconds: each of the words is looked for on every page.
@pytest.mark.once
def test_hostile_words_are_only_words_on_every_page_of_the_desk(client, moderator):
    thread = create_thread(title=OF_OUR_OWN[0])
    comments = list(written(thread, OF_OUR_OWN))
    for comment, text in zip(comments, OF_OUR_OWN, strict=True):
        Note.objects.create(comment=comment, by=moderator, body=text)
        Report.objects.create(comment=comment, version=1, reason="other", text=text)
    Comment.objects.update(reported_at=comments[0].created_at)
    reject(comments[0], by=moderator, reason="other", explanation=OF_OUR_OWN[2], note=OF_OUR_OWN[3])
    client.force_login(moderator)

    for queue in ("crisis", "waiting", "reported", "held", "appeals", "decided", "all"):
        looked_at(client, DESK, queue=queue)
    for comment in comments:
        looked_at(client, DESK, mode="zen", card=comment.pk)
        looked_at(client, reverse("admin:comments_comment_change", args=[comment.pk]))
        looked_at(client, reverse("admin:comments_desk_person", args=[comment.pk]))
    for address in ("comments/report/", "comments/decision/", "comments/thread/", "comments/desk/figures/", ""):
        looked_at(client, f"/admin/{address}")
    looked_at(client, OWN_COMMENT.to(comments[0].pk))
    looked_at(client, "/comments/transparency/")


# Takes seconds: each of the words is asked by every name.
def test_hostile_questions_to_the_desk_are_answered(client, moderator):
    next(written(create_thread(), ["An honest word."]))
    client.force_login(moderator)

    for text in [*OF_OUR_OWN, "\0", "1e9", "9" * 40, "-1", "null"]:
        looked_at(client, DESK, q=text)
        looked_at(client, DESK, queue=text, mode=text, sort=text, after=text, before=text, card=text)
        looked_at(client, DESK, thread=text, person=text, network=text, cluster=text)
        looked_at(client, "/admin/comments/batch/add/", q=text)


def test_every_listed_string_can_wait_at_the_desk(client, moderator):
    strings = all_strings()
    size = len(strings) // 15 + 1
    texts = ["\n".join(strings[start * size : (start + 1) * size]) for start in range(15)]
    assert len(list(written(create_thread(), texts))) == 15
    client.force_login(moderator)

    looked_at(client, DESK)


def test_a_word_rule_can_be_anything_and_holds_nobody_up(client, moderator):
    client.force_login(moderator)
    for text in OF_OUR_OWN:
        client.post("/admin/comments/wordrule/add/", {"kind": "suspect", "phrase": text[:100], "is_active": "on"})

    assert WordRule.objects.filter(phrase=OF_OUR_OWN[0]).exists()
    looked_at(client, "/admin/comments/wordrule/")
    assert post(create_thread(), body=OF_OUR_OWN[0]).status_code == 302


def test_no_log_holds_what_readers_write(client, moderator, caplog):
    caplog.set_level("DEBUG")
    words = "zzqx-words"
    answer = post(create_thread(), name="zzqx-name", email="zzqx@example.net", body=f"{words} http://zzqx.example/")
    comment = Comment.objects.get()
    client.force_login(moderator)
    client.get(DESK, {"q": words})
    reject(comment, by=moderator, reason="unkind", note=words)
    client.get(answer["Location"])

    told = " ".join(record.getMessage() for record in caplog.records if not record.name.startswith("django.db"))
    assert "zzqx" not in told


def test_the_suite_reaches_no_other_machine():
    with socket.socket() as line, pytest.raises(AssertionError, match="another machine"):
        line.connect(("192.0.2.1", 80))

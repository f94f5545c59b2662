"""Deciding by mail: a link is good for one moderator, one decision and one text, and only its button decides."""

import time
from unittest.mock import patch

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone

from comments.decisions.comments import approve, undo
from comments.intake.receive import revise
from comments.letters.moderator_letters import LINK_FOR, WAYS, paths_for
from comments.models import Comment
from edge.models import Letter
from tests.addresses import contents
from tests.factories import create_comment, create_user
from tests.logging_in import give_factor, log_in_with_factor

pytestmark = pytest.mark.django_db
HOSTILE = "<img src=x onerror=alert(1)> I do not want to go on \x1b " + "<a " * 400


@pytest.fixture
def comment():
    return create_comment(
        body=HOSTILE, name="<b>Rosa</b>", signals=[{"code": "links", "points": 20, "spots": [[2, 9]]}]
    )


@pytest.fixture
def links(comment, moderator):
    paths = paths_for(comment, moderator)
    assert set(paths) == {"approve", "reject", "spam"}
    return paths


def status_of(comment):
    return Comment.objects.get(pk=comment.pk).status


def all_answers(links, reason="unkind"):
    return [Client().post(path, {"reason": reason}).status_code for path in links.values()]


def test_the_page_shows_the_words_and_one_button(client, comment, links):
    for way, path in links.items():
        page = client.get(path)
        html = page.content.decode()
        assert page.status_code == 200
        assert html.count("<button") - client.get("/comments/by-mail/x/y/").content.decode().count("<button") == 1
        assert "<img src=x" not in html
        assert "&lt;" in html
        assert page.context["errand"].verb == WAYS[way]


def test_looking_decides_nothing(client, links):
    before = contents()
    for path in links.values():
        assert client.get(path).status_code == client.head(path).status_code == 200

    assert contents() == before


@pytest.mark.parametrize(("way", "outcome"), [("approve", "approved"), ("reject", "rejected"), ("spam", "spam")])
def test_the_button_decides_as_this_moderator(client, comment, links, moderator, way, outcome):
    client.post(links[way], {"reason": "unkind", "explanation": "Please be kind."})

    decision = comment.decisions.get()
    assert status_of(comment) == outcome
    assert (decision.by, decision.outcome) == (moderator, outcome)
    assert decision.explanation == ("Please be kind." if way == "reject" else "")


@pytest.mark.parametrize(("way", "outcome"), [("keep", "approved"), ("remove", "removed"), ("spam", "spam")])
def test_what_is_online_and_reported_is_decided_too(client, moderator, way, outcome):
    reported = create_comment(status="approved", reported_at=timezone.now())
    path = paths_for(reported, moderator)[way]
    assert client.get(path).status_code == 200

    done = [client.post(path, {"reason": "unkind"}, follow=True) for _n in range(2)]

    assert [answer.status_code for answer in done] == [200, 200]
    assert status_of(reported) == outcome
    assert reported.decisions.get().by == moderator


def test_a_rejection_needs_a_reason_and_keeps_what_was_typed(client, comment, links):
    page = client.post(links["reject"], {"reason": "", "explanation": "Because of this."})

    assert page.status_code == 422
    assert "Because of this." in page.content.decode()
    assert status_of(comment) == "pending"


def test_another_reason_has_to_be_named(client, comment, links):
    assert client.post(links["reject"], {"reason": "other"}).status_code == 422
    assert status_of(comment) == "pending"


def test_what_is_against_the_law_is_named_by_the_law(client, comment, links):
    refused = client.post(links["reject"], {"reason": "unlawful", "explanation": "A threat."})
    client.post(links["reject"], {"reason": "unlawful", "ground": "Criminal code, section 241"})

    assert (refused.status_code, "Please name the law" in refused.content.decode()) == (422, True)
    assert comment.lines.first().ground == "Criminal code, section 241"


def test_a_double_click_decides_once_and_says_done_twice(client, comment, links):
    answers = [client.post(links["approve"], follow=True) for _n in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert all("You approved it" in answer.content.decode() for answer in answers)
    assert comment.decisions.count() == 1


def test_whoever_comes_second_reads_who_decided_what(client, comment, links):
    approve(comment, by=create_user(name="Zoe"))

    answers = [client.get(links["reject"]), client.post(links["reject"], {"reason": "unkind"})]

    for answer in answers:
        assert answer.status_code == 409
        assert "Zoe approved this" in answer.content.decode()
        assert "go on" not in answer.content.decode()
    assert status_of(comment) == "approved"


def test_a_link_is_about_the_text_that_it_was_made_for(client, comment, links):
    revise(comment, body="Other words.")

    assert all_answers(links) == [409, 409, 409]
    assert status_of(comment) == "pending"


def test_a_link_does_not_come_back_to_life_when_the_decision_is_undone(client, comment, links, moderator):
    client.post(links["approve"])
    undo(Comment.objects.get(pk=comment.pk), comment.decisions.get(), by=moderator)

    assert all_answers(links) == [409, 409, 409]
    assert status_of(comment) == "pending"


def test_a_link_fails_for_every_other_decision_comment_and_moderator(comment, links, moderator):
    other, colleague = create_comment(), create_user(role="Moderator")
    for way, path in links.items():
        token = path.split("/")[-2]
        head, _colon, tail = token.partition(":")
        number, rest = head.split(".", 1)
        forged = [(another, token) for another in [*WAYS, "undo"] if another != way]
        forged += [(way, f"{other.pk}.{rest}:{tail}"), (way, f"{head.rpartition('.')[0]}.{colleague.pk}:{tail}")]
        forged += [
            (way, f"{number}.2.0.pending.0.{moderator.pk}:{tail}"),
            (way, token[:-1]),
            (way, "x"),
            (way, "1:2:3"),
        ]
        for another, made in forged:
            answer = Client().post(f"/comments/by-mail/{another}/{made}/", {"reason": "unkind"})
            assert answer.status_code == 404, (another, made)

    assert {status_of(comment), status_of(other)} == {"pending"}


def test_a_link_expires(comment, moderator):
    with patch("django.core.signing.time.time", return_value=time.time() - LINK_FOR.total_seconds() - 60):
        links = paths_for(comment, moderator)

    assert all_answers(links) == [410, 410, 410]
    assert status_of(comment) == "pending"


@pytest.mark.parametrize("change", ["role", "staff", "locked", "password", "gone"])
def test_a_link_dies_with_what_it_was_given_for(comment, links, moderator, change):
    if change == "role":
        moderator.groups.remove(Group.objects.get(name="Moderator"))
    moderator.is_staff, moderator.is_active = change != "staff", change != "locked"
    if change == "password":
        moderator.set_password("another long password")
    moderator.save()
    if change == "gone":
        moderator.delete()

    assert all_answers(links) == [404, 404, 404]
    assert status_of(comment) == "pending"


def test_a_mailbox_is_no_second_factor(client, comment, links, moderator, settings):
    settings.STAFF_SECOND_FACTOR = True
    path = links["approve"]
    assert client.post(path)["Location"].startswith("/accounts/login/")
    client.force_login(create_user(role="Moderator"))
    assert client.post(path).status_code == 404
    client.force_login(moderator)
    assert client.post(path)["Location"] == "/accounts/2fa/"
    assert status_of(comment) == "pending"

    give_factor(moderator)
    assert client.post(path)["Location"].startswith("/accounts/2fa/reauthenticate/")
    assert status_of(comment) == "pending"

    client.logout()
    log_in_with_factor(client, moderator)
    client.post(path)
    assert status_of(comment) == "approved"


def test_a_foreign_page_cannot_press_the_button(comment, links):
    client = Client(enforce_csrf_checks=True)
    foreign = client.post(links["approve"], headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403
    assert status_of(comment) == "pending"

    client.post(links["approve"], headers={"Sec-Fetch-Site": "same-origin"})

    assert status_of(comment) == "approved"


def test_the_pages_are_kept_nowhere_and_give_nothing_away(client, comment, links):
    answers = [client.get(links["approve"]), client.get("/comments/by-mail/approve/x/")]
    approve(comment, by=None)
    answers.append(client.get(links["approve"]))

    for answer in answers:
        assert "no-store" in answer["Cache-Control"]
        assert "noindex" in answer["X-Robots-Tag"]
        assert answer["Referrer-Policy"] == "same-origin"


def test_an_answer_that_was_approved_by_mail_is_told_to_whom_it_answers(client, moderator):
    asked = create_comment(status="approved", email="tom@example.net", wants_mail=True)
    answer = create_comment(parent=asked)

    client.post(paths_for(answer, moderator)["approve"])

    assert Letter.objects.filter(key=f"reply:{answer.pk}", to="tom@example.net").exists()


def test_done_says_that_somebody_in_danger_has_not_been_answered(client, moderator):
    links = paths_for(create_comment(is_crisis=True), moderator)

    assert "has answered nobody" in client.post(links["approve"], follow=True).content.decode()

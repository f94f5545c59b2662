"""Readers report a comment: once each, without losing a word, and they hear back."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from comments.decisions.comments import approve, keep, reject, remove, source_of, undo
from comments.desk.cards import Card, stories_of
from comments.intake.receive import revise
from comments.intake.reports import tell_reporters
from comments.models import AlreadyDecided, Comment, Decision, Report, Sanction
from comments.text.signing import OWN_COMMENT, REPORT
from edge.models import Letter
from tests.comments.test_sent_twice import at_once
from tests.comments.typing import mark_for, solved
from tests.factories import create_article, create_comment, create_report, create_user

pytestmark = pytest.mark.django_db


def report_data(comment, **fields):
    return {"reason": "unkind", "text": "", "mark": mark_for(f"report-{comment.pk}"), **solved(), **fields}


def send(comment, client=None, address="10.1.1.1", **fields):
    url = reverse("comments:report", args=[comment.pk])
    return (client or Client()).post(url, report_data(comment, **fields), REMOTE_ADDR=address)


def behind(answer):
    """The number of the report whose private page the answer leads to."""
    return REPORT.number(answer["Location"].split("/")[-2])


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def comment():
    return create_comment(thread=create_article(published=True).thread, status="approved")


def test_anybody_can_report_a_comment(comment):
    answer = send(comment, reason="dangerous", text="Stop taking it, he says.")

    report = Report.objects.get()
    comment.refresh_from_db()
    assert behind(answer) == report.pk
    assert (report.comment, report.version, report.reason, report.text) == (
        comment, 1, "dangerous", "Stop taking it, he says.",
    )  # fmt: skip
    assert comment.reported_at == report.created_at
    assert not comment.is_crisis


def test_an_account_needs_no_captcha_and_a_stranger_does(comment, reader):
    assert send(comment, signed_in(reader), captcha_0="", captcha_1="").status_code == 302
    assert send(comment, captcha_1="WRONG", text="my words").status_code == 422
    assert Report.objects.get().by == reader


@pytest.mark.parametrize("status", ["pending", "rejected", "spam", "removed"])
def test_what_readers_cannot_see_cannot_be_reported(client, status):
    hidden = create_comment(status=status, body="xylophone")

    missing = client.get(f"/comments/{hidden.pk + 9}/report/")
    answer = client.get(f"/comments/{hidden.pk}/report/")
    posted = send(hidden, text="my words")

    assert (answer.status_code, answer.content) == (404, missing.content)
    assert posted.status_code == 409
    assert "my words" in posted.content.decode()
    assert "xylophone" not in posted.content.decode()
    assert not Report.objects.exists()


def test_one_report_from_one_person_for_one_text(comment, reader):
    first, second = send(comment, signed_in(reader)), send(comment, signed_in(reader), text="And another thing.")

    assert first.status_code == 302
    assert second.status_code == 200
    assert "before" in second.content.decode()
    assert "And another thing." in second.content.decode()
    assert Report.objects.count() == 1


def test_a_strangers_second_report_is_answered_without_a_link_to_the_first(comment):
    send(comment)
    answer = send(comment, client=Client())

    assert answer.status_code == 200
    assert "/comments/reports/" not in answer.content.decode()
    assert Report.objects.count() == 1


def test_the_same_form_sent_twice_is_one_report_and_the_same_page(comment):
    data = report_data(comment)
    url = reverse("comments:report", args=[comment.pk])
    for address in ("10.1.1.1", ""):  # without a network nothing else would tell
        answers = [Client().post(url, data, REMOTE_ADDR=address) for _click in range(2)]

        assert behind(answers[0]) == behind(answers[1]) is not None
    assert Report.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_sixteen_reports_from_one_network_at_once_are_one(comment):
    url, form = reverse("comments:report", args=[comment.pk]), report_data(comment)

    answers = at_once([(url, form)] * 8 + [(url, report_data(comment)) for _n in range(8)])

    report = Report.objects.get()
    assert {answer.status_code for answer in answers} <= {200, 302}
    assert {behind(answer) for answer in answers if answer.status_code == 302} == {report.pk}
    assert Comment.objects.get(pk=comment.pk).reported_at == report.created_at


def test_words_come_back_whatever_goes_wrong(comment, reader):
    long = "x" * 1001
    tries = [
        {"reason": "", "text": "my words"}, {"reason": "nonsense", "text": "my words"}, {"text": long},
        {"mark": "forged", "text": "my words"}, {"captcha_1": "NO", "text": "my words"},
        {"mark": mark_for("report-0"), "text": "my words"}, {"new_captcha": "1", "text": "my words"},
        {"text": "my\0 words"},
    ]  # fmt: skip
    for fields in tries[:-1]:
        answer = send(comment, **fields)
        assert answer.status_code in {200, 422}, fields
        assert (long if fields["text"] == long else "my words") in answer.content.decode(), fields
    assert not Report.objects.exists()

    assert send(comment, **tries[-1]).status_code == 302
    assert Report.objects.get().text == "my words"


def test_a_network_cannot_flood_the_desk(comment):
    others = [create_comment(thread=comment.thread, status="approved") for _n in range(11)]

    answers = [send(other, text="my words").status_code for other in others]

    assert answers == [302] * 10 + [429]


def test_many_networks_of_one_site_send_little_more(comment, monkeypatch):
    monkeypatch.setattr("comments.intake.reports.PER_PERSON", {timedelta(minutes=10): 1})
    answers = [send(comment, address=f"2001:db8:1:{n}::1").status_code for n in range(6)]

    assert answers == [302] * 4 + [429] * 2
    assert send(comment, address="2001:db8:2::1").status_code == 302


def test_blocked_people_report_nothing(comment, reader):
    Sanction.objects.create(kind="block", user=reader)
    Sanction.objects.create(kind="mute", email="other@example.org")

    answer = send(comment, signed_in(reader), text="my words")

    assert answer.status_code == 403
    assert "my words" in answer.content.decode()
    assert send(comment, signed_in(create_user(email="other@example.org"))).status_code == 302


def test_somebody_in_danger_comes_first(comment):
    send(comment, reason="crisis")

    comment.refresh_from_db()
    assert comment.is_crisis


def test_a_report_from_another_site_is_refused(comment):
    client = Client(enforce_csrf_checks=True)
    url = reverse("comments:report", args=[comment.pk])
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {}):
        answer = client.post(url, report_data(comment, text="my words"), headers=headers)
        assert answer.status_code == 403
        assert "my words" in answer.content.decode()
    assert not Report.objects.exists()


# --- Deciding ----------------------------------------------------------------------------------------------------


def test_two_hundred_reports_are_one_row_and_one_decision_answers_them(
    comment, moderator, django_assert_max_num_queries
):
    now = timezone.now()
    reports = [Report(comment=comment, version=1, reason="advert", network=f"{n:032}") for n in range(199)]
    Report.objects.bulk_create(reports)
    create_report(comment=comment, reason="unlawful", is_notice=True)
    comment.refresh_from_db()

    with django_assert_max_num_queries(1):
        card = Card(comment, form=None, story=stories_of([comment])[comment.pk])
    assert [report.what for report in card.reports] == ["notice"] + [""] * 4
    assert card.reported == 200
    assert card.tally == [("It advertises something", 199), ("It is against the law", 1)]
    assert Comment.objects.filter(reported_at__isnull=False).count() == 1

    with django_assert_max_num_queries(12):
        remove(comment, by=moderator, reason="advert")

    assert set(Report.objects.values_list("state", flat=True)) == {"agreed"}
    assert Decision.objects.get(outcome="removed").source == "notice"
    assert Comment.objects.get(reported_at=None).status == "removed"
    assert now < Report.objects.first().decided_at


def test_the_source_says_what_made_somebody_look(comment):
    assert source_of(comment) == "own"
    create_report(comment=comment)
    assert source_of(comment) == "report"
    create_report(comment=comment, is_notice=True)
    assert source_of(comment) == "notice"


def test_what_was_checked_and_found_fine_is_not_reported_again_until_it_changes(comment, moderator):
    send(comment)
    kept = Comment.objects.get(pk=comment.pk)
    keep(kept, by=moderator)

    answer = Client().get(send(comment, address="10.9.9.9")["Location"])
    assert "read this very text already" in answer.content.decode()
    assert "it stands" in answer.content.decode()
    assert Comment.objects.get(pk=comment.pk).reported_at is None

    kept = Comment.objects.get(pk=comment.pk)
    revise(kept, body="Buy it here.")
    approve(Comment.objects.get(pk=comment.pk), by=moderator)
    send(comment, address="10.9.9.9")

    assert Comment.objects.get(pk=comment.pk).reported_at is not None
    assert Report.objects.open().get().version == 2


def test_a_report_that_comes_in_while_a_moderator_decides_is_answered_too(comment, moderator):
    seen = Comment.objects.get(pk=comment.pk)
    send(comment)

    remove(seen, by=moderator, reason="unkind")

    assert Report.objects.get().state == "agreed"
    assert Comment.objects.get(pk=comment.pk).reported_at is None


def test_turning_down_a_newer_text_leaves_the_reports_of_the_one_that_stands(comment, moderator):
    send(comment)
    comment.refresh_from_db()
    revise(comment, body="Worse.")

    reject(Comment.objects.get(pk=comment.pk), by=moderator, reason="unkind")

    assert Report.objects.get().is_open
    assert Comment.objects.get(pk=comment.pk).reported_at is not None


def test_undoing_a_decision_opens_the_reports_again(comment, moderator):
    send(comment, reason="crisis")
    for verb in (lambda c: keep(c, by=moderator), lambda c: remove(c, by=moderator, reason="other")):
        decided = Comment.objects.get(pk=comment.pk)
        decision = verb(decided)
        assert not Comment.objects.get(pk=comment.pk).reported_at

        undo(decided, decision, by=moderator)

        again = Comment.objects.get(pk=comment.pk)
        assert Report.objects.get().is_open
        assert (again.reported_at, again.is_crisis) == (Report.objects.get().created_at, True)
        assert again.checked_version is None


def test_of_two_who_find_it_fine_one_decides(comment, moderator):
    send(comment)
    first, second = Comment.objects.get(pk=comment.pk), Comment.objects.get(pk=comment.pk)
    keep(first, by=moderator)

    with pytest.raises(AlreadyDecided):
        keep(second, by=moderator)


# --- Hearing back ------------------------------------------------------------------------------------------------


def long_ago():
    return timezone.now() - timedelta(hours=1)


def decided(comment, moderator, verb="remove"):
    """A decision that can no longer be taken back by a click."""
    seen = Comment.objects.get(pk=comment.pk)
    remove(seen, by=moderator, reason="unkind") if verb == "remove" else keep(seen, by=moderator)
    Report.objects.update(decided_at=long_ago())


@pytest.mark.parametrize(("verb", "words"), [("remove", "We agreed"), ("keep", "We checked it, and it stands")])
def test_whoever_reported_hears_back(comment, reader, moderator, verb, words):
    comment.body = "xylophone"
    comment.save()
    send(comment, signed_in(reader), text="trombone")
    status = REPORT.to(Report.objects.get().pk)
    assert "A moderator looks at it" in Client().get(status).content.decode()

    decided(comment, moderator, verb)
    tell_reporters()
    tell_reporters()

    letter, page = Letter.objects.get(), Client().get(status)
    assert (letter.to, letter.key) == (reader.email, f"report:{Report.objects.get().pk}")
    assert words in letter.text
    assert words in page.content.decode()
    for secret in ("xylophone", "trombone", comment.thread.title, comment.name):
        assert secret not in letter.subject + letter.text + letter.html + page.content.decode()


def test_nobody_is_written_to_while_the_decision_can_be_taken_back(comment, reader, moderator):
    send(comment, signed_in(reader))
    decision = keep(seen := Comment.objects.get(pk=comment.pk), by=moderator)
    tell_reporters()
    assert not Letter.objects.exists()

    # A batch can be taken back later: what has not left by then does not leave.
    Report.objects.update(decided_at=long_ago())
    tell_reporters()
    undo(seen, decision, by=moderator)

    assert not Letter.objects.exists()
    assert Report.objects.get().told_at is None


def test_one_letter_for_one_comment_and_few_in_a_day(comment, reader, moderator):
    for version in (1, 2):
        create_report(comment=comment, by=reader, version=version)
    for _n in range(7):
        create_report(by=reader, state="agreed", decided_at=long_ago())
    create_report(network="a", state="agreed", decided_at=long_ago())
    decided(comment, moderator)

    tell_reporters()

    assert Letter.objects.filter(to=reader.email).count() == Letter.objects.count() == 5
    assert not Report.objects.untold().exists()


def test_a_text_that_has_changed_is_called_so(comment, reader, moderator):
    send(comment, signed_in(reader))
    revise(Comment.objects.get(pk=comment.pk), body="Kinder.")
    approve(Comment.objects.get(pk=comment.pk), by=moderator)

    assert "The text has changed" in Client().get(REPORT.to(Report.objects.get().pk)).content.decode()


def test_the_private_page_opens_by_its_own_link_only(client, comment):
    report = create_report(comment=comment)
    token = REPORT.to(report.pk).rstrip("/").rpartition("/")[2]
    answer = client.get(REPORT.to(report.pk))
    own = OWN_COMMENT.to(report.pk).rstrip("/").rpartition("/")[2]

    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in answer["Cache-Control"]
    for forged in (str(report.pk), token[:-1], token.replace(str(report.pk), str(report.pk + 1), 1), own, "a b\r\nc"):
        assert client.get(reverse("comments:reported", args=[forged])).status_code == 404


# --- On the page -------------------------------------------------------------------------------------------------


def test_each_comment_has_a_way_to_report_it_and_the_page_stays_for_everybody(client):
    article = create_article(published=True)
    comment = create_comment(thread=article.thread, status="approved")

    answer = client.get(article.get_absolute_url())

    assert f'href="/comments/{comment.pk}/report/"' in answer.content.decode()
    assert "public" in answer["Cache-Control"]
    assert not answer.cookies


def test_a_comment_can_be_reported_where_nobody_can_answer_any_more(client):
    article = create_article(published=True)
    comment = create_comment(thread=article.thread, status="approved")
    article.thread.mode = "read_only"
    article.thread.save()

    assert f'href="/comments/{comment.pk}/report/"' in client.get(article.get_absolute_url()).content.decode()


def test_forms_in_the_place_of_links_can_be_left_again(client):
    comment = create_comment(thread=create_article(published=True).thread, status="approved")
    for path in (
        f"/comments/{comment.pk}/report/",
        f"/comments/threads/{comment.thread_id}/add/?reply_to={comment.pk}",
    ):
        page = client.get(path, headers={"HX-Request": "true"}).content.decode()
        assert f'href="/comments/{comment.pk}/" rel="nofollow" data-cancel' in page

"""Notices of illegal content (EU Digital Services Act, Article 16): a form, a receipt, an answer with a way on."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from comments.decisions.comments import remove
from comments.intake.reports import place_at, tell_reporters
from comments.models import Comment, Report, Sanction
from comments.text.signing import REPORT
from edge.models import Letter
from tests.comments.typing import mark_for, solved
from tests.factories import create_article, create_comment, create_report

pytestmark = pytest.mark.django_db

WHY = "It gives the full name and the illness of my neighbour."


def notice_data(**fields):
    typed = {
        "where": "/articles/", "text": WHY, "law": "GDPR, Article 9", "name": "Rosa", "email": "rosa@example.net",
        "good_faith": "on", "mark": mark_for("notice"),
    }  # fmt: skip
    return {**typed, **solved(), **fields}


def send(client=None, address="10.1.1.1", **fields):
    return (client or Client()).post("/comments/notice/", notice_data(**fields), REMOTE_ADDR=address)


@pytest.fixture
def comment():
    return create_comment(thread=create_article(published=True, slug="a-page").thread, status="approved")


def test_a_notice_about_a_comment_reaches_the_desk(comment, client):
    answer = send(where=f"http://testserver/articles/a-page/?page=2#comment-{comment.pk}")

    notice = Report.objects.get()
    comment.refresh_from_db()
    page = client.get(answer["Location"]).content.decode()
    assert (notice.comment, notice.version, notice.page, notice.is_notice) == (comment, 1, "", True)
    assert (notice.law, notice.name, notice.email) == ("GDPR, Article 9", "Rosa", "rosa@example.net")
    assert comment.reported_at == notice.created_at
    assert f"Your notice {notice.pk}" in page
    assert WHY not in page


def test_the_receipt_holds_nothing_that_somebody_typed(comment):
    send(where=f"/comments/{comment.pk}/", name="Buy at evil.example")

    letter = Letter.objects.get()
    assert (letter.to, letter.key) == ("rosa@example.net", f"notice:{Report.objects.get().pk}")
    assert str(Report.objects.get().pk) in letter.text
    for typed in (WHY, "GDPR", "evil.example", comment.thread.title, comment.body):
        assert typed not in letter.subject + letter.text + letter.html


def test_an_address_leads_where_it_says_or_is_refused(comment, settings):
    settings.BASE_URL = "https://wellread.example"
    hidden, pk = create_comment(), comment.pk
    for address in (
        f"/comments/{pk}/", f"https://wellread.example/comments/{pk}/", f"WELLREAD.example/comments/{pk}/",
        f"http://testserver/articles/a-page/#comment-{pk}", f" /comments/{pk}/report/ ",
    ):  # fmt: skip
        assert place_at(address, "testserver")[0] == comment, address
    for address in (
        "/articles/a-page/?page=2",
        "/",
        f"/comments/{hidden.pk}/",
        f"/comments/{'9' * 30}/",
        "/#comment-²",
    ):
        assert place_at(address, "testserver") == (None, address)
    for address in (
        "https://evil.example/articles/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "http://[::1",
        "https://wellread.example@evil.example/", "https://evil-wellread.example/", "data://wellread.example/x",
        "/no/such/page/here/", "https://wellread.example//evil.example/", "/" + "a" * 400, "hello there",
    ):  # fmt: skip
        with pytest.raises(ValueError, match="."):
            place_at(address, "testserver")


def test_what_is_missing_is_asked_for_and_nothing_is_lost():
    for fields in (
        {"where": "https://evil.example/"}, {"where": ""}, {"text": "It is illegal"}, {"name": ""}, {"email": ""},
        {"email": "a@example.net\r\nBcc: b@example.net"}, {"good_faith": ""}, {"captcha_1": "NO"}, {"mark": "x"},
    ):  # fmt: skip
        answer = send(**fields)
        assert answer.status_code == 422, fields
        assert fields.get("text", WHY) in answer.content.decode(), fields
    assert not Report.objects.exists()


def test_about_the_abuse_of_a_child_nobody_need_say_who_she_is():
    assert send(name="", email="", child="on").status_code == 302
    assert not Letter.objects.exists()


def test_a_name_with_line_breaks_stays_one_line():
    send(name="Rosa\r\nBcc: x@example.net")

    assert Report.objects.get().name == "Rosa Bcc: x@example.net"


def test_checked_and_fine_does_not_silence_a_notice_nor_does_a_block(comment, reader):
    Comment.objects.filter(pk=comment.pk).update(checked_version=1)
    Sanction.objects.create(kind="block", user=reader)
    client = Client()
    client.force_login(reader)

    assert send(client, where=f"/comments/{comment.pk}/").status_code == 302
    assert Report.objects.get().is_open
    assert Comment.objects.get(pk=comment.pk).reported_at


def test_nobodys_mailbox_is_filled_with_receipts_and_nobody_floods_us():
    answers = [send(address=f"10.1.{n // 3}.1").status_code for n in range(7)]
    flood = [send(email="").status_code for _n in range(1)] + [
        send(address="10.8.8.8", email=f"a{n}@example.net").status_code for n in range(6)
    ]

    assert answers == [302] * 7
    assert flood == [422] + [302] * 5 + [429]
    assert Letter.objects.filter(to="rosa@example.net").count() == 5


def test_the_same_notice_sent_twice_is_one_and_other_words_are_another():
    data = notice_data()
    answers = [Client().post("/comments/notice/", data) for _click in range(2)]
    other = Client().post("/comments/notice/", {**data, **solved(), "text": WHY + " And more."})

    assert {answer.status_code for answer in [*answers, other]} == {302}
    assert [report.text for report in Report.objects.order_by("id")] == [WHY, WHY + " And more."]


def test_the_form_begins_with_the_comment_that_one_came_from(client, comment):
    assert f"/comments/{comment.pk}/" in client.get(f"/comments/notice/?comment={comment.pk}").content.decode()
    for number in (create_comment().pk, "x", "9" * 40, "²"):
        assert f"/comments/{number}/" not in client.get(f"/comments/notice/?comment={number}").content.decode()


# --- Answering ---------------------------------------------------------------------------------------------------


def answer_to(client, notice, **fields):
    data = {"state": "declined", "answer": "It is a quotation.", **fields}
    return client.post(f"/admin/comments/report/{notice.pk}/answer/", data)


def test_a_moderator_answers_a_notice_about_a_page_once(client, moderator):
    notice = create_report(comment=None, is_notice=True, page="/articles/", email="rosa@example.net")
    client.force_login(moderator)
    assert "Decide and write back" in client.get(f"/admin/comments/report/{notice.pk}/change/").content.decode()

    assert answer_to(client, notice).status_code == 302
    second = answer_to(client, notice, state="agreed", answer="My long words.")

    notice.refresh_from_db()
    assert (notice.state, notice.answer) == ("declined", "It is a quotation.")
    assert second.status_code == 409
    assert "My long words." in second.content.decode()
    assert "It is a quotation." in client.get(REPORT.to(notice.pk)).content.decode()


def test_an_answer_needs_its_words_and_keeps_them(client, moderator):
    notice = create_report(comment=None, is_notice=True, page="/articles/")
    client.force_login(moderator)

    assert answer_to(client, notice, answer="").status_code == 422
    assert "My words." in answer_to(client, notice, state="open", answer="My words.").content.decode()
    assert Report.objects.get().is_open


def test_only_moderators_answer_and_comments_are_decided_at_the_desk(client, editor, moderator, comment):
    page, of_comment = create_report(comment=None, is_notice=True), create_report(comment=comment, is_notice=True)
    client.force_login(editor)
    assert answer_to(client, page).status_code == 403
    client.force_login(moderator)
    assert answer_to(client, of_comment).status_code == 409

    assert not Report.objects.exclude(state="open").exists()


def test_whoever_sent_a_notice_hears_what_was_decided_and_where_to_go_on(comment, moderator):
    send(where=f"/comments/{comment.pk}/")
    remove(Comment.objects.get(pk=comment.pk), by=moderator, reason="private", source="notice")
    Report.objects.update(decided_at=timezone.now() - timedelta(hours=1))

    tell_reporters()

    letter = Letter.objects.get(key__startswith="report:")
    page = Client().get(REPORT.to(Report.objects.get().pk)).content.decode()
    for words in (letter.text, letter.html, page):
        assert "We agreed" in words
        assert "go to a court" in words


def test_the_list_survives_whatever_people_send(client, moderator):
    hostile = ["<script>alert(1)</script>", "<a " * 80, "\u202e\u2066\ud7ff", "{{ 7|add:7 }}", "%s%n", "' OR 1=1 --"]
    for words in hostile:
        create_report(
            comment=create_comment(name=words[:60], status="approved"), is_notice=True, name=words[:120], text=words,
            law=words[:300],
        )  # fmt: skip
        create_report(comment=None, is_notice=True, page="/" + words[:290], text=words)
    client.force_login(moderator)

    pages = [client.get("/admin/comments/report/"), client.get("/admin/comments/report/?state__exact=open&q=%00%27")]
    pages += [client.get(f"/admin/comments/report/{pk}/change/") for pk in Report.objects.values_list("pk", flat=True)]

    assert {page.status_code for page in pages} == {200}
    for page in pages:
        assert "<script>alert" not in page.content.decode()
    assert client.get("/admin/comments/report/" + "9" * 30 + "/change/").status_code == 302

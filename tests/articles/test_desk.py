from datetime import timedelta

from django.utils import timezone

from articles.newsroom.front import waiting_for
from tests.factories import create_article


def sections(user):
    return {str(section.title): section for section in waiting_for(user)}


def test_a_writer_sees_her_drafts_with_what_was_sent_back_first(writer, editor):
    create_article(title="Just begun")
    back = create_article(title="Sent back", writer=writer.writer, status="submitted")
    create_article(title="Mine", writer=writer.writer)
    back.send_back(by=editor, note="Shorter, please.")

    section = sections(writer)["Your drafts"]

    assert [row.text for row in section.rows] == ["Sent back", "Mine"]
    assert section.rows[0].note == "Sent back: Shorter, please."
    assert section.count == 2


def test_an_editor_sees_what_was_submitted_oldest_first(editor):
    now = timezone.now()
    create_article(title="Newer", status="submitted", submitted_at=now)
    create_article(title="Older", status="submitted", submitted_at=now - timedelta(days=1))
    create_article(title="Tomorrow", status="scheduled", publish_at=now + timedelta(days=1))

    found = sections(editor)

    assert [row.text for row in found["Submitted"].rows] == ["Older", "Newer"]
    assert [row.text for row in found["Scheduled"].rows] == ["Tomorrow"]
    assert found["Approved, to be published"].count == 0


def test_a_reviewer_sees_what_waits_for_review_but_not_her_own(reviewer):
    create_article(title="Hers", status="in_review", writer=reviewer.writer)
    create_article(title="Another", status="in_review")

    found = sections(reviewer)

    assert list(found)[0] == "Waiting for medical review"
    assert [row.text for row in found["Waiting for medical review"].rows] == ["Another"]


def test_others_have_no_work_with_articles(moderator, reader):
    assert waiting_for(moderator) == waiting_for(reader) == []

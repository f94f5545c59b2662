"""What the admin's front page shows of articles to each role."""

from datetime import timedelta

from django.utils import timezone

from articles.models import Article, EditorialEvent, Image, Link, Paper
from articles.newsroom.front_page import waiting_for
from articles.workflow.notes import add_note
from articles.workflow.saving import adopt, write
from articles.workflow.submitting import send_back
from tests.factories import create_article, create_image

LONG_AGO = timezone.now() - timedelta(days=1000)


def sections(user):
    return {str(section.title): section for section in waiting_for(user)}


def titles(section):
    return [row.text for row in section.rows]


def test_a_writer_sees_what_came_back_with_the_words_and_the_open_notes_apart_from_her_drafts(writer, editor):
    create_article(title="Just begun")
    back = create_article(title="Sent back", writer=writer.writer, status="submitted")
    create_article(title="Mine", writer=writer.writer)
    send_back(back, by=editor, note="Shorter, please.")
    for words in ("Which study?", "Who says so?"):
        add_note(back, by=editor, text=words)

    found = sections(writer)

    assert titles(found["Sent back to you"]) == ["Sent back"]
    assert found["Sent back to you"].rows[0].note == "Shorter, please. · 2 open notes"
    assert titles(found["Your drafts"]) == ["Mine"]


def test_an_editor_sees_what_was_submitted_oldest_first_and_when_the_next_ones_appear(editor):
    now = timezone.now()
    create_article(title="Newer", status="submitted", submitted_at=now)
    create_article(title="Older", status="submitted", submitted_at=now - timedelta(days=1))
    create_article(title="Tomorrow", status="scheduled", publish_at=now + timedelta(days=1))

    found = sections(editor)

    assert titles(found["Submitted"]) == ["Older", "Newer"]
    assert titles(found["Scheduled"]) == ["Tomorrow"]
    assert str(timezone.localdate(now + timedelta(days=1)).day) in found["Scheduled"].rows[0].note
    assert found["Approved, to be published"].count == 0
    assert "Could not be published" not in found


def test_an_editor_is_alarmed_when_something_did_not_appear_and_told_why(editor, writer):
    late = create_article(title="Late", status="scheduled", publish_at=timezone.now() - timedelta(hours=1))
    EditorialEvent.objects.create(article=late, step="not_published", note="Still missing: a title.")

    section = waiting_for(editor)[0]

    assert (section.alarm, titles(section), section.rows[0].note) == (True, ["Late"], "Still missing: a title.")
    assert "Could not be published" not in sections(writer)


def test_a_reviewer_sees_what_waits_for_review_but_not_her_own(reviewer):
    create_article(title="Hers", status="in_review", writer=reviewer.writer)
    create_article(title="Another", status="in_review")

    assert titles(sections(reviewer)["Waiting for medical review"]) == ["Another"]


def test_reviews_are_work_before_and_after_they_are_due(editor, reviewer):
    today = timezone.localdate()
    dated = {"published": True, "reviewed_on": today}
    create_article(title="Over", review_due_on=today - timedelta(days=3), **dated)
    create_article(title="Soon", review_due_on=today + timedelta(days=20), **dated)
    create_article(title="Later", review_due_on=today + timedelta(days=40), **dated)
    create_article(title="Changed", published=True, review_due_on=today)

    for user in (editor, reviewer):
        found = sections(user)
        assert titles(found["Medical reviews overdue"]) == ["Over"]
        assert titles(found["Medical reviews due soon"]) == ["Soon"]
        assert titles(found["Updated since their review"]) == ["Changed"]


def test_what_is_wrong_with_a_text_is_shown_to_editors_and_to_its_writer_and_to_nobody_else(
    editor, writer, reviewer, moderator, newsletter_editor
):
    article = create_article(title="Hers", writer=writer.writer, published=True, updated_at=LONG_AGO)
    Link.objects.create(address="https://gone.example", broken_at=timezone.now()).articles.add(article)
    Paper.objects.create(doi="10.1/x", is_retracted=True).articles.add(article)
    image = create_image(uploaded_by=writer)
    Image.objects.filter(pk=image.pk).update(render_failed_at=timezone.now())
    kinds = ["Stale articles", "Articles with broken links", "Retracted papers cited"]

    for user in (editor, writer):
        assert [titles(sections(user)[kind]) for kind in kinds] == [["Hers"]] * 3
        assert sections(user)["Retracted papers cited"].alarm
        assert sections(user)["Pictures that could not be read"].count == 1
    assert titles(sections(reviewer)["Stale articles"]) == ["Hers"]
    assert "Articles with broken links" not in sections(reviewer)
    assert waiting_for(moderator) == waiting_for(newsletter_editor) == []


def test_a_writer_sees_nothing_of_the_articles_of_others(writer):
    create_article(published=True, updated_at=LONG_AGO)
    create_article(status="scheduled", publish_at=timezone.now() + timedelta(days=1))

    assert [section.count for section in waiting_for(writer)] == [0] * len(waiting_for(writer))


def test_the_front_page_of_the_newsroom_costs_the_same_for_much_and_little(
    editor, writer, django_assert_max_num_queries
):
    """A section takes two queries, for the first few and for how many; two list names, two ask for permissions."""
    today, now = timezone.localdate(), timezone.now()
    for n in range(7):
        for status in ("submitted", "approved", "draft"):
            create_article(status=status, writer=writer.writer, submitted_at=now)
        create_article(status="scheduled", publish_at=now - timedelta(days=n - 3))
        create_article(published=True, updated_at=LONG_AGO, reviewed_on=today, review_due_on=today - timedelta(days=n))
    for user, limit in ((editor, 26), (writer, 12)):
        with django_assert_max_num_queries(limit):
            waiting_for(type(user).objects.get(pk=user.pk))


def test_the_front_page_shows_the_title_that_readers_see_while_somebody_writes_another(reviewer, editor):
    article = create_article(title="Known", published=True)
    adopt(article, by=None)
    write(article, {**article.content, "title": "Secret"}, by=editor, since=article.edition)
    Article.objects.update(updated_at=LONG_AGO)

    assert Article.objects.get().status == "draft"
    assert titles(sections(reviewer)["Stale articles"]) == ["Known"]

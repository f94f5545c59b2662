import pytest

from articles.models import Article, FormerAddress, Reference
from articles.models.steps import NotReady, StepRefused, WrongStep
from articles.workflow.publishing import publish
from articles.workflow.reviewing import pass_review
from articles.workflow.saving import Overlap, adopt, discard, write
from articles.workflow.submitting import submit
from tests.factories import create_article, create_topic, create_writer


@pytest.fixture
def live(editor, writer):
    article = create_article(slug="old", writer=writer.writer)
    publish(article, by=editor)
    return article


def save(article, by, **changes):
    """As somebody who has the article open as it is."""
    return write(article, {**article.content, **changes}, by=by, since=article.edition)


def test_a_snapshot_holds_everything_an_editor_can_change(db):
    other, writer = create_topic(), create_writer()
    article = create_article(writer=writer, key_points="One\nTwo", get_help="Call.")
    article.other_topics.add(other)
    Reference.objects.create(article=article, number=1, text="A source", accessed_on="2026-10-02")

    content = article.shown_content()

    assert content == {
        "title": article.title, "slug": article.slug, "summary": "In short.", "body": "<p>Text.</p>",
        "key_points": "One\nTwo", "get_help": "Call.", "image": None, "topic": article.topic_id,
        "other_topics": [other.pk], "writers": [writer.pk],
        "references": [{"number": 1, "text": "A source", "url": "", "doi": "", "pmid": "", "accessed_on": "2026-10-02"}],
    }  # fmt: skip


def test_saving_the_same_again_makes_no_revision(editor):
    article = create_article()

    first = save(article, editor)
    again = save(article, editor)

    assert first == again == article.latest_revision
    assert article.edition == 1


def test_every_text_that_was_saved_can_be_had_again(editor):
    article = create_article()
    texts = [f"<p>Text {n}{' more' * n}.</p>" for n in range(120)]
    for text in texts:
        save(article, editor, body=text)

    assert [revision.content["body"] for revision in article.revisions.order_by("number")] == texts
    assert article.revisions.exclude(full=None).count() == 3


def test_a_revision_costs_no_more_queries_the_older_it_is(editor, django_assert_max_num_queries):
    article = create_article()
    for n in range(60):
        save(article, editor, summary=f"Summary {n}")

    oldest = article.revisions.get(number=1)
    with django_assert_max_num_queries(1):
        assert oldest.content["summary"] == "Summary 0"


def test_while_readers_see_nothing_of_it_columns_and_rows_follow_each_save(editor):
    article = create_article()
    topic, writer = create_topic(), create_writer()

    save(article, editor, title="New", other_topics=[topic.pk], writers=[writer.pk],
         references=[{"number": 2, "text": "A source", "url": "", "doi": "", "pmid": "", "accessed_on": None}])  # fmt: skip

    article = Article.objects.get(pk=article.pk)
    assert (article.title, article.byline(), list(article.other_topics.all())) == ("New", [writer], [topic])
    assert article.shown_content() == article.content


def test_a_published_article_keeps_its_text_until_the_newer_one_is_published(live, editor, writer):
    save(live, writer, body="<p>Newer.</p>", title="Newer", slug="new")

    seen = Article.objects.get(pk=live.pk)
    assert (seen.is_public, seen.body_html, seen.status) == (True, "<p>Text.</p>", "draft")
    assert seen.get_absolute_url() == "/articles/old/"

    submit(seen, by=writer)
    publish(seen, by=editor)

    seen = Article.objects.get(pk=live.pk)
    assert (seen.body_html, seen.status, seen.slug) == ("<p>Newer.</p>", "published", "new")
    assert seen.live_revision == seen.latest_revision
    assert FormerAddress.objects.get().path == "/articles/old/"
    assert [event.step for event in seen.events.all()] == ["publish", "submit", "revise", "publish"]


def test_discarding_brings_back_what_readers_see(live, editor):
    save(live, editor, body="<p>Worse.</p>")

    discard(live, by=editor)

    live = Article.objects.get(pk=live.pk)
    assert (live.status, live.content["body"]) == ("published", "<p>Text.</p>")
    assert [revision.content["body"] for revision in live.revisions.all()] == [
        "<p>Text.</p>", "<p>Worse.</p>", "<p>Text.</p>",
    ]  # fmt: skip


def test_nothing_can_be_discarded_that_was_never_published(editor):
    article = create_article()
    save(article, editor)

    with pytest.raises(StepRefused):
        discard(article, by=editor)


def test_the_review_stays_with_the_text_that_was_read(reviewer, editor):
    reviewer.writer.is_medical_professional = True
    reviewer.writer.save()
    article = create_article(status="in_review")
    review = pass_review(article, by=reviewer)
    publish(article, by=editor)
    assert article.live_revision == review.revision

    save(article, editor, body="<p>Other.</p>")
    publish(article, by=editor)

    assert article.live_revision != review.revision
    assert review.revision.content["body"] == "<p>Text.</p>"


def test_a_draft_has_no_live_revision(editor):
    article = create_article()
    save(article, editor)

    assert article.latest_revision
    assert article.live_revision is None


def test_who_was_slower_gets_both_changes_and_her_own_text_is_kept(editor, writer):
    article = create_article(writer=writer.writer, body="<p>One.</p><p>Two.</p>")
    adopt(article, by=writer)
    late = Article.objects.get(pk=article.pk)
    save(article, editor, body="<p>One, indeed.</p><p>Two.</p>")

    save(late, writer, body="<p>One.</p><p>Two.</p><p>Three.</p>")

    assert [revision.content["body"] for revision in late.revisions.all()[:3]] == [
        "<p>One, indeed.</p><p>Two.</p><p>Three.</p>",
        "<p>One.</p><p>Two.</p><p>Three.</p>",
        "<p>One, indeed.</p><p>Two.</p>",
    ]


def test_the_same_words_changed_by_two_people_are_saved_by_one(editor, writer):
    article = create_article(writer=writer.writer)
    adopt(article, by=writer)
    late = Article.objects.get(pk=article.pk)
    save(article, editor, summary="Edda’s.")

    with pytest.raises(Overlap) as overlap:
        save(late, writer, summary="Nadia’s.")

    assert overlap.value.mine["summary"] == "Nadia’s."
    assert Article.objects.get(pk=article.pk).content["summary"] == "Edda’s."


def test_nobody_writes_an_article_that_is_not_hers_to_write(writer, reviewer):
    theirs = create_article()
    hers = create_article(writer=writer.writer, status="submitted")

    for article in (theirs, hers):
        with pytest.raises(WrongStep):
            save(article, writer, title="Mine now")
    with pytest.raises(WrongStep):
        save(theirs, reviewer, title="Mine now")


def test_hostile_html_is_cleaned_in_whatever_is_kept(editor):
    article = create_article()

    revision = save(article, editor, body="<p onclick=x()>Hi</p><script>alert(1)</script>")

    assert revision.content["body"] == "<p>Hi</p>"


def test_what_was_deleted_meanwhile_is_said_and_not_published(live, editor):
    gone = create_writer()
    save(live, editor, writers=[gone.pk])
    gone.delete()

    with pytest.raises(NotReady, match="A writer was deleted meanwhile"):
        publish(live, by=editor)

    assert Article.objects.get(pk=live.pk).is_public


def test_an_address_that_was_taken_meanwhile_is_said_and_not_published(live, editor):
    save(live, editor, slug="new")
    create_article(slug="new")

    with pytest.raises(NotReady, match="Another article has the address “new”"):
        publish(live, by=editor)


def test_going_back_to_an_address_takes_it_back(live, editor):
    for slug in ("new", "old"):
        save(live, editor, slug=slug)
        publish(live, by=editor)

    assert list(FormerAddress.objects.values_list("path", flat=True)) == ["/articles/new/"]


def test_an_address_that_readers_never_saw_is_not_remembered(editor):
    article = create_article(slug="old")
    save(article, editor, slug="new")

    publish(article, by=editor)

    assert not FormerAddress.objects.exists()


def test_publishing_at_anothers_former_address_takes_it(editor):
    FormerAddress.objects.remember("/articles/sleep/", article=create_article(published=True))

    publish(create_article(slug="sleep"), by=editor)

    assert not FormerAddress.objects.exists()

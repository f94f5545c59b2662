from articles.models import FormerAddress, Reference
from articles.revisions import changes_since, record, save_revision, snapshot
from tests.factories import create_article, create_topic, create_writer


def test_a_snapshot_holds_everything_an_editor_can_change(db):
    other, writer = create_topic(), create_writer()
    article = create_article(writer=writer, key_points="One\nTwo", get_help="Call.")
    article.other_topics.add(other)
    Reference.objects.create(article=article, number=1, text="A source", accessed_on="2026-10-02")

    content = snapshot(article)

    assert content == {
        "title": article.title, "slug": article.slug, "summary": "In short.", "body": "<p>Text.</p>",
        "key_points": "One\nTwo", "get_help": "Call.", "image": None, "topic": article.topic_id,
        "other_topics": [other.pk], "writers": [writer.pk],
        "references": [{"number": 1, "text": "A source", "url": "", "doi": "", "accessed_on": "2026-10-02"}],
    }  # fmt: skip


def test_saving_the_same_again_makes_no_revision(editor):
    article = create_article()

    first = save_revision(article, editor)
    again = save_revision(article, editor)

    assert first == again == article.latest_revision
    assert article.edition == 1


def test_every_part_makes_a_new_revision(editor):
    article = create_article()
    save_revision(article, editor)

    article.other_topics.add(create_topic())
    save_revision(article, editor)
    Reference.objects.create(article=article, number=1, text="A source")
    save_revision(article, editor)

    assert [revision.number for revision in article.revisions.all()] == [3, 2, 1]
    assert article.edition == 3


def test_readers_see_what_is_saved_in_a_published_article_and_its_review_stays_with_the_old_text(reviewer, editor):
    reviewer.writer.is_medical_professional = True
    reviewer.writer.save()
    article = create_article(status="in_review")
    review = article.pass_review(by=reviewer)
    article.publish(by=editor)
    assert article.live_revision == review.revision

    article.body = "<p>Other.</p>"
    article.save()
    record(article, editor)

    assert article.live_revision == article.latest_revision != review.revision
    assert article.body_html == "<p>Other.</p>"


def test_a_draft_has_no_live_revision(editor):
    article = create_article()
    save_revision(article, editor)

    assert article.latest_revision
    assert article.live_revision is None


def test_what_changed_since_an_edition(editor):
    article = create_article()
    save_revision(article, editor)
    article.summary, article.body = "Other.", "<p>Other.</p>"
    article.save()
    save_revision(article, editor)

    latest, changed = changes_since(article, 1)

    assert latest.by == editor
    assert changed == ["summary", "body"]


def test_a_new_address_of_a_published_article_leaves_the_old_one_behind(editor):
    article = create_article(slug="old")
    article.publish(by=editor)

    article.slug = "new"
    article.save()
    record(article, editor, former_slug="old")

    assert FormerAddress.objects.get(path="/articles/old/").target == article
    article.thread.refresh_from_db()
    assert article.thread.address == "/articles/new/"


def test_going_back_to_an_address_takes_it_back(editor):
    article = create_article(slug="old")
    article.publish(by=editor)
    for former, slug in [("old", "new"), ("new", "old")]:
        article.slug = slug
        article.save()
        record(article, editor, former_slug=former)

    assert list(FormerAddress.objects.values_list("path", flat=True)) == ["/articles/new/"]


def test_an_address_that_readers_never_saw_is_not_remembered(editor):
    article = create_article(slug="new")

    record(article, editor, former_slug="old")

    assert not FormerAddress.objects.exists()


def test_publishing_at_anothers_former_address_takes_it(editor):
    FormerAddress.objects.remember("/articles/sleep/", article=create_article(published=True))

    create_article(slug="sleep").publish(by=editor)

    assert not FormerAddress.objects.exists()

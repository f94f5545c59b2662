from datetime import timedelta

import pytest
from django.utils import timezone

from articles.models import Article, Correction
from articles.models.steps import NotAllowed, NotReady, WrongStep
from articles.workflow.corrections import correct, take_back
from articles.workflow.saving import adopt
from tests.articles.test_reading import json_ld
from tests.factories import create_article

pytestmark = pytest.mark.django_db


@pytest.fixture
def article(editor):
    article = create_article(title="Salt", slug="salt", published=True)
    adopt(article, by=editor)
    before = timezone.now() - timedelta(days=90)
    Article.objects.update(published_at=before, updated_at=before)
    article.refresh_from_db()
    return article


def page(client, article):
    return client.get(article.get_absolute_url()).content.decode()


def test_readers_see_a_correction_with_its_day_and_the_newest_first(client, article, editor):
    today = timezone.localdate()
    correct(article, by=editor, text="Six grams, <b>not</b> sixty.", on=today)
    correct(article, by=editor, text="It was a Tuesday.", on=today - timedelta(days=7))

    html = page(client, article)

    shown = html[html.index("<main") :]
    assert shown.index('href="#corrections"') < shown.index("<article")
    assert shown.index("Six grams, &lt;b&gt;not&lt;/b&gt; sixty.") < shown.index("It was a Tuesday.")
    first, _second = json_ld(html)["mainEntity"]["correction"]
    assert (first["@type"], first["datePublished"]) == ("CorrectionComment", today.isoformat())


def test_a_corrected_article_keeps_its_day_and_is_new_in_the_feed(client, article, editor):
    before = article.published_at
    correct(article, by=editor, text="Six grams.")

    article.refresh_from_db()
    assert article.published_at == before
    assert timezone.now() - article.updated_at < timedelta(minutes=1)
    assert f"<updated>{article.updated_at:%Y-%m-%dT%H:%M}" in client.get("/articles/feed.xml").content.decode()
    assert [event.step for event in article.events.all()] == ["correct"]
    assert article.events.get().revision == article.live_revision


def test_only_editors_correct_and_only_what_readers_see(article, writer, reviewer, moderator, editor):
    for user in (writer, reviewer, moderator):
        with pytest.raises(NotAllowed):
            correct(article, by=user, text="Mine.")
    with pytest.raises(WrongStep):
        correct(create_article(), by=editor, text="Nobody has read it.")
    assert not Correction.objects.exists()


def test_a_correction_needs_words_and_a_day_on_which_there_was_something_to_correct(article, editor):
    today = timezone.localdate()
    for said in (
        {"text": "  "},
        {"text": "x", "on": today + timedelta(days=1)},
        {"text": "x", "on": today.replace(year=2001)},
    ):
        with pytest.raises(NotReady):
            correct(article, by=editor, **said)


def test_what_is_taken_back_is_gone_for_readers_and_kept_in_the_log(client, article, editor, writer):
    correction = correct(article, by=editor, text="Six grams.")
    with pytest.raises(NotAllowed):
        take_back(correction, by=writer)

    take_back(correction, by=editor)

    assert "Six grams." not in page(client, article)
    assert "Six grams." in article.events.get(step="take_back_correction").note
    with pytest.raises(WrongStep):
        take_back(correction, by=editor)


def test_an_editor_corrects_on_a_page_of_its_own_and_loses_nothing_over_a_wrong_day(client, article, editor):
    client.force_login(editor)
    address = f"/admin/articles/article/{article.pk}/corrections/"
    tomorrow = timezone.localdate() + timedelta(days=1)

    refused = client.post(address, {"text": "Six grams.", "on": tomorrow.isoformat()})
    done = client.post(address, {"text": "Six grams.", "on": timezone.localdate().isoformat()}, follow=True)

    assert f'Readers see the correction now. <a href="{article.get_absolute_url()}">' in done.text
    assert refused.status_code == 422
    assert "Six grams." in refused.content.decode()
    assert article.corrections.get().by == editor
    client.post(address, {"take_back": article.corrections.get().pk})
    assert not article.corrections.exists()
    assert client.post(address, {"take_back": "x"}).status_code == 404


def test_an_article_without_corrections_and_series_asks_for_neither(
    client, article, editor, django_assert_max_num_queries
):
    with django_assert_max_num_queries(8):
        page(client, article)
    correct(article, by=editor, text="Six grams.")
    with django_assert_max_num_queries(9):
        page(client, article)

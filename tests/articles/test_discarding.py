"""A draft begun by accident: who can get rid of it, and what stays."""

import pytest

from articles.models import Article, EditorialEvent, Part, Series
from articles.models.steps import NotAllowed
from articles.workflow.notes import add_note
from articles.workflow.publishing import archive, publish, reopen
from articles.workflow.saving import adopt, discard_draft, write
from articles.workflow.submitting import submit, withdraw
from tests.articles.article_form import url
from tests.factories import create_article, create_user, create_writer

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(writer):
    article = create_article(writer=writer.writer, title="")
    adopt(article, by=writer)
    return article


def test_its_writer_discards_a_draft_and_the_log_keeps_its_name(client, draft, writer):
    name, thread = str(draft), draft.thread
    client.force_login(writer)
    page = client.get(url("change", draft.pk)).text
    assert f'href="{url("discard", draft.pk)}"' in page

    form = client.get(url("discard", draft.pk)).context["form"]
    answer = client.post(url("discard", draft.pk), form.initial, follow=True)

    assert f"{name}: Discarded." in answer.text
    assert not Article.objects.exists()
    event = EditorialEvent.objects.get(step="discard_draft")
    assert (event.by, event.note, event.article, event.before) == (writer, name, None, "draft")
    assert not type(thread).objects.filter(pk=thread.pk).exists()


def test_an_editor_discards_it_too_and_finds_it_in_the_log(client, draft, editor):
    name = str(draft)
    client.force_login(editor)
    form = client.get(url("discard", draft.pk)).context["form"]
    client.post(url("discard", draft.pk), form.initial)

    log = client.get("/admin/articles/editorialevent/").text
    assert "Discarded a draft" in log
    assert name in log
    assert client.get("/admin/articles/editorialevent/csv/").status_code == 200


@pytest.mark.parametrize("role", ["Writer", "Medical reviewer", "Moderator", "Newsletter editor", None])
def test_nobody_else_may(client, draft, role):
    stranger = create_user(role=role) if role else create_user()
    if role == "Writer":
        create_writer(user=stranger)
    client.force_login(stranger)

    assert client.post(url("discard", draft.pk), {"edition": draft.edition}).status_code in {302, 403, 404}
    with pytest.raises(NotAllowed):
        discard_draft(draft, by=stranger)
    assert Article.objects.exists()


def published_once(draft, writer, editor):
    write(draft, {**draft.content, "title": "Sleep", "slug": "sleep"}, by=writer, since=draft.edition)
    publish(draft, by=editor)
    archive(draft, by=editor)
    reopen(draft, by=editor)


OTHERS_HAVE_WORKED_ON_IT = {
    "published once": published_once,
    "edited": lambda draft, writer, editor: write(
        draft, {**draft.content, "summary": "Another."}, by=editor, since=draft.edition
    ),
    "noted": lambda draft, writer, editor: add_note(draft, by=editor, text="Which lamps?"),
    "planned": lambda draft, writer, editor: Part.objects.create(
        series=Series.objects.create(title="Sleep", slug="sleep"), article=draft
    ),
}


@pytest.mark.parametrize("what", OTHERS_HAVE_WORKED_ON_IT)
def test_what_others_have_worked_on_is_not_discarded(client, draft, writer, editor, what):
    OTHERS_HAVE_WORKED_ON_IT[what](draft, writer, editor)

    for person in (writer, editor):
        client.force_login(person)
        assert url("discard", draft.pk) not in client.get(url("change", draft.pk)).text
        assert client.get(url("discard", draft.pk)).status_code == 403
        with pytest.raises(NotAllowed):
            discard_draft(Article.objects.get(pk=draft.pk), by=person)


def test_nor_what_is_on_its_way_until_it_is_taken_back(writer):
    article = create_article(writer=writer.writer)
    adopt(article, by=writer)
    submit(article, by=writer)
    with pytest.raises(NotAllowed):
        discard_draft(article, by=writer)

    withdraw(article, by=writer)
    discard_draft(article, by=writer)

    assert not Article.objects.exists()


def test_nobody_discards_a_text_that_she_has_not_seen(client, draft, writer):
    client.force_login(writer)
    seen = draft.edition
    write(draft, {**draft.content, "summary": "Saved in another window."}, by=writer, since=seen)

    answer = client.post(url("discard", draft.pk), {"edition": seen})

    assert "changed the text" in answer.text
    assert Article.objects.exists()

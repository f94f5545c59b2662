"""Members of staff who send more than their forms show, and links used for what they were not made for."""

import re

import pytest
from django.contrib.contenttypes.models import ContentType

from accounts.models import User
from articles.models import Article, Image, Reference
from comments.models import Comment, Thread
from comments.text.signing import OWN_COMMENT, STOP_MAIL
from newsletters.signing import Purpose, make_token
from questions.models import Question
from tests.factories import (
    create_article,
    create_comment,
    create_image,
    create_subscription,
    create_thread,
    create_user,
    create_writer,
)

pytestmark = pytest.mark.django_db
ROWS = {"references-TOTAL_FORMS": 0, "references-INITIAL_FORMS": 0}
BYLINES = {"authorships-TOTAL_FORMS": 1, "authorships-INITIAL_FORMS": 0, "authorships-0-position": 0}


def article_data(article: Article, **changes) -> dict:
    words = {name: getattr(article, name) for name in ("title", "slug", "summary", "body")}
    return {**words, **ROWS, "topic": article.topic_id, "started_from": article.edition, **changes}


def change(client, user, thing, data):
    client.force_login(user)
    return client.post(f"/admin/{thing._meta.app_label}/{thing._meta.model_name}/{thing.pk}/change/", data)


def test_a_writer_publishes_nothing_by_naming_the_column(client, writer):
    draft = create_article(writer=writer.writer)

    change(client, writer, draft, article_data(draft, status="published", published_at="2026-01-01", title="Mine"))

    draft.refresh_from_db()
    assert (draft.title, draft.status, draft.published_at) == ("Mine", "draft", None)


def test_a_writer_puts_no_other_name_over_her_article(client, writer):
    draft, other = create_article(writer=writer.writer), create_writer()

    change(client, writer, draft, article_data(draft, **BYLINES, **{"authorships-0-writer": other.pk}))

    assert list(draft.writers.all()) == [writer.writer]


@pytest.mark.parametrize("step", ["publish", "approve", "archive"])
def test_a_writer_takes_no_editors_step_while_saving(client, writer, step):
    draft = create_article(writer=writer.writer)

    change(client, writer, draft, article_data(draft, _step=step))

    draft.refresh_from_db()
    assert draft.status == "draft"


def test_a_writer_changes_nothing_that_readers_see(client, writer):
    article = create_article(writer=writer.writer, published=True)
    seen = client.get(article.get_absolute_url()).content

    change(client, writer, article, article_data(article, title="Another", slug="another", body="<p>Another.</p>"))
    for step in ("publish", "schedule", "archive", "approve"):
        client.post(f"/admin/articles/article/{article.pk}/step/{step}/", {"note": "Please."})

    article.refresh_from_db()
    assert (article.status, article.content["title"]) == ("draft", "Another")
    client.logout()
    assert client.get(article.get_absolute_url()).content == seen
    assert client.get("/articles/another/").status_code == 404


def test_a_writer_reaches_no_source_of_anothers_article(client, writer):
    hers, mine = create_article(), create_article(writer=writer.writer)
    source = Reference.objects.create(article=hers, number=1, text="Hers")
    row = {"references-TOTAL_FORMS": 1, "references-INITIAL_FORMS": 1, "references-0-id": source.pk}
    row |= {"references-0-article": mine.pk, "references-0-text": "Taken", "references-0-place": 1}

    change(client, writer, mine, {**article_data(mine), **row})

    source.refresh_from_db()
    assert (source.text, source.article) == ("Hers", hers)


def test_a_writer_does_not_make_herself_a_doctor(client, writer, administrator):
    byline = writer.writer
    data = {"name": "Nadia", "bio": "", "is_medical_professional": "on", "credentials": "MD", "slug": "dr", "user": ""}

    change(client, writer, byline, data)

    byline.refresh_from_db()
    assert (byline.name, byline.is_medical_professional, byline.credentials) == ("Nadia", False, "")
    assert (byline.user, byline.slug == "dr") == (writer, False)


def test_a_writer_leaves_anothers_picture_alone(client, writer):
    image = create_image(uploaded_by=create_user())

    change(client, writer, image, {"alt": "Mine now"})

    assert Image.objects.get().alt == "A teal square"


def test_an_editor_makes_nobody_an_administrator(client, editor):
    answer = change(
        client, editor, editor, {"email": editor.email, "name": "E", "is_superuser": "on", "groups": [1, 6]}
    )

    assert answer.status_code == 403
    assert User.objects.get(pk=editor.pk).groups.count() == 1


def test_an_administrator_becomes_no_superuser_by_naming_the_column(client, administrator):
    data = {"email": administrator.email, "name": "Ada", "is_active": "on", "is_staff": "on", "is_superuser": "on"}

    change(client, administrator, administrator, data)

    assert not User.objects.get(pk=administrator.pk).is_superuser


def test_a_moderator_makes_no_page_public_and_writes_no_words(client, moderator):
    thread = create_thread(is_public=False)
    comment = create_comment(thread=thread)

    change(client, moderator, thread, {"is_public": "on", "title": "Other", "mode": "open"})
    change(client, moderator, comment, {"body": "Other", "status": "approved"})

    assert (Thread.objects.get().is_public, Thread.objects.get().title) == (False, "A page")
    assert (Comment.objects.get().body, Comment.objects.get().status) == (comment.body, "pending")


@pytest.mark.parametrize(
    "query",
    [
        "accounts/user/?password__startswith=p",
        "accounts/writer/?user__email__startswith=a",
        "articles/article/?authorships__writer__user__email__startswith=a",
        "articles/article/?thread__comments__body__contains=a",
        "articles/image/?uploaded_by__email__startswith=a",
    ],
)
def test_nobody_asks_a_list_about_what_it_does_not_show(client, editor, query):
    client.force_login(editor)

    assert client.get(f"/admin/{query}").status_code in {302, 400}


def test_an_editor_looking_for_colleagues_finds_no_reader(client, editor, reader):
    client.force_login(editor)
    field = {"app_label": "accounts", "model_name": "writer", "field_name": "user"}

    found = client.get("/admin/autocomplete/", {**field, "term": "example"}).json()["results"]

    assert [row["text"] for row in found] == [editor.name]
    assert reader.email not in client.get("/admin/accounts/user/").content.decode()


def test_a_title_that_waits_is_not_told_by_its_address(client, writer):
    question = Question.objects.create(title="Why?", slug="why", thread=create_thread(is_public=False))
    draft = create_article()
    client.force_login(writer)

    for thing in (question, draft):
        kind = ContentType.objects.get_for_model(thing)
        assert client.get(f"/admin/r/{kind.pk}/{thing.pk}/").status_code == 404


def test_a_link_opens_only_what_it_was_made_for(client):
    comment = create_comment()
    subscriber = create_subscription().subscriber
    own, stop = (re.search(r"([^/]+)/$", link)[1] for link in (OWN_COMMENT.to(comment.pk), STOP_MAIL.to(comment.pk)))
    tokens = {purpose: make_token(subscriber, purpose) for purpose in Purpose}
    doors = {
        "/comments/own/{}/": {own},
        "/comments/mail/{}/": {stop},
        "/newsletter/confirm/{}/": {tokens[Purpose.CONFIRM]},
        "/newsletter/preferences/{}/": {tokens[Purpose.PREFERENCES]},
        "/newsletter/stop/{}/": {tokens[Purpose.STOP_NEWSLETTER], tokens[Purpose.STOP_UPDATES]},
    }
    for door, keys in doors.items():
        for token in {own, stop, *tokens.values()}:
            assert (client.get(door.format(token)).status_code == 200) == (token in keys), door

            assert token in keys or client.post(door.format(token)).status_code == 404, door

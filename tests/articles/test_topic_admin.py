import pytest
from django.urls import reverse

from articles.models import FormerAddress, FrontPage, Topic
from tests.factories import create_article, create_topic

ADD = reverse("admin:articles_topic_add")


def change(topic):
    return reverse("admin:articles_topic_change", args=[topic.pk])


def form_data(**fields):
    return {
        "name": "Migraine", "slug": "migraine", "summary": "", "guide": "", "parent": "",
        "synonyms-TOTAL_FORMS": 0, "synonyms-INITIAL_FORMS": 0, **fields,
    }  # fmt: skip


def test_an_editor_adds_a_topic_with_its_other_names(client, editor):
    parent = create_topic()
    client.force_login(editor)
    names = {"synonyms-TOTAL_FORMS": 1, "synonyms-0-name": "Hemicrania"}

    client.post(ADD, form_data(parent=parent.pk, guide="<p>What it is.</p><script>x()</script>", **names))

    topic = Topic.objects.get(slug="migraine")
    assert topic.parent == parent
    assert topic.synonyms.get().name == "Hemicrania"
    assert topic.guide == "<p>What it is.</p>"
    assert topic.guide_updated_at


@pytest.mark.parametrize("role", ["writer", "reviewer", "moderator"])
def test_nobody_else_changes_topics(client, request, role):
    client.force_login(request.getfixturevalue(role))
    topic = create_topic(name="Migraine")

    client.post(ADD, form_data())
    client.post(change(topic), form_data(name="Other"))

    assert Topic.objects.get().name == "Migraine"


def test_a_new_address_of_a_topic_leaves_the_old_one_behind_and_a_topic_takes_its_own(client, editor):
    topic = create_topic(slug="old")
    client.force_login(editor)

    client.post(change(topic), form_data(slug="new"))
    assert FormerAddress.objects.get().path == "/topics/old/"
    assert client.get("/topics/old/").headers["Location"] == "/topics/new/"

    client.post(ADD, form_data(name="Another", slug="old"))
    assert not FormerAddress.objects.exists()


def test_a_topic_cannot_stand_under_itself(client, editor):
    parent = create_topic()
    child = create_topic(parent=parent)
    client.force_login(editor)

    response = client.post(change(parent), form_data(parent=child.pk))

    assert "A topic cannot stand under itself." in response.content.decode()
    parent.refresh_from_db()
    assert parent.parent is None


def test_the_guide_comes_back_when_the_session_has_ended(client, db):
    response = client.post(change(create_topic()), form_data(guide="<p>An hour’s work.</p>"))

    assert response.status_code == 401
    assert "An hour’s work." in response.content.decode()


def test_an_editor_steers_the_front_page(client, editor):
    article, topic = create_article(published=True), create_topic()
    client.force_login(editor)
    address = client.get(reverse("admin:articles_frontpage_changelist")).headers["Location"]
    assert client.get(address).status_code == 200

    client.post(address, {"welcome": "Hello", "lead": article.pk, "topics": [topic.pk]})

    front = FrontPage.objects.get()
    assert (front.pk, front.lead, list(front.topics.all())) == (1, article, [topic])


def test_a_draft_cannot_lead_the_front_page(client, editor):
    client.force_login(editor)

    client.post(reverse("admin:articles_frontpage_change", args=[1]), {"lead": create_article().pk})

    assert not FrontPage.objects.exists()


def test_a_writer_does_not_steer_the_front_page(client, writer):
    client.force_login(writer)

    assert client.get(reverse("admin:articles_frontpage_change", args=[1])).status_code == 403


def test_a_writer_without_javascript_begins_at_her_topic(client, writer):
    topic = create_topic()
    client.force_login(writer)

    page = client.get(f"/admin/articles/topic/{topic.pk}/change/").content.decode()

    assert f"/admin/articles/article/add/?topic={topic.pk}" in page


def test_a_moderator_is_not_invited_to_write(client, moderator):
    topic = create_topic()
    client.force_login(moderator)

    assert (
        "/admin/articles/article/add/" not in client.get(f"/admin/articles/topic/{topic.pk}/change/").content.decode()
    )

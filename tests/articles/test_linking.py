"""Articles that the editor's window for links offers: what readers see, and nothing of what they do not."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories import create_article, create_topic

pytestmark = pytest.mark.django_db


def found(client, words="", **query):
    answer = client.get(reverse("admin:articles_article_to_link"), {"term": words, **query}).json()
    return [(row["id"], row["text"]) for row in answer["results"]]


def test_a_writer_finds_what_readers_see_by_the_words_of_its_title_summary_or_topic(client, writer):
    eyes = create_topic(name="Eyes")
    old = create_article(published=True, title="Dry eyes at night", published_at=timezone.now() - timedelta(days=9))
    new = create_article(published=True, title="Sleep", summary="What dry eyes do at night.")
    other = create_article(published=True, title="Hearing at night", topic=eyes)
    client.force_login(writer)

    assert found(client, "dry eyes") == [(one.get_absolute_url(), one.title) for one in (old, new)]
    assert found(client, "night EYES")[0] == (other.get_absolute_url(), other.title)
    assert len(found(client, "")) == 3
    assert found(client, "nothing") == []


def test_nobody_finds_what_readers_do_not_see(client, editor):
    create_article(title="Secret draft", status="draft")
    create_article(title="Secret to come", status="scheduled", publish_at=timezone.now() + timedelta(days=1))
    client.force_login(editor)

    assert found(client, "secret") == []


def test_the_list_goes_on(client, writer):
    for n in range(21):
        create_article(published=True, title=f"Sleep {n}")
    client.force_login(writer)

    assert len(found(client, "sleep")) == 20
    assert len(found(client, "sleep", page=2)) == 1
    assert len(found(client, "sleep", page="x\0")) == 20


def test_readers_may_not_ask(client, reader):
    client.force_login(reader)

    assert client.get(reverse("admin:articles_article_to_link")).status_code == 302

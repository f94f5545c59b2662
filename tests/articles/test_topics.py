"""The A–Z and the topic's own page."""

import re

import pytest
from django.utils import timezone

from articles.models import Background, FormerAddress, Topic, TopicSynonym
from articles.models.topics import first_letter
from questions.models import Question
from tests.factories import create_article, create_comment, create_image, create_thread, create_topic

pytestmark = pytest.mark.django_db


def text(client, address):
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def background(topic, **fields):
    fields = {"question": "What is it?", "answer": "An answer.", "source": "NINDS", **fields}
    return Background.objects.create(topic=topic, key=f"key-{Background.objects.count()}", **fields)


def names(html):
    return re.findall(r'<li><a href="/topics/[^"]*">([^<]*)</a>', html)


def test_topics_stand_from_a_to_z_with_digits_last(client):
    for name in ["Migraine", "1p36 deletion", "Asthma"]:
        create_topic(name=name)

    assert names(text(client, "/topics/")) == ["Asthma", "Migraine", "1p36 deletion"]


def test_one_letter_shows_its_topics_alone(client):
    for name in ["Migraine", "Asthma", "Ängste", "22q11"]:
        create_topic(name=name)

    assert names(text(client, "/topics/?letter=A")) == ["Asthma", "Ängste"]
    assert names(text(client, "/topics/?letter=0")) == ["22q11"]
    assert client.get("/topics/?letter=%00").status_code == 404


def test_letters_without_topics_are_no_links(client):
    create_topic(name="Migraine")

    html = text(client, "/topics/")

    assert '<a href="?letter=M">M</a>' in html
    assert "<span>B</span>" in html


def test_other_names_stand_beside_a_topic(client):
    topic = create_topic(name="Hemifacial spasm")
    topic.synonyms.create(name="Tic convulsif")

    assert "Tic convulsif" in text(client, "/topics/")
    assert "Tic convulsif" in text(client, topic.get_absolute_url())


@pytest.mark.parametrize("count", [3, 1200])
def test_a_page_of_the_a_to_z_costs_the_same_for_any_number_of_topics(client, count, django_assert_max_num_queries):
    rows = [Topic(name=f"H{n:05}", slug=f"h{n}", letter=first_letter("H")) for n in range(count)]
    topics = Topic.objects.bulk_create(rows)
    TopicSynonym.objects.bulk_create([TopicSynonym(topic=topic, name=f"Other {topic.name}") for topic in topics])

    with django_assert_max_num_queries(6):
        html = text(client, "/topics/?letter=H")

    assert len(names(html)) == min(count, 100)


def test_the_hub_gathers_guide_subtopics_articles_and_questions(client):
    topic = create_topic(guide="<h2>What helps</h2><p>Rest.</p>", summary="In a sentence.")
    create_topic(name="A closer topic", parent=topic)
    create_article(published=True, title="An article", topic=topic)
    thread = create_thread()
    thread.opening = create_comment(thread=thread, status="approved")
    thread.save()
    Question.objects.create(title="A question", slug="a", topic=topic, thread=thread)

    html = text(client, topic.get_absolute_url())

    for words in ["In a sentence.", "What helps", "A closer topic", "An article", "A question", "Get e-mail updates"]:
        assert words in html
    assert f"/newsletter/topic/{topic.pk}/" in html


def test_a_question_that_waits_is_not_on_the_hub(client):
    topic = create_topic()
    thread = create_thread()
    thread.opening = create_comment(thread=thread)
    thread.save()
    Question.objects.create(title="WAITING", slug="a", topic=topic, thread=thread)

    assert "WAITING" not in text(client, topic.get_absolute_url())


def test_the_hub_shows_ten_articles_and_leads_to_the_rest(client):
    topic = create_topic()
    for _n in range(11):
        create_article(published=True, topic=topic)

    html = text(client, topic.get_absolute_url())

    assert html.count('<li class="entry">') == 10
    assert f'href="/articles/?topic={topic.slug}"' in html


def test_background_material_is_credited_and_never_called_reviewed(client):
    topic = create_topic()
    background(topic, source="NINDS", source_url="http://www.ninds.nih.gov/x.htm")

    html = text(client, topic.get_absolute_url())

    assert "Background material from NINDS, review date unknown" in html
    assert 'href="http://www.ninds.nih.gov/x.htm"' in html
    assert "https://creativecommons.org/licenses/by/4.0/" in html
    assert "Asma Ben Abacha" in html
    assert not re.search(r"[Rr]eviewed (by|on)", html)
    assert "lastReviewed" not in html


def test_a_topic_without_background_shows_no_credit(client):
    assert "MedQuAD" not in text(client, create_topic().get_absolute_url())


def test_a_pair_that_the_collection_holds_twice_is_shown_once(client):
    topic = create_topic()
    for _n in range(2):
        background(topic, question="What causes it?", answer="An artery.")

    assert text(client, topic.get_absolute_url()).count("What causes it?") == 1


def test_background_is_shown_as_text_whatever_it_holds(client):
    topic = create_topic()
    background(topic, question="<b>bold?</b>", answer="<script>alert(1)</script>", source_url="javascript:alert(1)")

    html = text(client, topic.get_absolute_url())

    assert "<script>alert" not in html
    assert "<b>bold" not in html


def test_an_old_address_of_a_topic_leads_to_the_new_one(client):
    topic = create_topic()
    FormerAddress.objects.create(path="/topics/old/", topic=topic)

    assert client.get("/topics/old/")["Location"] == topic.get_absolute_url()
    assert client.get("/topics/never/").status_code == 404


def test_the_hub_takes_the_same_queries_for_much_and_little(client, django_assert_max_num_queries):
    parent = create_topic()
    topic = create_topic(parent=parent, guide="<p>Text</p>", guide_updated_at=timezone.now())
    for _n in range(12):
        create_article(published=True, topic=topic, image=create_image())
        create_topic(parent=topic)
        background(topic)

    with django_assert_max_num_queries(11):
        text(client, topic.get_absolute_url())

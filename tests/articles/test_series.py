import pytest
from django.urls import reverse

from accounts.models import Writer
from articles.models import Article, FormerAddress, Series
from articles.workflow.publishing import archive, publish, reopen
from articles.workflow.saving import adopt
from tests.articles.test_reading import json_ld
from tests.factories import create_article, create_topic, create_writer

pytestmark = pytest.mark.django_db


def create_series(*articles, **fields):
    series = Series.objects.create(**{"title": "A face that twitches", "slug": "face", **fields})
    for position, article in enumerate(articles, start=1):
        series.parts.create(article=article, position=position)
    return series


def page(client, thing):
    return client.get(thing.get_absolute_url()).content.decode()


@pytest.fixture
def parts(db):
    first, second, third = (create_article(title=title, published=True) for title in ("One", "Two", "Three"))
    hidden = create_article(title="Hidden")
    create_series(first, hidden, second, third)
    return first, second, third


def test_the_title_of_a_series_is_words_and_never_html(client):
    article = create_article(published=True)
    create_series(article, title="<script>1</script>")

    html = page(client, article)

    assert "&lt;script&gt;1&lt;/script&gt;" in html
    assert "<script>1" not in html


def test_a_part_says_which_one_it_is_and_leads_to_those_that_readers_see(client, parts):
    one, two, three = parts

    html = page(client, two)

    assert 'Part 2 of 3 of <a href="/series/face/">A face that twitches</a>' in html
    assert f'href="{one.get_absolute_url()}" rel="prev"' in html
    assert f'href="{three.get_absolute_url()}" rel="next"' in html
    assert "Hidden" not in html
    entity = json_ld(html)["mainEntity"]
    assert (entity["isPartOf"]["name"], entity["position"]) == ("A face that twitches", 2)
    assert 'rel="next"' not in page(client, three)


def test_a_part_costs_one_query_more(client, parts, django_assert_max_num_queries):
    with django_assert_max_num_queries(9):
        page(client, parts[1])


def test_the_page_of_a_series_and_its_feed_hold_its_live_parts_in_order(client, parts):
    html = page(client, Series.objects.get())
    feed = client.get("/series/face/feed.xml").content.decode()

    assert html.index("One") < html.index("Two") < html.index("Three")
    assert feed.index("Three") < feed.index("One")
    assert "Hidden" not in html + feed
    assert "/series/face/" in client.get("/sitemap-series.xml").content.decode()


def test_a_series_without_anything_to_read_is_nobodys_business(client):
    series = create_series(create_article())
    FormerAddress.objects.remember("/series/old/", series=series)

    for address in ("/series/face/", "/series/face/feed.xml", "/series/old/", "/series/old/feed.xml", "/series/no/"):
        assert client.get(address).status_code == 404, address
    assert "/series/face/" not in client.get("/sitemap-series.xml").content.decode()


def test_a_series_that_moves_leaves_a_way_behind_for_its_page_and_its_feed(client, editor, parts):
    client.force_login(editor)
    series = Series.objects.get()
    nothing = {"parts-TOTAL_FORMS": 0, "parts-INITIAL_FORMS": 0}
    client.post(
        reverse("admin:articles_series_change", args=[series.pk]),
        {"title": "Faces", "slug": "faces", "summary": "", **nothing},
    )

    assert client.get("/series/face/")["Location"] == "/series/faces/"
    assert client.get("/series/face/feed.xml")["Location"] == "/series/faces/feed.xml"


def test_the_feed_of_a_topic_moves_with_it(client):
    topic = create_topic(slug="new")
    FormerAddress.objects.remember("/topics/old/", topic=topic)

    assert client.get("/topics/old/feed.xml")["Location"] == "/topics/new/feed.xml"
    assert client.get("/topics/no/feed.xml").status_code == 404


def test_an_article_that_comes_back_with_another_address_is_found_at_the_old_one(client, editor):
    article = create_article(slug="old", published=True)
    adopt(article, by=editor)
    archive(article, by=editor)
    reopen(article, by=editor)
    Article.objects.filter(pk=article.pk).update(slug="new")
    article = Article.objects.get()
    adopt(article, by=editor)
    assert client.get("/articles/old/").status_code == 404

    publish(article, by=editor)

    assert client.get("/articles/old/")["Location"] == "/articles/new/"
    assert not FormerAddress.objects.filter(path="/articles/new/").exists()


def test_an_article_is_in_one_series_at_most(client, editor, parts):
    client.force_login(editor)
    answer = client.post(
        reverse("admin:articles_series_add"),
        {
            "title": "Another", "slug": "another", "summary": "", "parts-TOTAL_FORMS": 1, "parts-INITIAL_FORMS": 0,
            "parts-0-article": parts[0].pk, "parts-0-position": 1,
        },
    )  # fmt: skip

    assert answer.status_code == 200
    assert not Series.objects.filter(slug="another").exists()


def test_a_new_part_comes_last_unless_it_is_given_a_place(client, editor, parts):
    client.force_login(editor)
    more = [create_article(), create_article()]
    data = {"title": "Another", "slug": "another", "summary": "", "parts-TOTAL_FORMS": 2, "parts-INITIAL_FORMS": 0}
    for n, article in enumerate(more):
        data |= {f"parts-{n}-article": article.pk, f"parts-{n}-position": 0}
    client.post(reverse("admin:articles_series_add"), data)

    assert [(part.article, part.position) for part in Series.objects.get(slug="another").parts.all()] == [
        (more[0], 1),
        (more[1], 2),
    ]


# --- Guests ------------------------------------------------------------------------------------------------------------


def test_an_editor_names_a_guest_from_the_page_of_the_article_and_finds_her_in_the_byline(client, editor):
    article = create_article()
    client.force_login(editor)
    form = client.get(reverse("admin:articles_article_change", args=[article.pk])).content.decode()
    assert "_popup=1&amp;is_guest=1" in form

    add = reverse("admin:accounts_writer_add")
    asked = client.get(f"{add}?_popup=1&is_guest=1").context["adminform"].form
    assert asked["is_guest"].value() == "1"
    guest = {"name": "Ruth Lund", "slug": "ruth-lund", "bio": "Nurse.", "is_guest": "on", "_popup": "1"}
    client.post(f"{add}?_popup=1", guest)

    names = {"term": "Ruth", "app_label": "articles", "model_name": "authorship", "field_name": "writer"}
    found = client.get("/admin/autocomplete/", names).json()["results"]
    assert [row["text"] for row in found] == ["Ruth Lund"]
    assert Writer.objects.get(name="Ruth Lund").user is None


def test_readers_are_told_who_is_a_guest_and_the_byline_keeps_its_order(client):
    article = create_article(published=True, writer=create_writer(name="Zoe"))
    guest = create_writer(name="Ada Guest", bio="Came by once.", is_guest=True, credentials="RN")
    article.authorships.create(writer=guest, position=1)

    html = page(client, article)

    assert html.index("Zoe") < html.index("Ada Guest")
    assert html.count("uest writer") == 2
    assert "Came by once." in html

import pytest
from django.test import Client

from articles.workflow.saving import adopt
from tests.factories import create_article

VIDEO = '<p>a</p><figure data-embed="https://www.youtube.com/watch?v=dQw4w9WgXcQ"><figcaption>So</figcaption></figure>'
HOST = "https://www.youtube-nocookie.com"
HERE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def page(db):
    article = create_article(slug="a", body=VIDEO, published=True)
    adopt(article, by=None)
    return article.get_absolute_url() + "video/1/"


def test_the_page_of_a_video_asks_before_anything_comes_from_elsewhere(client, page):
    response = client.get(page)

    assert "<iframe" not in response.text
    assert "Load the video from YouTube" in response.text
    assert 'name="robots" content="noindex"' in response.text
    assert "youtube" not in response["Content-Security-Policy"]


def test_only_the_answer_to_its_button_allows_that_one_host(client, page):
    response = client.post(page, headers=HERE)

    assert f'<iframe src="{HOST}/embed/dQw4w9WgXcQ"' in response.text
    assert f"frame-src {HOST}" in response["Content-Security-Policy"]
    assert "unsafe" not in response["Content-Security-Policy"]
    assert "frame-src" not in client.get(page)["Content-Security-Policy"]
    assert response["Cache-Control"] == "private, no-store"


def test_no_link_and_no_form_of_another_site_presses_the_button(page):
    strict = Client(enforce_csrf_checks=True)
    for answer in (
        strict.get(page, {"load": "1"}, headers=HERE),
        strict.post(page, headers={"Sec-Fetch-Site": "cross-site"}),
        strict.post(page, headers={"Origin": "https://other.example"}),
        strict.post(page),
    ):
        assert "<iframe" not in answer.text
        assert "frame-src" not in answer["Content-Security-Policy"]
        assert answer["Cache-Control"] == "private, no-store"
    assert "<iframe" in strict.post(page, headers={"Origin": "http://testserver"}).text


def test_the_article_itself_asks_nobody(client, page):
    response = client.get("/articles/a/")

    assert 'href="/articles/a/video/1/"' in response.text
    assert "frame-src" not in response["Content-Security-Policy"]


@pytest.mark.parametrize("number", [0, 2, 10**20])
def test_there_is_no_page_for_a_video_that_is_not_there(client, page, number):
    assert client.get(f"/articles/a/video/{number}/").status_code == 404


def test_a_video_of_a_text_that_is_not_live_has_no_page(client, db):
    draft = create_article(slug="b", body=VIDEO)
    adopt(draft, by=None)

    assert client.get("/articles/b/video/1/").status_code == 404


def test_readers_get_the_videos_of_the_text_they_see_and_not_of_the_next_one(client, page, editor):
    from articles.models import Article
    from articles.workflow.saving import write

    article = Article.objects.get(slug="a")
    newer = VIDEO.replace("dQw4w9WgXcQ", "AAAAAAAAAAA")
    write(article, {**article.content, "body": newer}, by=editor, since=article.edition)

    assert "AAAAAAAAAAA" not in client.post(page, headers=HERE).text

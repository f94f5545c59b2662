import pytest

from pages.models import SiteSettings

pytestmark = pytest.mark.django_db
PIXEL = "https://pixel.example/p.gif"


@pytest.fixture
def _pixel():
    SiteSettings.objects.update_or_create(pk=1, defaults={"pixel_url": PIXEL, "pixel_reason": "To count visits."})


def test_without_a_pixel_nobody_is_asked(client):
    assert client.get("/consent/").status_code == 404
    assert "/consent/" not in client.get("/about/").content.decode()


@pytest.mark.usefixtures("_pixel")
def test_the_page_itself_never_holds_the_pixel(client):
    client.post("/consent/", {"answer": "accepted"}, HTTP_SEC_FETCH_SITE="same-origin")

    assert PIXEL not in client.get("/about/").content.decode()


@pytest.mark.usefixtures("_pixel")
def test_first_visit_asks_with_two_equal_buttons(client):
    text = client.get("/consent/", HTTP_HX_REQUEST="true").content.decode()

    assert PIXEL not in text
    assert text.count('<button class="button button--quiet" name="answer"') == 2


@pytest.mark.usefixtures("_pixel")
@pytest.mark.parametrize(("given", "loads"), [("accepted", True), ("refused", False), ("nonsense", False)])
def test_only_accepting_loads_the_pixel(client, given, loads):
    client.post("/consent/", {"answer": given}, HTTP_SEC_FETCH_SITE="same-origin")

    assert (PIXEL in client.get("/consent/", HTTP_HX_REQUEST="true").content.decode()) is loads


@pytest.mark.usefixtures("_pixel")
def test_global_privacy_control_is_a_no_even_after_accepting(client):
    client.post("/consent/", {"answer": "accepted"}, HTTP_SEC_FETCH_SITE="same-origin")

    text = client.get("/consent/", HTTP_HX_REQUEST="true", HTTP_SEC_GPC="1").content.decode()

    assert text.strip() == ""


@pytest.mark.usefixtures("_pixel")
def test_another_pixel_asks_again(client):
    client.post("/consent/", {"answer": "accepted"}, HTTP_SEC_FETCH_SITE="same-origin")
    SiteSettings.objects.update(pixel_url="https://other.example/p.gif")

    text = client.get("/consent/", HTTP_HX_REQUEST="true").content.decode()

    assert "other.example/p.gif" not in text


@pytest.mark.usefixtures("_pixel")
def test_another_site_cannot_accept_for_a_visitor(client):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/consent/", {"answer": "accepted"}, HTTP_ORIGIN="https://evil.example").status_code == 403


@pytest.mark.usefixtures("_pixel")
def test_only_pages_without_a_topic_may_ask_the_pixels_host(client):
    assert "pixel.example" in client.get("/about/")["Content-Security-Policy"]
    assert "pixel.example" not in client.get("/topics/")["Content-Security-Policy"]
    assert "pixel.example" not in client.get("/articles/")["Content-Security-Policy"]


@pytest.mark.usefixtures("_pixel")
@pytest.mark.parametrize("path", ["/", "/about/"])
def test_a_page_that_did_not_change_keeps_its_policy_and_its_headers(client, path):
    whole = client.get(path)
    short = client.get(path, HTTP_IF_NONE_MATCH=whole["ETag"])

    assert short.status_code == 304
    about_content = {"Content-Type", "Content-Length"}
    assert {name: short.get(name) for name in whole.headers if name not in about_content} == {
        name: value for name, value in whole.items() if name not in about_content
    }
    assert "pixel.example" in short["Content-Security-Policy"]


@pytest.mark.usefixtures("_pixel")
@pytest.mark.parametrize("path", ["/", "/articles/", "/about/"])
def test_the_foot_of_every_page_leads_to_the_choice(client, path):
    foot = client.get(path).content.decode().partition("<footer")[2]

    assert 'href="/consent/"' in foot


@pytest.mark.usefixtures("_pixel")
def test_the_question_comes_before_everything_but_the_way_past_it(client):
    text = client.get("/").content.decode().partition("<body")[2]

    assert text.partition('data-hx-get="/consent/"')[0].count("<a ") == 1

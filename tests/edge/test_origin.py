import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from edge.origin import came_from_here, token_or_same_origin
from edge.pagecache import public_page


@token_or_same_origin
def view(request):
    return HttpResponse("done")


def post(**headers):
    return RequestFactory(enforce_csrf_checks=True).post("/x/", {"a": "b"}, **headers)


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_SEC_FETCH_SITE": "same-origin"},
        {"HTTP_ORIGIN": "http://testserver"},
        {"HTTP_REFERER": "http://testserver/articles/a/"},
    ],
)
def test_a_form_sent_from_this_site_needs_no_token(headers):
    assert view(post(**headers)).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_SEC_FETCH_SITE": "cross-site", "HTTP_ORIGIN": "http://testserver"},
        {"HTTP_SEC_FETCH_SITE": "same-site"},
        {"HTTP_ORIGIN": "https://evil.example"},
        {"HTTP_ORIGIN": "null"},
        {"HTTP_ORIGIN": "http://testserver.evil.example"},
        {},
    ],
)
def test_a_form_from_elsewhere_is_refused(headers, db):
    request = post(**headers)

    assert not came_from_here(request)
    assert view(request).status_code == 403


def test_a_public_page_says_that_anybody_may_keep_it():
    @public_page
    def page(request):
        return HttpResponse("words")

    response = page(RequestFactory().get("/"))

    assert "public" in response["Cache-Control"]
    assert "s-maxage" in response["Cache-Control"]
    assert "Vary" not in response
    assert not response.cookies
    again = page(RequestFactory().get("/", HTTP_IF_NONE_MATCH=response["ETag"]))
    assert again.status_code == 304

import subprocess
import sys
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from articles.rendering import _marked, _tag
from edge.origin import came_from_here, is_ours, token_or_same_origin
from edge.public_pages import public_page

SITE = Path(__file__).resolve().parents[2] / "site"


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
        {"HTTP_ORIGIN": "http://["},
        {"HTTP_REFERER": "http://[bad/"},
        {"HTTP_REFERER": "http://testserver@evil.example/"},
        {"HTTP_ORIGIN": "\xff\x00://]"},
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


@pytest.mark.parametrize(
    "address",
    [
        "/a/", "#note", "?a=b", "https://wellread.example", "https://wellread.example/a", "https://wellread.example:443/a",
        "HTTPS://Wellread.Example./a", "http://wellread.example/", "//wellread.example/a",
    ],
)  # fmt: skip
def test_an_address_on_our_host_is_ours(settings, address):
    settings.BASE_URL = "https://wellread.example"

    assert is_ours(address)


@pytest.mark.parametrize(
    "address",
    [
        "https://wellread.example.evil.example/", "https://wellread.example@evil.example/", "https://wellread.example:666/",
        "https://evil.example/https://wellread.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example",
        "///evil.example", "https:evil.example", "https:/evil.example", "mailto:a@wellread.example", "javascript:alert(1)",
        "http://[", "https://wellread.example:x/", "https://me@wellread.example/", "https://wellread.examplee/",
    ],
)  # fmt: skip
def test_an_address_that_only_begins_like_ours_is_not(settings, address):
    settings.BASE_URL = "https://wellread.example"

    assert not is_ours(address)


def test_a_link_to_a_site_that_begins_like_ours_is_marked_as_leaving(settings):
    settings.BASE_URL = "https://wellread.example"

    assert "rel=" in _tag("a", _marked({"href": "https://wellread.example.evil.example/"}))
    assert "rel=" not in _tag("a", _marked({"href": "https://wellread.example/a/"}))


def test_the_way_to_https_leads_to_our_own_port(settings):
    settings.SECURE_SSL_REDIRECT, settings.SECURE_SSL_HOST = True, "wellread.example"

    answer = Client().get("/topics/?q=a", headers={"host": "testserver:666"})

    assert answer["Location"] == "https://wellread.example/topics/?q=a"


def test_the_settings_lead_to_the_port_of_the_base_url():
    environment = {"BASE_URL": "https://wellread.example", "DEBUG": "1", "PATH": ""}
    ask = "from config import settings; print(settings.SECURE_SSL_HOST)"
    answer = subprocess.run(
        [sys.executable, "-c", ask], env=environment, cwd=SITE, capture_output=True, text=True, check=True
    )

    assert answer.stdout.strip() == "wellread.example"

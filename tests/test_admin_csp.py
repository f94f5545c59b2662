"""The admin runs under the public pages' strict policy; only where the editor is, its two parts are named."""

import re

import pytest

from config.admin import EDITOR_STYLE
from tests.factories import create_comment

pytestmark = pytest.mark.django_db
INLINE = re.compile(
    r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)(?![^>]*type=\"application/json\")", re.IGNORECASE
)


def page_and_policy(client, url):
    response = client.get(url)
    assert response.status_code == 200, url
    return response.content.decode(), response["Content-Security-Policy"]


@pytest.mark.parametrize("url", ["/admin/", "/admin/comments/desk/", "/admin/edge/letter/", "/admin/accounts/user/"])
def test_an_admin_page_needs_nothing_inline_and_allows_nothing_inline(client, administrator, url):
    create_comment()
    client.force_login(administrator)

    page, policy = page_and_policy(client, url)

    assert not INLINE.findall(page)
    assert "unsafe" not in policy
    assert "nonce" not in policy
    assert "sha256" not in policy


def test_a_page_with_the_editor_allows_its_import_map_and_its_style_and_nothing_else(client, administrator):
    client.force_login(administrator)

    page, policy = page_and_policy(client, "/admin/newsletters/issue/add/")

    nonce = re.search(r'<script[^>]*type="importmap"[^>]*nonce="([^"]+)"|nonce="([^"]+)"[^>]*type="importmap"', page)
    assert nonce
    assert f"'nonce-{nonce[1] or nonce[2]}'" in policy
    assert EDITOR_STYLE in policy
    assert "unsafe" not in policy
    assert len(INLINE.findall(page)) == 1  # the import map


def test_the_public_pages_know_no_nonce(client, db):
    assert "nonce" not in client.get("/accounts/login/")["Content-Security-Policy"]

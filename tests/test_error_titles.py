"""Titles of pages that refuse something begin with "Error: ": of every form that is sent with nothing in it."""

import re

import pytest

from tests.addresses import World, patterns
from tests.factories import create_article, create_user

pytestmark = pytest.mark.django_db
SAYS_SO = re.compile(r'class="error-summary|class="errornote|aria-invalid="true"|class="errorlist')
TITLE = re.compile(r"<title>\s*(.*?)\s*</title>", re.DOTALL)


@pytest.fixture(scope="module")
def addresses(module_database):
    world = World()
    return sorted({world.address(pattern) for pattern in patterns()})


def wrongly_titled(client, addresses):
    """(addresses that answered with errors, those of them whose title does not say so)."""
    with_errors, wrong = [], []
    for address in addresses:
        answer = client.post(address, {"answer": "", "_save": "1"})
        html = "" if answer.streaming else answer.content.decode(errors="replace")
        title = TITLE.search(html)
        if title and SAYS_SO.search(html):
            with_errors.append(address)
            if not re.match(r"Error: (?!Error)", title[1]):
                wrong.append((address, title[1]))
    return with_errors, wrong


@pytest.mark.parametrize(("role", "at_least"), [("", 8), ("Editor", 8), ("Moderator", 8), ("Administrator", 8)])
def test_the_title_of_a_form_with_errors_says_so_first(client, addresses, module_files, role, at_least):
    if role:
        client.force_login(create_user(role=role))

    with_errors, wrong = wrongly_titled(client, addresses)

    assert wrong == []
    assert len(with_errors) >= at_least, with_errors


def test_a_refusal_without_a_form_stands_in_the_title_too(client):
    article = create_article(published=True)

    html = client.post(f"/articles/{article.slug}/rate/", {"stars": "9"}).content.decode()

    assert TITLE.search(html)[1].startswith("Error: ")


def test_a_title_without_errors_says_nothing_of_any(client):
    for address in ("/accounts/login/", "/newsletter/", "/comments/notice/"):
        assert "Error" not in TITLE.search(client.get(address).content.decode())[1]

"""Every kind of page: readable for everybody, wide and narrow, light and dark, and sufficient to itself."""

import pytest

from tests.browser.checks import look_at, watch
from tests.browser.places import admin_pages, public_pages


def test_public_pages_hold_what_we_promise(site, visit):
    page = visit()
    problems = watch(page, site.url)
    for _name in public_pages(site, page):
        problems += look_at(page)
    assert not problems, "\n".join(problems)


@pytest.fixture(scope="module")
def seen():
    """Addresses that an earlier person's test has looked at."""
    return set()


@pytest.mark.parametrize("by", ["writer", "editor", "moderator", "newsletter"])
def test_admin_pages_hold_what_we_promise(by, site, visit, seen):
    page = visit(by=by)
    problems = watch(page, site.url)
    for _name in admin_pages(page, seen, by):
        problems += look_at(page)
    assert not problems, "\n".join(problems)

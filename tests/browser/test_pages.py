"""Every kind of page: readable for everybody, wide and narrow, light and dark, and sufficient to itself."""

import pytest

from tests.browser.checks import look_at, stretch, watch
from tests.browser.places import admin_paths, public_pages

pytestmark = pytest.mark.once


def test_public_pages_hold_what_we_promise(site, visit):
    page = visit()
    problems = watch(page, site.url)
    for _name in public_pages(site, page):
        problems += look_at(page) + stretch(page)
    assert not problems, "\n".join(problems)


@pytest.fixture(scope="module")
def seen():
    """Addresses that an earlier person's test has looked at; the front page is another one for everybody."""
    return Seen()


class Seen(set):
    def add(self, path):
        if path != "/admin/":
            super().add(path)


@pytest.mark.parametrize("by", ["writer", "editor", "moderator", "newsletter"])
def test_admin_pages_hold_what_we_promise(by, site, visit, seen):
    page = visit(by=by)
    problems = watch(page, site.url)
    paths = of_each_kind(admin_paths(page.request))
    assert len(paths) > 5
    for path in paths:
        if path not in seen:
            page.goto(path)
            problems += look_at(page)
            seen.add(path)
    assert not problems, "\n".join(problems)


def of_each_kind(paths):
    """Without the forms for something new where the same form stands filled in."""
    filled_in = {path.rsplit("/", 3)[0] + "/add/" for path in paths if path.endswith("/change/")}
    return [path for path in paths if path not in filled_in]

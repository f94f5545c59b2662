"""The newsroom in every state: readable for everybody, wide and narrow, light and dark, and sufficient to itself."""

import pytest

from tests.browser.checks import look_at, look_into, watch
from tests.browser.newsroom_places import STATES, addresses

pytestmark = pytest.mark.once


def test_the_newsroom_holds_what_we_promise_in_every_state(site, visit):
    there, problems = addresses(site), []
    for by, states in STATES.items():
        page = visit(by=by)
        watched = watch(page, site.url)
        for place in states(page, there):
            problems += look_into(page, place) if place else look_at(page)
        problems += watched
    assert not problems, "\n".join(problems)

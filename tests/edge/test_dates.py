"""Dates as the site's language and country write them, on every page and in every mail: one setting."""

from datetime import date

import pytest
from django.template import Context, Template
from django.utils import translation

DAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", "23 November 2026"),
        ("en-gb", "23 November 2026"),
        ("en-au", "23 November 2026"),
        ("en-us", "November 23, 2026"),
        ("de", "23. November 2026"),
        ("de-at", "23. November 2026"),
    ],
)
def test_a_date_is_written_as_the_sites_language_and_country_write_it(language, written):
    with translation.override(language):
        assert Template("{{ day|date }}").render(Context({"day": DAY})) == written

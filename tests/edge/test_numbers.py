"""Numbers in requests: what anybody may write there, and what of it is one."""

import pytest
from django.utils import timezone

from edge.day import start_of_today
from edge.numbers import LARGEST, number_in, numbers_in


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0), ("007", 7), (str(LARGEST), LARGEST), (str(LARGEST + 1), None), ("9" * 5000, None), ("", None), (None, None),
        ("-1", None), ("+1", None), ("1.0", None), (" 1", None), ("1_0", None), ("١", None), ("²", None), ("1\0", None), (7, None),
    ],
)  # fmt: skip
def test_a_number_is_ascii_digits_that_a_database_can_keep(text, number):
    assert number_in(text) == number


def test_a_number_may_be_bounded():
    assert (number_in("40", 40), number_in("41", 40)) == (40, None)


def test_ticked_boxes_that_are_no_numbers_are_left_out():
    assert numbers_in(["1", "x", "", "3"]) == [1, 3]


def test_today_begins_at_midnight_of_the_sites_own_day(settings):
    settings.TIME_ZONE = "Pacific/Auckland"
    with timezone.override("Pacific/Auckland"):
        begun = start_of_today()

        assert (begun.hour, begun.date(), begun.utcoffset()) == (
            0,
            timezone.localdate(),
            timezone.localtime().utcoffset(),
        )

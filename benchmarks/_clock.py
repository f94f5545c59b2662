"""How long something takes, whatever else the machine does."""

import time
from collections.abc import Callable
from statistics import median

from django.db import connection

Deed = Callable[[], object]


def milliseconds(deed: Deed) -> float:
    """Of the processor. PostgreSQL works in a process of its own, so there it is the clock on the wall."""
    clock = time.process_time if connection.vendor == "sqlite" else time.perf_counter
    began = clock()
    deed()
    return (clock() - began) * 1000


def medians(rounds: int, *deeds: Deed) -> list[float]:
    """Of each in milliseconds; they take turns, so that a busy moment of the machine hits all of them."""
    return [
        median(times) for times in zip(*([milliseconds(deed) for deed in deeds] for _n in range(rounds)), strict=True)
    ]

"""How long something takes by the clock of this thread: what other processes and threads do meanwhile does not count.

A collection of garbage may fall into one try; what is slow by itself is slow in each.
"""

from collections.abc import Callable
from time import thread_time

TRIES = 3


def seconds(deed: Callable[[], object]) -> float:
    """The best of three."""
    return min(once(deed) for _try in range(TRIES))


def is_quick(deed: Callable[[], object], limit: float) -> bool:
    """Whether one of three tries stays below the limit in seconds; the first that does is enough."""
    return any(once(deed) < limit for _try in range(TRIES))


def once(deed: Callable[[], object]) -> float:
    began = thread_time()
    deed()
    return thread_time() - began

"""Figures of speed, size and safety, each beside the limit or the peer it is measured against.

`make bench` takes all benchmarks one after the other, each in a process and with a database of its own; with NAME=race,
or NAME="race desk", only those. It ends non-zero when one goal is missed. `make bench NAME=list` says what each needs, how
long it takes and how to ask for less. With DATABASE_URL they work on that server, in databases made for them.

A benchmark is a module here with a function `run` that hands out figures, and a line in `_plan.py`. Whether a goal was
met is worked out from the figure, never said by the benchmark; where nothing could be measured, it was missed.
"""

from dataclasses import KW_ONLY, dataclass
from math import isfinite


@dataclass(frozen=True)
class Figure:
    """One line of the report. A value of None says that nothing could be measured, and `against` why.

    `other` is the peer's figure from the same run. `of` is how many there were to look at: among none, nothing was
    measured. Of the goals there is one, or none where the figure is only to be known.
    """

    name: str
    value: float | None
    unit: str = ""
    _: KW_ONLY
    against: str = ""
    other: float | None = None
    of: int | None = None
    at_most: float | None = None
    at_least: float | None = None
    exactly: float | None = None
    at_most_times: float | None = None
    at_least_times: float | None = None

    def __post_init__(self) -> None:
        if len(self.goals) > 1:
            raise ValueError(f"{self.name!r} has two goals: {self.goals}.")

    @property
    def goals(self) -> dict[str, float]:
        names = ("at_most", "at_least", "exactly", "at_most_times", "at_least_times")
        return {name: goal for name in names if (goal := getattr(self, name)) is not None}

    @property
    def goal(self) -> str:
        """In words, such as "at most 60 kB" or "at most 1.5x"; of no goal, nothing."""
        for name, goal in self.goals.items():
            unit = "x" if name.endswith("_times") else f" {self.unit}".rstrip()
            return f"{name.removesuffix('_times').replace('_', ' ')} {shown(goal)}{unit}"
        return ""

    @property
    def ratio(self) -> float | None:
        return self.value / self.other if self.is_measured and self.other else None

    @property
    def is_measured(self) -> bool:
        return self.value is not None and isfinite(self.value) and self.of != 0

    @property
    def verdict(self) -> str:
        if not self.is_measured:
            return "MISSED, nothing was measured"
        if not self.goals:
            return "no goal"
        return "ok" if self.is_reached else "MISSED"

    @property
    def is_missed(self) -> bool:
        return self.verdict.startswith("MISSED")

    @property
    def is_reached(self) -> bool:
        [(name, goal)] = self.goals.items()
        value = self.ratio if name.endswith("_times") else self.value
        if value is None or not isfinite(goal):
            return False
        if name == "exactly":
            return value == goal
        return value <= goal if name.startswith("at_most") else value >= goal


def shown(number: float) -> str:
    return f"{number:,}" if isinstance(number, int) else f"{number:.4g}"

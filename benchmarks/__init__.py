"""What each benchmark hands to `python -m benchmarks`: figures, each beside the limit or the peer it is measured against."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """One line of the report. `other` is the peer's figure from the same run, when there is a peer."""

    name: str
    value: float
    unit: str
    against: str
    other: float | None
    goal: str
    ok: bool

    @property
    def ratio(self) -> float | None:
        return self.value / self.other if self.other else None

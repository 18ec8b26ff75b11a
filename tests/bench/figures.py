"""What the benchmarks measure, as plain data: figures, goals, and the rows of the table."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Figure:
    """One comparison, made in every round: its median and how far the rounds lie apart.

    Attributes:
        value: The comparison of the two medians.
        low: The lowest that a single round gave.
        high: The highest that a single round gave.
        unit: "" for a ratio, else the unit of a difference.
    """

    value: float
    low: float
    high: float
    unit: str = ""

    @classmethod
    def ratio(cls, measured: Sequence[float], against: Sequence[float]) -> Self:
        """Divide what was measured by what it is measured against, round by round."""
        rounds = [a / b for a, b in zip(measured, against, strict=True)]
        return cls(median(measured) / median(against), min(rounds), max(rounds))

    @classmethod
    def extra_ms(cls, measured: Sequence[float], against: Sequence[float]) -> Self:
        """Subtract, round by round; both in seconds, the figure in milliseconds."""
        rounds = [(a - b) * 1e3 for a, b in zip(measured, against, strict=True)]
        extra = (median(measured) - median(against)) * 1e3
        return cls(extra, min(rounds), max(rounds), "ms")

    def __str__(self) -> str:
        if self.unit:
            return f"{self.value:+.0f} {self.unit} ({self.low:+.0f} to {self.high:+.0f})"
        return f"{self.value:.3f} ({self.low:.3f} to {self.high:.3f})"


@dataclass(frozen=True, slots=True)
class Goal:
    """The limit that a figure should keep, from above or from below."""

    limit: float
    at_most: bool = True
    unit: str = ""

    def __str__(self) -> str:
        bound = "at most" if self.at_most else "at least"
        return f"{bound} {self.limit:g} {self.unit}".rstrip()

    def met(self, figure: Figure) -> bool:
        """Whether the figure keeps the limit."""
        if self.at_most:
            return figure.value <= self.limit
        return figure.value >= self.limit

    def verdict(self, figure: Figure) -> str:
        """Return "yes", or "no" and by how much the limit is missed."""
        if self.met(figure):
            return "yes"
        missed = abs(figure.value - self.limit)
        by = f"{missed:.0f} {self.unit}" if self.unit else f"{missed / self.limit:.0%}"
        return f"**no**, by {by}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of the table.

    Attributes:
        name: Short and lasting; `reasons.py` explains an unmet goal by it.
        what: What was done.
        measured: Its own figure, with a unit.
        against: What it is compared with, and that one's figure.
        figure: The comparison, or None where it could not be made.
        goal: What the comparison should keep, or None for a line that only informs.
    """

    name: str
    what: str
    measured: str
    against: str
    figure: Figure | None = None
    goal: Goal | None = None

    @property
    def unmet(self) -> bool:
        """Whether there is a goal that was not reached."""
        return self.goal is not None and (self.figure is None or not self.goal.met(self.figure))

    def cells(self) -> tuple[str, ...]:
        """Return the table's cells: what, measured, against, ratio, goal, met."""
        verdict = "–"
        if self.goal:
            verdict = self.goal.verdict(self.figure) if self.figure else "**no**, not measured"
        return (
            self.what,
            self.measured,
            self.against,
            str(self.figure or "–"),
            str(self.goal or "–"),
            verdict,
        )


@dataclass(frozen=True, slots=True)
class Result:
    """What one benchmark found: rows for the table, and Markdown that says how it was done."""

    title: str
    rows: tuple[Row, ...]
    notes: str


def ms(samples: Sequence[float]) -> str:
    """Return the median of times in seconds, in milliseconds, with a digit that means something."""
    value = median(samples) * 1e3
    return f"{value:.2f} ms" if value < 10 else f"{value:,.0f} ms"

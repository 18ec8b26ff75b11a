"""The report as a page: one file, without scripts, that loads nothing.

Everything from a take is hostile: each value that the template shows loses its control characters
here, then Jinja2 escapes it. The page forbids itself whatever could be loaded or run, in case that
something gets through all the same.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from runner.render.colours import Colours
from runner.report import words
from runner.report.model import counts, headline, overall

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jinja2 import Template

    from runner.render.content import Line
    from runner.report.model import Performance, Printed, Refusal, Reported

_TEMPLATE = Path(__file__).with_name("page.html")
_STYLES = (
    Path(__file__).parents[1] / "render" / "templates" / "palette.css",
    Path(__file__).with_name("page.css"),
)
_STYLE = "\0style\0"  # no text of the page has a NUL
_MINUTE = 60
_NARROW = 36  # characters of a command that surely fit beside its time, on a phone


def render(performances: Sequence[Performance], refusals: Sequence[Refusal] = ()) -> str:
    """Return the page."""
    from markupsafe import Markup

    colours = Colours()

    def output(printed: Printed) -> Markup:
        made = "\n".join(colours.html(_plain(line)) for line in printed.runs)
        return Markup(made)  # noqa: S704 - it is escaped there

    page = _template().render(
        counts=counts,
        duration=duration,
        headline=headline(performances),
        lines=lines,
        moment=moment,
        marks=words.MARKS,
        narrow=_NARROW,
        output=output,
        result=overall(performances, refusals),
        performances=performances,
        place=words.place,
        reason=words.reason,
        refusals=refusals,
        sections=sections,
        style=Markup(_STYLE),  # noqa: S704 - ours
    )
    # The looks of all outputs are known last.
    style = "".join(path.read_text(encoding="utf-8") for path in _STYLES) + colours.rules
    return f"{page.replace(_STYLE, style).rstrip()}\n"


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True,
        finalize=_shown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.from_string(_TEMPLATE.read_text(encoding="utf-8"))


def sections(performance: Performance) -> list[tuple[str, list[Reported]]]:
    """Return the steps that are listed, those that follow each other under one heading together."""
    grouped = groupby(performance.listed, key=lambda step: step.begun.heading)
    return [(heading, list(steps)) for heading, steps in grouped]


def lines(text: str) -> list[str]:
    """Return a text's lines, without the blank ones at both ends."""
    return text.strip("\n").rstrip().split("\n")


def duration(seconds: float) -> str:
    """Return how long something took: 0.4 s, 3 min 20 s."""
    if seconds < _MINUTE:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), _MINUTE)
    return f"{minutes} min {rest} s"


def moment(started: str) -> str:
    """Return when something was: 2026-01-31 09:30 +01:00."""
    found = datetime.fromisoformat(started)
    return f"{found:%Y-%m-%d %H:%M} {found.isoformat()[-6:]}"


def _plain(line: Line) -> Line:
    """Return a line of output whose pieces stand as they do in any report."""
    return tuple(
        replace(run, text=words.within(run.text) if at else words.plain(run.text))
        for at, run in enumerate(line)
    )


def _shown(value: object) -> object:
    """Return what the template shows of a value."""
    return words.plain(value) if type(value) is str else value

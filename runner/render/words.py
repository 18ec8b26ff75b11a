"""What a page says of itself, in the same words in every format."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from runner.render.content import Text
from runner.show.events import told_status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.render.content import Browse, Output, Result, Sentence
    from runner.render.page import About, Need, Page

NEEDS = "You need"
NOTE = "Note"
CHANGED: Sentence = (
    Text("This command has changed since the performance: what it prints now is not known."),
)

_ADDRESS = re.compile(r"https?://[^\s<>`\"'\\{}|^]+", re.IGNORECASE)
ENDS = {
    "passed": "",
    "failed": "It failed.",
    "interrupted": "It was interrupted.",
    "broke off": "It has not come to its end.",
}


def sentence(*parts: str | Text) -> Sentence:
    """Return a sentence; pieces of plain text that follow each other become one."""
    found: list[Text] = []
    for part in parts:
        text = Text(part) if isinstance(part, str) else part
        if found and not (text.code or text.link or found[-1].code or found[-1].link):
            text = Text(found.pop().text + text.text)
        found += [text] if text.text else []
    return tuple(found)


def code(text: str) -> Text:
    """Return a piece that stands out as code does."""
    return Text(text, code=True)


def address(url: str) -> Text:
    """Return a piece that leads to a page; one that leads nowhere surely is code."""
    return Text(url, link=True) if _ADDRESS.fullmatch(url) else code(url)


def needs(page: Page) -> tuple[Sentence, ...]:
    """Return what is needed to follow a page, a phrase each."""
    found = [_need(need) for need in page.needs]
    found += [
        sentence("the environment variable ", code(name), " set to ", code(value))
        if value
        else sentence("the environment variable ", code(name), ", empty")
        for name, value in page.env
    ]
    if page.cwd:
        found.append(sentence("to be in the folder ", code(page.cwd), ", seen from the runbook's"))
    return tuple(found)


def _need(need: Need) -> Sentence:
    least = f", version {need.least} or newer" if need.least else ""
    where = (": ", address(need.url)) if need.url else ()
    return sentence(code(need.program), least, *where)


def about(page: Page) -> tuple[Sentence, ...]:
    """Return what a page says of the performance that its outputs are from; () without one."""
    return tuple(_about(page, page.about)) if page.about else ()


def _about(page: Page, about: About) -> Iterator[Sentence]:
    yield sentence(*_what(about), f" on {moment(about.started)}", *_with(about), ".")
    if about.outcome != "passed":
        yield sentence(ENDS[about.outcome], f" {_capital(about.why)}" if about.why else "")
    if about.newer and about.newer_outcome:
        ended = ENDS[about.newer_outcome].removeprefix("It ").removesuffix(".")
        when = moment(about.newer)
        yield sentence(f"This is the last one that passed: the newest, on {when}, {ended}.")
    if about.changed:
        yield _since(len(page.stale))
    if left := sum(command.state == "left out" for command in page.commands):
        what = "1 command was" if left == 1 else f"{left} commands were"
        yield sentence(f"{what} not performed.")


def _what(about: About) -> Iterator[str | Text]:
    yield about.mode.capitalize()
    if about.environment:
        yield from (" in a simulation (", code(about.environment), ")")


def _with(about: About) -> Iterator[str]:
    known = [f"{name} {number}" for name, number in about.versions if number]
    if known:
        *others, last = known
        yield f", with {', '.join(others)} and {last}" if others else f", with {last}"


def _since(stale: int) -> Sentence:
    if not stale:
        return sentence("The runbook has changed since then, but not its commands.")
    which = "1 command is" if stale == 1 else f"{stale} commands are"
    return sentence(f"The runbook has changed since then: {which} new or changed.")


def moment(started: str) -> str:
    """Return when something was: 2026-01-31 09:30 +01:00."""
    found = datetime.fromisoformat(started)
    return f"{found:%Y-%m-%d %H:%M} {found.isoformat()[-6:]}"


def browse(block: Browse) -> tuple[Sentence, ...]:
    """Return what to do with a page to look at."""
    there = (": there you find ", code(block.text)) if block.text else ()
    return (sentence("Open ", address(block.url), *there, "."),)


def failure(result: Result) -> Iterator[tuple[Sentence, tuple[str, ...]]]:
    """Yield what was wrong with a command, each with the lines of a difference; mostly nothing."""
    if result.outcome == "simulated":
        yield sentence(f"This was simulated: {result.reason}."), ()
    if result.outcome not in ("failed", "unfinished"):
        return
    said = {f"{verdict.rule}: {verdict.message}" for verdict in result.broken}
    if result.reason not in said:
        why = result.reason or told_status(result.status)
        attempts = f", in {result.attempts} attempts" if result.attempts > 1 else ""
        yield sentence(f"This failed: {why}{attempts}."), ()
    for verdict in result.broken:
        told = verdict.message or "it did not hold"
        yield sentence("This failed: ", code(verdict.rule), f": {told}."), verdict.difference


def folded(count: int, output: Output) -> str:
    """Return what stands on the fold behind which an output goes on.

    Args:
        count: Its lines behind the fold, with those that the page does not have; two or more.
        output: The output.
    """
    without = f", {output.left_out:,} of them left out" if output.left_out else ""
    return f"{count:,} more lines{without}"


def left_out(output: Output) -> str:
    """Return the line that stands for those that a page does not have."""
    lines = "1 line" if output.left_out == 1 else f"{output.left_out:,} lines"
    return f"… {lines} left out …"


def _capital(text: str) -> str:
    """Return a sentence that begins and ends as one."""
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '…')) else '.'}"

"""Which of a runbook's steps are on its page, and what a take knows of each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from runner.book.identity import identities
from runner.book.model import Kind
from runner.render.values import COLOUR
from runner.show.fill import names as variables
from runner.take.header import source

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from runner.book.model import Runbook, Step
    from runner.redact import Redactor
    from runner.render.content import State
    from runner.render.recorded import Performed, Recorded

_NOWHERE = frozenset({Kind.WAIT, Kind.CLEAR, Kind.REDACT, Kind.REQUIRE})

_NOT_FOR = {"rehearsed": "live", "presented": "rehearsal"}


class OtherTakeError(Exception):
    """A take is one of another runbook; the text is for a person."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A step that is on the page.

    Attributes:
        step: The step.
        id: What it is known by.
        text: Its text as it stands in the runbook, without what is redacted.
        state: What the take knows of it.
        performed: What came of it; None unless `state` is "performed".
    """

    step: Step
    id: str
    text: str
    state: State
    performed: Performed | None

    @property
    def shown(self) -> str:
        """Its text as an audience saw it, where that is known, but for the colours."""
        return COLOUR.sub("", self.performed.text) if self.performed else self.text


def pieces(runbook: Runbook, take: Recorded | None, *, notes: bool) -> list[Piece]:
    """Return a runbook's steps as they are on its page, in their order.

    Left out are waits and the like; what changes scenes; and what start-up files do, which are the
    speaker's own.

    Args:
        runbook: The runbook.
        take: What came of a performance of it, or None.
        notes: The speaker's notes are on it, too.

    Raises:
        OtherTakeError: The take is one of another runbook.
    """
    names = identities(runbook.steps)
    own = [
        (step, name) for step, name in zip(runbook.steps, names, strict=True) if _own(step, runbook)
    ]
    known = _Known(runbook, take, own)
    seen = Seen(runbook.front.redact)
    found = []
    for step, name in own:
        if step.kind is Kind.REDACT and not variables(step.text):
            seen.add(step.text.strip()[1:-1])
        text = seen.text(step.text)
        if _left_out(step, runbook, notes=notes):
            continue
        state = known.state(step, name)
        performed = take.steps[name] if take and state == "performed" else None
        found.append(Piece(step, name, text, state, performed))
    return found


def changed(runbook: Runbook, take: Recorded) -> bool:
    """Whether the runbook, or what it imports, is another one than that which was performed."""
    if source(runbook.path).sha256 != take.header.runbook.sha256:
        return True
    origins = {place.file for step in runbook.steps for place in (*step.within, step.place)}
    imports = {source.sha256 for source in take.header.imports}
    return any(source(file).sha256 not in imports for file in runbook.files[1:] if file in origins)


def _order(step: Step) -> tuple[bool, int]:
    """Return when a step happens: the clean-up comes last, wherever it stands."""
    return step.cleanup, step.number


def _own(step: Step, runbook: Runbook) -> bool:
    first = step.within[0] if step.within else step.place
    return first.file == runbook.path


def _left_out(step: Step, runbook: Runbook, *, notes: bool) -> bool:
    if step.kind in _NOWHERE or step.hooks:
        return True
    if step.kind is Kind.NOTE:
        return not notes
    return step.kind is Kind.COMMAND and not step.block and _is_hook(step, runbook)


def _is_hook(step: Step, runbook: Runbook) -> bool:
    return step.text.split(maxsplit=1)[0] in runbook.hooks


class Seen:
    """What may be seen of a runbook's texts.

    Where a pattern has a variable in it, nobody knows here what it matches.
    """

    def __init__(self, patterns: Iterable[str]) -> None:
        """Begin with the front matter's patterns."""
        self._redactor: Redactor | None = None
        for pattern in patterns:
            self.add(pattern)

    def text(self, text: str) -> str:
        """Return a text without what the patterns up to here match."""
        return self._redactor.text(text) if self._redactor else text

    def add(self, pattern: str) -> None:
        """Take out a regular expression's matches from now on."""
        from runner.redact import Redactor

        self._redactor = self._redactor or Redactor()
        self._redactor.add(pattern)


class _Known:
    """What a take knows of a runbook's steps."""

    def __init__(
        self, runbook: Runbook, take: Recorded | None, own: Sequence[tuple[Step, str]]
    ) -> None:
        self._take = take
        if take is None:
            return
        commands = [(s, name) for s, name in own if s.kind is Kind.COMMAND]
        matched = [s for s, name in commands if name in take.steps]
        header = take.header
        other = PurePath(header.runbook.path).name != runbook.path.name and (
            not header.title or header.title != runbook.front.title
        )
        if other and 2 * len(matched) < max(len(commands), 1):
            raise OtherTakeError(
                f"{take.path} is a take of {header.runbook.path}, and not of {runbook.path}"
            )
        self._changed = changed(runbook, take)
        self._last = max(map(_order, matched), default=(False, 0))

    def state(self, step: Step, name: str) -> State:
        if self._take is None:
            return "unknown"
        if name in self._take.steps:
            return "performed"
        if step.modifier(_NOT_FOR[self._take.header.mode]):
            return "unknown"
        reached = self._take.outcome == "passed" or _order(step) < self._last
        return "changed" if self._changed and reached else "left out"

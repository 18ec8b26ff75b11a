"""The judge of a command: what its rules, exit statuses and `output` block make of what it did."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.checks.expected import Comparison, shortened
from runner.checks.rules import Rule, parse
from runner.show.demands import statuses
from runner.take.model import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from runner.book.model import Place, Step
    from runner.checks.screen import Screen

KEPT_LINES = 10_000
"""Lines of an output that can be approved."""

_KEPT_CHARACTERS = 4_000_000
_TAIL = 5  # lines of the output's end that are shown where no line met a rule


@dataclass(frozen=True, slots=True)
class Expected:
    """Something that a runbook expects.

    Attributes:
        written: As it stands in the runbook: a rule, exit statuses, an `output` block's content.
        place: Where it stands; a block's first line of content.
        filled: With `${NAME}` filled in; that is what is looked for, and it is never shown, as a
            value may be a secret.
    """

    written: str
    place: Place
    filled: str


class Judge:
    """Takes what a command printed and, in the end, its status; tells what its checks found.

    Where nothing is expected of the output, it is not looked at. What is fed should have been
    redacted, as lines of it stand in verdicts.
    """

    def __init__(
        self,
        *,
        rules: Sequence[Expected] = (),
        statuses: Expected | None = None,
        output: Expected | None = None,
        rows: int = 24,
        columns: int = 80,
        keep: bool = False,
    ) -> None:
        """Judge one run of a command, or of a block's commands.

        Args:
            rules: What stands after each `@expect`.
            statuses: What stands after `@exit`.
            output: The `output` block.
            rows: The terminal's height.
            columns: Its width.
            keep: Keep the output, so that it can be approved.
        """
        self._rules = [(rule, parse(rule.filled)) for rule in rules]
        self._statuses = statuses
        self._output = output
        self._comparison = Comparison(output.filled) if output else None
        self._count = 0
        self._parts: list[tuple[int, Place]] | None = []
        self._differs = 0
        self._tail: deque[str] = deque(maxlen=_TAIL)
        self._kept: list[str] | None = [] if keep and output else None
        self._characters = 0
        self._screen = self._made_screen(rows, columns) if rules or output else None

    def _made_screen(self, rows: int, columns: int) -> Screen:
        from runner.checks.screen import Screen

        return Screen(self._take, rows=rows, columns=columns)

    def feed(self, data: bytes) -> None:
        """Take the next bytes of the output."""
        if self._screen:
            self._screen.feed(data)

    def begin(self, place: Place) -> None:
        """Say that the command at `place` prints what comes next, where several do."""
        if not self._screen or self._parts is None:
            return
        stayed, above = self._screen.stayed(), self._screen.cut()
        if stayed and above is not None:
            self._parts.append((self._count + above, place))
        else:
            self._parts = None

    @property
    def printed_by(self) -> Place | None:
        """Whose command printed the line that is not as the block expects, after `verdicts`.

        None where there is no such line, or nobody knows: commands share a line, or one drew over
        another's.
        """
        own = [place for before, place in self._parts or () if before < self._differs]
        return own[-1] if own else None

    def accepts(self, status: int) -> bool:
        """Say whether an exit status is a success: one that `@exit` names, else 0."""
        return status in (statuses(self._statuses.filled) if self._statuses else {0})

    def verdicts(self, status: int) -> tuple[Verdict, ...]:
        """Return what was found, once the command has ended with `status`.

        The rules' in their order, then that of `@exit`, then the block's. A status without an
        `@exit` is not among them: see `accepts`.
        """
        if self._screen:
            if not self._screen.stayed():
                self._parts = None
            self._screen.finish()
            self._screen = None
        found = [self._by_rule(rule, parsed) for rule, parsed in self._rules]
        if self._statuses:
            found.append(self._by_status(self._statuses, status))
        if self._output and self._comparison:
            found.append(self._by_block(self._output, self._comparison))
        return tuple(found)

    def approved(self) -> str | None:
        """Return what the `output` block says once what came is right, after `verdicts`.

        Returns:
            None without a block or `keep`, or where the output is too long for a runbook: more
            than `KEPT_LINES` lines or four million characters.
        """
        if self._output is None or self._kept is None:
            return None
        from runner.checks.approve import approved

        return approved(self._output.filled, self._kept)

    def _take(self, lines: list[str]) -> None:
        self._count += len(lines)
        self._tail.extend(lines[-_TAIL:])
        for _, parsed in self._rules:
            if isinstance(parsed, Rule):
                parsed.feed(lines)
        if self._comparison:
            self._comparison.feed(lines)
        if self._kept is not None:
            self._characters += sum(map(len, lines))
            self._kept += lines
            if len(self._kept) > KEPT_LINES or self._characters > _KEPT_CHARACTERS:
                self._kept = None

    def _by_rule(self, rule: Expected, parsed: Rule | str) -> Verdict:
        name = f"@expect {rule.written}"
        if isinstance(parsed, str):
            # The sentence may quote a value, so it is told only where none was filled in.
            why = parsed if rule.filled == rule.written else "with its values filled in is no rule"
            return _verdict(rule, name, f"@expect {why}")
        if parsed.held:
            return _verdict(rule, name)
        if parsed.found:
            difference = [f"+ {parsed.found[1]}"]
        else:
            difference = [f"- {rule.written}", *(f"+ {line}" for line in self._tail)]
        return _verdict(rule, name, parsed.problem, tuple(map(shortened, difference)))

    def _by_status(self, statuses: Expected, status: int) -> Verdict:
        name = f"@exit {statuses.written}"
        if self.accepts(status):
            return _verdict(statuses, name)
        wanted = " or ".join(statuses.written.split())
        return _verdict(statuses, name, f"expected exit status {wanted}, but it was {status}")

    def _by_block(self, block: Expected, comparison: Comparison) -> Verdict:
        result = comparison.result()
        self._differs = result.line
        line = block.place.line + result.row
        return Verdict(
            "output", result.held, result.message, str(block.place.file), line, result.difference
        )


def judge_of(
    step: Step,
    *,
    fill: Callable[[str], str] = str,
    rows: int = 24,
    columns: int = 80,
) -> Judge:
    """Return the judge of a command.

    Args:
        step: The command's step; its `@expect` and `@exit` count.
        fill: Fills `${NAME}` in; the shell's values are those before the command runs.
        rows: The terminal's height.
        columns: Its width.
    """
    rules = [
        Expected(m.argument, m.place, fill(m.argument))
        for m in step.modifiers
        if m.name == "expect"
    ]
    exits = step.modifier("exit")
    return Judge(
        rules=rules,
        statuses=Expected(exits.argument, exits.place, fill(exits.argument)) if exits else None,
        rows=rows,
        columns=columns,
    )


def _verdict(
    expected: Expected, rule: str, message: str = "", difference: tuple[str, ...] = ()
) -> Verdict:
    place = expected.place
    return Verdict(rule, not message, message, str(place.file), place.line, difference)

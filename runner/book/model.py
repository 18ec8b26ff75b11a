"""What a runbook is once it is read: steps, each with its place.

Plain data: nothing here knows how a runbook is parsed, run or shown.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A position in a file: 1-based line, 1-based column in characters; 0 and 0 for all of it."""

    file: Path
    line: int
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else str(self.file)


class Severity(StrEnum):
    """How bad a problem is: an error keeps the runbook from starting, a warning changes nothing."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """Something wrong in a runbook.

    Attributes:
        place: Where it stands.
        severity: Whether the runbook may start.
        message: One sentence: what is wrong, what was expected, what to do.
        line: The offending line's own text, without its newline.
        within: Where the imports and macros that brought it in stand, outermost first.
    """

    place: Place
    severity: Severity
    message: str
    line: str = ""
    within: tuple[Place, ...] = ()

    def __str__(self) -> str:
        return f"{self.place}: {self.severity}: {self.message}"


class Kind(StrEnum):
    """What a step does. Everything but a command is done by the engine itself."""

    PROSE = "prose"
    CODE = "code"
    TYPED = "typed"
    COMMAND = "command"
    MACRO = "macro"
    WAIT = "wait"
    CLEAR = "clear"
    PRINT = "print"
    NOTE = "note"
    REQUIRE = "require"
    BROWSE = "browse"
    REDACT = "redact"
    OUTPUT = "output"


@dataclass(frozen=True, slots=True)
class Directive:
    """A directive as it stands in the runbook: its name without `@`, its argument as written."""

    name: str
    argument: str
    place: Place

    def __str__(self) -> str:
        return f"@{self.name} {self.argument}".rstrip()


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens in a performance.

    Attributes:
        number: 1-based position in the runbook.
        kind: What it does.
        text: A command's exact source text (its trailing newline and the blank lines after it
            included); Markdown source for prose; the content of a block that is only shown or
            expected; the argument for a directive's step; the macro's name for MACRO.
        place: Where `text` begins.
        heading: The text of the heading that it stands under, "" before the first.
        level: That heading's level, from 1 to 6; 0 before the first.
        shown: False while the runbook is hidden.
        modifiers: The directives that change this command, in their order.
        hooks: It happens only where each of these hooks does something.
        cleanup: It stands between `@cleanup` and `@end`.
        block: Number of the shell block that it came from, 1-based; 0 for what stands in none,
            and for directives, also one that is run as a command. An OUTPUT step has the number
            of the block whose output it expects.
        language: The info string's first word of a CODE step, "markdown" or "shell" for PROSE
            by where it stood, else "".
        within: Where the imports and macros that brought it in stand, outermost first.
        macro: The innermost macro whose body it stands in, "" outside.
        looked_up: Nothing is known of its first word; the live shell knows when it is reached.
    """

    number: int
    kind: Kind
    text: str
    place: Place
    heading: str = ""
    level: int = 0
    shown: bool = False
    modifiers: tuple[Directive, ...] = ()
    hooks: tuple[str, ...] = ()
    cleanup: bool = False
    block: int = 0
    language: str = ""
    within: tuple[Place, ...] = ()
    macro: str = ""
    looked_up: bool = False

    @property
    def displayed(self) -> bool:
        """Whether an audience sees it: it is not hidden, nor is the one command."""
        if not self.shown or not self.modifiers:
            return self.shown
        return not (self.modifier("immed") or self.modifier("noshow"))

    def modifier(self, name: str) -> Directive | None:
        """Return the last modifier of that name (without `@`), or None."""
        return next((m for m in reversed(self.modifiers) if m.name == name), None)


class Written(NamedTuple):
    """A text, and where it stands."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The YAML at a runbook's top; every field is optional.

    Attributes:
        title: The runbook's name for people.
        description: A sentence about it.
        cwd: The directory its commands start in, relative to the runbook, or None.
        requires: What `@require` would say, one a program, and where it is said.
        env: Environment variables for the shell.
        export: Whether the shell starts with `set -a`.
        timeout: A step's time-out in seconds, or None for the mode's own.
        redact: Regular expressions of what must never be seen.
        others: The lines of all other keys, which are other programs', as they stand there.
    """

    title: str = ""
    description: str = ""
    cwd: str | None = None
    requires: tuple[Written, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict)
    export: bool = True
    timeout: float | None = None
    redact: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Runbook:
    """A runbook that has been read.

    Attributes:
        path: The file.
        front: Its front matter.
        steps: Everything that happens, in order; steps inside `@SKIP` are not among them.
        hooks: The variable (`DEMO_HOOK_…`, in full) that each hook runs.
        problems: All that is wrong, sorted by place.
        files: Every file that was read for it, itself first.
    """

    path: Path
    front: FrontMatter
    steps: tuple[Step, ...]
    hooks: Mapping[str, str]
    problems: tuple[Problem, ...]
    files: tuple[Path, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that keep it from starting."""
        return tuple(p for p in self.problems if p.severity is Severity.ERROR)

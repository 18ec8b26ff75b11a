"""What a take holds: the header, an entry for each thing that happened, and the totals.

The names of the fields are those of the file format, docs/take-format.md; each entry is a line.
NamedTuples, since a step makes two of them while its performance waits: a frozen dataclass takes
some three times as long to make, and half a millisecond more of every start.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from runner.show.events import Outcome  # noqa: TC001 - the format's check asks for it

FORMAT = 1
"""The version of the format that is written."""

Mode = Literal["presented", "rehearsed"]


class Source(NamedTuple):
    """A file that the runbook was read from.

    Attributes:
        path: As it was found; relative to where cuebook was called, if it stands below.
        sha256: Of its bytes, in hexadecimal.
    """

    path: str
    sha256: str


class Header(NamedTuple):
    """The first line: what was performed, how and with what.

    Attributes:
        format: The version of the format.
        runbook: The runbook.
        imports: The files that it imports, start-up files included.
        title: The runbook's name for people, "" where it has none.
        mode: How it was performed.
        environment: The label of the environment that stands in for a real one, "" for the real.
        rows: Height of the terminal.
        columns: Its width.
        versions: Those of `cuebook`, `bash` and each program that `@require` names.
        started: When, RFC 3339 with the offset.
        whole: Whether the whole runbook was to be performed, and not a part of it.
    """

    format: int
    runbook: Source
    imports: tuple[Source, ...]
    title: str
    mode: Mode
    environment: str
    rows: int
    columns: int
    versions: dict[str, str]
    started: str
    whole: bool = True


class Begun(NamedTuple):
    """A step began.

    Attributes:
        at: Seconds since the start.
        id: What the step is known by in other takes; see runner/book/identity.py.
        number: Its number in the runbook.
        kind: What it does: "command", "prose", …
        heading: What it stands under, filled in.
        text: Its text, filled in.
        file: The file that it stands in.
        line: The line, 1-based.
        column: The column, 1-based.
        shown: Whether an audience sees the text; it is not hidden.
    """

    at: float
    id: str
    number: int
    kind: str
    heading: str
    text: str
    file: str
    line: int
    column: int
    shown: bool = True


class Printed(NamedTuple):
    """Output came.

    Attributes:
        at: Seconds since the start.
        data: The bytes, as UTF-8; a byte that is none is a surrogate (PEP 383).
    """

    at: float
    data: str


class Waited(NamedTuple):
    """A command has failed so far and is tried again.

    Attributes:
        at: Seconds since the start.
        attempts: How often it was tried.
        left: Seconds until it has failed for good.
    """

    at: float
    attempts: int
    left: float


class Verdict(NamedTuple):
    """What a check found.

    Attributes:
        rule: The check as it stands in the runbook: `@expect *Ready*`, `output`, `@exit 0`, …
        held: Whether it held.
        message: What was expected and what came; "" where it held.
        file: Where the rule stands.
        line: The line, 1-based.
        difference: The lines around what differs, each beginning with `  `, `- ` (expected, not
            there) or `+ ` (there, not expected).
    """

    rule: str
    held: bool
    message: str
    file: str
    line: int
    difference: tuple[str, ...] = ()


class Done(NamedTuple):
    """A step ended.

    Attributes:
        at: Seconds since the start.
        id: The step's.
        result: What it came to.
        status: A command's exit status, 0 for any other step.
        seconds: How long it took.
        attempts: How often it was tried.
        reason: A sentence where it ended in another way than by its status, or why it was skipped.
        verdicts: What its checks found.
    """

    at: float
    id: str
    result: Outcome
    status: int
    seconds: float
    attempts: int = 1
    reason: str = ""
    verdicts: tuple[Verdict, ...] = ()


class Resized(NamedTuple):
    """The terminal has another size."""

    at: float
    rows: int
    columns: int


class Noted(NamedTuple):
    """Something that whoever performs the runbook was told."""

    at: float
    text: str


class Totals(NamedTuple):
    """The last line. A take without it broke off.

    Attributes:
        at: Seconds since the start.
        passed: Commands that held.
        failed: Commands that did not.
        skipped: Commands that were left out.
        simulated: Commands, and pages to look at, in whose place something stood in.
        status: The exit status of the performance.
        reason: What ended it, a sentence; "" where it came to its end.
    """

    at: float
    passed: int
    failed: int
    skipped: int
    simulated: int
    status: int
    reason: str = ""


Entry = Begun | Printed | Waited | Done | Resized | Noted | Totals
"""What follows the header, in the order that it happened."""


class Take(NamedTuple):
    """A take that was read as a whole, its output included.

    Attributes:
        header: Its first line.
        entries: What follows, the totals included.
        broke_off: What is wrong at its end, a sentence; "" where it is whole.
    """

    header: Header
    entries: tuple[Entry, ...] = ()
    broke_off: str = ""


def plain(value: NamedTuple) -> dict[str, object]:
    """Return a header or an entry as a JSON object has it."""
    return {name: _plain(item) for name, item in value._asdict().items()}


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        fields = getattr(value, "_asdict", None)
        if fields is None:
            return [_plain(item) for item in value]
        return {name: _plain(item) for name, item in fields().items()}
    return value

"""What a rehearsal prints while it runs: each command, its output as it comes, what failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.book.model import Kind
from runner.rehearsal.wrap import width, wrapped
from runner.show.events import Closed, Ended, Notice, Outcome, Output, Started, Waiting
from runner.show.output import put

if TYPE_CHECKING:
    from runner.rehearsal.log import Log
    from runner.rehearsal.progress import Progress
    from runner.show.events import Event

_BOLD, _DIM, _RED, _YELLOW, _PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[33m", "\x1b[0m"


class Printer:
    """A needed sink that writes to a file descriptor, unbuffered: output is shown as it comes.

    Where that is no terminal, it comes in whole lines.
    """

    def __init__(
        self,
        fd: int,
        *,
        colour: bool,
        total: int,
        progress: Progress | None = None,
        log: Log | None = None,
    ) -> None:
        """Write to `fd`.

        Args:
            fd: The file descriptor.
            colour: Use colour.
            total: The number of the runbook's last step.
            progress: The line that tells how far it is; None for none.
            log: Makes lines of output; None for a terminal, which is sent all of it.
        """
        self._fd = fd
        self._progress = progress
        self._log = log
        self._colour = colour
        self._width = len(str(total))
        self._heading = ""
        self._column_0 = True
        self._return = b""

    def __call__(self, event: Event) -> None:
        """Take an event.

        Raises:
            PerformanceError: The output cannot be written.
        """
        if self._progress:
            self._advance(self._progress, event)
        match event:
            case Output(data):
                self._output(data)
            case Started(step, text, heading) if step.kind is Kind.COMMAND:
                self._section(heading)
                self._command(step.number, text)
            case Started(step, text, heading) if step.kind is Kind.BROWSE:
                self._section(heading)
                self._line(f"{step.number:>{self._width}} @browse {text}", _DIM)
            case Started(step, text) if step.kind is Kind.PRINT:
                self._line(text)
            case Ended(_, Outcome.FAILED):
                self._tell(f"✗ {event.told}", _RED)
            case Ended(_, Outcome.SIMULATED):
                self._tell(f"≈ simulated: {event.told}", _YELLOW)
            case Notice(text) | Closed(_, text) if text:
                self._tell(f"! {text}", _YELLOW)

    def idle(self) -> None:
        """Tell how far it is, where nothing else comes. To be called every now and then."""
        if self._progress and self._column_0 and not self._return:
            self._progress.draw()

    def close(self) -> None:
        """Hold nothing back any more, and leave nothing of ours below the output."""
        self._write(self._held())
        if self._progress and (erase := self._progress.erase()):
            put(erase, self._fd)

    def _advance(self, progress: Progress, event: Event) -> None:
        match event:
            case Started(step, _, heading):
                progress.step(step.number, heading)
            case Waiting(_, attempts, left):
                progress.waiting(attempts, left)

    def _output(self, data: bytes) -> None:
        """Write what a terminal shows, its line ends as a file has them."""
        if self._log:
            self._write(self._log.take(data))
            return
        data = self._return + data
        # A pty makes CR LF of each LF; the two may come apart.
        self._return = b"\r" if data.endswith(b"\r") else b""
        lines = data[: len(data) - len(self._return)].split(b"\r\n")  # faster than to replace
        self._write(b"\n".join(lines))

    def _held(self) -> bytes:
        """Return what has come and is not written yet. It is to be written now."""
        if self._log:
            return self._log.end()
        held, self._return = self._return, b""
        return held

    def _section(self, heading: str) -> None:
        if heading and heading != self._heading:
            self._line("")
            self._line(heading, _BOLD)
        self._heading = heading

    def _command(self, number: int, text: str) -> None:
        first, *rest = text.rstrip().split("\n")
        indent = " " * (self._width + 3)
        self._line(f"{number:>{self._width}} $ {first}", _DIM)
        for line in rest:
            self._line(f"{indent}{line}", _DIM)

    def _tell(self, text: str, style: str) -> None:
        """Say something of our own."""
        columns = width(self._fd)
        for line in text.split("\n"):
            for part in wrapped(line, columns):
                self._line(part, style)

    def _line(self, text: str, style: str = "") -> None:
        if style and self._colour:
            text = f"{style}{text}{_PLAIN}"
        held = self._held()
        column_0 = held.endswith(b"\n") if held else self._column_0
        newline = "" if column_0 else "\n"
        self._write(held + f"{newline}{text}\n".encode("utf-8", "replace"))

    def _write(self, data: bytes) -> None:
        if not data:
            return
        self._column_0 = data.endswith(b"\n")
        erase = self._progress.erase() if self._progress else b""
        put(erase + data if erase else data, self._fd)

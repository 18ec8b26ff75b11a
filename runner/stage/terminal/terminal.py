"""The speaker's terminal: modes, size, reading, writing. Whatever ends us, it is put back."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import time
from typing import TYPE_CHECKING, Self

from runner.stage.terminal import output, settings
from runner.stage.terminal.modes import Modes
from runner.stage.terminal.resize import Resizes
from runner.stage.terminal.settings import TerminalGone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from _typeshed import HasFileno

__all__ = ["Terminal", "TerminalGone"]

_READ = 4096  # bytes; a terminal's whole input queue
_PARTING = 0.5  # seconds that a terminal has to take what puts the screen back
_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_PASTE = 2004  # the mode in which pasted text comes in brackets
_BRACKETS = {True: b"\x1b[?2004h", False: b"\x1b[?2004l"}


class Terminal:
    """A terminal that is written to and read from. A context manager.

    On exit its settings are what they were on entry, and what was left on (alternate screen,
    mouse, hidden cursor, ...) is off; where an exception ends it, keys that nobody has read are
    thrown away, so that they do not reach the shell that is there next. Where another job has the
    terminal by then, it is left alone.

    Entering changes no setting. Hold `listening()` for the whole of a show, with `passing()`
    inside it while a command runs: in between, the terminal would echo keys into the show.

    Limits: it belongs to the main thread. After SIGSTOP the shell has to bring the settings back
    together with the job, as bash and zsh do.
    """

    def __init__(self, input_fd: int = 0, output_fd: int = 1, *, plain: bool = False) -> None:
        """Use these file descriptors; nothing is read or changed before it is entered.

        Args:
            input_fd: Where keys come from.
            output_fd: What is written to.
            plain: It knows no escape sequences (`TERM=dumb`): write none of our own.
        """
        self.plain = plain
        self._input = input_fd
        self._output = output_fd
        self._modes = Modes()
        self._resizes = Resizes()
        self._source: tuple[HasFileno, Callable[[], bool]] | None = None
        self._erase: Callable[[], str] | None = None

    def __enter__(self) -> Self:
        """Save its settings and follow its size.

        Raises:
            TerminalGone: The input is no terminal.
        """
        self._saved = self._current = settings.get(self._input)
        self._mask = signal.pthread_sigmask(signal.SIG_BLOCK, ())
        self._resizes.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)  # may raise for one that has come
        finally:
            try:
                self._restore(discard=kind is not None)
            finally:
                signal.pthread_sigmask(signal.SIG_SETMASK, self._mask)

    # Modes

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        r"""Keys come to us, unechoed, one by one, CTRL-C as a byte; `\n` is written as a new line.

        Pasted text comes in brackets, so that `Keyboard` can tell it from keys.
        """
        bracket = not self.plain and not self._modes.is_on(_PASTE)
        with self._mode(settings.listening(self._saved)), self._paste(on=True, change=bracket):
            yield

    @contextlib.contextmanager
    def passing(self) -> Iterator[None]:
        """Bytes pass unchanged both ways, for a command that runs; what it leaves on is undone."""
        bracketed = self._modes.is_on(_PASTE)
        with self._mode(settings.passing(self._saved)), self._paste(on=False, change=bracketed):
            try:
                yield
            finally:
                self.tidy()

    @contextlib.contextmanager
    def full_screen(self) -> Iterator[None]:
        """Draw on the alternate screen; afterwards the screen and the cursor are as before."""
        self.write("\x1b[?1049h\x1b[?7l")
        try:
            yield
        finally:
            self._put_back(b"\x1b[0m\x1b[?25h\x1b[?7h\x1b[?1049l")

    # Size

    def size(self) -> tuple[int, int]:
        """Return rows and columns; 24 and 80 where the terminal does not say."""
        try:
            columns, rows = os.get_terminal_size(self._output)
        except OSError:
            columns = rows = 0
        return rows or 24, columns or 80

    def on_resize(
        self, callback: Callable[[], object], *, at_once: bool = False
    ) -> contextlib.AbstractContextManager[None]:
        """Have `callback` called when the size changes, for as long as the context lasts.

        Args:
            callback: Called by `wait`, so never in the middle of what is being written. Only the
                innermost is called; the one outside it once it is the innermost again.
            at_once: Call it in the signal handler, whatever is going on, and all of them: for no
                more than to pass the size on while a command runs.
        """
        return self._resizes.calling(callback, at_once=at_once)

    # Reading and writing

    @contextlib.contextmanager
    def watching(self, source: HasFileno, callback: Callable[[], bool]) -> Iterator[None]:
        """Look at another source of input as well, for as long as the context lasts.

        Args:
            source: What is looked at.
            callback: Called by `wait` when there is something to read; reads it, and says whether
                there may be more, ever.
        """
        self._source = source, callback
        try:
            yield
        finally:
            self._source = None

    def wait(self, timeout: float | None) -> bool:
        """Wait until there is something to read. Returns whether there is."""
        deadline = None if timeout is None else time.monotonic() + timeout
        resized = self._resizes.fd
        while True:
            left = None if deadline is None else max(0.0, deadline - time.monotonic())
            source, callback = self._source or (None, None)
            wanted = [fd for fd in (self._input, resized, source) if fd is not None]
            ready, _, _ = select.select(wanted, [], [], left)
            if resized in ready:
                self._resizes.redraw()
            if self._input in ready or not ready:
                return bool(ready)
            if callback and source in ready and not callback():
                self._source = None

    def read(self) -> bytes:
        """Return what was typed; nothing only where there is nothing to read.

        Raises:
            TerminalGone: It hung up.
        """
        try:
            data = os.read(self._input, _READ)
        except BlockingIOError:
            return b""
        except OSError as error:
            raise TerminalGone(f"the terminal is gone: {error.strerror}") from error
        if not data:
            raise TerminalGone("the terminal is gone: it hung up")
        return data

    def write(self, text: str | bytes) -> None:
        """Write all of it, however long the terminal takes.

        Raises:
            TerminalGone: It hung up.
        """
        data = output.encode(self._take_erasure()) + output.encode(text)
        self._modes.see(data)
        try:
            output.write(self._output, data)
        except OSError as error:
            raise TerminalGone(f"the terminal is gone: {error.strerror}") from error

    def write_erasably(self, text: str, erasure: Callable[[], str]) -> None:
        """Write something that must not stay, and have it erased before anything else is written.

        Args:
            text: What is written.
            erasure: Returns what erases it; called when the time has come.
        """
        self.write(text)
        self._erase = erasure

    def tidy(self) -> None:
        """Turn off what programs left on: the alternate screen, the mouse, colours, ..."""
        if self._put_back(self._modes.undo()):
            self._modes = Modes()

    # Within

    @contextlib.contextmanager
    def _mode(self, wanted: settings.Settings) -> Iterator[None]:
        before, self._current = self._current, wanted
        try:
            settings.put(self._input, wanted)
            yield
        finally:
            self._current = before
            with contextlib.suppress(TerminalGone):  # the next read or write tells
                settings.put(self._input, before)

    @contextlib.contextmanager
    def _paste(self, *, on: bool, change: bool) -> Iterator[None]:
        if change:
            self.write(_BRACKETS[on])
        try:
            yield
        finally:
            if change:
                self._put_back(_BRACKETS[not on])

    def _take_erasure(self) -> str:
        erasure, self._erase = self._erase, None
        return erasure() if erasure else ""

    def _restore(self, *, discard: bool) -> None:
        self._resizes.stop()
        if not settings.in_foreground(self._input):
            return
        with contextlib.suppress(TerminalGone):
            settings.put(self._input, self._saved)
            if discard:
                settings.discard(self._input)
        self.tidy()

    def _put_back(self, data: bytes) -> bool:
        """Write at some end, which a terminal that takes nothing, or is gone, does not hold up."""
        data = output.encode(self._take_erasure()) + data
        self._modes.see(data)
        return output.write_in_time(self._output, data, _PARTING)

"""Changes of the window's size: from a signal to whoever draws."""

from __future__ import annotations

import contextlib
import os
import signal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Resizes:
    """Follows SIGWINCH, and wakes whoever waits in a `select` by a pipe.

    Limits: it belongs to the main thread, and there is one at a time.
    """

    def __init__(self) -> None:
        self._pipe: tuple[int, int] | None = None
        self._count = 0
        self._calling = False
        self._at_once: list[Callable[[], object]] = []
        self._redraws: list[Callable[[], object]] = []

    @property
    def fd(self) -> int | None:
        """Readable when `redraw` is due; None while the signal is not followed."""
        return self._pipe[0] if self._pipe else None

    def start(self) -> None:
        """Follow the signal."""
        self._pipe = os.pipe()
        for fd in self._pipe:
            os.set_blocking(fd, False)
        self._before = signal.signal(signal.SIGWINCH, self._resized)
        # A signal that comes just before a `select` does not wake it; its byte in the pipe does.
        self._wakeup = signal.set_wakeup_fd(self._pipe[1], warn_on_full_buffer=False)

    def stop(self) -> None:
        """Follow it no more; what handled it before does so again. Idempotent."""
        if self._pipe is None:
            return
        signal.set_wakeup_fd(self._wakeup)
        signal.signal(signal.SIGWINCH, self._before or signal.SIG_DFL)
        pipe, self._pipe = self._pipe, None
        for fd in pipe:
            os.close(fd)

    @contextlib.contextmanager
    def calling(self, callback: Callable[[], object], *, at_once: bool) -> Iterator[None]:
        """Call back when the size changes; see `Terminal.on_resize`."""
        callbacks = self._at_once if at_once else self._redraws
        callbacks.append(callback)
        before = self._count
        try:
            yield
        finally:
            callbacks.remove(callback)
            if self._count != before:
                self._wake()

    def redraw(self) -> None:
        """Call the innermost callback that draws."""
        if self._pipe:
            with contextlib.suppress(BlockingIOError):
                os.read(self._pipe[0], 4096)
        if self._redraws:
            self._redraws[-1]()

    def _resized(self, *_: object) -> None:
        self._count += 1
        if self._calling:
            return  # whoever calls now does so once more, with the newer size
        self._calling = True
        try:
            called = 0
            while called != self._count:
                called = self._count
                for callback in self._at_once:
                    callback()
        finally:
            self._calling = False

    def _wake(self) -> None:
        if self._pipe:
            with contextlib.suppress(BlockingIOError):  # it is full: that wakes, too
                os.write(self._pipe[1], b"\0")

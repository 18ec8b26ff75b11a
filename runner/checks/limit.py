"""A limit to the processor time that a piece of work may take, a regular expression's above all."""

from __future__ import annotations

import contextlib
import signal
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_AGAIN = 0.05  # seconds until it is tried again


class TooSlowError(Exception):
    """The work took longer than it may."""


@contextlib.contextmanager
def processor_time(seconds: float) -> Iterator[None]:
    """Let the body take `seconds` of processor time, and interrupt it then.

    Python's `re` tries combinations for as long as there are any, which for `(a+)+$` can be years;
    but it looks for signals while it does (`MAYBE_CHECK_SIGNALS` in Modules/_sre/sre_lib.h), so
    one interrupts it. Processor time is counted, not the clock's, so that a busy machine makes no
    difference.

    Limits: signals are handled in the main thread alone; in another one, and within a body that
    has such a limit itself, there is no limit. Time that other threads take is counted too.

    Raises:
        TooSlowError: The body was interrupted.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    running = True

    def interrupt(_number: int, _frame: object) -> None:
        if running:
            raise TooSlowError

    before = signal.signal(signal.SIGVTALRM, interrupt)
    try:
        try:
            # Python drops what is raised while it collects garbage, so once may not be enough.
            signal.setitimer(signal.ITIMER_VIRTUAL, max(seconds, 1e-6), _AGAIN)
            yield
        finally:
            running = False
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)

"""The line between a rehearsal in a process of its own and the process that started it.

One socket. The rehearsal says on it how far it is and what it came to, an object of JSON a line;
nothing is said in the other direction, but it closes when the one who listens is gone, however that
ended, and then the rehearsal ends too.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import threading
from typing import TYPE_CHECKING, NamedTuple

from runner.rehearsal.closing import Came
from runner.show.events import Started

if TYPE_CHECKING:
    from runner.show.events import Event


class At(NamedTuple):
    """A step has begun.

    Attributes:
        step: Its number.
        total: The number of the runbook's last step.
        heading: What it stands under.
    """

    step: int
    total: int
    heading: str


class Speaker:
    """The rehearsal's end, a sink."""

    def __init__(self, fd: int, *, total: int) -> None:
        """Speak on `fd`; from now on, this process gets SIGTERM when nobody listens any more.

        Args:
            fd: A socket's.
            total: The number of the runbook's last step.
        """
        self._socket = socket.socket(fileno=fd)
        self._socket.set_inheritable(False)  # the runbook's commands have no business with it
        self._total = total
        threading.Thread(target=self._watch, daemon=True).start()

    def __call__(self, event: Event) -> None:
        """Take an event."""
        if isinstance(event, Started):
            self._say(At(event.step.number, self._total, event.heading))

    def came(self, came: Came) -> None:
        """Say what it came to."""
        self._say(came)

    def _say(self, said: At | Came) -> None:
        with contextlib.suppress(OSError):  # nobody listens: the other thread knows
            self._socket.sendall(json.dumps(said._asdict()).encode() + b"\n")

    def _watch(self) -> None:
        with contextlib.suppress(OSError):
            self._socket.recv(1)
        os.kill(os.getpid(), signal.SIGTERM)


def understood(line: bytes) -> At | Came:
    """Return what was said."""
    said = json.loads(line)
    return At(**said) if "step" in said else Came(**said)

"""A rehearsal in a process of its own."""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
import time
from typing import IO, TYPE_CHECKING

from runner.rehearsal.closing import Came
from runner.rehearsal.line import At, understood

if TYPE_CHECKING:
    from collections.abc import Sequence


class Child:
    """`cuebook rehearse` with some words; its end is that of its line (see `line.py`).

    It has a session of its own, so that of a CTRL-C at the terminal it gets what is sent on to it
    and nothing else. When this process ends, however it does, SIGTERM ends the rehearsal.

    Attributes:
        began: When it was started, by the monotonic clock.
        at: The step that has begun last, None before the first one.
        came: What it came to, once that is known.
        output: What it printed, a file without a name; after `wait` at its beginning.
    """

    def __init__(self, words: Sequence[str]) -> None:
        """Start it.

        Args:
            words: What follows `cuebook rehearse`.

        Raises:
            OSError: It cannot be started, or its output has no place in the temporary directory.
        """
        self.began = time.monotonic()
        self.at: At | None = None
        self.came = Came()
        self._rest = b""
        self._sent = 0
        self.output: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - `close` does
        self._line, theirs = socket.socketpair()
        with theirs:
            number = theirs.fileno()
            # -P: a folder called `runner` where we are is not ours.
            program = (sys.executable, "-P", "-m", "runner.cli.main", "rehearse")
            self._process = subprocess.Popen(
                [*program, "--line", str(number), *words],
                stdin=subprocess.DEVNULL,
                stdout=self.output,
                stderr=subprocess.STDOUT,
                pass_fds=[number],
                start_new_session=True,
            )

    def fileno(self) -> int:
        """Return what is ready to be read when `listen` has something to do."""
        return self._line.fileno()

    def listen(self) -> bool:
        """Take in what it says; waits where it says nothing. Returns False once it has ended."""
        try:
            data = self._line.recv(65536)
        except ConnectionResetError:  # it was killed
            data = b""
        *lines, self._rest = (self._rest + data).split(b"\n")
        for said in map(understood, lines):
            if isinstance(said, At):
                self.at = said
            else:
                self.came = said
        return bool(data)

    def signal(self, numbers: Sequence[int]) -> None:
        """Send those of some signals that it has not been sent; call it with ever more of them.

        The first one waits until a step has begun, since until then Python would end with a
        traceback; call it again. A second one waits for nothing.
        """
        if not self.at:
            if len(numbers) > 1:
                self.kill()
            return
        while self._sent < len(numbers):
            self._sent += 1
            self._process.send_signal(numbers[self._sent - 1])

    def kill(self) -> None:
        """End it now; its shell and all that runs in there ends with it."""
        self._process.kill()

    def wait(self) -> int:
        """Wait for its end. Returns the exit status, -N if it was killed by signal N."""
        status = self._process.wait()
        self.output.seek(0)
        return status

    def hang_up(self) -> None:
        """Have SIGTERM end it, as when this process ends."""
        self._line.close()

    def close(self) -> None:
        """Let go of it and of its output; where it still runs, hang up, and wait for its end."""
        self.hang_up()
        self._process.wait()
        self.output.close()

"""Holds a shell's terminal open for a moment when the engine is killed.

The kernel hangs the terminal up as the engine's end closes it. A bash that is told so in the
instant in which it starts a command (1 time in 80 of those that were killed within 2 ms of a
request, bash 5.2) has not noted that command as a job: it does not end it, or waits for it. A
moment later it has.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# A line says that the engine ends the shell itself; the end of input, that it was killed.
_WATCH = "read -r || sleep 0.3"


class Guard:
    """A process that has what the engine has open of a shell, for a moment longer."""

    def __init__(self, program: str, descriptors: Iterable[int]) -> None:
        """Start it.

        Args:
            program: A bash.
            descriptors: What it holds.

        Raises:
            OSError: There can be no process.
        """
        its_end, self._line = os.pipe()
        try:
            self._process = subprocess.Popen(
                [program, "-c", _WATCH],
                cwd="/",
                env={"PATH": os.environ.get("PATH", os.defpath)},  # no BASH_ENV
                stdin=its_end,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=tuple(descriptors),
                start_new_session=True,  # what ends the engine's process group does not reach it
            )
        except BaseException:
            os.close(self._line)
            raise
        finally:
            os.close(its_end)

    def close(self) -> None:
        """End it."""
        with contextlib.suppress(BrokenPipeError):  # somebody killed it
            os.write(self._line, b"\n")
        os.close(self._line)
        self._process.wait()

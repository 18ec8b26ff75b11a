"""What was simulated: how a program that stands in for real traffic tells of it.

It appends a line, a sentence, to the file that the variable `CUEBOOK_SIMULATED` names. A command in
which that happened comes to `Outcome.SIMULATED`.
"""

from __future__ import annotations

import os
from pathlib import Path

VARIABLE = "CUEBOOK_SIMULATED"
PAGE = "a page needs real traffic"
"""Why a page is not looked at, a sentence."""


class Simulated:
    """Reads what programs have told, from now on."""

    def __init__(self) -> None:
        """Begin where the file ends."""
        self._file = Path(name) if (name := os.environ.get(VARIABLE)) else None
        self._read = 0
        self.since()

    def since(self) -> str:
        """Return what was told since the last call, the first sentence; "" for nothing.

        A line that is not whole yet is told by the next call.
        """
        if self._file is None:
            return ""
        try:
            with self._file.open("rb") as stream:
                stream.seek(self._read)
                told = stream.read()
        except OSError:
            return ""
        whole = told[: told.rfind(b"\n") + 1]
        self._read += len(whole)
        return whole.decode("utf-8", "replace").split("\n", 1)[0].strip()

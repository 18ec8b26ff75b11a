"""Opening a page of `@browse` in the speaker's browser, without a word on the stage."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

# In a process of its own: a browser takes its time, writes to the terminal and may not come back.
_OPEN = "import sys, webbrowser; sys.exit(not webbrowser.open(sys.argv[1], new=2))"


class Browser:
    """The browser that `$BROWSER` names, or the desktop's (Python's `webbrowser`)."""

    def __init__(self, env: Mapping[str, str], log: Path) -> None:
        """Open pages with this environment; what is said about it goes to `log`."""
        self._env = dict(env)
        self._log = log
        self._opening: subprocess.Popen[bytes] | None = None

    def open(self, url: str) -> None:
        """Open a page. Returns at once."""
        self._opening = None
        with contextlib.suppress(OSError), self._log.open("ab") as log:
            self._opening = subprocess.Popen(
                [sys.executable, "-I", "-c", _OPEN, url],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self._env,
                start_new_session=True,
            )

    def failed(self) -> bool:
        """Whether it is known by now that the last page could not be opened."""
        return self._opening is None or self._opening.poll() not in (None, 0)

"""The side channel: the folder, the request file, the pipe that wakes bash, the FIFO of reports."""

from __future__ import annotations

import contextlib
import os
import shlex
from typing import TYPE_CHECKING

from runner.shell import folder as folders
from runner.shell import request
from runner.shell.process import pending

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from runner.shell.request import Report


class Channel:
    """What the engine and one bash talk through.

    Attributes:
        folder: The private folder that all of it stands in.
        fd: Readable when `reports` has something.
    """

    def __init__(self) -> None:
        self.folder = folders.create()
        self._hold = folders.hold(self.folder)
        self._nonce = os.urandom(16).hex()
        self._request = ""
        # Read and write, so that neither side's opening ever waits for the other's.
        self._wake = os.open(self.pipe, os.O_RDWR | os.O_NONBLOCK)
        self._open_reports()

    @property
    def pipe(self) -> Path:
        """The FIFO that is to be bash's standard input."""
        return self.folder / folders.PIPE

    @property
    def descriptors(self) -> tuple[int, int]:
        """What keeps both pipes open, so that bash can read the one and write the other."""
        return self._wake, self.fd

    def _open_reports(self) -> None:
        os.mkfifo(self.folder / "reports", 0o600)
        self.fd = os.open(self.folder / "reports", os.O_RDWR | os.O_NONBLOCK)
        self._reports = request.Reports(self._nonce)

    def set_up(self, program: str, definitions: str, *, export: bool) -> None:
        """Have the new bash load the driver; its first report says that it is ready."""
        text = request.setup(
            self.folder, program=program, nonce=self._nonce, definitions=definitions, export=export
        )
        path = self._write("setup", text)
        os.write(self._wake, f"\\builtin source {shlex.quote(path)}\n".encode())

    def send(self, text: str) -> None:
        """Make a request."""
        self._request = text
        try:
            self._write("request", text)
        except FileNotFoundError:
            self.heal()
        os.write(self._wake, request.WAKE)

    def nudge(self) -> None:
        """Wake bash again, and mend what a command did to the channel."""
        if not (self.folder / "reports").exists():
            self.heal()
        os.write(self._wake, request.REARM)

    def unread(self) -> int:
        """Return how many bytes that were to wake bash it has not read."""
        return pending(self._wake)

    def heal(self) -> None:
        """Make the folder anew at its old path, after something removed it."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        os.close(self._hold)
        self._hold = folders.hold(self.folder)
        os.close(self.fd)
        self._open_reports()
        self._write("request", self._request)

    def reports(self) -> Iterator[Report]:
        """Yield the reports that have come."""
        with contextlib.suppress(BlockingIOError):
            yield from self._reports.feed(os.read(self.fd, 1 << 16))

    def _write(self, name: str, text: str) -> str:
        """Write a file in the folder, whole: bash may read it at any moment. Returns its path."""
        path = f"{self.folder}/{name}"
        with open(f"{path}.new", "wb") as new:  # noqa: PTH123 - this is the hot path
            new.write(text.encode("utf-8", "surrogateescape"))
        os.rename(f"{path}.new", path)  # noqa: PTH104
        return path

    def close(self) -> None:
        """Close and remove all of it."""
        os.close(self._wake)
        os.close(self.fd)
        folders.remove(self.folder)
        os.close(self._hold)

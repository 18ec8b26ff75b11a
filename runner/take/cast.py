"""A take as an asciicast, version 2, which asciinema plays.

https://docs.asciinema.org/manual/asciicast/v2/
"""

from __future__ import annotations

import codecs
import datetime
import json
from typing import TYPE_CHECKING

from runner.book.text import printable
from runner.take.model import Begun, Printed, Resized

if TYPE_CHECKING:
    from collections.abc import Iterator

    from runner.take.model import Entry, Header
    from runner.take.read import Entries

_PROMPT = "\x1b[1m$ \x1b[0m"


def cast(entries: Entries) -> Iterator[str]:
    """Yield an asciicast's lines, each with its newline, in ASCII.

    Commands stand at a prompt as if they were typed, all of a command at once; headings are
    markers, which a player can go to. Of a presentation, hidden commands are not shown; of a
    rehearsal, all are. Bytes that are no UTF-8 become U+FFFD.

    Args:
        entries: A take's.

    Raises:
        TakeError: It cannot be read; what came before is an asciicast that ends there.
    """
    header = entries.header
    yield _line(_header(header))
    cast = _Cast(all_shown=header.mode == "rehearsed")
    for entry in entries:
        for event in cast.events(entry):
            yield _line(event)
    for event in cast.end():
        yield _line(event)


def _header(header: Header) -> dict[str, object]:
    started = datetime.datetime.fromisoformat(header.started)
    return {
        "version": 2,
        "width": max(header.columns, 1),
        "height": max(header.rows, 1),
        "timestamp": int(started.timestamp()),
        "title": printable(header.title or header.runbook.path),
        "env": {"SHELL": "bash", "TERM": "xterm-256color"},
    }


class _Cast:
    def __init__(self, *, all_shown: bool) -> None:
        self._all_shown = all_shown
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._heading = ""
        self._column_0 = True
        self._at = 0.0

    def events(self, entry: Entry) -> Iterator[list[object]]:
        self._at = max(self._at, entry.at)
        match entry:
            case Printed(data=data):
                raw = data.encode("utf-8", "surrogateescape")
                yield from self._output(self._decoder.decode(raw))
            case Begun(kind="command" | "print") if entry.shown or self._all_shown:
                if entry.heading and entry.heading != self._heading:
                    self._heading = entry.heading
                    yield [self._at, "m", printable(entry.heading)]
                yield from self._output(self._typed(entry))
            case Resized(rows=rows, columns=columns):
                yield [self._at, "r", f"{max(columns, 1)}x{max(rows, 1)}"]

    def end(self) -> Iterator[list[object]]:
        yield from self._output(self._decoder.decode(b"", True))

    def _output(self, text: str) -> Iterator[list[object]]:
        if text:
            self._column_0 = text.endswith("\n")
            yield [self._at, "o", text]

    def _typed(self, step: Begun) -> str:
        """What a step's text looks like, from the beginning of a line on."""
        lines = [printable(line) for line in step.text.rstrip().split("\n")]
        begin = "" if self._column_0 else "\r\n"
        prompt = _PROMPT if step.kind == "command" else ""
        return begin + prompt + "".join(f"{line}\r\n" for line in lines)


def _line(value: object) -> str:
    return json.dumps(value) + "\n"

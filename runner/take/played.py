"""A take's entries put together to the steps that were played."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.show.kept import Kept
from runner.take.model import Begun, Done, Printed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from runner.take.model import Entry


@dataclass(frozen=True, slots=True)
class Played:
    r"""A step as it was played.

    Attributes:
        begun: How it began.
        done: How it ended; None where the performance was interrupted or broke off in it.
        output: What it printed, with `\n` line ends; its first `most` characters at the least.
        digest: SHA-256 of all that it printed, in hexadecimal.
        whole: Whether `output` is all of it.
        end: The last bytes that it printed, as they were printed, `last` of them at the most.
        size: How many bytes it printed.
    """

    begun: Begun
    done: Done | None
    output: str
    digest: str
    whole: bool = True
    end: bytes = b""
    size: int = 0

    @property
    def result(self) -> str:
        """What it came to: "passed", "failed", "skipped", "simulated" or "unfinished"."""
        return self.done.result if self.done else "unfinished"


def played(entries: Iterable[Entry], *, most: int | None = None, last: int = 0) -> Iterator[Played]:
    """Yield each step once it is known what came of it, in their order.

    Args:
        entries: A take's.
        most: How many characters of a step's output are kept, about; None for all. Of a step that
            is tried again by `@until`, the output of all attempts counts.
        last: How many bytes of its end are kept, beside that.

    Output that came between two steps, as background jobs make it, is nobody's.
    """
    step: Begun | None = None
    output = _Output(most, last)
    for entry in entries:
        match entry:
            case Begun():
                if step:
                    yield output.played(step, None)
                step, output = entry, _Output(most, last)
            case Printed(data=data) if step:
                output.add(data)
            case Done() if step:
                yield output.played(step, entry)
                step = None
    if step:
        yield output.played(step, None)


class _Output:
    def __init__(self, most: int | None, last: int) -> None:
        self._most = most
        self._end = Kept(last) if last else None
        self._size = 0
        self._kept: list[str] = []
        self._length = 0
        self._whole = True
        self._digest = hashlib.sha256()

    def add(self, data: str) -> None:
        raw = data.encode("utf-8", "surrogateescape")
        self._digest.update(raw)
        self._size += len(raw)
        if self._end:
            self._end.add(raw)
        if self._most is None or self._length < self._most:
            self._kept.append(data)
            self._length += len(data)
        else:
            self._whole = False

    def played(self, step: Begun, done: Done | None) -> Played:
        text = "".join(self._kept).replace("\r\n", "\n")
        end = self._end.tail if self._end else b""
        return Played(step, done, text, self._digest.hexdigest(), self._whole, end, self._size)

"""A take's entries put together to the steps that were played."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

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
    """

    begun: Begun
    done: Done | None
    output: str
    digest: str
    whole: bool = True

    @property
    def result(self) -> str:
        """What it came to: "passed", "failed", "skipped" or "unfinished"."""
        return self.done.result if self.done else "unfinished"


def played(entries: Iterable[Entry], *, most: int | None = None) -> Iterator[Played]:
    """Yield each step once it is known what came of it, in their order.

    Args:
        entries: A take's.
        most: How many characters of a step's output are kept, about; None for all. Of a step that
            is tried again by `@until`, the output of all attempts counts.

    Output that came between two steps, as background jobs make it, is nobody's.
    """
    step: Begun | None = None
    output = _Output(most)
    for entry in entries:
        match entry:
            case Begun():
                if step:
                    yield output.played(step, None)
                step, output = entry, _Output(most)
            case Printed(data=data) if step:
                output.add(data)
            case Done() if step:
                yield output.played(step, entry)
                step = None
    if step:
        yield output.played(step, None)


class _Output:
    def __init__(self, most: int | None) -> None:
        self._most = most
        self._kept: list[str] = []
        self._length = 0
        self._whole = True
        self._digest = hashlib.sha256()

    def add(self, data: str) -> None:
        self._digest.update(data.encode("utf-8", "surrogateescape"))
        if self._most is None or self._length < self._most:
            self._kept.append(data)
            self._length += len(data)
        else:
            self._whole = False

    def played(self, step: Begun, done: Done | None) -> Played:
        text = "".join(self._kept).replace("\r\n", "\n")
        return Played(step, done, text, self._digest.hexdigest(), self._whole)

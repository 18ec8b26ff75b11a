"""What a page is: plain data, the same for every format. What stands on it is in `content.py`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from runner.render.content import Commands, Folded, Prose

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from runner.render.content import Block, Command, Heading
    from runner.report.model import PerformanceResult


@dataclass(frozen=True, slots=True)
class Need:
    """A program that the runbook needs.

    Attributes:
        program: Its name.
        least: The lowest version that will do, "" for any.
        url: Where to get it, "" where the runbook does not say.
    """

    program: str
    least: str
    url: str


@dataclass(frozen=True, slots=True)
class About:
    """What is known of the performance that the page's outputs are from.

    Attributes:
        mode: "rehearsed" or "presented".
        started: When it started, RFC 3339 with the offset.
        environment: The label of what stood in for the real thing (a simulation), "" for the real.
        versions: Those of `cuebook`, `bash` and each program that is needed; "" where unknown.
        outcome: What it came to: "passed", "failed", "interrupted" or "broke off".
        why: Why it did not pass, a sentence; "" where a command tells.
        changed: The runbook, or a file that it imports, is another one since then.
        newer: When the newest rehearsal started, where this is an older one as that did not pass;
            else "".
        newer_outcome: What that came to; None where there is none.
    """

    mode: str
    started: str
    environment: str
    versions: tuple[tuple[str, str], ...]
    outcome: PerformanceResult
    why: str
    changed: bool
    newer: str = ""
    newer_outcome: PerformanceResult | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A runbook as a page.

    Attributes:
        path: The runbook.
        title: Its name for people: what its front matter says, its first heading, or the file's.
        heading: The heading of level 1 that it begins with; None where it begins otherwise. It is
            not in `body`.
        description: A sentence about it, or "".
        about: What its outputs are from; None without a take.
        needs: The programs that it needs.
        env: The environment variables that its front matter sets, and their values.
        cwd: The directory that its commands start in, relative to the runbook; "" for the reader's.
        body: What it says, in its order.
        cleanup: What is to be done in the end, whatever happened before, below a heading of its
            own; () for nothing.
        front: Lines of its front matter that are other programs'.
    """

    path: Path
    title: str
    heading: Prose | None
    description: str
    about: About | None
    needs: tuple[Need, ...]
    env: tuple[tuple[str, str], ...]
    cwd: str
    body: tuple[Block, ...]
    cleanup: tuple[Block, ...]
    front: tuple[str, ...] = ()

    @property
    def blocks(self) -> Iterator[Block]:
        """Everything on it, also what is folded, in the order in which it is read."""
        top = (self.heading,) if self.heading else ()
        return _all((*top, *self.body, *self.cleanup))

    @property
    def commands(self) -> tuple[Command, ...]:
        """All its commands, in the order in which they are read."""
        return tuple(c for b in self.blocks if isinstance(b, Commands) for c in b.commands)

    @property
    def headings(self) -> tuple[Heading, ...]:
        """All its headings, in the order in which they are read."""
        return tuple(h for b in self.blocks if isinstance(b, Prose) for h in b.headings)

    @property
    def stale(self) -> tuple[Command, ...]:
        """The commands that were other ones when the runbook was performed."""
        return tuple(command for command in self.commands if command.state == "changed")


def _all(blocks: Iterable[Block]) -> Iterator[Block]:
    for block in blocks:
        yield block
        if isinstance(block, Folded):
            yield from _all(block.blocks)
        elif isinstance(block, Prose):
            yield from _all(inner for _, inner in block.inner)

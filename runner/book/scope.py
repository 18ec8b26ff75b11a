"""Where in a runbook an element is put, and what has been said up to there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from runner.book.elements import Heading

if TYPE_CHECKING:
    from pathlib import Path

    from runner.book.model import Directive, Place


@dataclass
class View:
    """What has been said so far.

    Attributes:
        shown: `@SHOW` came after `@HIDE`.
        skipping: `@SKIP` came after `@SHOW`.
        heading: The last heading.
    """

    shown: bool = False
    skipping: bool = False
    heading: Heading = field(default_factory=Heading)


class Scope(NamedTuple):
    """What brings an element in.

    Attributes:
        numbers: The runbook's number for each block, by the file and the number in it, in this
            one use of the file or macro.
        within: Where the imports and macros that bring it in stand, outermost first.
        files: The files that are being read, outermost first, as the file system knows them.
        macros: The names of the macros that are being run, outermost first.
        hooks: The hooks that must do something for it to happen.
        cleanup: It is part of the clean-up.
        audience: The `@live` and `@rehearsal` that hold for all of the macros that are being run.
        dead: It makes no steps; only what it defines and what is wrong with it counts.
        depth: How many files, macros and regions it stands in.
    """

    numbers: dict[tuple[Path, int], int]
    within: tuple[Place, ...] = ()
    files: tuple[Path, ...] = ()
    macros: tuple[str, ...] = ()
    hooks: tuple[str, ...] = ()
    cleanup: bool = False
    audience: tuple[Directive, ...] = ()
    dead: bool = False
    depth: int = 0

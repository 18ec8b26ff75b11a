"""The words that call cuebook again, for a performance like the one that is going on."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from runner.rehearsal.rehearse import Options


def nested(options: Options, *, no_take: bool) -> str:
    """Return the words after `cuebook` for what a runbook performs as it is rehearsed itself."""
    words = ["rehearse", "--nested", "--no-init", *_common(options)]
    words += [] if options.colour else ["--no-colour"]
    words += ["--no-take"] if no_take else []
    return shlex.join(words)


def inside(choices: Mapping[str, object], *, no_take: bool) -> str:
    """Return the words after `cuebook` for what a runbook performs as it is presented itself.

    Args:
        choices: The options of its presentation, as click names and parses them.
        no_take: `--no-take`.
    """
    words = ["present", "--nested", "--no-init", *["--no-take"] * no_take]
    words += [f"--{name.replace('_', '-')}" for name in ("no_typing", "status") if choices[name]]
    for name in ("theme", "speed", "prompt", "scene_log"):
        if choices[name] is not None:
            words.append(f"--{name.replace('_', '-')}={choices[name]}")
    return shlex.join(words)


def apart(options: Options, runbook: Path, selection: list[str], *, no_take: bool) -> list[str]:
    """Return the words after `cuebook rehearse` for one runbook in a process of its own.

    Args:
        options: Those of its rehearsal.
        runbook: The runbook.
        selection: What `selection` returns.
        no_take: `--no-take`; `options.take` may name a file all the same, for a report.
    """
    words = [*_common(options), "--colour" if options.colour else "--no-colour"]
    words += ["--cwd", str(options.cwd)] if options.cwd else []
    words += ["--take", str(options.take)] if options.take else []
    words += ["--no-take"] if no_take else []
    return [*words, *selection, "--", str(runbook)]


def selection(first: str | None, last: str | None, *, no_setup: bool, no_init: bool) -> list[str]:
    """Return the words that say which steps are wanted, and that no start-up file is."""
    words = ["--no-setup"] * no_setup + ["--no-init"] * no_init
    words += [] if first is None else ["--from", first]
    words += [] if last is None else ["--to", last]
    return words


def _common(options: Options) -> list[str]:
    words = ["--keep-going"] * options.keep_going + ["--hooks"] * options.hooks
    words += ["--timeout", f"{options.timeout}s"] if options.timeout else []
    return words

"""Asking bash whether a text is valid before it is run; nothing is run for that (`bash -n`)."""

from __future__ import annotations

import os
import subprocess


def objection(program: str, command: str) -> tuple[str, int]:
    """Return what the bash at `program` says against a text, and its status.

    ("", 0) for whole commands; a here-document that never ends is said with status 0.
    """
    checked = subprocess.run(
        [program, "-n"],
        check=False,
        input=command.encode("utf-8", "surrogateescape"),
        capture_output=True,
        cwd="/",  # ours may be gone, and bash would say so
        # No BASH_ENV, and messages in English, for `is_cut_off`.
        env={"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C"},
    )
    return checked.stderr.decode("utf-8", "replace"), checked.returncode


def is_cut_off(said: str) -> bool:
    """Whether bash objects that a text ends too early, so that it cannot be run at all."""
    return "unexpected EOF" in said or "unexpected end of file" in said

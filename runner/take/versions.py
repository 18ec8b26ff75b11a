"""Which versions of programs there are, as far as they tell."""

from __future__ import annotations

import os
import re
import selectors
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

TIMEOUT = 2.0
"""Seconds that the programs have to answer."""

_MOST = 4096  # bytes of an answer
_NUMBER = re.compile(rb"\d+(?:\.\d+)+(?:[-+~]?[A-Za-z0-9.]+)*")
# What does not know `--version`.
_ASKED = {
    "go": ("version",),
    "helm": ("version", "--short"),
    "kubectl": ("version", "--client"),
    "openssl": ("version",),
    "ssh": ("-V",),
    "tmux": ("-V",),
}


def versions(
    programs: Iterable[str], env: Mapping[str, str], *, timeout: float = TIMEOUT
) -> dict[str, str]:
    """Return the version of each program, "" of one that is not there or does not tell.

    All are asked at the same time, by `PROGRAM --version`.

    Args:
        programs: Their names.
        env: The environment in which they are looked for and run.
        timeout: Seconds after which those that have not answered are ended.
    """
    found = dict.fromkeys(programs, "")
    with selectors.DefaultSelector() as selector:
        asked = [process for name in found if (process := _ask(name, env, selector))]
        try:
            _listen(selector, found, time.monotonic() + timeout)
        finally:
            for process in asked:
                _end(process)
    return found


def _ask(
    name: str, env: Mapping[str, str], selector: selectors.BaseSelector
) -> subprocess.Popen[bytes] | None:
    program = shutil.which(name, path=env.get("PATH"))
    if program is None:
        return None
    try:
        process = subprocess.Popen(
            [program, *_ASKED.get(name, ("--version",))],
            env=dict(env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    except OSError:
        return None
    assert process.stdout  # noqa: S101 - for mypy
    selector.register(process.stdout, selectors.EVENT_READ, (name, bytearray()))
    return process


def _listen(selector: selectors.BaseSelector, found: dict[str, str], end: float) -> None:
    while selector.get_map() and (left := end - time.monotonic()) > 0:
        for key, _ in selector.select(left):
            name, said = key.data
            data = os.read(key.fd, _MOST)
            said += data
            first, newline, _ = said.strip().partition(b"\n")
            if not data or newline or len(said) >= _MOST:
                selector.unregister(key.fileobj)
                number = _NUMBER.search(first)
                found[name] = number[0].decode() if number else ""


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(OSError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdout:
        process.stdout.close()

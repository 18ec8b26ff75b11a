"""The sandbox as an environment of cuebook's: a process of its own around the performance.

The engine finds it by the entry point `sandbox` of the group `cuebook.environments`.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

LABEL = "simulated clusters"
FOLDER = "CUEBOOK_SANDBOX"
"""The variable that has the folder of the sandbox that one is in."""
SIMULATED = "simulated"
"""The file in it that gets a line, a sentence, for each answer that only what runs could give."""
_PATIENCE = 10.0  # seconds that the process has to end


class SandboxError(OSError):
    """The sandbox cannot be had; the message says why and what helps."""


@dataclass(frozen=True, slots=True)
class Environment:
    """What a shell needs to be in a sandbox.

    Attributes:
        label: What it is: "simulated clusters".
        variables: Environment variables.
        path: Folders that stand first in PATH.
    """

    label: str
    variables: Mapping[str, str]
    path: tuple[str, ...]


@contextlib.contextmanager
def sandbox(clusters: Iterable[str] = (), copy: Path | None = None) -> Iterator[Environment]:
    """Keep a sandbox: its process starts, and is gone afterwards, with all its files.

    Should this process be killed, the sandbox's process ends by itself. Where we are in a sandbox
    already, and no clusters are asked for, it is that one, and it stays.

    Args:
        clusters: Clusters that are there from the start, as contexts of the kubeconfig.
        copy: Where a copy of that kubeconfig is wanted, a file that is not there yet. It goes with
            the sandbox.

    Raises:
        SandboxError: It cannot be had.
    """
    around = os.environ.get(FOLDER)
    if around and not clusters and copy is None and Path(around).is_dir():
        yield _environment(Path(around))
        return
    process = subprocess.Popen(
        # -P: a folder called `helpers` where we are is not ours.
        [
            sys.executable,
            "-P",
            "-m",
            "helpers.sandbox.host",
            str(copy.absolute() if copy else ""),
            *clusters,
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        bufsize=0,
        start_new_session=True,  # CTRL-C at the terminal is the performance's
        cwd="/",
    )
    assert process.stdin  # noqa: S101 - it was asked for
    assert process.stdout  # noqa: S101
    folder = None
    try:
        folder = _folder(process.stdout)
        yield _environment(folder)
    finally:
        with contextlib.suppress(BrokenPipeError):  # it was killed
            process.stdin.write(b"over\n")
        process.stdin.close()
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()
        if folder:
            shutil.rmtree(folder, ignore_errors=True)  # where it was killed


def _folder(stream: IO[bytes]) -> Path:
    try:
        said = json.loads(stream.readline() or b'{"error": "its process has ended"}')
    except ValueError as error:
        raise SandboxError(f"the sandbox does not start: {error}") from None
    if "folder" not in said:
        raise SandboxError(f"the sandbox does not start: {said['error']}")
    return Path(said["folder"])


def _environment(folder: Path) -> Environment:
    variables = {
        "KUBECONFIG": str(folder / "kubeconfig"),
        # kubectl remembers what a port served, which another sandbox may have had before.
        "KUBECACHEDIR": str(folder / "cache"),
        "CUEBOOK_SIMULATED": str(folder / SIMULATED),
        FOLDER: str(folder),
        "KUBECTL_KUBERC": "false",  # preferences of ~/.kube/kuberc
    }
    return Environment(LABEL, variables, (str(folder / "bin"),))

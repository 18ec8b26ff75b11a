"""`cuebook sandbox run`: any command, with simulated clusters."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Callable

_NAME = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"  # a label of RFC 1123
_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG in linux/prctl.h


@click.group(epilog="Example:  cuebook sandbox run --clusters west,east -- kubectl get nodes")
def command() -> None:
    """Simulated Kubernetes clusters, for commands by hand."""


@command.command(
    epilog="Example:  cuebook sandbox run --clusters west,east -- kubectl --context west get ns",
    context_settings={"ignore_unknown_options": True},
)
@click.option(
    "--clusters", default="", metavar="A,B", help="Clusters that are there from the start."
)
@click.option(
    "--kubeconfig",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A copy of the kubeconfig is written here, and removed afterwards.",
)
@click.argument("words", nargs=-1, required=True, type=click.UNPROCESSED, metavar="COMMAND...")
def run(clusters: str, kubeconfig: Path | None, words: tuple[str, ...]) -> None:
    """Run COMMAND with simulated clusters, and take them away after.

    kind, k3d, docker, linkerd and helm on its PATH are those of the sandbox, and what cuebook
    performs in it is on simulated clusters too. The exit status is COMMAND's.
    """
    from helpers.sandbox.environment import SandboxError, sandbox
    from runner.show.environments import LABEL

    names = [name for name in clusters.split(",") if name]
    if len(set(names)) < len(names):
        raise click.BadParameter("a name stands there twice", param_hint="--clusters")
    if wrong := next((name for name in names if not re.fullmatch(_NAME, name)), None):
        told = f"`{wrong}` is no cluster's name: small letters, digits and `-`, as in `west-2`"
        raise click.BadParameter(told, param_hint="--clusters")
    if kubeconfig and kubeconfig.exists():
        raise click.BadParameter(f"{kubeconfig} is there already", param_hint="--kubeconfig")
    try:
        with sandbox(names, kubeconfig) as found:
            path = os.pathsep.join([*found.path, os.environ.get("PATH", os.defpath)])
            env = {**os.environ, **found.variables, "PATH": path, LABEL: found.label}
            click.echo(f"on {found.label}", err=True)
            status = _run(words, env)
    except SandboxError as error:
        click.echo(f"cuebook: {error}", err=True)
        sys.exit(3)
    sys.exit(status)


def _run(words: tuple[str, ...], env: dict[str, str]) -> int:
    program = shutil.which(words[0], path=env["PATH"])
    if program is None:
        click.echo(f"cuebook: `{words[0]}` is not on PATH", err=True)
        return 127
    before = {n: signal.signal(n, signal.SIG_IGN) for n in (signal.SIGINT, signal.SIGQUIT)}
    follow = _follower()

    def begin() -> None:
        for number in before:
            signal.signal(number, signal.SIG_DFL)
        follow()

    try:
        with subprocess.Popen([program, *words[1:]], env=env, preexec_fn=begin) as process:  # noqa: PLW1509
            before[signal.SIGTERM] = signal.signal(
                signal.SIGTERM, lambda number, _: process.send_signal(number)
            )
            status = process.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return 128 - status if status < 0 else status


def _follower() -> Callable[[], object]:
    """Return what makes a child hang up when this process is killed, where that can be had.

    prctl(2), PR_SET_PDEATHSIG: Linux alone. Elsewhere COMMAND goes on, and finds no clusters.
    """
    if sys.platform != "linux":
        return lambda: None
    import ctypes

    libc = ctypes.CDLL(None)
    return lambda: libc.prctl(_PARENT_DEATH_SIGNAL, signal.SIGHUP)

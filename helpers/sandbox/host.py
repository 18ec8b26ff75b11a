"""The sandbox's process: clusters, programs, proxy, for as long as its standard input is open.

`python -m helpers.sandbox.host COPY [CLUSTER...]` prints one line of JSON, `{"folder": …}` or
`{"error": …}`, and ends when whoever started it does, however that happens: their end of the pipe
closes then. It takes its folder with it, and COPY, a copy of the kubeconfig ("" for none). Who ends
as they should say so by a line; if they were killed, what they started hangs up.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.sandbox import Sandbox, addons, folder, mesh, proxy
from helpers.sandbox.environment import FOLDER, SIMULATED
from helpers.sandbox.programs import contexts, serve
from helpers.sandbox.programs.machine import Machine

if TYPE_CHECKING:
    from collections.abc import Iterator


async def host(path: str, names: list[str], copy: str = "") -> None:
    """Keep a sandbox until standard input ends, or SIGTERM comes.

    Args:
        path: PATH, for the real programs.
        names: Clusters that are there from the start.
        copy: Where a copy of the kubeconfig is wanted, "" for nowhere.

    Raises:
        OSError: Something cannot be written, or is there already.
        LackingError: There is no kubectl, or no aiohttp.
    """
    loop, over = asyncio.get_running_loop(), asyncio.Event()
    said = orphaned = False
    for number in (signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, over.set)
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def read() -> None:
        nonlocal said, orphaned
        if os.read(0, 4096):
            said = True
            return
        orphaned = not said
        over.set()

    loop.add_reader(0, read)
    place = folder.make(path)
    try:
        async with Sandbox(place / SIMULATED) as sandbox:
            machine = Machine(sandbox, ranges=place / folder.RANGES)
            sandbox.add_controller(mesh)
            sandbox.add_controller(addons)
            os.chdir(place)
            programs = await serve.serve(machine, "socket")
            async with proxy.serve(machine):
                for name in names:
                    await _make(machine, name, place)
                with _copied(place / "kubeconfig", copy):
                    tell({"folder": str(place)})
                    await over.wait()
            programs.close()
            if orphaned:
                _hang_up(place)
    finally:
        shutil.rmtree(place, ignore_errors=True)


@contextlib.contextmanager
def _copied(file: Path, name: str) -> Iterator[None]:
    """Keep a copy of a file, readable by its owner alone; "" for none."""
    if not name:
        yield
        return
    copy = Path(name)
    copy.touch(mode=0o600, exist_ok=False)
    try:
        copy.write_bytes(file.read_bytes())
        yield
    finally:
        copy.unlink(missing_ok=True)


def _hang_up(place: Path) -> None:
    """Send SIGHUP to what was started in the sandbox: Linux alone, where /proc tells (proc(5))."""
    mark = f"{FOLDER}={place}".encode()
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has ended, or is somebody else's
            if mark in (process / "environ").read_bytes().split(b"\0"):
                os.kill(int(process.name), signal.SIGHUP)


async def _make(machine: Machine, name: str, place: Path) -> None:
    """Make a cluster as kind would, with a context of its own name."""
    cluster = await machine.create(
        name,
        "kind",
        nodes=[(f"{name}-control-plane", "control-plane", {})],
        image="kindest/node:v1.35.0",
        network="kind",
        pods=["10.244.0.0/16"],
        services=["10.96.0.0/16"],
    )
    contexts.merge(machine, place / "kubeconfig", cluster, name)


def tell(value: dict[str, str]) -> None:
    """Print the one line, if somebody is there to read it: else our standard input ends, too."""
    with contextlib.suppress(BrokenPipeError):
        os.write(1, f"{json.dumps(value)}\n".encode())


def main() -> None:
    """Keep a sandbox, and say why where that cannot be."""
    with contextlib.suppress(KeyboardInterrupt):
        try:
            asyncio.run(host(os.environ.get("PATH", os.defpath), sys.argv[2:], sys.argv[1]))
        except Exception as error:
            tell({"error": str(error) or type(error).__name__})
            sys.exit(1)


if __name__ == "__main__":
    main()

# SPDX-License-Identifier: Apache-2.0
"""A Docker engine of our own, in namespaces of its own, that goes when we go.

Its networks, firewall rules, mounts and processes are in namespaces, so that nothing of them is
seen outside, whether a Docker runs there or not, and all of it ends with the first process in them:
also when we are killed. That takes Linux and root.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent
PATIENCE = 120.0  # seconds

# The program, and the Debian package that has it.
NEEDED = {
    "dockerd": "docker.io",
    "docker": "docker.io",
    "iptables": "iptables",
    "ip": "iproute2",
    "unshare": "util-linux",
    "nsenter": "util-linux",
    "setpriv": "util-linux",
}
MODULES = Path("/lib/modules")  # kind mounts it into its nodes; Docker makes it if it is missing
BUSYBOX = Path("/bin/busybox")  # the static one, of Debian's busybox-static

_FIRST = """\
ip link set lo up
trap 'kill -TERM "$daemon"; wait "$daemon"; exit' TERM
dockerd "$@" & daemon=$!
wait "$daemon"
"""


def objections() -> list[str]:
    """Return what keeps an engine from running here, a sentence each, with what helps."""
    if sys.platform != "linux":
        return ["it takes Linux"]
    told = []
    if os.geteuid() != 0:
        told.append("it takes root, to start a Docker engine and its networks (sudo make …)")
    missing = sorted({package for name, package in NEEDED.items() if shutil.which(name) is None})
    if not _static_busybox():
        missing.append("busybox-static")
    if missing:
        told.append(f"programs are missing (Debian: apt-get install {' '.join(missing)})")
    return told


def _static_busybox() -> bool:
    if not BUSYBOX.exists():
        return False
    # A static program names no interpreter.
    return b"/ld-linux" not in BUSYBOX.read_bytes()[:4096]


class Engine:
    """A Docker engine."""

    def __init__(self) -> None:
        """Start it, and wait until it answers."""
        self.folder = Path(tempfile.mkdtemp(prefix="docker-for-tests."))
        self.host = f"unix://{self.folder}/docker.sock"
        self._log = (self.folder / "log").open("wb")
        self._had_modules = MODULES.exists()
        self._unshare = subprocess.Popen(
            [
                # Should we be killed, it is too, and everything in its namespaces with it.
                *("setpriv", "--pdeathsig", "KILL"),
                *("unshare", "--net", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child"),
                *("sh", "-c", _FIRST, "sh"),
                *("--host", self.host),
                *("--data-root", str(self.folder / "data")),
                *("--exec-root", str(self.folder / "exec")),
                *("--pidfile", str(self.folder / "pid")),
                *("--bridge", "none", "--experimental", "--ip6tables"),
                *("--add-runtime", f"here={HERE / 'runc'}", "--default-runtime", "here"),
            ],
            stdout=self._log,
            stderr=self._log,
            stdin=subprocess.DEVNULL,
        )
        try:
            self._wait()
        except BaseException:
            self.stop()
            raise

    def _wait(self) -> None:
        until = time.monotonic() + PATIENCE
        while self.docker("version", check=False).returncode != 0:
            if self._unshare.poll() is not None or time.monotonic() > until:
                log = (self.folder / "log").read_text(errors="replace").splitlines()
                raise RuntimeError("dockerd did not start:\n" + "\n".join(log[-20:]))
            time.sleep(0.1)

    def inside(self) -> list[str]:
        """Return what enters the network namespace: there, the nodes can be reached."""
        task = Path(f"/proc/{self._unshare.pid}/task/{self._unshare.pid}/children")
        child = task.read_text().split()[0]
        return ["nsenter", f"--net=/proc/{child}/ns/net"]

    def run(
        self, *argv: str | Path, env: dict[str, str] | None = None, **options: object
    ) -> subprocess.CompletedProcess[str]:
        """Run a program where it can reach this engine's networks, as on an ordinary machine."""
        return subprocess.run(
            [*self.inside(), *map(str, argv)],
            env={**os.environ, **(env or {}), "DOCKER_HOST": self.host},
            capture_output=True,
            text=True,
            timeout=300,
            stdin=subprocess.DEVNULL,
            check=False,
            **options,  # type: ignore[call-overload]
        )

    def docker(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run a docker command."""
        done = subprocess.run(
            ["docker", "--host", self.host, *words], capture_output=True, text=True, check=False
        )
        if check and done.returncode:
            raise RuntimeError(f"docker {' '.join(words)}: {done.stderr}")
        return done

    def clear(self) -> None:
        """Remove all containers, volumes and networks."""
        if names := self.docker("ps", "--all", "--quiet").stdout.split():
            self.docker("rm", "--force", "--volumes", *names)
        custom = ("network", "ls", "--quiet", "--filter", "type=custom")
        if names := self.docker(*custom).stdout.split():
            self.docker("network", "rm", *names)
        if names := self.docker("volume", "ls", "--quiet").stdout.split():
            self.docker("volume", "rm", "--force", *names)

    def stop(self) -> None:
        """Stop it, and remove what it kept."""
        self._unshare.kill()
        self._unshare.wait()
        self._log.close()
        shutil.rmtree(self.folder, ignore_errors=True)
        if not self._had_modules:
            with contextlib.suppress(OSError):
                MODULES.rmdir()

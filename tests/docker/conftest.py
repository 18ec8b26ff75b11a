# SPDX-License-Identifier: Apache-2.0
"""A machine with a real Docker engine, real kind and k3d, and definitions of small clusters.

The nodes are stand-ins (`image`): containers with the names, labels, networks and privileges that
kind and k3d give them, and no Kubernetes inside. So `kubectl` and `helm` are fakes that say yes,
except for `kubectl config`, which is the real one's work on a real kubeconfig.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.docker.engine import BUSYBOX, Engine, objections
from tests.tools.install import path_of
from tests.tools.pins import BY_NAME

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
KIND_IMAGE = "stand-in/node:v1.35.0"
K3S_IMAGE = "stand-in/k3s:v1.35.5-k3s1"
TOOLS_IMAGE = "stand-in/k3d-tools:5.9.0"
NETWORK = "meadow"

FAKE_KUBECTL = """\
#!/bin/sh
case " $* " in
  *' config '*) exec {kubectl} "$@" ;;
  *' -f - '*) cat > /dev/null ;;
esac
"""


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    if not os.environ.get("CUEBOOK_DOCKER"):
        pytest.skip("needs a Docker engine of its own and root: make test-docker starts one")
    told = objections()
    assert not told, "; ".join(told)
    engine = Engine()
    try:
        context = engine.folder / "image"
        shutil.copytree(HERE / "image", context)
        shutil.copy(BUSYBOX, context / "bin" / "busybox")
        engine.docker("build", "--quiet", "--tag", KIND_IMAGE, str(context))
        engine.docker("tag", KIND_IMAGE, K3S_IMAGE)
        engine.docker("tag", KIND_IMAGE, TOOLS_IMAGE)
        yield engine
    finally:
        engine.stop()


class Machine:
    """A folder with definitions, a home, and PATH; what is run, runs beside the engine."""

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine = engine
        self.folder = folder
        self.home = folder / "home"
        self.bin = folder / "bin"
        for each in (self.home / ".kube", self.bin, folder / "clusters"):
            each.mkdir(parents=True)
        real = {name: path_of(BY_NAME[name]) for name in ("kubectl", "kind", "k3d")}
        for name in ("kind", "k3d"):
            assert real[name].exists(), f"{name} is not installed: run python -m tests.tools"
            (self.bin / name).symlink_to(real[name])
        self._program("kubectl", FAKE_KUBECTL.format(kubectl=real["kubectl"]))
        self._program("helm", "#!/bin/sh\n")
        module = "helpers.localcluster.cli.main"
        self._program(
            "localcluster",
            "#!/bin/sh\n"
            f'LOCALCLUSTER=$0 PYTHONPATH={ROOT} exec {sys.executable} -P -m {module} "$@"\n',
        )
        self.network("10.77.0.0/24", "fd77::/64")

    def _program(self, name: str, text: str) -> None:
        (self.bin / name).write_text(text)
        (self.bin / name).chmod(0o755)

    def network(self, *subnets: str) -> None:
        """Define the network."""
        listed = "".join(f"  - {subnet}\n" for subnet in subnets)
        file = self.folder / "clusters" / "network.yaml"
        file.write_text(f"name: {NETWORK}\nsubnets:\n{listed}")

    def define(self, name: str, provider: str, subnet: str, *lines: str) -> None:
        """Define a cluster of the group `meadow`."""
        image = KIND_IMAGE if provider == "kind" else K3S_IMAGE
        spec = [f'subnet: "{subnet}"', f"provider: {provider}", f'image: "{image}"']
        spec += ["group: meadow", *(lines or ("v4Enabled: true", "v6Enabled: true"))]
        file = self.folder / "clusters" / name / "sma.yaml"
        file.parent.mkdir()
        text = "".join(f"  {line}\n" for line in spec)
        file.write_text(f"metadata:\n  name: {name}\nspec:\n{text}")

    def run(self, *argv: str) -> subprocess.CompletedProcess[str]:
        """Run a program on this machine."""
        return self.engine.run(*argv, env=self.environment(), cwd=self.folder)

    def environment(self) -> dict[str, str]:
        """Return what programs on this machine run with."""
        return {
            **os.environ,
            "DOCKER_HOST": self.engine.host,
            "PATH": f"{self.bin}:{os.environ['PATH']}",
            "HOME": str(self.home),
            "KUBECONFIG": str(self.home / ".kube" / "config"),
            "K3D_IMAGE_TOOLS": TOOLS_IMAGE,
            "NO_COLOR": "1",
        }

    def localcluster(self, *arguments: str) -> str:
        """Call localcluster, which must succeed; return what it prints."""
        done = self.run("localcluster", *arguments)
        assert done.returncode == 0, f"localcluster {' '.join(arguments)}:\n{told(done)}"
        return done.stdout

    def server(self, context: str) -> str:
        """Return the API server of a context of the kubeconfig, "" where there is none."""
        done = self.run("kubectl", "config", "view", "-o", "json")
        assert done.returncode == 0, done.stderr
        config = json.loads(done.stdout)
        contexts = {one["name"]: one["context"]["cluster"] for one in config["contexts"] or ()}
        clusters = {one["name"]: one["cluster"]["server"] for one in config["clusters"] or ()}
        return clusters.get(contexts.get(context, ""), "")

    # ---- nodes

    def address(self, node: str, version: int = 4) -> str:
        """Return a node's address on the network."""
        key = "IPAddress" if version == 4 else "GlobalIPv6Address"
        form = f'{{{{(index .NetworkSettings.Networks "{NETWORK}").{key}}}}}'
        return self.engine.docker("inspect", "--format", form, node).stdout.strip()

    def pod(self, node: str, address: str) -> None:
        """Give a node the address of a pod, which then answers pings."""
        bits = 128 if ":" in address else 32
        family = ["-6"] if ":" in address else []
        words = ["ip", *family, "addr", "replace", f"{address}/{bits}", "dev", "lo"]
        self.engine.docker("exec", node, *words)

    def reaches(self, node: str, source: str, target: str) -> str:
        """Ping `target` from `source`, which `node` has; return "" or what ping says."""
        words = ("ping", "-c", "2", "-W", "5", "-I", source, target)
        done = self.engine.docker("exec", node, *words, check=False)
        return "" if done.returncode == 0 else f"{node}: {done.stdout}{done.stderr}"


def told(done: subprocess.CompletedProcess[str]) -> str:
    """What a program printed, for a message."""
    return f"ended with {done.returncode}\n{done.stdout}\n{done.stderr}"


@pytest.fixture
def machine(engine: Engine, tmp_path: Path) -> Iterator[Machine]:
    machine = Machine(engine, tmp_path)
    try:
        yield machine
    finally:
        engine.clear()

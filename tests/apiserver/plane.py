# SPDX-License-Identifier: Apache-2.0
"""etcd, kube-apiserver, kube-controller-manager, kube-scheduler and kwok, on loopback.

The first four are Kubernetes's own. There is no kubelet: kwok says of each pod that it runs, and
answers `logs` and `exec`. So what the API server and the controllers do is real, and what a node
would do is not. kwok asks nobody who they are: while it runs, whoever is on this machine can have
it run commands as the user of the tests.

However the process ends that started them, `kill -9` included, the programs end with it (setpriv
asks the kernel for that), and their folder is removed by a shell that waits for its end.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import yaml
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.tools.install import path_of
from tests.tools.pins import BY_NAME

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
PATIENCE = 120.0  # seconds until all of it answers
SERVICES = "10.96.0.0/16"
PODS = "10.244.0.0/16"


@contextlib.contextmanager
def control_plane() -> Iterator[Path]:
    """Start a control plane, wait until it is ready, and yield its kubeconfig; then end it.

    Raises:
        RuntimeError: A part of it has ended, or does not answer; with the last lines of its log.
    """
    folder = Path(tempfile.mkdtemp(prefix="apiserver-for-tests."))
    remover = subprocess.Popen(
        # Its input ends with us, or as soon as we close it. What is killed may still write a bit.
        ["sh", "-c", 'cat >/dev/null; until rm -rf "$0"; do sleep 0.1; done', str(folder)],
        stdin=subprocess.PIPE,
        start_new_session=True,
    )
    plane = Plane(folder)
    try:
        plane.start()
        yield plane.kubeconfig
    finally:
        plane.stop()
        remover.communicate()


class Plane:
    """The processes, and the folder that all their files are in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.kubeconfig = folder / "kubeconfig"
        self._processes: list[tuple[str, subprocess.Popen[bytes]]] = []
        self._ports = _free_ports(4)

    def start(self) -> None:
        """Start all of it, each as soon as what it needs is there."""
        etcd, peers, secure, kubelet = self._ports
        self._credentials(secure)
        at = "http://127.0.0.1"
        self._run(
            "etcd",
            f"--data-dir={self.folder}/etcd",
            f"--listen-client-urls={at}:{etcd}",
            f"--advertise-client-urls={at}:{etcd}",
            f"--listen-peer-urls={at}:{peers}",
            f"--initial-advertise-peer-urls={at}:{peers}",
            f"--initial-cluster=default={at}:{peers}",
            "--unsafe-no-fsync",
        )
        self._run(
            "kube-apiserver",
            f"--etcd-servers={at}:{etcd}",
            f"--secure-port={secure}",
            "--bind-address=127.0.0.1",
            f"--cert-dir={self.folder}",
            f"--token-auth-file={self.folder}/tokens",
            "--authorization-mode=Node,RBAC",
            f"--service-cluster-ip-range={SERVICES}",
            "--service-account-issuer=https://kubernetes.default.svc",
            f"--service-account-signing-key-file={self.folder}/accounts.key",
            f"--service-account-key-file={self.folder}/accounts.key",
            "--endpoint-reconciler-type=none",  # no pod may reach a loopback address
            "--kubelet-preferred-address-types=InternalIP",
            "--allow-privileged",
        )
        self._wait("kube-apiserver", "get", "--raw", "/readyz")
        config = f"--kubeconfig={self.kubeconfig}"
        alone = "--leader-elect=false"
        self._run(
            "kube-controller-manager",
            config,
            alone,
            f"--service-account-private-key-file={self.folder}/accounts.key",
            f"--root-ca-file={self.folder}/apiserver.crt",
            f"--cluster-cidr={PODS}",
            "--allocate-node-cidrs",
            "--use-service-account-credentials",
            "--bind-address=127.0.0.1",
            "--secure-port=0",
        )
        self._run("kube-scheduler", config, alone, "--bind-address=127.0.0.1", "--secure-port=0")
        work = self.folder / "work"
        work.mkdir()
        (work / "logs").touch()
        said = (HERE / "kwok.yaml").read_text().replace("WORK", str(work))
        said = said.replace("KUBERNETES", BY_NAME["controlplane"].version)
        (self.folder / "kwok.yaml").write_text(said)
        self._run(
            "kwok",
            config,
            f"--config={self.folder}/kwok.yaml",
            "--manage-all-nodes",
            "--node-lease-duration-seconds=40",
            f"--cidr={PODS}",
            "--node-ip=127.0.0.1",
            f"--node-port={kubelet}",
            f"--server-address=127.0.0.1:{kubelet}",
            f"--tls-cert-file={self.folder}/apiserver.crt",
            f"--tls-private-key-file={self.folder}/apiserver.key",
        )
        self._wait("kube-apiserver", "get", "serviceaccount", "default")
        self._wait("kube-apiserver", "apply", "-f", str(HERE / "cluster.yaml"))
        ready = ("--timeout=10s", "--for=condition=Available", "deployment/coredns")
        self._wait("kwok", "wait", *ready, "--namespace=kube-system")

    def stop(self) -> None:
        """End all of it, last things first."""
        for _, process in reversed(self._processes):
            process.kill()
            process.wait()

    def _credentials(self, port: int) -> None:
        token = secrets.token_urlsafe(24)
        (self.folder / "tokens").write_text(f'{token},admin,1,"system:masters"\n')
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        (self.folder / "accounts.key").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.TraditionalOpenSSL,
                serialization.NoEncryption(),
            )
        )
        names = {"cluster": "real", "user": "admin"}
        cluster = {
            "server": f"https://127.0.0.1:{port}",
            "certificate-authority": str(self.folder / "apiserver.crt"),
        }
        self.kubeconfig.write_text(
            yaml.safe_dump(
                {
                    "apiVersion": "v1",
                    "kind": "Config",
                    "clusters": [{"name": "real", "cluster": cluster}],
                    "users": [{"name": "admin", "user": {"token": token}}],
                    "contexts": [{"name": "real", "context": names}],
                    "current-context": "real",
                }
            )
        )

    def _run(self, name: str, *words: str) -> None:
        program = path_of(BY_NAME["kwok" if name == "kwok" else "controlplane"]).with_name(name)
        with (self.folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                # Should we be killed, it is too.
                ["setpriv", "--pdeathsig", "KILL", str(program), *words],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                env={"PATH": os.environ["PATH"], "HOME": str(self.folder)},
            )
        self._processes.append((name, process))

    def _wait(self, name: str, *words: str) -> None:
        """Wait until a call of kubectl succeeds; if it does not, the log of `name` is told."""
        kubectl = path_of(BY_NAME["kubectl"])
        until = time.monotonic() + PATIENCE
        while True:
            call = [str(kubectl), f"--kubeconfig={self.kubeconfig}", *words]
            done = subprocess.run(call, capture_output=True, text=True, check=False)
            if done.returncode == 0:
                return
            ended = [name for name, process in self._processes if process.poll() is not None]
            if ended or time.monotonic() > until:
                name = ended[0] if ended else name
                log = (self.folder / f"{name}.log").read_text(errors="replace").splitlines()
                told = "\n".join(["", done.stderr.strip(), *log[-20:]])
                raise RuntimeError(f"{name} {'has ended' if ended else 'does not answer'}:{told}")
            time.sleep(0.2)


def _free_ports(number: int) -> list[int]:
    """Return ports of loopback that nobody listens at."""
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(number)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]

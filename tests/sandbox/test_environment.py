"""The sandbox's process: what is there while it lasts, and that nothing is left."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shlex
import signal
import socket
import ssl
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
import yaml

from helpers.sandbox.environment import sandbox
from helpers.sandbox.folder import LackingError, make
from helpers.sandbox.programs.manifests import GATEWAY_API

if TYPE_CHECKING:
    from collections.abc import Callable

CUEBOOK = [sys.executable, "-P", "-m", "runner.cli.main"]
ROOT = Path(__file__).parents[2]
DEADLINE = 60.0


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home folder of the test's own, whose kubeconfig nobody may touch, and temporary files."""
    (tmp_path / "home/.kube").mkdir(parents=True)
    (tmp_path / "tmp").mkdir()
    config = tmp_path / "home/.kube/config"
    config.write_text("no kubeconfig: whoever reads this fails\n")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    yield tmp_path
    assert config.read_text() == "no kubeconfig: whoever reads this fails\n"
    assert os.listdir(tmp_path / "home/.kube") == ["config"]


def gone(folder: Path) -> None:
    until(lambda: not folder.exists(), f"{folder} is left")


def until(holds: Callable[[], bool], message: str) -> None:
    end = time.monotonic() + DEADLINE
    while not holds():
        assert time.monotonic() < end, message
        time.sleep(0.02)


def call(*argv: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    options = {"capture_output": True, "text": True, "timeout": DEADLINE}
    return subprocess.run(argv, check=False, env=env, **options)


def test_kubectl_finds_the_clusters_and_nothing_else(home):
    with sandbox(["west", "east"]) as found:
        env = {**os.environ, **found.variables}
        env["PATH"] = f"{found.path[0]}:{env['PATH']}"
        got = call("kubectl", "config", "get-contexts", "-o", "name", env=env)
        assert got.stdout.split() == ["east", "west"], got
        got = call("kubectl", "--context", "east", "get", "nodes", "-o", "name", env=env)
        assert got.stdout == "node/east-control-plane\n", got
        folder = Path(found.variables["CUEBOOK_SANDBOX"])
        assert folder.stat().st_mode & 0o777 == 0o700
        (socket,) = folder.glob("socket")
        assert socket.is_socket()
    assert not folder.exists()


def test_it_goes_when_its_process_is_killed(home):
    with sandbox() as found:
        folder = Path(found.variables["CUEBOOK_SANDBOX"])
        os.kill(int(folder.name.split("-")[2]), signal.SIGKILL)
    assert not folder.exists()


RUNBOOK = 'kubectl version --client\nsleep 600 &\necho "folder: $CUEBOOK_SANDBOX"\nwait\n'
TEST = """\
from helpers.sandbox.pytest import sandbox_clusters, sandbox_session


def test(sandbox_clusters):
    sandbox_clusters("west", "east")
    print("\\nfolder: none", flush=True)
    input()
"""
KILLED = {
    "rehearse": [*CUEBOOK, "rehearse", "--no-init", "--no-take", "--sandbox", "killed.sh"],
    "sandbox run": [
        *(*CUEBOOK, "sandbox", "run", "--clusters", "west", "--kubeconfig", "copy", "--"),
        *("bash", "killed.sh"),
    ],
    "pytest": [sys.executable, "-m", "pytest", "-s", "-p", "no:cacheprovider", "killed.py"],
}


@pytest.mark.parametrize("words", KILLED.values(), ids=KILLED)
def test_no_process_and_no_file_is_left_by_kill_9(home, words):
    (home / "killed.sh").write_text(RUNBOOK)
    (home / "killed.py").write_text(TEST)
    files = sorted(path.name for path in home.iterdir())
    with subprocess.Popen(
        words,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        cwd=home,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
    ) as process:
        line = next(line for line in process.stdout if line.startswith("folder: "))
        folder = Path(line.removeprefix("folder: ").strip())
        assert mine(home), "there is a process, and it is found"
        process.kill()
    gone(folder)
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end and mine(home):
        time.sleep(0.02)
    assert mine(home) == []
    assert os.listdir(home / "tmp") == []
    assert sorted(path.name for path in home.iterdir()) == files


@pytest.mark.parametrize("copy", ["copy", "there"])
def test_it_ends_silently_when_whoever_starts_it_is_killed_meanwhile(home, copy):
    (home / "there").touch()  # so that there is an error to tell
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-P", "-m", "helpers.sandbox.host", str(home / copy), "west"],
        check=False,
        input="",
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        timeout=DEADLINE,
    )
    os.close(writing)
    assert done.stderr == ""
    assert os.listdir(home / "tmp") == []
    assert not (home / "copy").exists()


def mine(home: Path) -> list[str]:
    """The command lines of processes whose home folder this is."""
    mark, found = f"HOME={home}/home".encode(), []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has ended
            if mark in (process / "environ").read_bytes().split(b"\0"):
                found.append((process / "cmdline").read_text().replace("\0", " "))
    return found


def test_what_a_killed_one_left_is_swept(home):
    with subprocess.Popen(["true"]) as dead:
        pass
    left = home / f"tmp/cuebook-sandbox-{dead.pid}-x"
    other = home / f"tmp/cuebook-sandbox-{os.getpid()}-x"
    for folder in (left, other):
        folder.mkdir()
    with sandbox():
        assert (left.exists(), other.exists()) == (False, True)


def test_it_listens_on_loopback_alone(home):
    with sandbox(["west"]) as found:
        number = Path(found.variables["CUEBOOK_SANDBOX"]).name.split("-")[2]
        inodes = {os.readlink(f"/proc/{number}/fd/{fd}") for fd in os.listdir(f"/proc/{number}/fd")}
        rows = Path("/proc/net/tcp").read_text() + Path("/proc/net/tcp6").read_text()
        listening = [
            row.split()[1]
            for row in rows.splitlines()
            if len(row.split()) > 9
            and row.split()[3] == "0A"
            and f"socket:[{row.split()[9]}]" in inodes
        ]
    assert len(listening) == 2, "the cluster and the proxy"
    assert {address.partition(":")[0] for address in listening} == {"0100007F"}


def test_by_hand(home):
    copy = home / "copy"
    words = ["sandbox", "run", "--clusters", "west", "--kubeconfig", str(copy), "--"]
    script = f"kubectl --kubeconfig {copy} get ns default -o name; exit 7"
    done = call(*CUEBOOK, *words, "bash", "-c", script, env=dict(os.environ))
    assert (done.returncode, done.stdout) == (7, "namespace/default\n"), done
    assert done.stderr.startswith("on simulated clusters\n")
    assert not copy.exists()
    assert not list((home / "tmp").iterdir())


def test_curl_is_marked_and_counted(home):
    runbook = home / "demo.sh"
    runbook.write_text("curl -s http://192.0.2.17/\ncurl --version >/dev/null || test $? = 127\n")
    take = home / "a.take"
    words = ["rehearse", "--no-init", "--sandbox", "--take", str(take), str(runbook)]
    done = call(*CUEBOOK, *words, env=dict(os.environ))
    assert done.returncode == 0, done
    assert "[simulated] http://192.0.2.17/: no traffic flows in the sandbox" in done.stdout
    totals = json.loads(take.read_text().splitlines()[-1])
    assert (totals["passed"], totals["simulated"]) == (1, 1)


def test_what_pods_would_say_is_counted_as_simulated(home):
    """Each line after the first two is a step."""
    runbook = home / "demo.sh"
    runbook.write_text(
        "kind create cluster --name west >/dev/null 2>&1\n"
        "kubectl run web --image=nginx\n"
        "kubectl exec web -- false\n"
        "kubectl logs web | grep listening\n"
        "kubectl get pod web -o name\n"
        "kubectl logs nothing\n"
    )
    take = home / "a.take"
    words = ["rehearse", "--no-init", "--sandbox", "--take", str(take), str(runbook)]
    done = call(*CUEBOOK, *words, env=dict(os.environ))
    assert "exec in default/web needs a pod that runs" in done.stdout, done
    assert "the log of default/web needs a pod that runs" in done.stdout
    totals = json.loads(take.read_text().splitlines()[-1])
    assert [totals[one] for one in ("passed", "simulated", "failed")] == [3, 2, 1], done


EXTRA = "pip install 'cuebook[sandbox]', or in a clone pip install '.[sandbox]'"


@pytest.mark.parametrize(
    ("path", "blocked", "said"), [("/nowhere", "nothing", "kubectl"), (None, "aiohttp", "aiohttp")]
)
def test_what_is_not_installed_is_named_with_the_extra_that_has_it(
    home, monkeypatch, path, blocked, said
):
    monkeypatch.setattr(sys, "executable", str(home / "python"))
    find = "helpers.sandbox.folder.find_spec"
    monkeypatch.setattr(find, lambda name: None if name == blocked else name)
    with pytest.raises(LackingError, match=re.escape(f"no {said}: {EXTRA}")):
        make(path or os.environ["PATH"])
    assert not list((home / "tmp").iterdir())


def test_the_proxy_leads_to_clusters_and_nowhere_else(home):
    with sandbox(["west"]) as found:
        env = {**os.environ, **found.variables, "PATH": f"{found.path[0]}:{os.environ['PATH']}"}
        query = "{.items[0].status.addresses[0].address}"
        address = call("kubectl", "get", "nodes", "-o", f"jsonpath={query}", env=env).stdout
        assert address.startswith("192.0.2."), address
        for server in (f"https://{address}:6443", "https://192.0.2.99:6443", "https://127.0.0.1:1"):
            got = call("kubectl", "--server", server, "get", "ns", "default", "-o", "name", env=env)
            leads = server == f"https://{address}:6443"
            assert (got.stdout == "namespace/default\n") is leads, got
            assert leads or "not an API server of the sandbox" in got.stderr, got


def test_clients_that_the_proxy_cannot_serve_leave_nothing_open(home):
    """They say nothing, something else, too much; or go, or shake hands without a certificate."""
    with sandbox(["west"]) as found:
        config = yaml.safe_load(Path(found.variables["KUBECONFIG"]).read_text())
        cluster = config["clusters"][0]["cluster"]
        server, proxy = (urlsplit(cluster[key]) for key in ("server", "proxy-url"))
        connect = f"CONNECT {server.netloc} HTTP/1.1\r\n\r\n".encode()
        files = Path(f"/proc/{Path(found.variables['CUEBOOK_SANDBOX']).name.split('-')[2]}/fd")
        before = len(list(files.iterdir()))
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        for said in (b"", b"GET / HTTP/1.1\r\n\r\n", b"x" * 10_000, connect[:-2], connect) * 5:
            with socket.create_connection((proxy.hostname, proxy.port)) as client:
                client.sendall(said)
        for _ in range(5):
            client = socket.create_connection((proxy.hostname, proxy.port))
            client.sendall(connect)
            assert client.recv(1000).startswith(b"HTTP/1.1 200")
            served = b""
            with contextlib.suppress(OSError), context.wrap_socket(client) as secure:
                secure.sendall(b"GET /version HTTP/1.1\r\nHost: x\r\n\r\n")
                served = secure.recv(1000)
            assert not served
        until(lambda: len(list(files.iterdir())) == before, "a connection is left")
        env = {**os.environ, **found.variables, "PATH": f"{found.path[0]}:{os.environ['PATH']}"}
        assert call("kubectl", "get", "--raw", "/livez", env=env).stdout == "ok"


def test_gateway_apis_file_is_the_sandboxs_own(home):
    with sandbox(["west"]) as found:
        env = {**os.environ, **found.variables, "PATH": f"{found.path[0]}:{os.environ['PATH']}"}
        got = call("kubectl", "apply", "-f", GATEWAY_API, env=env)
        assert f"[simulated] {GATEWAY_API}: the sandbox has a shorter one" in got.stderr
        made = "customresourcedefinition.apiextensions.k8s.io/httproutes.gateway.networking.k8s.io"
        assert f"{made} created" in got.stdout.splitlines()


def test_curl_knows_pods_and_services_by_address_and_by_name(home):
    lines = [
        "kind create cluster --name west >/dev/null 2>&1",
        "curl -s http://$(kubectl get svc kubernetes -o jsonpath={.spec.clusterIP})/",
        "curl -s http://10.244.0.9:8080/",
        "curl -s http://kubernetes.default.svc/",
    ]
    runbook = home / "demo.sh"
    runbook.write_text("\n".join(lines) + "\n")
    take = home / "a.take"
    words = ["rehearse", "--no-init", "--sandbox", "--take", str(take), str(runbook)]
    done = call(*CUEBOOK, *words, env=dict(os.environ))
    assert done.returncode == 0, done
    totals = json.loads(take.read_text().splitlines()[-1])
    assert (totals["passed"], totals["simulated"]) == (1, 3), done.stdout


def test_performances_within_one_share_its_clusters_and_say_so(home):
    """The set-up, and then the show: how a speaker tries a workshop without its clusters."""
    (home / "setup.sh").write_text("kind create cluster --name west\n")
    show = "<!-- @SHOW -->\n```bash\nkubectl get nodes\ncurl -s http://192.0.2.9/\n```\n"
    (home / "show.md").write_text(show)
    take = home / "a.take"
    script = f"""
        {shlex.join(CUEBOOK)} rehearse --no-init --no-take --sandbox setup.sh &&
        {shlex.join(CUEBOOK)} rehearse --no-init --take {take} show.md
    """
    words = [*CUEBOOK, "sandbox", "run", "--", "bash", "-c", script]
    done = subprocess.run(
        words, check=False, cwd=home, capture_output=True, text=True, timeout=DEADLINE
    )
    assert done.returncode == 0, done
    assert "west-control-plane" in done.stdout
    header, *_, totals = map(json.loads, take.read_text().splitlines())
    assert header["environment"] == "simulated clusters"
    assert (totals["passed"], totals["simulated"]) == (1, 1)

"""The flagship and its set-up with localcluster itself, from nothing to nothing, in fakes' world.

What plain bash calls of the same blocks is compared in tests/flagship, with stubs.
"""

from __future__ import annotations

import fnmatch
import http.server
import json
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import yaml

from tests.localcluster.commands.test_reports import INFO, VERSIONS

REPO = Path(__file__).parents[3]
ANSWERS = REPO / "tests" / "flagship" / "answers"
# What the fakes of this folder know by themselves, of what the flagship's stubs are told.
KNOWN = ("kind get", "k3d cluster", "localcluster", "bat ")


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<title>Faces</title>")

    def log_message(self, *_):
        pass


@pytest.fixture
def page():
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def stage(world, api, page):
    """The world with the runbooks, and its fakes told what the flagship expects to see."""
    shutil.copytree(REPO / "runbooks", world.work / "runbooks")
    # The doctor also looks at the kernel's limits, which are this machine's own.
    setup = world.work / "runbooks" / "practical-multicluster-setup.md"
    setup.write_text(
        setup.read_text().replace("localcluster doctor\n", "localcluster doctor || true\n")
    )
    world.rule("docker info", print=json.dumps(INFO), instead=True)
    for match, said in VERSIONS.items():
        world.rule(match, print=said, instead=True)
    for name in ("jq", "bat"):
        (world.bin / name).write_text('#!/bin/sh\nexec cat "$@"\n')
        (world.bin / name).chmod(0o755)
    for line in ANSWERS.read_text().splitlines():
        pattern, status, printed = line.split("|", 2)
        if not pattern.startswith(KNOWN):
            text = printed.replace("@PAGE@", page).replace("\\n", "\n")
            match = f"^{fnmatch.translate(pattern)}"
            world.rule(match, print=text, status=int(status), instead=True)
    # `kubectl edit` opens the editor; what that does to a route is seen in tests/flagship.
    fakes = world.bin / "fakes"
    fakes.mkdir()
    (world.bin / "kubectl").rename(fakes / "kubectl")
    (world.bin / "kubectl").write_text(
        "#!/bin/sh\n"
        f'case " $* " in *" edit "*) "$EDITOR" {world.fakes}/route && echo edited; exit ;; esac\n'
        f'exec {fakes}/kubectl "$@"\n'
    )
    (world.bin / "kubectl").chmod(0o755)
    (world.fakes / "route").touch()
    (world.fakes / "linkerd-help").write_text("  link-gen    Outputs the link\n")
    return world


def test_from_an_empty_machine_to_the_last_step(stage):
    runbooks = ("practical-multicluster-setup.md", "practical-multicluster.md")
    users = stage.kubeconfig.read_text()
    done = subprocess.run(
        [sys.executable, "-m", "runner.cli.main", "rehearse", "--no-init"]
        + [f"runbooks/{runbook}" for runbook in runbooks],
        cwd=stage.work,
        env={**stage.environment, "TERM": "dumb", "SHELL": shutil.which("bash") or ""},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    made = {
        provider: [call.argv for call in stage.calls(provider, *words)]
        for provider, words in (("kind", ("create", "cluster")), ("k3d", ("cluster", "create")))
    }
    assert [len(made["kind"]), len(made["k3d"])] == [4, 3]
    assert not stage.nodes, "clusters that were not deleted"
    left, users = yaml.safe_load(stage.kubeconfig.read_text()), yaml.safe_load(users)
    assert left["contexts"] == users["contexts"]
    assert left["clusters"] == users["clusters"]

"""localcluster as a speaker calls it, in a world of fakes: arguments -> calls and output."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.localcluster.commands.fake_api import FakeApi, certificate
from tests.shipped import MADE

HERE = Path(__file__).parent
REPO = HERE.parents[2]
LOCALCLUSTER = (sys.executable, "-P", "-m", "helpers.localcluster.cli.main")
PROGRAMS = ("docker", "kind", "k3d", "kubectl", "helm", "linkerd", "jq")
USERS_KUBECONFIG = """\
apiVersion: v1
kind: Config
preferences: {}
current-context: work
clusters:
- name: work
  cluster: {server: https://work.example:6443, insecure-skip-tls-verify: true}
contexts:
- name: work
  context: {cluster: work, user: me, namespace: "0123"}
users:
- name: me
  user:
    token: "0x10"
    auth-provider: {name: oidc, config: {expiry: 2026-01-01T00:00:00Z}}
"""


# What `create` left, by the definitions and the call; all of it in this process's own folders.
_CREATED: dict[tuple[object, ...], Path] = {}


class Run(NamedTuple):
    status: int
    stdout: str
    stderr: str


class Call(NamedTuple):
    argv: list[str]
    stdin: str
    at: float

    @property
    def text(self) -> str:
        return " ".join(self.argv)


class World:
    """A folder with definitions, fake programs, a home with a kubeconfig, and what was called."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / "home"
        self.fakes = folder / "fakes"
        self.work = folder / "work"
        self.bin = folder / "bin"
        for each in (self.home / ".kube", self.fakes, self.work, self.bin):
            each.mkdir(parents=True)
        # Tests call them some thousand times: it is compiled once.
        fake = f"import sys; sys.path.append({str(HERE)!r}); import fake_program\n"
        for name in PROGRAMS:
            (self.bin / name).write_text(f"#!{sys.executable} -IS\n{fake}")
            (self.bin / name).chmod(0o755)
        self.kubeconfig = self.home / ".kube" / "config"
        self.kubeconfig.write_text(USERS_KUBECONFIG)
        shutil.copytree(REPO / "clusters", self.work / "clusters", ignore=MADE)
        # What plans write to call localcluster again.
        launcher = self.work / "localcluster"
        launcher.write_text(f'#!/bin/sh\nLOCALCLUSTER=$0 exec {" ".join(LOCALCLUSTER)} "$@"\n')
        launcher.chmod(0o755)
        self.rules: list[dict[str, object]] = []
        self.extra: dict[str, str] = {}

    @property
    def environment(self) -> dict[str, str]:
        return {
            "HOME": str(self.home),
            "PATH": f"{self.bin}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(REPO),
            "FAKE_WORLD": str(self.fakes),
            "LOCALCLUSTER": "./localcluster",
            "LC_ALL": "C.UTF-8",
            # The fake API servers' certificates are nobody's.
            "PYTHONWARNINGS": "ignore:Unverified HTTPS request",
            **self.extra,
        }

    def rule(self, match: str, **what: object) -> None:
        """Let calls that match fail (`status`), print, be slow (`sleep`), the first `times`."""
        self.rules.append({"match": match, "id": len(self.rules), **what})
        (self.fakes / "rules.json").write_text(json.dumps(self.rules))

    def define(self, **files: str) -> None:
        """Replace the definitions by these, name by name."""
        shutil.rmtree(self.work / "clusters")
        for name, spec in files.items():
            folder = self.work / "clusters" / name.replace("_", "-")
            folder.mkdir(parents=True)
            text = f"metadata:\n  name: {folder.name}\nspec: {{{spec}}}\n"
            (folder / "sma.yaml").write_text(text)

    def popen(self, *args: str, **options) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*LOCALCLUSTER, *args],
            cwd=self.work,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **options,
        )

    def run(self, *args: str) -> Run:
        process = self.popen(*args)
        stdout, stderr = process.communicate(timeout=120)
        return Run(process.returncode, stdout, stderr)

    def ok(self, *args: str) -> Run:
        """Run a command that must end well."""
        done = self.run(*args)
        assert done.status == 0, f"{args} ended with {done.status}:\n{done.stdout}{done.stderr}"
        return done

    def created(self, *args: str) -> None:
        """Have clusters: run `create`, or bring back what the same call left for another test."""
        files = [*sorted((self.work / "clusters").rglob("*")), self.fakes / "linkerd-help"]
        texts = tuple((file.name, file.read_bytes()) for file in files if file.is_file())
        key = (args, texts, json.dumps([self.rules, self.extra]))
        folders = (self.home, self.fakes, self.work)
        if key in _CREATED:
            for folder in folders:
                shutil.copytree(_CREATED[key] / folder.name, folder, dirs_exist_ok=True)
            return
        self.ok("create", "clusters", *args)
        kept = self.folder.with_name(f"{self.folder.name}-created-{len(_CREATED)}")
        for folder in folders:
            shutil.copytree(folder, kept / folder.name)
        _CREATED[key] = kept

    def recorded(self, what: str = "began") -> list[Call]:
        log = self.fakes / "calls.jsonl"
        entries = [json.loads(row) for row in log.read_text().splitlines()] if log.exists() else []
        return [Call(e["argv"], e["stdin"], e["at"]) for e in entries if e["what"] == what]

    def calls(self, *beginning: str) -> list[Call]:
        """Return the calls so far that begin with these words."""
        count = len(beginning)
        return [call for call in self.recorded() if tuple(call.argv[:count]) == beginning]

    def forget(self) -> None:
        """Forget the calls so far."""
        (self.fakes / "calls.jsonl").unlink(missing_ok=True)

    @property
    def nodes(self) -> dict[str, dict[str, object]]:
        file = self.fakes / "world.json"
        return json.loads(file.read_text())["nodes"] if file.exists() else {}


@pytest.fixture
def world(tmp_path) -> World:
    return World(tmp_path)


@pytest.fixture(scope="session")
def servers(tmp_path_factory):
    """Return a function that gives API servers, the same ones until a test closes them."""
    pem = certificate(tmp_path_factory.mktemp("api"))
    made: list[FakeApi] = []

    def servers() -> FakeApi:
        if not made or made[-1].closed:
            # Addresses of this process's own, so that others can run beside it.
            prefix = f"127.{random.randint(16, 250)}.{random.randint(1, 250)}."
            try:
                made.append(FakeApi(pem, prefix))
            except OSError as error:
                pytest.skip(f"no server can listen on {prefix}2: {error}; on Linux it could")
        return made[-1]

    yield servers
    if made:
        made[-1].close()


@pytest.fixture
def api(world, servers):
    """The API servers of the world's clusters, whose nodes have addresses that can be reached."""
    fake = servers()
    prefix = fake.prefix
    options = f"--subnet={prefix}0/24 --ip-range={prefix}0/26 --gateway={prefix}1"
    network = f"docker network create {options} kind"
    world.extra["FAKE_ADDRESSES"] = prefix
    subprocess.run(network.split(), env=world.environment, check=True)
    world.forget()
    fake.serve(world)
    return fake


@pytest.fixture
def planned(tmp_path, monkeypatch):
    """Return a function: definitions and a command -> the lines of its plan.

    Definitions are the repository's, or `spec`s by name; `state` says what is there.
    """
    from dataclasses import replace
    from importlib import import_module

    from helpers.localcluster.definitions import load
    from helpers.localcluster.task import Task

    def planned(command: str, *names: str, specs=None, state=None, **more):
        folder = REPO
        if specs is not None:
            folder = tmp_path / "planned"
            for name, spec in specs.items():
                file = folder / "clusters" / name / "sma.yaml"
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(f"metadata:\n  name: {name}\nspec: {{{spec}}}\n")
        monkeypatch.chdir(folder)
        definitions = load([Path("clusters")], names)
        task = Task(definitions.clusters, definitions.wanted, definitions.network)
        return import_module(f"helpers.localcluster.{command}").plan(
            replace(task, state=state, **more)
        )

    return planned

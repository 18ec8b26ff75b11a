"""Real kubectl against the sandbox: each call of the table, and what must come of it.

`CUEBOOK_CONTRACT_KUBECONFIG=FILE` runs the same table against the cluster of that file instead, to
hold the table itself to what a real cluster does. `CUEBOOK_CONTRACT_KUBECTL=PROGRAM` (several with
`:` between them) runs it with other versions of kubectl.
"""

from __future__ import annotations

import fnmatch
import os
import re
import selectors
import signal
import subprocess
import time
from pathlib import Path

import pytest
import yaml

from helpers.sandbox.pytest import sandbox_session
from tests.sandbox import kubectl
from tests.sandbox.contract.table import SCENARIOS, read

__all__ = ["sandbox_session"]

MANIFESTS = Path(__file__).parent / "manifests"
REAL = os.environ.get("CUEBOOK_CONTRACT_KUBECONFIG")
PATIENCE = 120


@pytest.fixture(params=kubectl.programs(), ids=lambda path: Path(path).name)
def program(request):
    return request.param


@pytest.fixture
def source(request):
    """The kubeconfig of a cluster: the one that is named, or a simulated one."""
    if REAL:
        yield yaml.safe_load(Path(REAL).read_text())
        return
    sandbox = request.getfixturevalue("sandbox_session")
    name = f"contract-{request.node.name}"
    yield yaml.safe_load(sandbox.add(name).kubeconfig)
    sandbox.remove(name)


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_contract(scenario, program, source, tmp_path):
    namespace = f"contract-{scenario}"
    current = source["current-context"]
    context = next(one for one in source["contexts"] if one["name"] == current)
    context["context"]["namespace"] = namespace
    config = tmp_path / "kubeconfig"
    config.write_text(yaml.safe_dump(source))
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "KUBECONFIG": str(config),
        "KUBECACHEDIR": str(tmp_path / "cache"),
        "LC_ALL": "C",
    }
    run([program, "create", "namespace", namespace], env)
    broken = []
    try:
        for number, call in enumerate(read(scenario), 1):
            argv = [program, *call.arguments]
            print(f"{number}. {call.line}")
            if call.until:
                watch(argv, env | call.env, call.out)
                continue
            status, printed = run(argv, env | call.env, call.stdin)
            wrong = list(problems(call, status, printed))
            if wrong:
                broken.append(
                    f"call {number} of {scenario}.txt: {call.line}\n"
                    + "\n".join(wrong)
                    + f"\nIt printed (status {status}):\n{printed}"
                )
    finally:
        if REAL:
            run([program, "delete", "namespace", namespace], env)
    if broken:
        # All of them at once: on a real cluster, each says something of its own.
        pytest.fail("\n".join(broken), pytrace=False)


def run(argv, env, stdin=""):
    done = subprocess.run(
        argv,
        check=False,
        cwd=MANIFESTS,
        env=env,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    return done.returncode, done.stdout + done.stderr


def watch(argv, env, wanted):
    """Run a call until each of the lines has come, and interrupt it."""
    process = subprocess.Popen(
        argv, cwd=MANIFESTS, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, bufsize=0
    )
    printed = b""
    end = time.monotonic() + PATIENCE
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while not all(found(line, printed.decode()) for line in wanted):
            ready = selector.select(max(0, end - time.monotonic()))
            more = process.stdout.read(65536) if ready else b""
            if not more:
                process.kill()
                pytest.fail(f"waited in vain for {wanted}; it printed:\n{printed.decode()}")
            printed += more
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=PATIENCE)


def problems(call, status, printed):
    if status != call.status:
        yield f"Its status is {status}, not {call.status}."
    for line in call.out:
        if line.startswith("! "):
            if found(line[2:], printed):
                yield f"No line may be:   {line[2:]}"
        elif not found(line, printed):
            yield f"No line is:       {line}"


def found(pattern, printed):
    # Only `*` is special: in fnmatch, brackets and question marks are as well.
    pattern = re.sub(r"[\[?]", r"[\g<0>]", " ".join(pattern.split()))
    lines = (" ".join(line.split()) for line in printed.splitlines())
    return any(fnmatch.fnmatchcase(line, pattern) for line in lines)

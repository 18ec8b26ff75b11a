"""localcluster: how long planning takes, and what running lines side by side is worth."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from functools import cache, partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from helpers.localcluster.create import plan
from helpers.localcluster.definitions import load
from helpers.localcluster.task import Task
from tests.bench.figures import Figure, Goal, Result, Row, ms
from tests.bench.lab import REPO, BenchError, Lab, say
from tests.shipped import MADE

if TYPE_CHECKING:
    from helpers.localcluster.plan import Action

TAKES = {"kind": 10.0, "k3d": 8.0, "helm": 3.0, "kubectl": 0.1}
"""Seconds that a stand-in takes; k3d takes them for `cluster create` alone, docker none."""
MANY = 200
NOTES = f"""\
`localcluster create clusters`, seven clusters, with stand-ins on PATH that take a fixed time:
kind {TAKES["kind"]:g} s, k3d {TAKES["k3d"]:g} s, helm {TAKES["helm"]:g} s, kubectl
{TAKES["kubectl"]:g} s a call. The critical path is the longest chain of lines that depend on each
other, by these times alone; a run has bash, Python for the kubeconfig and the stand-ins themselves
on top. One at a time (`-j 1`) is run once. Planning is `create --dryrun clusters` less `--help`.
The {MANY} definitions are read and checked together in a process of its own, imports not counted.
"""

_STAND_IN = """\
#!/bin/sh
case "${0##*/} $1 $2" in
  "docker inspect -f") echo 127.0.0.1 ;;
  "kind create cluster" | "k3d kubeconfig merge")
    for word do case "$last" in --kubeconfig | --output) file=$word ;; esac; last=$word; done
    echo 'contexts: [{name: x, context: {cluster: x, user: x}}]' >"$file" ;;
esac
case "${0##*/} $1" in
  "k3d kubeconfig" | docker*) ;;
  *) exec sleep SECONDS ;;
esac
"""
_READ = """\
import sys, time
from pathlib import Path
from helpers.localcluster.definitions import load
start = time.perf_counter()
assert len(load([Path(sys.argv[1])]).clusters) == int(sys.argv[2])
print(time.perf_counter() - start)
"""


def run(lab: Lab) -> Result:
    """Time seven clusters side by side, one at a time, planning, and many definitions."""
    shutil.copytree(REPO / "clusters", lab.work / "clusters", ignore=MADE)
    path = _critical_path(lab.work / "clusters")
    say(f"plan: seven clusters, {path:.1f} s by the critical path, then one at a time")
    side = [_create(lab, "-j", "7") for _ in range(lab.rounds)]
    (single,) = [_create(lab, "-j", "1")]
    say("plan: planning, and many definitions")
    localcluster = Path(lab.python).with_name("localcluster")
    times = lab.interleave(
        {
            "plan": partial(_clock, lab, [localcluster, "create", "--dryrun", "clusters"]),
            "help": partial(_clock, lab, [localcluster, "--help"]),
            "many": partial(_many, lab, _definitions(lab)),
        }
    )
    rows = (
        Row(
            name="seven clusters",
            what="seven clusters made side by side",
            measured=f"{median(side):.1f} s",
            against=f"the critical path: {path:.1f} s",
            figure=Figure.ratio(side, [path] * len(side)),
            goal=Goal(1.1),
        ),
        Row(
            name="seven clusters one at a time",
            what="the same",
            measured=f"{median(side):.1f} s",
            against=f"one at a time: {single:.1f} s",
            figure=Figure.ratio(side, [single] * len(side)),
        ),
        Row(
            name="planning",
            what="planning seven clusters",
            measured=ms(times["plan"]),
            against=f"`localcluster --help`: {ms(times['help'])}",
            figure=Figure.extra_ms(times["plan"], times["help"]),
            goal=Goal(100, unit="ms more"),
        ),
        Row(
            name="definitions",
            what=f"{MANY} definitions read and checked",
            measured=ms(times["many"]),
            against="nothing",
            figure=Figure.extra_ms(times["many"], [0.0] * len(times["many"])),
            goal=Goal(1000, unit="ms"),
        ),
    )
    return Result("localcluster", rows, NOTES)


def _critical_path(folder: Path) -> float:
    """Return the seconds of the longest chain of lines, by what the stand-ins take."""
    definitions = load([folder])
    task = Task(definitions.clusters, definitions.wanted, definitions.network)

    @cache
    def until(action: Action) -> float:
        return _takes(action) + max(map(until, action.after), default=0.0)

    return max(map(until, plan(task).actions))


def _takes(action: Action) -> float:
    words = action.line.words
    return 0.0 if words[:2] == ("k3d", "kubeconfig") else TAKES.get(words[0], 0.0)


def _create(lab: Lab, *options: str) -> float:
    """Make seven clusters with stand-ins, and return how many seconds it took."""
    programs = lab.work / "bin"
    programs.mkdir(exist_ok=True)
    for name, seconds in {**TAKES, "docker": 0.0}.items():
        stand_in = programs / name
        stand_in.write_text(_STAND_IN.replace("SECONDS", str(seconds)))
        stand_in.chmod(0o755)
    localcluster = Path(lab.python).with_name("localcluster")
    env = {**lab.env, "PATH": f"{programs}:{os.environ['PATH']}"}
    start = time.perf_counter()
    done = subprocess.run(
        [localcluster, "create", *options, "clusters"],
        cwd=lab.work,
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = time.perf_counter() - start
    if done.returncode:
        raise BenchError(f"create failed: {done.stderr.strip()[-1000:]}")
    return seconds


def _clock(lab: Lab, argv: list[str | Path]) -> float:
    return lab.run(argv)


def _definitions(lab: Lab) -> Path:
    """Write many definitions, of two families, and return their folder."""
    folder = lab.work / "many"
    folder.mkdir()
    (folder / "network.yaml").write_text(
        "name: kind\nsubnets: [172.20.0.0/16, 'fd5c:6c8f:2a1e:64::/64']\n"
        "nodes: [172.20.0.0/18, 'fd5c:6c8f:2a1e:64::/112']\n"
    )
    ids = [number for number in range(4, 4 * MANY) if number % 16 not in {0, 15}][:MANY]
    for number in ids:
        spec = f'subnet: "{number:X}/{number:X}", provider: kind, v4Enabled: true, v6Enabled: true'
        place = folder / f"c{number}" / "sma.yaml"
        place.parent.mkdir()
        place.write_text(f"metadata: {{name: c{number}}}\nspec: {{{spec}}}\n")
    return folder


def _many(lab: Lab, folder: Path) -> float:
    argv = [lab.python, "-c", _READ, str(folder), str(MANY)]
    done = subprocess.run(argv, capture_output=True, text=True, cwd=REPO, env=lab.env, check=False)
    if done.returncode:
        raise BenchError(f"reading definitions failed: {done.stderr.strip()[-1000:]}")
    return float(done.stdout)

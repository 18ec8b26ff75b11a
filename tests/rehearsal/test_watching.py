"""What shows what goes on for ever, without `@for`: interrupted after five seconds, and said."""

from __future__ import annotations

import pytest

KUBECTL = """#!/bin/bash
[[ " $* " == *" get "* ]] || exit 9
while :; do echo "web 1/1 Running"; sleep 0.2; done
"""


def notice(name: str) -> str:
    return f"! `{name}` goes on for ever, so it is interrupted after 5s, as by `@for 5s`"


@pytest.fixture
def env(stage):
    """An environment with a `kubectl` that goes on."""
    stage.write({"bin/kubectl": KUBECTL})
    (stage.work / "bin/kubectl").chmod(0o755)
    return {"PATH": f"{stage.work}/bin:{stage.env['PATH']}"}


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("#@expect *Running\nkubectl get pods -w", "kubectl"),
        ("tail -f /dev/null", "tail"),
        ("#@until 20s\n#@expect web*\nkubectl get pods --watch | grep -v no", "kubectl"),
    ],
)
def test_it_is_a_success(run, env, command, name):
    result = run(f"{command}\necho on\n", env=env)
    assert (result.status, result.printed[-1]) == (0, "on"), result
    assert result.printed.count(notice(name)) == 1


def test_it_can_still_fail(run, env):
    result = run("#@expect *Pending\nkubectl get pods -w\n", env=env)
    assert "@expect *Pending: no line of the output matches" in result.summary[0], result
    result = run("kubectl -n x logs -f y\n", env=env)
    assert result.summary[0] == "demo.sh:1:1: failed with exit status 9"
    assert notice("kubectl") in result.printed


def test_a_time_of_its_own_or_of_the_step_comes_first(run, env):
    result = run("#@for 300ms\nkubectl get pods -w\n", env=env)
    assert (result.status, notice("kubectl") in result.printed) == (0, False), result
    result = run("#@timeout 300ms\nkubectl get pods -w\n", env=env)
    assert result.summary[0].endswith("the time was up: 0.3 s"), result


def test_what_ends_by_itself_is_let_alone(run):
    result = run("tail -f /etc/passwd | head -1\ntail -n 1 /etc/passwd\n")
    assert result.status == 0, result
    assert "goes on for ever" not in result.stdout


def test_a_take_has_the_notice(run, env, stage):
    run("kubectl get pods -w\n", "--take", "a.take", env=env)
    assert notice("kubectl")[2:] in (stage.work / "a.take").read_text()

"""Hooks as functions of the shell."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from runner.show.hooks import definitions


def bash(script: str, **env: str) -> tuple[str, str, int]:
    program = shutil.which("bash") or "bash"
    argv = [program, "--norc", "-c", script]
    env = {"PATH": "", **env}
    done = subprocess.run(argv, check=False, capture_output=True, text=True, env=env)
    return done.stdout, done.stderr, done.returncode


@pytest.mark.parametrize(
    ("call", "value", "came"),
    [
        ("h", "echo ran", ("ran\n", 0)),
        ("h", "", ("", 0)),
        ("h", None, ("", 0)),
        ("h", "(exit 3)", ("", 3)),
        ("h; echo $x", "x=set", ("set\n", 0)),
        ("set -eu; h; echo on", None, ("on\n", 0)),
        ("h a b", 'echo "$#"', ("2\n", 0)),
        ("x=$(h); echo [$x]", "echo 'a  b'; echo c", ("[a b c]\n", 0)),
    ],
)
def test_it_runs_its_variable(call, value, came):
    env = {} if value is None else {"DEMO_HOOK_H": value}
    stdout, stderr, status = bash(definitions({"h": "DEMO_HOOK_H"}, True) + call, **env)
    assert (stdout, status) == came, stderr
    assert stderr == ""


def test_it_does_nothing_unless_active():
    script = definitions({"h": "DEMO_HOOK_H"}, False)
    assert bash(f"{script}false; h && echo on", DEMO_HOOK_H="echo ran") == ("on\n", "", 0)


@pytest.mark.parametrize(
    "name",
    ["show_5", "a-b", "a.b", "a:b", "7", "if", "time", "[[", "{", "!", "function", "echo", "set"],
)
def test_any_name_defines_a_function_or_is_left_out(name):
    script = definitions({name: "DEMO_HOOK_H", "last": "DEMO_HOOK_L"}, True)
    stdout, stderr, status = bash(f"{script}last", DEMO_HOOK_L="builtin echo ran")
    assert (stdout, stderr, status) == ("ran\n", "", 0)


@pytest.mark.parametrize(
    "name",
    ["$(echo ran)", "`echo ran`", "x; echo ran", "x() { :; }; echo ran #", "x\necho ran", "é", ""],
)
def test_no_name_runs_anything(name):
    assert bash(definitions({name: "DEMO_HOOK_H"}, True)) == ("", "", 0)
    assert bash(definitions({name: "DEMO_HOOK_H"}, False)) == ("", "", 0)

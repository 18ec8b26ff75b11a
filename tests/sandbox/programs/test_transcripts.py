"""Each entry of the table of sub-commands and flags, as a transcript of a running sandbox."""

from __future__ import annotations

import collections
import contextlib
import os
import re
import shutil

import pytest

from helpers.sandbox.environment import sandbox
from helpers.sandbox.programs import table
from tests.sandbox.programs.transcript import fits, perform, sections

SECTIONS = sections()
WITH_A_CLUSTER = ("helm", "linkerd")
"""Programs that need a cluster: their sections find one, and a context `west`."""


@pytest.fixture(scope="module")
def sandboxes():
    """Return a function: a sandbox with a cluster of a name, or none, and an environment in it.

    All sections share one. `anew` is for the next, where a section failed and has left something.
    """
    found = {}

    def get(cluster, *, anew=False):
        if anew and cluster in found:
            found.pop(cluster).close()
        if cluster not in found:
            stack = contextlib.ExitStack()
            get.environments[cluster] = stack.enter_context(sandbox([cluster] if cluster else []))
            found[cluster] = stack
        return get.environments[cluster]

    get.environments = {}
    yield get
    for stack in found.values():
        stack.close()


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.name)
def test_a_stand_in(section, sandboxes, tmp_path):
    cluster = "west" if section.program in WITH_A_CLUSTER else ""
    found = sandboxes(cluster)
    config = tmp_path / "kubeconfig"
    shutil.copy(found.variables["KUBECONFIG"], config)
    env = {
        **os.environ,
        **found.variables,
        "HOME": str(tmp_path),
        "KUBECONFIG": str(config),
        "KUBECACHEDIR": str(tmp_path / "cache"),
        "PATH": os.pathsep.join([*found.path, os.environ["PATH"]]),
    }
    work = tmp_path / "work"
    work.mkdir()
    if wrong := perform(section, env, work):
        sandboxes(cluster, anew=True)
        pytest.fail(f"# {section.name}\n{wrong}", pytrace=False)


def test_each_entry_and_each_flag_is_shown():
    shown = collections.defaultdict(str)
    for section in SECTIONS:
        shown[section.entry] += " ".join(f" {call.line}" for call in section.calls)
    entries = {
        f"{program} {command}".strip(): entry
        for program, commands in table.load().items()
        for command, entry in commands.items()
    }
    assert set(shown) == set(entries)
    missing = [
        f"{name} {flag}"
        for name, entry in entries.items()
        for flag in (text.replace("!", "") for text in entry.get("flags", ()))
        if not any(re.search(rf"(?<!\S){one}(?=[\s=)]|$)", shown[name]) for one in flag.split(","))
    ]
    assert not missing, "no transcript shows " + ", ".join(missing)


@pytest.mark.parametrize(
    ("wanted", "printed", "good"),
    [
        ("", "", True),
        ("a", "a\n", True),
        ("a", "a\nb\n", False),
        ("a\nb", "a\n", False),
        ("a   *c", "a bc", True),
        ("a[0]?", "a[0]?", True),
        ("a[0]", "a0", False),
        ("...\nb\n...", "a\nb\nc\n", True),
        ("...\nb\n...", "a\nc\n", False),
    ],
)
def test_lines_fit(wanted, printed, good):
    assert fits(wanted.splitlines(), printed.splitlines()) is good

"""Runbooks as tests: a folder, a call of pytest -> what became of each runbook.

pytest runs in a process of its own, and the runbooks in others: nothing is replaced.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

pytest_plugins = ["pytester"]

GOOD = "# Good\n\n<!-- @SHOW -->\n\n```bash\necho all is well\n```\n"
BAD = "# Bad\n\n<!-- @SHOW -->\n\n```bash\necho so far\n```\n\nNow:\n\n```bash\nls nowhere\n```\n"
BROKEN = "<!-- @SHOW -->\n<!-- @wiat -->\n```bash\ntouch ran\n```\n"
PROSE = "# Prose\n\n```bash\nfalse\n```\n"
DEADLINE = 120.0  # seconds that only a failure takes


@pytest.fixture
def call(pytester, monkeypatch):
    """Return a function that writes files and calls pytest in their folder."""
    for name in list(os.environ):
        if name.startswith(("PYTEST_", "XDG_")):
            monkeypatch.delenv(name)  # of the pytest that runs this
    monkeypatch.setenv("HOME", str(pytester.path / "home"))
    monkeypatch.setenv("COLUMNS", "120")
    # Other plugins take half of each call's time. That pytest finds ours by itself is seen by
    # the tests that call it without this fixture.
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")

    def call(*args: str, **files: str):
        write(pytester.path, files)
        plugins = ["-p", "runner.pytest_plugin", *(["-p", "xdist.plugin"] if "-n" in args else ())]
        args = (*plugins, *args)
        if "-q" in args and "--collect-only" in args:  # nothing runs
            return pytester.runpytest_inprocess(*args)
        return pytester.runpytest_subprocess(*args, timeout=DEADLINE)

    return call


def write(folder: Path, files: dict[str, str]) -> None:
    """Write files; in their names, `__` stands for a slash, and `.md` is added."""
    for name, text in files.items():
        path = folder / (name.replace("__", "/") + ("" if "." in name else ".md"))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def ids(result) -> list[str]:
    """What `--collect-only -q` lists."""
    return [line for line in result.outlines if "::" in line]


@pytest.mark.parametrize("args", [(), (".",), ("good.md",)])
def test_it_is_off(call, args):
    result = call(*args, good=GOOD)
    result.assert_outcomes()
    assert result.ret in {pytest.ExitCode.NO_TESTS_COLLECTED, pytest.ExitCode.USAGE_ERROR}


def test_off_it_imports_nothing_but_itself(call, pytester):
    pytester.makeconftest(
        "import sys\n"
        "def pytest_sessionfinish():\n"
        "    print(*(m for m in sys.modules if m.split('.')[0] in\n"
        "            ('runner', 'click', 'markdown_it', 'tree_sitter', 'yaml', 'pexpect')))\n"
    )
    result = call("-s", "--collect-only")
    result.stdout.fnmatch_lines(["runner runner.pytest_plugin"])


@pytest.mark.parametrize("how", ["--runbooks", "the ini file"])
def test_on_the_runbooks_of_a_folder_are_items(call, pytester, how):
    pytester.makeini("[pytest]\nrunbooks = true\n" if how == "the ini file" else "[pytest]\n")
    options = ["--runbooks"] if how == "--runbooks" else []
    result = call(
        *("--collect-only", "-q", *options),
        good=f"{GOOD}<!-- @import part.md -->\n",
        part=GOOD,
        docs__bad=BAD,
        docs__prose=PROSE,
        docs__node_modules__x=GOOD,
    )
    assert ids(result) == ["docs/bad.md::rehearsal", "good.md::rehearsal"]


def test_beside_other_tests(call, pytester):
    pytester.makepyfile("def test_a(): pass")
    call("--runbooks", good=GOOD).assert_outcomes(passed=2)


def test_one_that_passes_says_nothing(call):
    result = call("--runbooks", "--strict-markers", good=GOOD)
    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("*all is well*")


@pytest.mark.parametrize("options", [(), ("-n", "2")])
def test_a_failure_is_the_summary_with_the_steps_place(call, options):
    result = call("--runbooks", *options, docs__bad=BAD)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*_ docs/bad.md _*",
            "docs/bad.md:12:1: failed with exit status 2",
            "  $ ls nowhere",
            "  | ls: cannot access 'nowhere': No such file or directory",
            "✗ docs/bad.md: 1 step passed, 1 failed, *",
            "*- Captured rehearsal call -*",
            "so far",
            "FAILED docs/bad.md::rehearsal - Failed: docs/bad.md:12:1: failed with exit status 2",
        ]
    )
    result.stdout.no_fnmatch_line("*Traceback*")


def test_one_with_errors_fails_with_them_and_runs_nothing(call, pytester):
    result = call("--runbooks", broken=BROKEN)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["broken.md:2:6: error: `@wiat` is no directive*: did you mean `@wait`?", "*<!-- @wiat -->"]
    )
    assert not (pytester.path / "ran").exists()


def test_where_there_is_no_shell_the_reason_is_told(call, pytester, monkeypatch):
    old = pytester.mkdir("bin") / "bash"
    old.write_text("#!/bin/sh\necho 3.2.57\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", f"{old.parent}:{os.environ['PATH']}")
    result = call("--runbooks", good=GOOD)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["cuebook: *bash*"])


class TestSelection:
    FILES = {"docs__install": GOOD, "docs__use": GOOD, "other": GOOD}  # noqa: RUF012

    @pytest.mark.parametrize(
        ("args", "found"),
        [
            (["-k", "install"], ["docs/install.md"]),
            (["-k", "docs"], ["docs/install.md", "docs/use.md"]),
            (["-k", "docs and not use"], ["docs/install.md"]),
            (["-m", "runbook"], ["docs/install.md", "docs/use.md", "other.md"]),
            (["-m", "not runbook"], []),
            (["other.md"], ["other.md"]),
            (["docs"], ["docs/install.md", "docs/use.md"]),
            (["docs/use.md::rehearsal", "other.md"], ["docs/use.md", "other.md"]),
            (["--ignore=docs"], ["other.md"]),
        ],
    )
    def test_means_what_it_always_means(self, call, args, found):
        result = call("--runbooks", "--collect-only", "-q", *args, **self.FILES)
        assert ids(result) == [f"{name}::rehearsal" for name in found]

    def test_a_file_that_is_named_is_one(self, call, pytester):
        (pytester.path / "run.sh").write_text("true\n")
        result = call("--runbooks", "prose.md", "run.sh", prose=PROSE)
        result.assert_outcomes(passed=1, failed=1)

    def test_x_stops_at_the_first_failure(self, call):
        call("--runbooks", "-x", a=BAD, b=GOOD).assert_outcomes(failed=1)

    def test_last_failed(self, call):
        call("--runbooks", a=BAD, b=GOOD).assert_outcomes(failed=1, passed=1)
        call("--runbooks", "--lf", a=GOOD).assert_outcomes(passed=1)


def test_in_parallel_each_runs_once(call, pytester):
    text = "<!-- @SHOW -->\n```bash\necho x >>ran.{0}\n```\n"
    names = [f"r{number}" for number in range(5)]
    result = call("--runbooks", "-n", "2", **{name: text.format(name) for name in names})
    result.assert_outcomes(passed=5)
    ran = {path.name: path.read_text() for path in pytester.path.glob("ran.*")}
    assert ran == {f"ran.{name}": "x\n" for name in names}


@pytest.mark.parametrize("options", [(), ("-n", "2")])
def test_junit(call, pytester, options):
    call("--runbooks", "--junitxml=r.xml", *options, docs__bad=BAD, good=GOOD)
    found = ET.parse(pytester.path / "r.xml").iter("testcase")
    cases = sorted(found, key=lambda case: case.get("classname"))
    assert [(c.get("classname"), c.get("name")) for c in cases] == [
        ("docs.bad.md", "rehearsal"),
        ("good.md", "rehearsal"),
    ]
    failure = cases[0].find("failure")
    assert "docs/bad.md:12:1: failed with exit status 2" in failure.get("message")
    assert cases[1].find("failure") is None


def test_much_output_is_cut_and_says_so(call):
    text = "<!-- @SHOW -->\n```bash\necho BEGIN; yes | head -c 9000000; echo END; false\n```\n"
    result = call("--runbooks", "--tb=short", loud=text)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["(* bytes before this are left out)", "END"])
    result.stdout.no_fnmatch_line("BEGIN")


def test_nothing_is_recorded(call, pytester):
    call("--runbooks", good=GOOD)
    assert not list((pytester.path / "home").rglob("*.jsonl"))


def test_a_folder_named_runner_is_not_ours(pytester):
    """Rehearsals start where pytest does, and such a folder there may be anybody's."""
    write(pytester.path, {"good": GOOD, "runner/__init__.py": "raise SystemExit('not ours')\n"})
    # `python -m pytest` would put the working directory before all others itself.
    program = Path(sys.executable).with_name("pytest")
    done = subprocess.run(
        [program, "--runbooks"], check=False, stdin=subprocess.DEVNULL, timeout=DEADLINE
    )
    assert done.returncode == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_pytest_that_is_ended_has_the_clean_up_run(pytester, number):
    text = (
        "<!-- @SHOW -->\n```bash\ntrap 'touch trapped' EXIT\n"
        "echo $$ >shell; mv shell ready; sleep 100\n```\n"
    )
    write(pytester.path, {"long": text})
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", "--runbooks"],
        stdout=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    ready, trapped = pytester.path / "ready", pytester.path / "trapped"
    _wait(ready.exists, "the runbook did not begin")
    shell = int(ready.read_text())
    process.send_signal(number)
    process.wait(DEADLINE)
    _wait(trapped.exists, "the EXIT trap did not run")
    _wait(lambda: not Path(f"/proc/{shell}").exists(), "the shell is still there")


def _wait(condition, message: str) -> None:
    end = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < end, message
        time.sleep(0.02)

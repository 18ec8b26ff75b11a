"""What cannot be rehearsed: one clear sentence, the right exit status, nothing half done."""

from __future__ import annotations

import re
import shutil

import pytest

RAN = "```bash\ntouch ran\n```\n"


def macro(name: str, *uses: str) -> str:
    body = "".join(f"<!-- @{use} -->\n" for use in uses)
    return f"<!-- @macro {name} -->\n{body}```bash\ntrue\n```\n<!-- @end -->\n"


CASES = {
    "no such file": ({}, "demo.md: error: there is no such file"),
    "binary": ({"demo.md": b"ok\n\0\n"}, "demo.md: error: it is a binary file"),
    "not UTF-8": ({"demo.md": b"ok\n\xff\n"}, "demo.md: error: it is not UTF-8"),
    "empty": ({"demo.md": ""}, "demo.md: error: the file is empty: "),
    "no commands": ({"demo.md": "# Prose\n"}, "demo.md: error: there is no command to run"),
    "a missing import": (
        {"demo.md": f"{RAN}<!-- @import gone.sh -->\n"},
        "demo.md:4:6: error: `gone.sh` does not exist",
    ),
    "an import of a directory": (
        {"demo.md": f"{RAN}<!-- @import sub -->\n", "sub/x": ""},
        "demo.md:4:6: error: `sub` is a directory",
    ),
    "a binary import": (
        {"demo.md": f"{RAN}<!-- @import a.sh -->\n", "a.sh": b"\0"},
        "demo.md:4:6: error: `a.sh` is a binary file",
    ),
    "a cycle": (
        {"demo.md": f"{RAN}<!-- @import a.md -->\n", "a.md": "<!-- @import demo.md -->\n"},
        "a.md:1:6: error: `demo.md` would import itself without end: demo.md → a.md → demo.md",
    ),
    "a macro that calls itself": (
        {"demo.md": f"{RAN}{macro('m', 'm')}<!-- @m -->\n"},
        "demo.md:5:6: error: the macro `m` would run itself without end: m → m",
    ),
    "macros that call each other": (
        {"demo.md": f"{RAN}{macro('a', 'b')}{macro('b', 'a')}<!-- @b -->\n"},
        "demo.md:5:6: error: the macro `b` would run itself without end: b → a → b",
    ),
    "only a macro that calls itself": (
        {"demo.md": "<!-- @macro m -->\n```sh\nm\n```\n<!-- @end -->\n<!-- @m -->\n"},
        "demo.md:3:1: error: the macro `m` would run itself without end: m → m",
    ),
    "not valid bash": (
        {"demo.md": f"{RAN}```bash\nls )\n```\n"},
        "demo.md:5:1: error: this is not valid bash: syntax error near unexpected token `)'",
    ),
    "an unknown directive": (
        {"demo.md": f"{RAN}<!-- @wiat -->\n"},
        "demo.md:4:6: error: `@wiat` is no directive",
    ),
    "a modifier with nothing to modify": (
        {"demo.md": f"{RAN}<!-- @immed -->\n"},
        "demo.md:4:6: error: `@immed` has no command after it",
    ),
    "a macro without an end": (
        {"demo.md": f"{RAN}<!-- @macro m -->\n{RAN}"},
        "demo.md:4:6: error: ",
    ),
    "1,000 nested lists": (
        {"demo.md": f"{'- ' * 1000}a\n\n{RAN}"},
        "demo.md:1:1: error: lists and quotes stand too deep in each other here",
    ),
    "1,000 nested lists, a line each": (
        {"demo.md": "".join(f"{'  ' * n}- a\n" for n in range(1000)) + RAN},
        "demo.md:",
    ),
    "1,000 nested quotes": (
        {"demo.md": f"{'> ' * 1000}a\n\n{RAN}"},
        "demo.md:1:1: error: lists and quotes stand too deep in each other here",
    ),
    "front matter that is not YAML": (
        {"demo.md": f"---\ntitle: [\n---\n{RAN}"},
        "demo.md:",
    ),
}


@pytest.mark.parametrize(("files", "message"), CASES.values(), ids=CASES)
def test_it_is_told_in_one_sentence_with_its_place_before_anything_runs(stage, files, message):
    stage.write(files)
    run = stage.cuebook("rehearse", "demo.md")
    assert run.stderr.startswith(message), run
    told = r"\S+?(:\d+:\d+)?: error: .+\n(    .+\n)?(    via \S+:\d+:\d+\n)*"
    assert re.fullmatch(told, run.stderr), f"not one sentence: {run}"
    assert (run.status, run.stdout) == (2, "")
    assert not (stage.work / "ran").exists()


def test_all_errors_are_found_in_one_go(rehearse):
    run = rehearse("<!-- @wat -->\n```sh\nls )\n```\n<!-- @wait x -->\n```sh\ntouch ran\n```\n")
    lines = [line.split(" error: ")[0] for line in run.stderr.splitlines()]
    assert lines[::2] == ["demo.md:1:6:", "demo.md:3:1:", "demo.md:5:6:"]
    assert lines[1::2] == ["    <!-- @wat -->", "    ls )", "    <!-- @wait x -->"]
    assert run.status == 2


def test_control_characters_of_a_runbook_stay_off_the_terminal(rehearse):
    run = rehearse(f"{RAN}<!-- @x\x1b[2J\x9b -->\n")
    assert "\\x1b[2J\\x9b" in run.stderr
    assert "\x1b" not in run.stderr


def test_a_warning_changes_nothing(rehearse, fence):
    run = rehearse(f"<!-- wait -->\n<!-- set -e >\n{fence('echo ok')}```sh\necho open\n")
    assert (run.printed, run.status) == (["ok", "open"], 0), run


class TestNoShell:
    """`bash` is what PATH finds; these are no bash."""

    def test_no_bash_on_path(self, stage):
        stage.write({"demo.sh": "touch ran\n", "empty/file": ""})
        run = stage.cuebook("rehearse", "demo.sh", env={"PATH": f"{stage.work}/empty"})
        assert run.status == 3, run
        assert "bash" in run.stderr
        assert "PATH" in run.stderr
        assert run.stderr.count("\n") == 1
        assert not (stage.work / "ran").exists()

    def test_a_bash_that_is_too_old(self, stage):
        self.fake(stage, "#!/bin/sh\ncase $* in *BASH_VERSION*) echo '3.2.57(1)-release';; esac\n")
        run = self.rehearse(stage)
        assert run.status == 3, run
        assert re.fullmatch(r"cuebook: .*/fake/bash is bash 3\.2\.57.*; .*4\.4.*\n", run.stderr)

    def test_a_bash_that_does_nothing(self, stage):
        self.fake(stage, "#!/bin/sh\n")
        run = self.rehearse(stage)
        assert (run.status, run.stderr.count("\n")) == (3, 1), run
        assert "fake/bash" in run.stderr

    def test_a_bash_that_does_not_start(self, stage):
        self.fake(stage, "#!/nowhere/interpreter\n")
        run = self.rehearse(stage)
        assert (run.status, run.stderr.count("\n")) == (3, 1), run
        assert "bash" in run.stderr

    def test_a_bash_that_ends_at_once(self, stage):
        text = "#!/bin/sh\ncase $* in *BASH_VERSION*) echo 5.2.0;; *-n*) ;; *) exit 1;; esac\n"
        self.fake(stage, text)
        run = self.rehearse(stage)
        assert (run.status, run.stderr.count("\n")) == (3, 1), run

    def fake(self, stage, text):
        stage.write({"demo.sh": "touch ran\n", "fake/bash": text})
        (stage.work / "fake/bash").chmod(0o755)

    def rehearse(self, stage):
        path = f"{stage.work}/fake:{stage.env['PATH']}"
        run = stage.cuebook("rehearse", "demo.sh", env={"PATH": path})
        assert not (stage.work / "ran").exists()
        assert "Traceback" not in run.stderr, run
        return run


def test_a_directory_that_is_gone(stage):
    """The caller's own directory was removed."""
    stage.write({"gone/demo.sh": "echo hi\n", "demo.sh": "echo hi\n"})
    text = 'cd gone && rm -r "$PWD" && exec "$@"'
    bash = shutil.which("bash")
    python, *rest = stage.argv("rehearse", stage.work / "demo.sh")
    run = stage.call(bash, "-c", text, "bash", python, *rest)
    assert "Traceback" not in run.stderr, run
    assert "not valid bash" not in run.stderr, "it is: what bash says of the directory is no syntax"
    assert run.status in {0, 3}


def test_no_home_at_all(stage):
    stage.write({"demo.sh": "echo hi\n"})
    run = stage.call("env", "-u", "HOME", *stage.argv("rehearse", "demo.sh"))
    assert (run.printed, run.status) == (["hi"], 0), run


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["rehearse"], "Missing argument 'FILE|FOLDER...'"),
        (["rehearse", "--nope", "demo.sh"], "No such option"),
        (["rehearse", "--timeout", "soon", "demo.sh"], "'soon' is not a duration such as 90s"),
        (["rehearse", "--timeout", "0s", "demo.sh"], "'0s' is not a duration"),
        (["rehearse", "--timeout", "-1s", "demo.sh"], "'-1s' is not a duration"),
        (["rehearse", "--timeout"], "--timeout"),
        (["rehearse", "--cwd", "nowhere", "demo.sh"], "'nowhere' does not exist"),
        (["rehearse", "--cwd", "demo.sh", "demo.sh"], "'demo.sh' is a file"),
        (["rehearse", "--from", "demo.sh"], "Missing argument"),
        (["reherse", "demo.sh"], "rehearse"),
        (["demo.sh"], "cuebook rehearse demo.sh"),
        (["folder"], "there is no command 'folder'; there are check, present, rehearse, render,"),
        (["x" * 300], "there is no command"),
        (["help", "wat"], "there is no command 'wat'"),
        (["help", "demo.sh"], "there is no command 'demo.sh'"),
        (["rehearse", "--no-setup", "demo.sh"], "--no-setup needs --from"),
        (["check", ""], "the name of a runbook is empty"),
        (["steps", ""], "the name of a runbook is empty"),
        (["./demo.sh"], "cuebook rehearse ./demo.sh"),
        (["--nope"], "No such option"),
        (["check"], "Missing argument"),
        (["check", "--format", "xml", "demo.sh"], "'xml'"),
        (["steps"], "Missing argument"),
        (["steps", "demo.sh", "demo.sh"], "extra argument"),
    ],
)
def test_a_wrong_command_line(stage, arguments, message):
    stage.write({"demo.sh": "touch ran\n", "folder/file": ""})
    run = stage.cuebook(*arguments)
    assert run.status == 2, run
    assert message in run.stderr, run
    assert "Traceback" not in run.stderr
    assert run.stdout == ""
    assert not (stage.work / "ran").exists()

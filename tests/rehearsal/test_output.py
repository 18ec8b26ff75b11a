"""What a rehearsal shows, when, and to whom; its environment; its summary."""

from __future__ import annotations

import os
import re
import resource
import select
import subprocess

import pytest


def test_output_is_shown_as_it_comes(stage):
    gate = stage.gate()
    stage.write({"demo.sh": "echo first; read -r x < gate; echo $x\n"})
    live = stage.start("rehearse", "demo.sh")
    live.until("first")
    assert "second" not in live.printed
    gate("second\n")
    assert live.wait().printed == ["first", "second"]


def test_a_file_has_each_line_as_it_was_in_the_end(stage):
    gate = stage.gate()
    text = "printf 'a\\r\\033[Kb\\n'; cat gate; printf 'c\\rd'\nprintf '5 %%\\r6 %%'; false\n"
    stage.write({"demo.sh": text})
    live = stage.start("rehearse", "demo.sh", "--keep-going")
    shown = live.until("b")
    assert "a" not in shown.splitlines(), "it is written once it is over"
    gate("")
    run = live.wait()
    assert run.printed == ["b", "d", "6 %", "✗ exit status 1"]
    assert "\x1b" not in run.stdout
    assert "\r" not in run.stdout


def test_a_file_has_lines_that_are_drawn_over_once(run):
    frames = "printf '\\033[?25l0 %%\\nfirst'; printf '\\r\\033[1A\\033[K9 %%\\n\\033[Klast\\n'"
    assert run(f"{frames}\necho next\n").printed == ["9 %", "last", "next"]
    assert run(f"{frames}\nfalse\n").printed == ["9 %", "last", "✗ exit status 1"]


def test_a_terminal_is_sent_all_of_it(stage):
    stage.write({"demo.sh": "printf 'a\\r\\033[Kb\\n'\n"})
    assert "a\r\x1b[Kb" in stage.on_terminal("rehearse", "demo.sh").stdout


def test_commands_are_shown_with_their_numbers_before_they_run(stage):
    gate = stage.gate()
    stage.write({"demo.sh": "#@print hi\ncat gate \\\n  >/dev/null\n"})
    live = stage.start("rehearse", "demo.sh")
    assert live.until("      >/dev/null") == "hi\n2 $ cat gate \\\n      >/dev/null\n"
    gate("")
    live.wait()


@pytest.mark.parametrize("stdin", [subprocess.DEVNULL, None, "closed"])
def test_standard_input_does_not_matter(stage, stdin):
    stage.write({"demo.sh": "[ -t 0 ] && echo a terminal\n"})
    if stdin == "closed":
        live = stage.start("rehearse", "demo.sh", stdin=None, preexec_fn=lambda: os.close(0))
    else:
        live = stage.start("rehearse", "demo.sh", stdin=stdin)
    run = live.wait()
    assert (run.printed, run.status) == (["a terminal"], 0)


class TestSummary:
    def test_a_failed_step_with_its_last_lines(self, run):
        text = "echo earlier\nfor i in {1..9}; do echo line $i; echo; done; printf end; (exit 7)\n"
        assert run(text).summary == [
            "demo.sh:2:1: failed with exit status 7",
            "  $ for i in {1..9}; do echo line $i; echo; done; printf end; (exit 7)",
            *[f"  | line {i}" for i in (6, 7, 8, 9)],
            "  | end",
            "✗ demo.sh: 1 step passed, 1 failed",
        ]

    def test_a_command_of_many_lines(self, run):
        result = run("f() {\n  echo out\n  return 3\n}\nf \\\n  x\n")
        assert result.summary == [
            "demo.sh:5:1: failed with exit status 3",
            "  $ f \\",
            "  $   x",
            "  | out",
            "✗ demo.sh: 1 step passed, 1 failed",
        ]

    def test_it_holds_no_control_characters(self, run):
        result = run("printf '\\e[31mred\\e[0m\\a \\u202e\\n'; false\n")
        assert "  | red \\u202e" in result.summary, result
        assert result.printed[0] == "\x1b[31mred\x1b[0m\x07 \u202e", "it runs as it is"

    def test_what_a_line_was_written_over_with(self, run):
        result = run("printf 'loading 1%%\\rloading 100%%\\n'; false\n")
        assert "  | loading 100%" in result.summary, result

    def test_of_much_output_the_end_is_told(self, run):
        result = run("yes line | head -n 200000; echo the end; false\n")
        assert result.summary[-3:-1] == ["  | line", "  | the end"]
        assert result.stdout.count("\nline") == 200_000

    def test_of_output_that_is_no_text_and_one_endless_line(self, run):
        result = run("head -c 1000000 /dev/zero; printf '\\xff\\xfe'; false\n")
        assert result.status == 1
        assert len("\n".join(result.summary)) < 10_000, "a summary is to be read"

    def test_output_of_background_jobs_belongs_to_the_step_that_it_came_in(self, run):
        text = "(until [ -e go ]; do sleep 0.02; done; echo behind) &\ntouch go; wait; false\n"
        assert "  | behind" in run(text).summary


class TestColour:
    TEXT = "# Title\n```bash\necho hi\nfalse\n```\n"

    def test_on_a_terminal(self, stage):
        stage.write({"demo.md": self.TEXT})
        assert "\x1b[" in stage.on_terminal("rehearse", "demo.md").stdout

    @pytest.mark.parametrize("value", ["1", "yes"])
    def test_not_where_no_color_is_set(self, stage, value):
        stage.write({"demo.md": self.TEXT})
        run = stage.on_terminal("rehearse", "demo.md", env={"NO_COLOR": value})
        assert "\x1b" not in run.stdout, run

    def test_not_in_a_pipe(self, rehearse):
        assert "\x1b" not in rehearse(self.TEXT).stdout


@pytest.mark.parametrize("size", [(0, 0), (1, 1), (3, 5), (50, 200)])
def test_terminals_of_any_size(stage, size):
    stage.write({"demo.md": "# A long heading\n```bash\nstty size\necho done\n```\n"})
    run = stage.on_terminal("rehearse", "demo.md", size=size, env={"NO_COLOR": "1"})
    assert (run.printed[-1], run.status) == ("done", 0), run
    assert run.printed[-2] == ("24 80" if size == (0, 0) else f"{size[0]} {size[1]}")


class TestUnattended:
    def test_pagers_and_editors(self, run):
        names = ("PAGER", "GIT_PAGER", "MANPAGER", "BAT_PAGER", "BAT_PAGING")
        printed = run(f"for n in {' '.join(names)}; do echo ${{!n}}; done\n").printed
        assert printed == ["cat", "cat", "cat", "cat", "never"]

    @pytest.mark.parametrize("name", ["EDITOR", "VISUAL", "KUBE_EDITOR", "GIT_EDITOR"])
    def test_an_editor_is_a_bare_path_and_leaves_the_file_as_it_is(self, run, name):
        text = f'echo text > file\n[ -x "${name}" ] && ${name} file\n$SHELL -c \'"${name}" file\'\n'
        result = run(f"{text}cat file\n", env={name: "vi"})
        told = "cuebook: the editor would open file; it stays as it is"
        assert (result.printed, result.status) == ([told, told, "text"], 0), result

    def test_git_commit_opens_it(self, run):
        setting = "git -c user.name=a -c user.email=b@c"
        text = f"git init -q . && echo {{1..200}} | tr ' ' '\\n' > f && git add f\n{setting} commit"
        result = run(f"{text} -F f -q\n{setting} commit --amend -q\ngit log\n")
        assert result.status == 0, result
        assert "the editor would open" in result.stdout
        assert "    200" in result.printed, "git's pager let everything through"

    def test_the_front_matter_does_not_undo_it(self, rehearse, fence):
        run = rehearse(f"---\nenv: {{PAGER: less}}\n---\n{fence('echo $PAGER')}")
        assert run.printed == ["cat"]

    def test_the_runbook_may(self, run):
        assert run("PAGER=less; sh -c 'echo $PAGER'\n").printed == ["less"]

    def test_term_where_there_is_none(self, run):
        assert run("echo $TERM\n", env={"TERM": ""}).printed == ["xterm-256color"]


@pytest.fixture
def unread(stage):
    """Return a function that rehearses a text, into a pipe whose reader goes away at `GO`."""

    def unread(text, *args):
        gate = stage.gate()
        stage.write({"demo.sh": text})
        live = stage.start("rehearse", "demo.sh", *args, stderr=subprocess.PIPE)
        live.until("GO")
        live.close()
        gate("")
        _, stderr = live.process.communicate(timeout=30)
        return live.process.returncode, stderr.decode()

    return unread


@pytest.mark.parametrize(
    "text",
    [
        "echo GO; cat gate; echo more\n",
        "echo GO; cat gate\necho more\n",
        "echo GO; cat gate\n#@print more\ntrue\n",
        "echo GO; cat gate\n",
        "echo GO; cat gate; false\n",
        "echo GO; cat gate; yes\n",
    ],
    ids=["output", "command", "print", "summary", "failure", "endless"],
)
def test_output_that_cannot_be_written_any_more(unread, stage, text, until):
    status, stderr = unread(f"trap 'touch trapped' EXIT\n{text}")
    assert (status, stderr) == (3, "cuebook: the output cannot be written: Broken pipe\n")
    assert (stage.work / "trapped").exists(), "the EXIT trap has not run"
    until(lambda: not stage.left(), lambda: f"still there: {stage.left()}")


def test_a_full_disk(stage):
    stage.write({"demo.sh": "echo a\n"})
    with open("/dev/full", "wb") as full:
        run = stage.cuebook("rehearse", "demo.sh", stdout=full)
    message = "cuebook: the output cannot be written: No space left on device\n"
    assert (run.status, run.stderr) == (3, message)


@pytest.mark.parametrize(
    ("command", "text", "printed", "status"),
    [
        (["rehearse"], "yes | head -c 300000\nfalse\n", b"y\n" * 150_000, 1),
        (["rehearse"], f"false {'x' * 99} \\\n" * 2000 + "\n", b"1 failed", 1),
        (["steps"], "true\n" * 3000, b"\n3000 ", 0),
        (["steps", "--format=json"], "true\n" * 3000, b'"number": 3000', 0),
        (["check"], "less x\n" * 3000, b"demo.sh:3000:1: warning", 0),
        (["check", "--format=json"], "less x\n" * 3000, b'"line": 3000', 0),
    ],
)
def test_a_pipe_that_does_not_block_and_is_full(stage, until, command, text, printed, status):
    """A program that shares it, such as node, may have made it so; what is full is waited for."""
    stage.write({"demo.sh": text})
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    argv = stage.argv(*command, "demo.sh")
    process = stage.popen(argv, stdout=writing, stderr=subprocess.PIPE)
    full = lambda: not select.select([], [writing], [], 0)[1]  # noqa: E731
    until(lambda: full() or process.poll() is not None, lambda: "not full")
    os.close(writing)
    with open(reading, "rb") as pipe:
        assert printed in pipe.read()
    assert (process.wait(), process.stderr.read()) == (status, b"")


@pytest.mark.parametrize("files", range(6, 14, 2))
def test_no_more_files_may_be_opened(stage, files):
    """That is no matter of the output, and is said in the system's own words."""
    stage.write({"demo.sh": "true\n"})
    limits = lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))  # noqa: E731
    run = stage.cuebook("rehearse", "demo.sh", preexec_fn=limits)
    assert run.status in {0, 2, 3}, run
    assert "output cannot be written" not in run.stderr
    assert "Traceback" not in run.stderr


def test_no_standard_output_at_all(stage):
    """Whatever file is opened next has the number 1: nothing may be written into that."""
    stage.write({"demo.sh": "echo 'touch ran'\nkill -INT $$\necho 'touch ran'\n"})
    run = stage.cuebook("rehearse", "demo.sh", stdout=None, preexec_fn=lambda: os.close(1))
    assert run.status == 3, run
    assert re.fullmatch("cuebook: the output cannot be written: .*\n", run.stderr)
    assert not (stage.work / "ran").exists()


def test_no_standard_error_at_all(stage):
    stage.write({"demo.sh": "echo a >&2\n"})
    run = stage.cuebook("rehearse", "demo.sh", stderr=None, preexec_fn=lambda: os.close(2))
    assert (run.printed, run.status) == (["a"], 0)
    run = stage.cuebook("rehearse", "none.sh", stderr=None, preexec_fn=lambda: os.close(2))
    assert run.status == 2


def test_a_long_line_of_ours_is_broken_between_words(stage):
    """Of what commands print, the terminal does what it does."""
    text = "```bash\n#@expect a line that has more words than fit\necho one\n```\n"
    stage.write({"demo.md": text})
    run = stage.on_terminal("rehearse", "demo.md", size=(24, 40), env={"NO_COLOR": "1"})
    lines = run.stdout.replace("\r", "").splitlines()
    assert lines[2:5] == [
        "✗ @expect a line that has more words",
        "    than fit: no line of the output",
        "    matches",
    ]
    assert lines[6:9] == [
        "demo.md:3:1: @expect a line that has",
        "    more words than fit: no line of the",
        "    output matches",
    ]

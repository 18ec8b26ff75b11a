"""Several runbooks in one call: one after the other, or some at a time."""

from __future__ import annotations

import json
import os
import re
import signal

import pyte
import pytest

SLEEPS = "trap 'touch {0}.trapped' EXIT\nsleep 100 &\ntouch {0}.ready; sleep 100\n"


def table(run) -> list[str]:
    """The closing table's lines, without the times and with one space between cells."""
    lines = run.stdout.replace("\r", "").rpartition("\n\n")[2].splitlines()
    return [re.sub(r" +", " ", re.sub(r" +(TIME|[\d.]+ s)$", "", line)) for line in lines]


def outputs(run) -> list[tuple[str, str]]:
    """Each runbook of a `-j` call, in the order in which it was printed, with what it printed."""
    body = run.stdout.replace("\r", "").rpartition("\n\n")[0]
    parts = re.split(r"^==> (.*) <==$", body, flags=re.MULTILINE)
    return list(zip(parts[1::2], parts[2::2], strict=True))


def rehearsals(stage) -> dict[str, int]:
    """The processes in which runbooks are rehearsed, by the runbook's name."""
    found = (re.search(r"^(\d+) .* --line .* -- (\S+)", told) for told in stage.left())
    return {match[2]: int(match[1]) for match in found if match}


@pytest.fixture
def begin(stage, until):
    """Return a function that starts two endless runbooks (and one more) and waits for them."""

    def begin(*args, **options):
        stage.write({f"{name}.sh": SLEEPS.format(name) for name in ("a", "b")})
        stage.write({"c.sh": "touch c.ready\n"})
        live = stage.start("rehearse", "-j2", *args, "a.sh", "b.sh", "c.sh", **options)
        names = ("a.ready", "b.ready")
        until(
            lambda: all((stage.work / name).exists() for name in names),
            lambda: f"not both began: {list(stage.work.iterdir())}, {stage.left()}",
        )
        return live

    return begin


@pytest.fixture
def nothing_left(stage, until):
    def nothing_left():
        until(lambda: not stage.left(), lambda: f"still there: {stage.left()}")
        assert not list(stage.home.parent.glob("cuebook*")), "a folder is left"

    return nothing_left


@pytest.mark.parametrize("jobs", ["-j1", "-j2", "-j9"])
def test_the_closing_table_and_the_worst_status(stage, jobs):
    stage.write({"a.sh": "true\ntrue\n", "b.sh": "true\nfalse\ntrue\n", "c.sh": "true\n"})
    run = stage.cuebook("rehearse", jobs, "a.sh", "b.sh", "c.sh")
    assert (run.status, run.stderr) == (1, "")
    assert table(run) == [
        "STATUS RUNBOOK PASSED FAILED",
        "✓ passed a.sh 2 0",
        "✗ failed b.sh 1 1",
        "✓ passed c.sh 1 0",
    ]


def test_one_runbook_has_no_table_and_is_not_held_back(stage):
    stage.write({"a.sh": "echo READY\nread <gate\n"})
    gate = stage.gate()
    live = stage.start("rehearse", "-j4", "a.sh")
    live.until("READY")
    gate("x\n")
    run = live.wait()
    assert "STATUS" not in run.stdout
    assert run.status == 0


def test_each_is_printed_whole_in_the_order_of_their_ends(stage, until):
    """`a` goes on once `b` has ended, and each prints a line before and after."""
    stage.write({"a.sh": "echo 1\nread x <gate\necho $x\n", "b.sh": "echo 3\necho 4\n"})
    gate = stage.gate()
    live = stage.start("rehearse", "-j2", "a.sh", "b.sh")
    live.until("==> b.sh <==")
    gate("2\n")
    run = live.wait()
    assert [name for name, _ in outputs(run)] == ["b.sh", "a.sh"]
    printed = [re.findall(r"^\d$", text, re.MULTILINE) for _, text in outputs(run)]
    assert printed == [["3", "4"], ["1", "2"]]
    assert [line.split()[2] for line in table(run)[1:]] == ["a.sh", "b.sh"]
    assert run.status == 0


def test_so_many_at_a_time_and_no_more(stage):
    """Each of four waits until it is one of two; none ever sees three."""
    (stage.work / "here").mkdir()
    text = (
        "mkdir here/$$\n"
        "for _ in {1..1000}; do ls here met >n 2>&1; [ -e met ] && break;"
        " [ $(ls here | wc -l) = 2 ] && touch met; sleep .01; done\n"
        "test -e met -a $(ls here | wc -l) -le 2\n"
        "rmdir here/$$\n"
    )
    stage.write({f"{name}.sh": text for name in "abcd"})
    assert stage.cuebook("rehearse", "-j2", "a.sh", "b.sh", "c.sh", "d.sh").status == 0


def test_options_reach_each(stage):
    text = (
        "# A\n```sh\ntouch $PWD/no\n```\n## B\n```sh\nfalse\npwd\n```\n## C\n```sh\ntouch no\n```\n"
    )
    stage.write({"a.md": text, "b.md": text, "~/.demoshrc": "touch no\n", "sub/x": ""})
    options = ("--keep-going", "--from", "B", "--to", "B", "--no-setup", "--no-init", "--cwd=sub")
    run = stage.cuebook("rehearse", "-j2", "--budget=1m", "--timeout=1m", *options, "a.md", "b.md")
    assert table(run)[1:] == ["✗ failed a.md 1 1", "✗ failed b.md 1 1"]
    assert all(f"\n{stage.work}/sub\n" in text for _, text in outputs(run))
    assert not list(stage.work.rglob("no"))


def test_a_time_out_reaches_each(stage):
    stage.write({"a.sh": "sleep 100\n", "b.sh": "sleep 100\n"})
    run = stage.cuebook("rehearse", "-j2", "--timeout=500ms", "a.sh", "b.sh")
    assert table(run)[1:] == ["✗ failed a.sh 0 1", "✗ failed b.sh 0 1"]


@pytest.mark.parametrize("jobs", ["-j1", "-j2"])
def test_each_has_a_take(stage, jobs):
    stage.write({"a.sh": "echo of a\n", "b.sh": "echo of b\n"})
    assert stage.cuebook("rehearse", jobs, "a.sh", "b.sh").status == 0
    for name in ("a", "b"):
        assert f"echo of {name}" in stage.cuebook("take", "show", f"{name}.sh").stdout
    takes = list(stage.home.rglob("*.jsonl"))
    assert len(takes) == 2
    assert stage.cuebook("rehearse", jobs, "--no-take", "a.sh", "b.sh").status == 0
    assert list(stage.home.rglob("*.jsonl")) == takes


@pytest.mark.parametrize("kept", [(), ("--no-take",)])
def test_reports_are_of_all_in_the_order_of_the_command_line(stage, kept):
    stage.write({"a.sh": "sleep .5\n$SHELL in.sh\n", "b.sh": "false\n", "in.sh": "true\n"})
    run = stage.cuebook("rehearse", "-j2", *kept, "--report=json=r.json", "a.sh", "b.sh")
    assert run.status == 1
    found = json.loads((stage.work / "r.json").read_text())["performances"]
    results = [(one["take"]["runbook"]["path"], one["result"]) for one in found]
    assert results == [("a.sh", "passed"), ("b.sh", "failed")]
    assert len(list(stage.home.rglob("*.jsonl"))) == (0 if kept else 3)


def test_a_report_of_what_was_interrupted(begin, stage):
    live = begin("--report=json=r.json")
    live.process.terminate()
    assert live.wait().status == 143
    found = json.loads((stage.work / "r.json").read_text())["performances"]
    results = [(one["take"]["runbook"]["path"], one["result"]) for one in found]
    assert results == [("a.sh", "interrupted"), ("b.sh", "interrupted")]


def test_nothing_starts_where_one_has_an_error(stage):
    stage.write({"a.sh": "touch ran\n", "b.sh": "if\n"})
    run = stage.cuebook("rehearse", "-j2", "a.sh", "b.sh")
    assert (run.status, run.stdout) == (2, "")
    assert run.stderr.startswith("b.sh:1:1: error: ")
    assert not (stage.work / "ran").exists()


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["-j2", "--approve", "a.sh", "b.sh"], "--approve and -j do not go together"),
        (["--take=t", "a.sh", "b.sh"], "--take FILE is for the take of one runbook"),
        (["--take=t", "docs"], "--take FILE is for the take of one runbook"),
        (["-j0", "a.sh", "b.sh"], "-j"),
        (["a.sh", "empty"], "there is no runbook in empty"),
        (["a.sh", ""], "the name of a runbook is empty"),
    ],
)
def test_wrong_calls(stage, args, words):
    stage.write(
        {"a.sh": "touch ran\n", "b.sh": "touch ran\n", "empty/x": ""}
        | {f"docs/{n}.md": "<!-- @SHOW -->\n```sh\ntouch ran\n```\n" for n in "ab"}
    )
    run = stage.cuebook("rehearse", *args)
    assert (run.status, run.stdout) == (2, "")
    assert words in run.stderr
    assert not (stage.work / "ran").exists()


@pytest.mark.parametrize("jobs", ["-j1", "-j3"])
def test_a_folder(stage, jobs):
    text = "<!-- @SHOW -->\n```sh\necho {0}\n```\n"
    stage.write(
        {f"docs/{n}.md": text.format(n) for n in ("b", "a", "x/c")}
        | {"docs/README.md": "```sh\nfalse\n```\n", "docs/d.sh": "echo d\n", "z.md": text}
    )
    run = stage.cuebook("rehearse", jobs, "docs/d.sh", "docs", "docs/b.md", "./docs/x")
    assert [line.split()[2] for line in table(run)[1:]] == [
        *("docs/d.sh", "docs/a.md", "docs/x/c.md", "docs/b.md")
    ]
    assert run.status == 0


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
class TestSignals:
    def test_the_first_one_reaches_each_and_no_other_starts(
        self, begin, nothing_left, stage, number, status
    ):
        live = begin()
        live.process.send_signal(number)
        run = live.wait()
        assert table(run)[1:] == [
            "✗ interrupted a.sh 2 0",
            "✗ interrupted b.sh 2 0",
            "– not run c.sh",
        ]
        assert run.status == status
        assert sorted(p.name for p in stage.work.glob("*.trapped")) == ["a.trapped", "b.trapped"]
        assert "Traceback" not in run.stdout
        assert not (stage.work / "c.ready").exists()
        nothing_left()

    def test_a_second_one_ends_them_at_once(self, stage, until, nothing_left, number, status):
        text = "trap 'touch {0}.bye; sleep 100' EXIT\ntouch {0}.ready; sleep 100\n"
        stage.write({f"{name}.sh": text.format(name) for name in ("a", "b")})
        live = stage.start("rehearse", "-j2", "a.sh", "b.sh")
        for end, send in (("ready", number), ("bye", signal.SIGTERM)):
            until(
                lambda end=end: len(list(stage.work.glob(f"*.{end}"))) == 2,
                lambda end=end: f"not both are {end}: {stage.left()}",
            )
            live.process.send_signal(send)
        run = live.wait()
        assert run.status in {status, 143}
        nothing_left()


def test_one_while_they_start_begins_nothing_more(stage, nothing_left, until):
    """A signal that comes before a rehearsal's first step waits for that."""
    stage.write({f"{name}.sh": f"true\nsleep 100\ntouch {name}.no\n" for name in "ab"})
    live = stage.start("rehearse", "-j2", "a.sh", "b.sh")
    until(lambda: rehearsals(stage), lambda: f"none was started: {stage.left()}")
    live.process.terminate()
    run = live.wait()
    assert run.status == 143
    assert "Traceback" not in run.stdout
    assert not list(stage.work.glob("*.no"))
    nothing_left()


def test_a_ctrl_c_at_the_terminal_reaches_each_once(begin, stage, nothing_left):
    """The kernel sends SIGINT to the whole process group; the rehearsals have groups of their own.

    A second SIGINT would leave out the EXIT traps.
    """
    live = begin()
    os.killpg(live.pid, signal.SIGINT)
    assert live.wait().status == 130
    assert len(list(stage.work.glob("*.trapped"))) == 2
    nothing_left()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGQUIT])
def test_killed_it_leaves_no_process_and_the_clean_up_runs(begin, stage, nothing_left, number):
    live = begin()
    live.process.send_signal(number)
    live.process.wait()
    nothing_left()
    assert len(list(stage.work.glob("*.trapped"))) == 2


def test_a_rehearsal_that_is_killed_is_told_and_the_others_go_on(stage, until):
    stage.write({"a.sh": "touch ready; sleep 100\n", "b.sh": "read <gate\n"})
    gate = stage.gate()
    live = stage.start("rehearse", "-j2", "a.sh", "b.sh")
    until((stage.work / "ready").exists, stage.left)
    (pid,) = (
        int(told.split()[0]) for told in stage.left() if "--line" in told and "-- a.sh" in told
    )
    os.kill(pid, signal.SIGKILL)
    live.until("✗ a.sh: the rehearsal was killed by signal 9")
    gate("x\n")
    run = live.wait()
    assert table(run)[1:] == ["✗ cuebook failed a.sh 0 0", "✓ passed b.sh 1 0"]
    assert run.status == 3


def test_an_output_that_is_closed_ends_them_all(begin, stage, nothing_left):
    """The first one that ends finds it out."""
    live = begin()
    live.close()
    (pid,) = (
        int(told.split()[0]) for told in stage.left() if "--line" in told and "-- a.sh" in told
    )
    os.kill(pid, signal.SIGTERM)
    assert live.process.wait(45) == 3
    assert (stage.work / "b.trapped").exists()
    nothing_left()


def test_nothing_of_it_is_left_to_the_commands(stage):
    """A command that outlives its rehearsal must not keep the line to it open."""
    stage.write(dict.fromkeys(("a.sh", "b.sh"), "ls /proc/self/fd | wc -l\n"))
    alone = stage.cuebook("rehearse", "a.sh").printed
    both = outputs(stage.cuebook("rehearse", "-j2", "a.sh", "b.sh"))
    assert [re.findall(r"^\d+$", text, re.MULTILINE) for _, text in both] == [alone, alone]


class TestOnATerminal:
    @pytest.fixture
    def shown(self, stage):
        stage.write({"a.sh": "sleep 1\necho a\n", "b.sh": "false\n"})
        return stage.on_terminal("rehearse", "-j2", "a.sh", "b.sh")

    def test_a_line_tells_how_far_each_is(self, shown):
        plain = re.sub(r"\x1b\[[0-9;]*m", "", shown.stdout)
        assert re.search(r"a\.sh +step 1 of 2  0:0\d", plain)
        assert "1 of 2 done, 1 failed" in shown.stdout
        assert "\x1b[31m✗ failed" in shown.stdout

    def test_and_is_gone_at_the_end(self, shown):
        screen = pyte.HistoryScreen(80, 24)
        pyte.Stream(screen).feed(shown.stdout)
        text = "\n".join(screen.display)
        assert "step 1 of 2" not in text
        assert "done" not in text
        assert "✗ failed  b.sh" in text

    def test_nowhere_else(self, stage, shown):
        run = stage.cuebook("rehearse", "-j2", "a.sh", "b.sh")
        assert "\x1b" not in run.stdout
        assert " of 2" not in run.stdout


@pytest.mark.parametrize("jobs", ["-j1", "-j2"])
def test_the_budget_is_for_all_of_them_together(stage, jobs):
    """With `-j2`, two of three begin at once, and the third one finds the time gone."""
    text = "sleep 60\ntouch no\n"
    stage.write({f"{name}.sh": text for name in "abc"})
    run = stage.cuebook("rehearse", jobs, "--budget", "1s", "a.sh", "b.sh", "c.sh")
    assert run.status == 1
    assert table(run)[1:] == [f"✗ failed {name}.sh 0 1" for name in "abc"]
    assert run.stdout.count("\n✗ the time for the whole run is over") == 3
    assert not (stage.work / "no").exists()

"""Running a plan: actions -> what ran, in which order, and what became of it."""

from __future__ import annotations

import os
import re
import signal
import threading
import time

import pytest

from helpers.localcluster.plan import Plan, Shell, line
from helpers.localcluster.run import Fate, run


class Watcher:
    """Remembers what it was told."""

    def __init__(self):
        self.told = []
        self.condition = threading.Condition()

    def tell(self, *what):
        with self.condition:
            self.told.append(what)
            self.condition.notify_all()

    def began(self, action):
        self.tell("began", action.why)

    def said(self, action, text):
        self.tell("said", action.why, text)

    def ended(self, result):
        self.tell("ended", result.action.why, result.fate)

    def wait(self, *what):
        with self.condition:
            assert self.condition.wait_for(lambda: what in self.told, 30), (
                f"no {what} in {self.told}"
            )


def sh(text):
    return line("sh", "-c", text)


def fates(results):
    return {result.action.why: result.fate for result in results}


def test_what_needs_nothing_of_each_other_runs_side_by_side(tmp_path):
    # Each waits for what the other one makes: one by one, neither could end.
    plan = Plan()
    mine = "touch {}; until [ -e {} ]; do sleep 0.02; done"
    plan.add("a", "one", sh(mine.format(tmp_path / "a", tmp_path / "b")))
    plan.add("b", "two", sh(mine.format(tmp_path / "b", tmp_path / "a")))
    results, stopped = run(plan, jobs=2, watcher=Watcher())
    assert fates(results) == {"one": Fate.DONE, "two": Fate.DONE}
    assert stopped == 0


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_no_more_run_at_a_time_than_asked_for(tmp_path, jobs):
    plan = Plan()
    for number in range(6):
        mine = f"{tmp_path}/{number}"
        text = f"mkdir {mine}; ls {tmp_path} | wc -l; sleep 0.05; rmdir {mine}"
        plan.add("", f"{number}", sh(text))
    watcher = Watcher()
    run(plan, jobs=jobs, watcher=watcher)
    seen = [int(what[2]) for what in watcher.told if what[0] == "said"]
    assert len(seen) == 6
    assert max(seen) <= jobs


def test_an_action_begins_only_once_all_that_it_needs_has_succeeded():
    plan = Plan()
    first = plan.add("", "first", sh("sleep 0.2"))
    second = plan.add("", "second", sh("true"), first)
    plan.add("", "third", sh("true"), first, second)
    watcher = Watcher()
    run(plan, jobs=3, watcher=watcher)
    assert [what[:2] for what in watcher.told] == [
        (verb, why) for why in ("first", "second", "third") for verb in ("began", "ended")
    ]


def test_a_failure_takes_along_those_that_need_it_and_no_others():  # defect 33
    plan = Plan()
    bad = plan.add("a", "bad", sh("echo why >&2; exit 3"))
    after = plan.add("a", "after", sh("true"), bad)
    plan.add("a", "after that", sh("true"), after)
    plan.add("b", "other", sh("true"))  # begins after the failure
    results, _ = run(plan, jobs=1, watcher=Watcher())
    assert fates(results) == {
        "bad": Fate.FAILED,
        "after": Fate.SKIPPED,
        "after that": Fate.SKIPPED,
        "other": Fate.DONE,
    }
    by_name = {result.action.why: result for result in results}
    assert (by_name["bad"].statuses, by_name["bad"].said) == ((3,), "why")
    assert by_name["after that"].because is bad


@pytest.mark.parametrize(
    ("first", "second", "statuses", "fate"),
    [
        ("true", "cat", (0, 0), Fate.DONE),
        ("exit 2", "cat", (2, 0), Fate.FAILED),
        ("true", "exit 4", (0, 4), Fate.FAILED),
        ("exit 2", "exit 4", (2, 4), Fate.FAILED),
    ],
)
def test_both_statuses_of_a_pair_count_and_are_told(first, second, statuses, fate):  # defect 28
    plan = Plan()
    plan.add("", "pair", line("sh", "-c", first, into=("sh", "-c", second)))
    ((result,), _) = run(plan, jobs=1, watcher=Watcher())
    assert (result.statuses, result.fate) == (statuses, fate)


def test_output_is_told_while_the_line_still_runs(tmp_path):  # defect 28
    plan = Plan()
    gate = tmp_path / "gate"
    plan.add("", "slow", sh(f"echo now; until [ -e {gate} ]; do sleep 0.02; done; echo >&2 then"))
    watcher = Watcher()
    thread = threading.Thread(target=run, args=(plan,), kwargs={"jobs": 1, "watcher": watcher})
    thread.start()
    watcher.wait("said", "slow", "now")
    gate.touch()
    thread.join()
    assert ("said", "slow", "then") in watcher.told


def test_what_a_line_leaves_running_is_not_waited_for():
    plan = Plan()
    plan.add("", "leaves", line("sleep", "60", Shell(">/dev/null 2>&1 &")))
    ((result,), _) = run(plan, jobs=1, watcher=Watcher())
    assert result.fate is Fate.DONE


def test_a_line_has_no_terminal_and_no_input():
    plan = Plan()
    plan.add("", "reads", sh("read -r x; echo got $x; test ! -t 0"))
    ((result,), _) = run(plan, jobs=1, watcher=Watcher())
    assert (result.fate, result.said) == (Fate.DONE, "got")


def began(world, beginning):
    """Wait until a call begins so."""
    until = time.monotonic() + 60
    while not [call for call in world.recorded() if call.text.startswith(beginning)]:
        assert time.monotonic() < until, f"no {beginning} in {world.recorded()}"
        time.sleep(0.05)


def alive(folder):
    """Return the processes that work in a folder."""
    found = []
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                if os.readlink(f"{entry.path}/cwd").startswith(str(folder)):
                    found.append(open(f"{entry.path}/cmdline").read())
            except OSError:
                continue
    return found


def left(folder):
    """Return the processes that stay in a folder: what was ended may take a moment to be gone."""
    until = time.monotonic() + 60
    while (found := alive(folder)) and time.monotonic() < until:
        time.sleep(0.02)
    return found


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="processes are found in /proc")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_ends_what_runs_and_says_where_it_stands(world, number):
    world.rule("kind create", sleep=300)
    process = world.popen("create", "clusters", "smiley", "cdn")
    began(world, "kind create cluster --name smiley")
    began(world, "kubectl --context cdn")
    process.send_signal(number)
    stdout, stderr = process.communicate(timeout=60)
    assert process.returncode == 128 + number
    assert "✗ smiley: interrupted: kind create cluster --name smiley" in stderr
    assert re.search(r"Not run: \d+ lines, for (smiley|cdn), (smiley|cdn)\.", stderr)
    assert "    ./localcluster create clusters smiley cdn\n" in stderr
    assert left(world.work) == []
    # The fakes are Python too, and may say so when they are interrupted.
    ours = [row for row in stdout.splitlines() if " | " not in row]
    assert "Traceback" not in "".join(ours) + stderr


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="processes are found in /proc")
def test_an_output_that_is_closed_ends_it_and_what_runs(world):
    world.rule("kind create", sleep=300)
    world.rule("k3d cluster create", print="a line\n" * 20_000)
    process = world.popen("create", "clusters", "smiley", "cdn")
    began(world, "kind create cluster --name smiley")
    process.stdout.close()
    stderr = process.stderr.read()
    assert process.wait(60) == 3
    assert stderr == "localcluster: the output cannot be written: Broken pipe\n"
    assert left(world.work) == []

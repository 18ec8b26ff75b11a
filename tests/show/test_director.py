"""Steps to events: the director with a real shell, and all that its sink is told."""

from __future__ import annotations

import os

import pytest

from runner.book.read import read
from runner.shell.shell import Shell
from runner.show.command import Limits
from runner.show.director import Directions, Director
from runner.show.events import Closed, Ended, Notice, Output, Started, Waiting


@pytest.fixture
def perform(tmp_path):
    """Return a function that performs a Markdown text; one line an event."""

    def perform(text, *, sink=None, **directions):
        path = tmp_path / "demo.md"
        path.write_text(text)
        runbook = read(path)
        assert not runbook.problems
        told = []

        def tell(event):
            told.append(event)
            if sink:
                sink(event)

        env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LC_ALL": "C.UTF-8"}
        timeout = directions.pop("timeout", None)
        output = lambda data: director.output(data)  # noqa: E731, PLW0108 - it comes later
        wanted = Directions(**directions, limits=Limits(timeout=timeout, attended=False))
        with Shell(output=output, cwd=tmp_path, env=env) as shell:
            director = Director(shell, runbook.hooks, wanted, tell)
            director.perform(runbook.steps)
        return [line(event) for event in merged(told)]

    return perform


def merged(events):
    """Output comes in any pieces: those that follow each other are put together.

    That the shell has exited as it should is left out.
    """
    out = []
    for event in events:
        if isinstance(event, Closed) and not event.reason:
            continue
        if isinstance(event, Output) and out and isinstance(out[-1], Output):
            out[-1] = Output(out[-1].data + event.data)
        else:
            out.append(event)
    return out


def line(event) -> str:
    match event:
        case Started(step, text):
            return f"> {step.kind} {text.strip()}"
        case Output(data):
            return data.decode().replace("\r\n", "\n").strip()
        case Ended(step, outcome, status, seconds, reason):
            assert 0 <= seconds < 30
            return f"< {step.kind} {outcome} {status} {reason}".rstrip()
        case Waiting(step, attempts, left):
            assert 0 < left < 30
            return f"… {step.text.strip()} {attempts}"
        case Closed(status, reason):
            return f"closed {status} {reason}".rstrip()
        case Notice(text, step):
            return f"! {text.strip()} {step.number if step else ''}"
    raise AssertionError(event)


def test_every_step_begins_and_ends_and_output_comes_between(perform):
    assert perform("# Title\n\nProse.\n```sh\necho hi\n```\n<!-- @print p -->\n") == [
        *["> prose # Title\n\nProse.", "< prose passed 0"],
        *["> command echo hi", "hi", "< command passed 0"],
        *["> print p", "< print passed 0"],
    ]


@pytest.mark.parametrize("where", ["# ${v}\n", "${v}\n", "```sh\n# ${v}\n```\n", "- a ${v} b\n"])
def test_prose_and_comments_are_filled_in(perform, where):
    told = perform(f"```sh\nv=$'\\e[31mred\\e[m\\a'\n```\n{where}")
    assert told[2].startswith("> prose ")
    assert "\x1b[31mred\x1b[m" in told[2]
    assert "\a" not in told[2]


@pytest.mark.parametrize(
    "text",
    ["```sh\n#$ say ${v}\n```\n", "<!-- @note ${v} -->\n", "<!-- @print ${v} -->\n"],
)
def test_arguments_and_what_is_only_typed_are_filled_in(perform, text):
    told = perform(f"```sh\nv=value\n```\n{text}")
    assert told[2].endswith("value")


def test_a_failure_ends_it(perform):
    told = perform("```sh\ntrap 'echo bye' EXIT\n(exit 4)\necho no\n```\nend\n")
    assert told[2:] == ["> command (exit 4)", "< command failed 4", "bye"]


def test_keep_going(perform):
    told = perform("```sh\n(exit 4)\necho on\n```\n", keep_going=True)
    assert told[1:] == ["< command failed 4", "> command echo on", "on", "< command passed 0"]


def test_exit_0_ends_it_well(perform):
    told = perform("```sh\nexit\necho no\n```\n", keep_going=True)
    assert told == ["> command exit", "< command passed 0 the shell exited with status 0"]


def test_a_new_shell_is_told(perform):
    told = perform("```sh\nx=1\nexec true\necho $x\n```\n", keep_going=True)
    assert told[3].startswith("< command failed 0 the shell is gone")
    assert told[4] == "! going on in a new shell. 2"
    assert told[5:] == ["> command echo $x", "1", "< command passed 0"]


def test_the_shell_itself_never_sees_what_is_shown(perform):
    told = perform("```sh\nv='; touch ran'\necho ${v}\n```\n")
    assert told[2:4] == ["> command echo ; touch ran", "; touch ran"]


def test_what_the_sink_raises_ends_it(perform, tmp_path):
    class BrokenError(Exception):
        pass

    def sink(event):
        if isinstance(event, Output):
            raise BrokenError

    with pytest.raises(BrokenError):
        perform("```sh\necho hi\ntouch ran\n```\n", sink=sink)
    assert not (tmp_path / "ran").exists()


def test_steps_in_ifhook(perform):
    text = (
        "<!-- @hook h H -->\n```sh\nDEMO_HOOK_H=\n```\n<!-- @ifhook h -->\n```sh\necho no\n```\n"
        "<!-- @endif -->\n```sh\nDEMO_HOOK_H=:\n```\n<!-- @ifhook h -->\n"
        "```sh\necho yes\n```\n<!-- @endif -->\n"
    )
    assert [t for t in perform(text, hooks=True) if t in {"yes", "no"}] == ["yes"]
    assert [t for t in perform(text) if t in {"yes", "no"}] == []


def test_until_it_succeeds(perform):
    text = "```sh\n#@until 20s\n((++n == 3))\n```\n"
    assert perform(text) == [
        "> command ((++n == 3))",
        "… ((++n == 3)) 1",
        "… ((++n == 3)) 2",
        "< command passed 0",
    ]


def test_until_the_time_is_over(perform):
    told = perform("```sh\n#@until 1500ms\nfalse\n```\n")
    assert told[-1].startswith("< command failed 1 it has not succeeded within 1500ms, in ")


def test_an_attempt_has_only_the_time_that_is_left(perform):
    told = perform("```sh\n#@until 1s\nsleep 60\n```\n")
    assert told[-1] == ("< command failed 130 it has not succeeded within 1s, in one attempt")


def test_an_attempt_that_has_less_time_than_is_left_says_so(perform):
    told = perform("```sh\n#@until 1s\n#@timeout 400ms\nsleep 60\n```\n")
    assert told[-1].startswith("< command failed 130 it has not succeeded within 1s, in ")
    assert told[-1].endswith("; last: the time was up: 0.4 s")


@pytest.mark.parametrize(
    ("trap", "closed"),
    [
        ("exit 7", ["closed 7 the EXIT trap ended with status 7"]),
        ("sleep 60", ["closed 0 the EXIT trap took longer than 1 s"]),
        ("false", []),
        ("exit 0", []),
    ],
)
def test_what_goes_wrong_in_the_exit_trap(perform, trap, closed):
    told = perform(f"```sh\ntrap '{trap}' EXIT\n```\n", timeout=1.0)
    assert [t for t in told[2:] if t] == closed

"""Hooks: nothing happens when rehearsed, unless `--hooks`."""

from __future__ import annotations

import pytest

TEXT = """\
<!-- @hook greet GREET -->
<!-- @hook late LATE -->
```bash
DEMO_HOOK_LATE='echo late'
```
<!-- @greet -->
```bash
greet && echo "in a command: $(greet)"
greet | tr a-z A-Z
late
```
<!-- @ifhook greet -->
<!-- @print if greet -->
```bash
echo greet is set
```
<!-- @endif -->
<!-- @ifhook late -->
```bash
echo late is set
```
<!-- @endif -->
"""


def test_without_the_option_they_do_nothing_and_succeed(rehearse):
    run = rehearse(TEXT, env={"DEMO_HOOK_GREET": "echo hello"})
    assert (run.printed, run.status) == (["in a command: "], 0), run


def test_with_it_each_runs_the_value_of_its_variable(rehearse):
    run = rehearse(TEXT, "--hooks", env={"DEMO_HOOK_GREET": "echo hello; :"})
    assert run.printed == [
        *["hello", "hello", "in a command: hello", "HELLO", "late"],
        *["if greet", "greet is set", "late is set"],
    ]
    assert run.status == 0


@pytest.mark.parametrize("env", [{}, {"DEMO_HOOK_GREET": ""}], ids=["unset", "empty"])
def test_unset_or_empty_they_do_nothing(rehearse, env):
    run = rehearse(TEXT, "--hooks", env=env)
    assert (run.printed, run.status) == (["in a command: ", "late", "late is set"], 0), run


def test_ifhook_in_ifhook_needs_both(rehearse, fence):
    text = (
        "<!-- @hook a A -->\n<!-- @hook b B -->\n<!-- @ifhook a -->\n<!-- @ifhook b -->\n"
        f"{fence('echo both')}<!-- @endif -->\n{fence('echo a')}<!-- @endif -->\n{fence('true')}"
    )
    assert rehearse(text, "--hooks", env={"DEMO_HOOK_A": ":"}).printed == ["a"]
    both = {"DEMO_HOOK_A": ":", "DEMO_HOOK_B": ":"}
    assert rehearse(text, "--hooks", env=both).printed == ["both", "a"]


def test_the_hooks_that_runbooks_use_by_convention(rehearse, fence):
    variables = ("TERMINAL", "BROWSER", "SLIDES", "VIDEO", "COMPOSITE", "SCENE_5", "BROWSER2")
    env = {f"DEMO_HOOK_{name}": f"echo {name}" for name in variables}
    names = ("terminal", "browser", "slides", "video", "composite", "5", "browser_2", "6")
    text = "".join(f"<!-- @show_{name} -->\n" for name in names)
    run = rehearse(f"{text}{fence('show_5')}", "--hooks", env=env)
    assert (run.printed, run.status) == ([*variables, "SCENE_5"], 0), run


@pytest.mark.parametrize(
    ("macro", "shown"),
    [
        ("browser_then_terminal", ["BROWSER", "TERMINAL"]),
        ("slides_then_terminal", ["SLIDES", "TERMINAL"]),
        ("start_livecast", ["SLIDES", "Waiting…", "TERMINAL"]),
    ],
)
def test_the_built_in_macros_with_hooks(rehearse, fence, macro, shown):
    env = {f"DEMO_HOOK_{name}": f"echo {name}" for name in ("TERMINAL", "BROWSER", "SLIDES")}
    text = f"<!-- @{macro} -->\n{fence('echo end')}"
    assert rehearse(text, "--hooks", env=env).printed == [*shown, "end"]
    assert rehearse(text, env=env).printed == ["end"]


def test_a_hook_that_fails_fails_its_step(rehearse, fence):
    text = f"<!-- @hook h H -->\n{fence('true')}<!-- @h -->\n"
    run = rehearse(text, "--hooks", env={"DEMO_HOOK_H": "(exit 6)"})
    assert run.summary[:2] == ["demo.md:5:6: failed with exit status 6", "  $ h"]
    assert run.status == 1


def test_hooks_of_a_nested_runbook_run_as_in_the_outer_one(rehearse, fence):
    files = {"in.md": f"<!-- @hook h H -->\n{fence('h', 'echo in')}"}
    env = {"DEMO_HOOK_H": "echo hook"}
    text = fence("$SHELL in.md | grep -v '[$]'")
    assert rehearse(text, files=files, env=env).printed[-1] == "in"
    run = rehearse(text, "--hooks", files=files, env=env)
    assert "hook" in run.printed, run

"""Hooks, pages and waiting for success, as the audience and the speaker's log see them."""

from __future__ import annotations

import re
import signal
from pathlib import Path

import pytest

SLIDES = "<!-- @SHOW -->\n\n<!-- @show_slides -->\n\n```bash\necho on\n```\n"


def log(show) -> str:
    return (show.folder.parent / "home/state/cuebook/hooks.log").read_text()


def test_a_slow_hook_holds_up_nothing(present):
    hook = "until [ -e go ]; do sleep 0.05; done; echo hooked"
    show = present(text=SLIDES, env={"DEMO_HOOK_SLIDES": hook})
    show.run("echo on")
    assert show.exit_status() == 0
    assert log(show) == ""
    (show.folder / "go").touch()
    show.ended(0)
    assert "hooked" not in show.text
    assert log(show) == "hooked\n"


def test_the_log_is_kept_when_the_show_goes_on_and_when_another_begins(present):
    hooks = {"DEMO_HOOK_SLIDES": "echo one"}
    show = present(text=SLIDES, env=hooks)
    show.asked("echo on")
    show.quit()
    again = present(text=SLIDES, env=hooks, options=["--resume"])
    again.run("echo on")
    again.ended(0)
    assert log(show) == "one\n"
    other = present(text=SLIDES, env={})
    other.run("echo on")
    other.ended(0)
    assert log(show) == ""
    assert (show.folder.parent / "home/state/cuebook/hooks.log.1").read_text() == "one\n"


def test_hooks_run_one_after_the_other(present):
    hooks = {"DEMO_HOOK_SLIDES": "sleep 0.3; echo slides", "DEMO_HOOK_TERMINAL": "echo terminal"}
    show = present(
        text=SLIDES.replace("-->\n\n```", "-->\n<!-- @show_terminal -->\n\n```"), env=hooks
    )
    show.run("echo on")
    show.ended(0)
    assert log(show) == "slides\nterminal\n"


def test_hooks_leave_the_shells_jobs_alone(present):
    command = '[[ $! == "$mine" ]] && jobs -p; wait; echo waited'
    text = "```bash\nsleep 0.5 & mine=$!\necho $mine > mine\n```\n\n<!-- @show_slides -->\n"
    hook = "until [ -e go ]; do sleep 0.05; done"
    text += SLIDES.replace("echo on", command)
    show = present(text=text, env={"DEMO_HOOK_SLIDES": hook})
    show.run(command)
    assert show.exit_status() == 0
    (show.folder / "go").touch()
    show.ended(0)
    assert show.lines[1:3] == [(show.folder / "mine").read_text().strip(), "waited"]


def test_a_hook_that_fails_is_the_speakers_business(present):
    show = present(text=SLIDES, env={"DEMO_HOOK_SLIDES": "echo oh no >&2; false"}, columns=200)
    show.run("echo on")
    show.ended(0)
    assert "oh no" not in show.text
    assert log(show) == "oh no\nshow_slides: exit status 1\n"
    assert "hooks.log" in show.text


def test_a_dry_run_writes_what_would_be_switched(present):
    hooks = {"DEMO_HOOK_SLIDES": "touch switched; scene 'a b'", "DEMO_HOOK_TERMINAL": ""}
    text = SLIDES + "\n<!-- @show_terminal -->\n"
    show = present(text=text, env=hooks, options=["--scene-log", "scenes.log"])
    show.run("echo on")
    show.ended(0)
    assert not (show.folder / "switched").exists()
    written = (show.folder / "scenes.log").read_text()
    assert re.fullmatch(r"[-\d]+T[:\d]+\+\d+\tshow_slides\ttouch switched; scene 'a b'\n", written)


PAGE = SLIDES.replace("@show_slides", "@browse https://example.org/a?b=c Welcome")


def test_a_page_opens_in_the_browser_and_a_key_comes_back(present):
    browser = '#!/bin/sh\necho "$1" > opened\necho noise\n'
    show = present(text=PAGE, files={"browser": browser}, env={"BROWSER": "sh browser %s"})
    show.wait_for((show.folder / "opened").exists)
    assert (show.folder / "opened").read_text() == "https://example.org/a?b=c\n"
    assert show.text == "→ https://example.org/a?b=c Welcome"
    show.press("\r")
    show.run("echo on")
    show.ended(0)
    assert "noise" not in show.text


def test_a_browser_that_cannot_be_opened_is_said(present):
    browser = "#!/bin/sh\necho $PPID >opener\nexit 1\n"
    files = {"browser": browser, "opener": ""}
    show = present(text=PAGE, files=files, env={"BROWSER": "sh browser %s"})
    show.wait_for((show.folder / "opener").read_text)
    stat = Path("/proc", (show.folder / "opener").read_text().strip(), "stat")
    show.wait_for(lambda: stat.read_text().rpartition(")")[2].split()[0] == "Z")
    show.press("\r")
    show.asked("echo on")
    assert "no browser could be opened" in show.lines
    show.quit()


@pytest.mark.parametrize("hooks", [{}, {"DEMO_HOOK_BROWSER": "touch opened"}], ids=["", "hooks"])
def test_a_page_on_simulated_clusters_is_not_opened(present, hooks):
    env = {"BROWSER": "touch opened", "CUEBOOK_ENVIRONMENT": "simulated clusters", **hooks}
    show = present(text=PAGE, env=env, columns=100)
    show.wait_for("≈ simulated: a page needs real traffic")
    show.press("\r")
    show.run("echo on")
    show.ended(0)
    assert show.text.count("≈ simulated") == 1
    assert not (show.folder / "opened").exists()
    told = "presented on simulated clusters: 1 command ran, 0 failed, 0 skipped, 1 simulated, 0:"
    assert told in show.text


def test_hooks_show_the_page_instead(present):
    hooks = {"DEMO_HOOK_BROWSER": 'echo "to $1"', "DEMO_HOOK_TERMINAL": "echo back"}
    show = present(text=PAGE, env=hooks | {"BROWSER": "touch opened"})
    show.wait_for("Welcome")
    show.press("\r")
    show.run("echo on")
    show.ended(0)
    assert log(show) == "to https://example.org/a?b=c\nback\n"
    assert not (show.folder / "opened").exists()


def test_until_counts_down_and_succeeds(present):
    show = present("#@until 60s\n[ -e ready ]", "echo on")
    show.run("[ -e ready ]")
    show.wait_for("not yet · tried ")
    show.wait_for("left · CTRL-C gives up")
    (show.folder / "ready").touch()
    show.asked("echo on")
    assert "not yet" not in show.text
    assert "✗" not in show.text
    show.quit()


def test_until_can_be_given_up(present):
    show = present("#@until 60s\nfalse", "echo on")
    show.run("false")
    show.wait_for("not yet")
    show.press("\x03")
    show.asked("echo on")
    assert "✗ exit status 1" in show.lines
    show.quit()


def test_q_ends_the_show_while_until_counts_down(present):
    show = present("#@until 60s\nfalse", "echo on")
    show.run("false")
    show.wait_for("not yet")
    show.press("Q")
    show.ended(0)
    assert "echo on" not in show.text
    assert "1 command ran, 1 failed, 0 skipped" in show.text
    assert "to go on here: cuebook present --resume" in show.text


def test_until_ends_with_its_time(present):
    show = present("#@until 1s\nfalse", "echo on")
    show.run("false")
    show.asked("echo on")
    assert "✗ it has not succeeded within 1s, in " in show.text
    show.quit()


def test_a_signal_between_two_attempts(present):
    show = present("#@until 60s\nfalse", "echo on")
    show.run("false")
    show.wait_for("not yet")
    show.signal(signal.SIGTERM)
    show.ended(143)

"""Commands that fail, shells that die: the show goes on."""

from __future__ import annotations

import pytest

LEFT = "echo left-$((1 + 1))"
REVIVE = "RETURN: go on in a new shell"


def goes_on(show):
    """At the question after the shell's end: RETURN."""
    show.wait_for(REVIVE)
    show.wait_for(lambda: show.listening)
    show.press("\r")


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ("false", "✗ exit status 1"),
        ("(exit 42)", "✗ exit status 42"),
        ("no-such-program-at-all", "✗ exit status 127"),
        ("(kill -9 $BASHPID)", "✗ exit status 137 (SIGKILL)"),
        ("printf unended; false", "✗ exit status 1"),
    ],
)
def test_a_failed_command_shows_its_status_in_one_line(present, command, told):
    show = present(command, LEFT)
    show.run(command)
    show.asked(LEFT)
    assert show.lines.count(told) == 1
    assert show.text.count("✗") == 1
    show.press("\r")
    show.ended(0)
    assert "left-2" in show.lines
    assert "2 commands ran, 1 failed, 0 skipped" in show.text


def test_a_command_that_fails_to_parse_is_a_failed_command(present):
    show = present("eval 'if'", LEFT)
    show.run("eval 'if'")
    show.run(LEFT)
    show.ended(0)
    assert show.text.count("✗") == 1


@pytest.mark.parametrize("command", ["kill -9 $$", "exit 3", "set -e; false", "exec false"])
def test_the_shell_ends_and_return_goes_on_in_a_new_one_with_the_state(present, command):
    show = present("V=kept; f() { echo $V-by-f; }; mkdir d; cd d", command, "f; pwd", LEFT)
    show.run("V=kept; f() { echo $V-by-f; }; mkdir d; cd d")
    show.run(command)
    goes_on(show)
    show.run("f; pwd")
    show.run(LEFT)
    show.ended(0)
    assert "kept-by-f" in show.text
    assert any(line.endswith("/work/d") for line in show.lines)
    assert "left-2" in show.lines


def test_the_shell_ends_and_q_ends_the_show(present):
    show = present("kill -9 $$", LEFT)
    show.run("kill -9 $$")
    show.wait_for(REVIVE)
    show.wait_for(lambda: show.listening)
    show.press("Q")
    show.exit_status()
    show.nothing_runs()
    assert "left-2" not in show.text


def test_the_shell_is_killed_while_it_waits(present):
    show = present("echo $$ >pid; V=kept", "echo $V-$((1 + 1))", LEFT)
    show.run("echo $$ >pid; V=kept")
    show.asked("echo $V-$((1 + 1))")
    import os

    os.kill(int((show.folder / "pid").read_text()), 9)
    show.press("\r")
    goes_on(show)
    show.run(LEFT)
    show.ended(0)
    assert "left-2" in show.lines


def test_the_new_shell_has_the_terminals_size_and_its_keys(present):
    show = present("exit 3", "stty size; read -r X", 'echo "<$X>"')
    show.run("exit 3")
    goes_on(show)
    show.begin("stty size; read -r X")
    show.wait_for("24 80")
    show.press("typed\r")
    show.run('echo "<$X>"')
    show.ended(0)
    assert "<typed>" in show.lines


def test_a_resize_at_the_question_for_a_new_shell(present):
    show = present("exit 3", "stty size")
    show.run("exit 3")
    show.wait_for(REVIVE)
    show.resize(30, 100)
    goes_on(show)
    show.run("stty size")
    show.ended(0)
    assert "30 100" in show.lines


OTHER = """<!-- @SHOW -->
```bash
echo inner-$((1 + 1)); V=inner
```
```bash
read -r -p "Ans"wer: X
```
```bash
echo "<$X$1>"
```
"""


def test_a_nested_runbook(present):
    show = present("V=outer", "$SHELL other.md arg", "echo $V", files={"other.md": OTHER})
    show.run("V=outer")
    show.run("$SHELL other.md arg")
    show.wait_for(lambda: "$ echo inner-" in show.text)
    show.press("\r")
    show.wait_for("inner-2")
    show.wait_for(lambda: "$ read -r" in show.text)
    show.press("\r")
    show.wait_for(lambda: show.line == "Answer:")
    show.press("typed\r")
    show.wait_for(lambda: 'echo "<$X$1>"' in show.text)
    show.press("\r")
    show.run("echo $V")
    show.ended(0)
    assert "<typedarg>" in show.lines
    assert "outer" in show.lines
    assert show.text.count("commands ran") == 1


def test_a_nested_runbook_is_presented_with_the_options_of_the_outer_one(present):
    other = "<!-- @SHOW -->\n\n# T\n\n<!-- @show_slides -->\n\n```bash\necho inner\n```\n"
    show = present(
        "$SHELL other.md",
        files={"other.md": other},
        env={"DEMO_HOOK_SLIDES": "touch switched"},
        options=["--prompt", "it's *> ", "--theme", "plain", "--scene-log", "log", "--no-take"],
    )
    show.wait_for("it's *> $SHELL other.md")
    show.press("\r")
    show.wait_for("it's *> echo inner")
    show.press("\r")
    show.ended(0)
    assert "====" in show.text, "the theme's line under a heading"
    assert "show_slides" in (show.folder / "log").read_text()
    assert not (show.folder / "switched").exists()
    assert not list(show.folder.parent.rglob("takes"))

"""Output of background jobs while the show waits: seen at once, above the command that is up."""

from __future__ import annotations

import pytest

JOB = "bash job &"
FILES = {"job": "until [ -e go ]; do sleep 0.05; done; echo from-the-job; touch went"}
NEXT = "echo next-$((1 + 1))"


def rows(show) -> list[str]:
    return [row for row in show.lines if row.strip()]


def test_it_is_seen_while_a_command_waits_for_its_key(present):
    show = present(JOB, NEXT, files=FILES)
    show.run(JOB)
    show.asked(NEXT)
    (show.folder / "go").touch()
    show.wait_for("from-the-job")
    show.asked(NEXT)
    assert rows(show) == [f"$ {JOB}", "from-the-job", f"$ {NEXT}"]
    show.run(NEXT)
    show.ended(0)


@pytest.mark.parametrize("columns", [40, 80])
def test_a_command_of_many_rows_is_taken_away_whole_and_shown_again(present, columns):
    long = f"echo {'世界' * 15} \\\n  {'x' * 80} '\té' >/dev/null;\\\n{NEXT}"
    show = present(JOB, long, files=FILES, columns=columns)
    show.run(JOB)
    show.wait_for(lambda: "".join(show.lines).endswith(NEXT))
    before = rows(show)
    (show.folder / "go").touch()
    show.wait_for("from-the-job")
    show.wait_for(lambda: "".join(show.lines).endswith(NEXT))
    assert rows(show) == [before[0], "from-the-job", *before[1:]]
    show.press("\r")
    show.ended(0)


@pytest.mark.parametrize("options", [[], ["--status"]], ids=["", "status"])
def test_it_is_seen_at_a_wait(present, options):
    text = f"<!-- @SHOW -->\n```bash\n{JOB}\n```\n<!-- @wait -->\n"
    show = present(text=text, files=FILES, options=options)
    show.run(JOB)
    show.wait_for(lambda: show.listening)
    (show.folder / "go").touch()
    show.wait_for("from-the-job")
    assert rows(show)[:2] == [f"$ {JOB}", "from-the-job"]
    show.press("\r")
    show.ended(0)


def test_where_no_escapes_are_known_the_command_is_shown_once_more_below(present):
    show = present(JOB, NEXT, files=FILES, env={"TERM": "dumb"})
    show.run(JOB)
    show.asked(NEXT)
    (show.folder / "go").touch()
    show.wait_for(lambda: show.text.endswith(f"from-the-job\n$ {NEXT}"))
    assert rows(show) == [f"$ {JOB}", f"$ {NEXT}", "from-the-job", f"$ {NEXT}"]
    show.run(NEXT)
    show.ended(0)


def test_what_is_drawn_over_the_whole_screen_is_not_written_into(present):
    show = present(JOB, NEXT, files=FILES)
    show.run(JOB)
    show.asked(NEXT)
    show.press("?")
    show.wait_for(lambda: show.alternate)
    (show.folder / "go").touch()
    show.wait_for((show.folder / "went").exists)
    assert show.alternate
    assert "from-the-job" not in show.text
    show.press("?")
    show.wait_for("from-the-job")
    show.run(NEXT)
    show.ended(0)


def test_a_flood_leaves_the_keys_alone(present):
    show = present("yes flood &", "kill %1; wait; clear", NEXT)
    show.run("yes flood &")
    show.wait_for("flood\nflood")
    show.press("\r")
    show.wait_for(lambda: rows(show) == [f"$ {NEXT}"])
    show.run(NEXT)
    show.ended(0)


def test_a_shell_that_is_killed_while_the_show_waits_is_told_when_it_is_needed(present):
    files = {"job": "until [ -e go ]; do sleep 0.05; done; kill -9 $1; touch went"}
    show = present("bash job $$ &", NEXT, files=files)
    show.run("bash job $$ &")
    show.asked(NEXT)
    (show.folder / "go").touch()
    show.wait_for((show.folder / "went").exists)
    show.press("\r")
    show.wait_for("RETURN: go on in a new shell")
    show.press("Q")
    show.ended(1)

"""cuebook's own directives before an audience: what holds there, what is for rehearsals only."""

from __future__ import annotations

import shutil
import signal

import pytest

LEFT = "echo left-$((1 + 1))"
SECRET = "s3cret-4711"
MASK = "•••"


@pytest.mark.parametrize(
    "modifier",
    ["timeout 100ms", "for 100ms", "exit 3", "expect no", "edit s/a/b/", "type x\\n"],
)
def test_a_check_is_for_rehearsals_only(present, modifier):
    """The command is not interrupted, not typed to, and fails by its status alone."""
    show = present(f"#@{modifier}\nread -r X; echo got-$X", LEFT)
    show.begin("read -r X; echo got-$X")
    show.press("hello\r")
    show.wait_for("got-hello")
    show.run(LEFT)
    show.ended(0)
    assert "✗" not in show.text


def test_a_status_of_its_own_is_none_before_an_audience(present):
    show = present("#@exit 3\n(exit 3)", LEFT)
    show.run("(exit 3)")
    show.wait_for("✗ exit status 3")
    show.run(LEFT)
    show.ended(0)


def test_what_is_for_rehearsals_is_left_out_and_what_is_live_is_not(present):
    show = present("#@rehearsal\necho not-$((1 + 1))\n#@live\necho live-$((1 + 1))", LEFT)
    show.run("echo live-$((1 + 1))")
    show.run(LEFT)
    show.ended(0)
    assert "live-2" in show.text
    assert "not-" not in show.text


CLEANUP = "<!-- @cleanup -->\n```bash\ntouch cleaned\n```\n<!-- @end -->\n"
BOOK = f"{CLEANUP}<!-- @SHOW -->\n```bash\n{LEFT}\n```\n"


@pytest.mark.parametrize(("key", "cleaned"), [("\r", True), ("Q", False)])
def test_a_clean_up_is_offered_at_the_end(present, key, cleaned):
    show = present(text=BOOK)
    show.run(LEFT)
    show.wait_for("RETURN: clean up")
    assert not (show.folder / "cleaned").exists()
    show.press(key)
    show.ended(0)
    assert (show.folder / "cleaned").exists() is cleaned


def test_a_clean_up_is_offered_to_whoever_quits(present):
    show = present(text=BOOK)
    show.asked(LEFT)
    show.press("Q")
    show.wait_for("RETURN: clean up")
    show.press("\r")
    show.ended(0)
    assert (show.folder / "cleaned").exists()


def test_what_is_needed_is_told_before_anything_is_shown(present):
    show = present(text=f"<!-- @require no-such-program https://x.org/ -->\n{BOOK}")
    assert show.exit_status() == 1
    assert "`no-such-program` is not on PATH; see https://x.org/" in " ".join(show.lines)
    assert LEFT not in show.text


def written(show) -> bytes:
    """All that the show wrote: to the terminal, and into every file but the runbook."""
    folders = show.folder.parent.rglob("*")
    kept = [path.read_bytes() for path in folders if path.is_file() and path.name != "book.md"]
    return bytes(show.written) + b"".join(kept)


SECRETS = {
    "two writes": "printf s3cret; sleep 0.1; echo -4711",
    "a colour": "printf 's3c\\e[31mret\\e[0m-47''11\\n'",
    "set -x": "set -x; : $P; set +x",
    "a value": 'echo "$P"',
}


@pytest.mark.parametrize("command", SECRETS.values(), ids=SECRETS)
def test_a_secret_is_on_no_screen_and_in_no_file(present, command):
    text = (
        "```bash\nP=$(printf %s-%s s3cret 4711)\n```\n<!-- @redact /s3cret-[0-9]+/ -->\n"
        f"<!-- @SHOW -->\n\nIt is ${{P}}.\n\n```bash\n{command}\n{LEFT}\n```\n"
    )
    show = present(text=text)
    show.run(command)
    show.asked(LEFT)
    show.signal(signal.SIGHUP)  # what is kept for --resume is a file as well
    show.exit_status()
    show.nothing_runs()
    everything = written(show)
    assert MASK.encode() in everything
    assert SECRET.encode() not in everything


def test_what_the_speaker_types_is_hidden_where_it_is_echoed(present):
    text = (
        "<!-- @redact /s3cret-[0-9]+/ -->\n<!-- @SHOW -->\n"
        f"```bash\nread -r X; echo got-$X\n{LEFT}\n```\n"
    )
    show = present(text=text)
    show.begin("read -r X; echo got-$X")
    show.press(f"{SECRET}\r")
    show.wait_for(f"got-{MASK}")
    show.run(LEFT)
    show.ended(0)
    assert SECRET.encode() not in written(show)


def test_a_jump_over_a_redaction_does_not_lose_it(present):
    text = (
        "<!-- @SHOW -->\n# One\n```bash\ntrue\n```\n<!-- @redact /s3cret-[0-9]+/ -->\n"
        "# Two\n```bash\nprintf '%s-%s\\n' s3cret 4711\n```\n"
    )
    show = present(text=text)
    show.asked("true")
    show.press("g")
    show.wait_for("Two")
    show.press("Two\r")
    show.run("printf '%s-%s\\n' s3cret 4711")
    show.ended(0)
    assert MASK in show.text
    assert SECRET.encode() not in written(show)


def test_a_value_that_cannot_be_hidden_ends_the_show(present):
    text = f"<!-- @redact /${{NONE}}/ -->\n<!-- @SHOW -->\n```bash\n{LEFT}\n```\n"
    show = present(text=text)
    show.ended(1)
    assert "@redact cannot hide `NONE`, which is not set" in show.text
    assert LEFT not in show.text


def test_a_real_editor_opens_whatever_is_said_of_edits(present):
    if not shutil.which("vim"):
        pytest.skip("vim is not there: apt-get install vim")
    show = present("#@edit s/old/new/\necho old >f; vim -u NONE f", "cat f", LEFT)
    show.begin("echo old >f; vim -u NONE f")
    show.wait_for('"f" 1 line')
    show.press("Aer\x1b:wq\r")
    show.run("cat f")
    show.run(LEFT)
    show.ended(0)
    assert "older" in show.text

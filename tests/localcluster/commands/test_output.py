"""What a run shows: on a terminal, and elsewhere."""

from __future__ import annotations

import os
import re
import subprocess

import pexpect
import pyte
import pytest

from tests.localcluster.commands.conftest import LOCALCLUSTER


def on_a_terminal(world, *args, send=None, **environment):
    """Run a command on a terminal of 100 columns; return the bytes that it printed, and its status.

    `send` is what is typed once something has been seen: `(seen, typed)`.
    """
    program, *rest = LOCALCLUSTER
    child = pexpect.spawn(
        program,
        [*rest, *args],
        cwd=world.work,
        env={**world.environment, "TERM": "xterm-256color", **environment},
        dimensions=(40, 100),
        timeout=120,
    )
    said = b""
    if send:
        child.expect_exact(send[0])
        said = child.before + child.after
        child.send(send[1])
    child.expect(pexpect.EOF)
    child.close()
    return said + child.before, child.exitstatus


def screen(said, lines=400):
    """Return what the bytes leave on a screen."""
    display = pyte.Screen(100, lines)
    pyte.ByteStream(display).feed(said)
    return [row.rstrip() for row in display.display if row.strip()]


def test_each_line_has_its_cluster_before_it(world):
    lines = world.ok("create", "clusters", "smiley", "cdn").stdout.splitlines()
    *of_clusters, last = lines
    assert {row.split(" | ")[0].strip() for row in of_clusters} == {"all", "smiley", "cdn"}
    assert last == "✓ 22 lines ended well"


def test_a_terminal_shows_how_far_each_cluster_is(world):
    world.rule("kind create .*--name color ", status=1, error="ERROR: too many open files\n")
    said, status = on_a_terminal(world, "create", "clusters", "smiley", "color", "cdn")
    assert status == 1
    rows = screen(said)
    assert [row for row in rows if re.match(r"✓ (smiley|cdn) +1[01]/1[01] ", row)]
    assert [row for row in rows if re.match(r"✗ color +0/1 .*failed: the cluster$", row)]
    assert any(row.startswith("smiley | $ kind create cluster --name smiley") for row in rows)


def test_colour_is_never_alone_and_can_be_turned_off(world):
    said, _ = on_a_terminal(world, "create", "clusters", "cdn", NO_COLOR="1")
    assert not re.findall(rb"\x1b\[(?:3\d|9\d|38;[\d;]*)m", said)
    assert [row for row in screen(said) if row.startswith("✓ cdn")]


def test_the_cursor_is_back_and_no_line_is_half_after_ctrl_c(world):
    world.rule("kind create", sleep=300, print="Preparing nodes\n")
    said, status = on_a_terminal(
        world, "create", "clusters", "smiley", send=(b"$ kind create", b"\x03")
    )
    assert status == 130
    assert said.rfind(b"\x1b[?25h") > said.rfind(b"\x1b[?25l")
    rows = screen(said)
    assert any(row.startswith("✗ smiley: interrupted: kind create cluster") for row in rows)
    assert not [row for row in rows if row.startswith("Traceback")]


@pytest.mark.parametrize("argument", ["--help", "-h"])
def test_help_teaches_with_an_example(world, argument):
    text = world.ok(argument).stdout
    assert "localcluster create --dryrun clusters smiley" in text
    for command in ("create", "group", "repair", "doctor"):
        assert re.search(rf"^  {command} ", text, re.M)


@pytest.mark.parametrize(
    "args",
    ["create --dryrun clusters", "info clusters", "info --dryrun clusters", "doctor", "--help"],
)
def test_a_reader_that_stops_reading_is_no_error(world, args):
    reader, writer = os.pipe()
    os.close(reader)
    argv = [*LOCALCLUSTER, *args.split()]
    done = subprocess.run(
        argv,
        cwd=world.work,
        env=world.environment,
        stdout=writer,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (141, b"")

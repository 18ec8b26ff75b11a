"""A take -> what a page says of each command."""

from __future__ import annotations

import pytest

from runner.render import words
from runner.render.html import folded
from runner.render.markdown import told
from runner.render.recorded import HEAD, TAIL, WIDEST, recorded
from runner.take.format import line
from runner.take.model import Begun, Done, Printed, Totals, Waited
from tests.render.conftest import header


@pytest.fixture
def printed(book, tmp_path):
    """Return a function: what a command prints, in pieces -> its output on the page."""
    runbook = book("```bash\nls\n```\n")

    def printed(*pieces: str | Waited):
        path = tmp_path / "run.jsonl"
        with path.open("wb") as file:
            file.write(line(header(runbook)))
            file.write(line(Begun(0.0, "x", 1, "command", "", "ls\n", "demo.md", 2, 1)))
            for piece in pieces:
                file.write(line(Printed(0.0, piece) if isinstance(piece, str) else piece))
            file.write(line(Done(1.0, "x", "passed", 0, 1.0)))
            file.write(line(Totals(1.0, 1, 0, 0, 0, 0)))
        return recorded(path).steps["x"].result.output

    return printed


def test_a_terminal_decides_what_is_shown(printed):
    bar = "".join(f"\r{n:3} %" for n in range(0, 101, 10))
    found = printed(f"\x1b[1mbold\x1b[0m\r\n{bar}\r\nabc\x08\x08X\r\n\r\n\r\n")
    assert found.text == (("bold", "100 %", "aXc"), ())


def test_bytes_that_are_no_text(printed):
    assert printed("a\udcff\udc80b\r\n", "caf\udcc3", "\udca9\r\n").text == (
        ("a��b", "café"),
        (),
    )


def test_ten_megabytes_are_cut_and_say_so(printed):
    piece = "".join(f"line {n:07}\r\n" for n in range(1000))
    found = printed(*[piece] * 750)
    assert found.size == 750 * 14 * 1000
    assert (len(found.head), len(found.tail)) == (HEAD, TAIL)
    assert found.left_out == 750_000 - HEAD - TAIL
    assert words.left_out(found) == "… 749,700 lines left out …"
    assert found.text[1][-1] == "line 0000999"


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (24, None),
        (25, "13 more lines"),
        (300, "288 more lines"),
        (301, "289 more lines, 1 of them left out"),
        (1000, "988 more lines, 700 of them left out"),
        (1_000_000, "999,988 more lines, 999,700 of them left out"),
    ],
)
def test_the_fold_tells_what_it_holds(page, lines, told):
    (command,) = page("```bash\nls\n```\n", {"ls": "x\r\n" * lines}).commands
    found = command.result.output
    shown, rest, count = folded(command)
    assert len(shown) + len(rest) + found.left_out + len(found.tail) == lines
    assert (words.folded(count, found) if count else None) == told


def test_what_is_not_much_too_long_is_whole(printed):
    found = printed("x\r\n" * (HEAD + TAIL))
    assert (len(found.head), found.left_out, found.tail) == (HEAD + TAIL, 0, ())


def test_a_line_without_an_end_is_cut(printed):
    (line,) = printed("x" * 5000 + "\r\n").text[0]
    assert line == "x" * WIDEST + "…"


def test_of_what_is_tried_again_the_last_attempt_counts(printed):
    assert printed("no\r\n", Waited(0.1, 1, 5.0), "yes\r\n").text == (("yes",), ())


def test_a_take_that_breaks_off(page):
    found = page("```bash\nls\npwd\n```\n", {"ls": "a\r\n"}, before="pwd")
    assert found.about.outcome == "broke off"
    assert [command.state for command in found.commands] == ["performed", "left out"]
    about = " ".join(map(told, words.about(found)))
    assert "It has not come to its end." in about
    assert "1 command was not performed." in about


def test_a_take_with_a_failure(page):
    found = page("```bash\nls\nfalse\npwd\n```\n", failed="false")
    assert found.about.outcome == "failed"
    assert [command.state for command in found.commands] == ["performed", "performed", "left out"]
    failure = found.commands[1].result
    assert [told(sentence) for sentence, _ in words.failure(failure)] == [
        "This failed: exit status 1."
    ]

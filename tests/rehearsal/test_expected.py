"""What is performed of a block, and what it prints -> what its `output` block makes of that."""

from __future__ import annotations

import pytest

NOTICE = "! {}: not checked, since some of the block's commands are left out"


def book(commands: str, expected: str, more: str = "") -> str:
    """A runbook of one block, whose expected output begins on line 30."""
    block = f"```bash\n{commands}```\n"
    room = "\n" * (28 - block.count("\n"))
    return f"{block}{room}```output\n{expected}```\n{more}"


@pytest.mark.parametrize(
    ("commands", "expected"),
    [
        ("echo a\n#@live\necho b\n", "a\n"),
        ("#@live\necho b\necho a\n", "a\n"),
        ("#@live\necho b\n", "anything\n"),
        ("echo a\n#@rehearsal\necho b\n", "a\nb\n"),
        ("echo a\nexit 0\necho b\n", "a\n"),
        ("echo a\n(exit 0)\nexit 0\n", "a\n"),
        ("echo a\n#@until 9s\necho $((++n)); ((n > 2))\necho b\n", "a\n3\nb\n"),
        ("#@until 9s\necho try; ((++n > 1))\n", "try\n"),
        ("echo a\n#@for 300ms\necho b; sleep 60\n", "a\nb\n\n"),
        ("yes | head -c 2000000; echo end\n", "y\n...\nend\n"),
        ("printf '\\e[31mred\\e[0m\\n'; printf '1%%\\r99%%\\n'\n", "red\n99%\n"),
        ("printf '日本\\r\\n'; printf 'a\\0b\\n'\n", "日本\nab\n"),
        ("printf '%s\\n' 1 x 2 x 3\n", "...\n<a>\n2\n<a>\n...\n"),
        ("true\n", ""),
    ],
)
def test_it_holds(rehearse, commands, expected):
    result = rehearse(book(commands, expected))
    assert result.status == 0, result.summary
    assert "not checked" not in result.stdout


@pytest.mark.parametrize(
    ("commands", "expected", "message"),
    [
        ("echo a\n#@live\necho b\n", "x\n", "expected `x`, but line 1 of the output is `a`"),
        ("echo a\nexit 0\necho b\n", "a\nb\n", "expected `b`, but the output ended"),
        ("true\n", "x\n", "expected `x`, but there was no output"),
        ("echo a\n", "", "expected no output, but line 1 of the output is `a`"),
        ("yes | head -c 2000000\n", "y\n...\nend\n", "expected `end`, which never came"),
        ("head -c 300000 /dev/urandom\n", "x\n", "expected `x`, but line 1 of the output is `"),
        ("printf '%s\\n' 1 x 2 y 3\n", "...\n<a>\n2\n<a>\n...\n", "expected "),
    ],
)
def test_it_does_not_hold(rehearse, commands, expected, message):
    result = rehearse(book(commands, expected))
    assert result.status == 1, result.summary
    assert f": output: {message}" in result.summary[0]


def test_what_a_macro_prints_within_a_block_is_the_blocks_too(rehearse):
    macro = "<!-- @macro m -->\n```bash\necho in m\n```\n<!-- @end -->\n\n"
    text = book("echo a\nm\necho b\n", "a\nin m\nb\n")
    assert rehearse(macro + text).status == 0
    assert rehearse(macro + text.replace("in m", "no")).status == 1


class TestAPartOfTheRunbook:
    TEXT = (
        "<!-- @SHOW -->\n```bash\necho a\necho b\n```\n```output\na\nb\n```\n```bash\ntrue\n```\n"
    )
    WRONG = TEXT.replace("b\n```\n```bash", "c\n```\n```bash")

    @pytest.mark.parametrize("part", ["--to=1", "--from=2", "--from=2 --to=2"])
    @pytest.mark.parametrize("text", [TEXT, WRONG])
    def test_a_block_of_which_some_is_left_out_is_not_checked_and_that_is_said(
        self, rehearse, text, part
    ):
        result = rehearse(text, *part.split())
        assert result.status == 0, result
        assert result.printed[0] == NOTICE.format("demo.md:6:1")

    @pytest.mark.parametrize("part", ["--to=2", "--to=3", ""])
    def test_a_block_that_is_performed_as_a_whole_is_checked(self, rehearse, part):
        assert rehearse(self.TEXT, *part.split()).status == 0
        assert rehearse(self.WRONG, *part.split()).status == 1

    def test_a_block_that_is_left_out_as_a_whole_needs_no_word(self, rehearse):
        result = rehearse(self.WRONG, "--from=4")
        assert (result.status, result.printed) == (0, [])


@pytest.mark.parametrize("block", ["m", "#@m", "m\n# only a comment"])
def test_a_block_of_which_macros_are_all_there_is(rehearse, block):
    """They are commands of blocks of their own, so nobody can tell what this one prints."""
    macro = "<!-- @macro m -->\n```bash\necho in m\n```\n<!-- @end -->\n"
    result = rehearse(f"{macro}```bash\n{block}\n```\n```output\nin m\n```\n")
    at = 9 + block.count("\n")
    assert result.printed[0] == (
        f"! demo.md:{at}:1: not checked, since no command stands in the block itself"
    )

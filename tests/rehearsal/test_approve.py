"""A runbook and what its commands print -> its file after `--approve`, each byte of it."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

BLOCK = "```bash\n{}\n```\n\n```output\n{}```\n"


@pytest.fixture
def approve(rehearse, stage):
    """Return a function: a runbook's text to what its file holds after `--approve`."""

    def approve(text: str, *args: str, status: int = 0) -> str:
        result = rehearse(text, "--approve", *args)
        assert result.status == status, result
        return (stage.work / "demo.md").read_bytes().decode()

    return approve


@pytest.mark.parametrize(
    ("commands", "before", "after"),
    [
        ("echo a", "", "a\n"),
        ("echo a", "b\n", "a\n"),
        ("true", "b\n", ""),
        ("echo a; echo id 7", "x\nid <n>\n", "a\nid <n>\n"),
        ("echo a; echo '```'; echo b", "b\n", None),
        ("echo '<x> ...'; echo ...", "", "\\<x> ...\n\\...\n"),
        ("printf '\\e[1mbold\\e[0m\\t.\\r\\n'", "x\n", "bold    .\n"),
        ("printf 'no newline'", "x\n", "no newline\n"),
        ("exit 0", "x\n", ""),
        ("echo a\n#@live\necho b", "b\n", "a\n"),
    ],
)
def test_a_block(approve, commands, before, after):
    text = f"# Title\n\n{BLOCK.format(commands, before)}\nThe end.  \n"
    made = approve(text)
    if after is not None:
        assert made == text.replace(f"```output\n{before}", f"```output\n{after}")
    else:
        assert made.endswith("````output\na\n```\nb\n````\n\nThe end.  \n")


def test_a_link_to_a_runbook_stays_one(approve, stage):
    (stage.work / "real.md").write_text("")
    (stage.work / "demo.md").symlink_to("real.md")
    approve(BLOCK.format("echo a", "b\n"))
    assert (stage.work / "demo.md").is_symlink()
    assert (stage.work / "real.md").read_text() == BLOCK.format("echo a", "a\n")


def test_what_was_approved_holds(approve, rehearse):
    assert rehearse(approve(BLOCK.format("echo '<x>'; date +%Y; echo", "x\n"))).status == 0


@pytest.mark.parametrize(
    "text",
    [
        "- item\r\n\r\n  ```bash\r\n  echo a\r\n  ```\r\n\r\n  ```output\r\n  X\r\n  ```\r\n",
        "> ~~~~bash\n> echo a\n> ~~~~\n> ~~~~output\n> X\n> ~~~~\n",
        "1. a\n\n   - b\n\n     ```bash\n     echo a\n     ```\n\n     ```output\n     X\n     ```",
        "\ufeff```bash\necho a\n```\n```output\nX\n```\n\n\ttrailing \t\n\n\n",
    ],
)
def test_lists_quotes_and_line_ends(approve, text):
    assert approve(text) == text.replace("X", "a")


@pytest.mark.parametrize("command", ["echo error; false", "echo error; exit 3", "kill -9 $$"])
def test_the_output_of_a_block_that_failed_is_not_approved(approve, command):
    text = BLOCK.format("echo ok", "x\n") + "\n" + BLOCK.format(f"echo b\n{command}", "fine\n")
    assert approve(text, status=1) == text.replace("x\n", "ok\n")
    assert approve(text, "--keep-going", status=1) == text.replace("x\n", "ok\n")


def test_a_check_that_does_not_hold_is_a_failure_as_well(approve):
    text = BLOCK.format("#@expect b\necho a", "x\n")
    assert approve(text, status=1) == text


def test_a_command_that_succeeds_in_the_end_is_approved(approve):
    text = BLOCK.format("#@until 9s\necho $((++n)); ((n > 1))", "x\n")
    assert approve(text) == text.replace("x\n", "2\n")


def test_a_block_that_is_not_performed_as_a_whole_stays(approve):
    text = f"<!-- @SHOW -->\n{BLOCK.format(f'echo a{chr(10)}echo b', f'x{chr(10)}')}"
    assert approve(text, "--to", "1") == text


def test_a_secret_is_not_approved(approve):
    text = "---\nredact: [s3cret]\n---\n" + BLOCK.format("printf %s%s s3c; echo ret", "x\n")
    assert approve(text) == text.replace("x\n", "•••\n")


PROSE = st.text("ab é\t#>-`~ \r", max_size=12).map(lambda t: f"text {t}".rstrip("\r"))


@settings(
    deadline=None, max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    prose=st.lists(PROSE, min_size=3, max_size=3),
    printed=st.lists(st.sampled_from(["a", "```", "> q", "  b", "<x>", "..."]), max_size=3),
    before=st.lists(st.sampled_from(["a", "b", "...", "<x>"]), max_size=3),
    first=st.sampled_from(["", "> ", "- ", "1. "]),
    eol=st.sampled_from(["\n", "\r\n"]),
)
def test_no_other_byte_changes(approve, rehearse, prose, printed, before, first, eol):
    """Whatever stands around the block, and whatever comes."""
    rest = first if first == "> " else " " * len(first)
    words = " ".join(f"'{line}'" for line in printed)
    command = f"printf '%s\\n' {words}" if printed else "true"
    inner = ["```bash", command, "```", "```output", *before, "```"]
    block = [f"{rest if n else first}{line}" for n, line in enumerate(inner)]
    text = eol.join([prose[0], "", *block, "", *prose[1:]])
    made = approve(text)

    def outside(found: str) -> list[str]:
        fence = r"`{3,}output\r?\n(?:.*\n)*[> ]*`{3,}\r?\n"
        return re.split(fence, found, maxsplit=1)

    assert outside(made) == outside(text)
    assert len(outside(text)) == 2
    assert rehearse(made).status == 0
    assert approve(made) == made


def test_the_summary_has_the_places_of_the_file_as_it_is_then(rehearse, stage):
    failing = "<!-- @expect no -->\n```bash\necho d\n```\n"
    text = BLOCK.format("seq 3 | tr 123 abc", "") + failing
    result = rehearse(text, "--approve")
    lines = (stage.work / "demo.md").read_text().split("\n")
    assert lines[5:8] == ["a", "b", "c"]
    assert result.summary[:3] == [
        "demo.md:12:1: @expect no: no line of the output matches",
        "  $ echo d",
        "  demo.md:10: expected (-), and what came (+):",
    ]
    assert (lines[11], lines[9]) == ("echo d", "<!-- @expect no -->")


@pytest.mark.parametrize(
    ("text", "args", "told"),
    [
        (BLOCK.format("echo a\nfalse", "x\n"), [], "6:1: left as it is, since a command of its"),
        (
            BLOCK.format("seq 10001", "x\n"),
            [],
            "5:1: left as it is, since it has more than 10,000 lines now",
        ),
        (
            "```bash\nfalse\n```\n" + BLOCK.format("echo a", "x\n"),
            [],
            "8:1: left as it is, since not all of its commands have run",
        ),
        (
            "<!-- @SHOW -->\n" + BLOCK.format("echo a\necho b", "x\n"),
            ["--to=1"],
            "7:1: left as it is, since some of the block's commands are left out",
        ),
        ("```bash\ntrue\n```\n", [], "there is no output block in which something"),
    ],
)
def test_a_block_that_is_left_alone_is_told_with_why(rehearse, stage, text, args, told):
    result = rehearse(text, "--approve", *args)
    prefix = "! " if told.startswith("there") else "! demo.md:"
    assert [line for line in result.lines if line.startswith(prefix + told)], result
    assert (stage.work / "demo.md").read_text() == text


@pytest.mark.parametrize(
    ("meanwhile", "why"),
    [
        ("printf '\\xff' >>demo.md", "it has been changed, and is not UTF-8 any more"),
        ("echo >demo.md", "line 7: the output block there has been changed"),
        ("rm demo.md", "No such file or directory"),
    ],
)
def test_a_file_that_is_changed_meanwhile_is_told_and_let_alone(rehearse, stage, meanwhile, why):
    result = rehearse(BLOCK.format(f"{meanwhile}\necho a", "x\n"), "--approve", "--take=t.jsonl")
    assert (result.status, result.stderr) == (3, f"cuebook: demo.md: nothing is approved: {why}\n")
    totals = json.loads((stage.work / "t.jsonl").read_text().splitlines()[-1])
    assert (totals["status"], totals["reason"]) == (3, f"demo.md: nothing is approved: {why}")

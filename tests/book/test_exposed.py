"""A runbook to the warnings that a `@redact` comes too late for what stands before it."""

from __future__ import annotations

from pathlib import Path

import pytest

from runner.book.exposed import exposed

REDACT = "<!-- @redact /s3cret-[0-9]+/ -->\n"
END = "```sh\nls\n```\n"


def told(read) -> list[str]:
    """`line:column line` of each warning, the line as it is told."""
    return [f"{p.place.line}:{p.place.column} {p.line.strip()}" for p in exposed(read.runbook)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The key: s3cret-1, s3cret-2\n\n", "1:10 The key: •••, •••"),
        ("First\nand s3cret-1\n\n", "2:5 and •••"),
        ("```sh\nx=s3cret-1\n```\n", "2:3 x=•••"),
        ("- a\n  ```sh\n  if true; then\n    x=s3cret-1\n  fi\n  ```\n", "4:7 x=•••"),
        ("```yaml\nkey: s3cret-1\n```\n", "2:6 key: •••"),
        ("```sh\ncat key\n```\n\n```output\ns3cret-1\n```\n", "6:1 •••"),
        ("<!-- @print a s3cret-1 -->\n", "1:6 a •••"),
        ("```sh\n#@type s3cret-1\\n\nread x\n```\n", "2:2 @type •••\\n"),
    ],
)
def test_the_first_value_that_stands_before_it(book, text, found):
    assert told(book(f"{text}{REDACT}{text}{END}")) == [found]


@pytest.mark.parametrize(
    "text",
    [
        f"{REDACT}s3cret-1\n",
        f"---\nredact: ['s3cret-[0-9]+']\n---\ns3cret-1\n\n{REDACT}",
        f"---\nredact: ['s3.*']\n---\ns3cret-1\n\n{REDACT}",
        f"{REDACT}s3cret-1\n\n{REDACT}",
        f"<!-- s3cret-1 -->\n{REDACT}",
        "```sh\nx=s3cret-1\n```\n<!-- @redact /${x}/ -->\n",
        f"<!-- @cleanup -->\n```sh\nx=s3cret-1\n```\n<!-- @end -->\n{REDACT}",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab\n\n<!-- @redact /(a+)+$/ -->\n",
    ],
)
def test_nothing_stands_before_it_that_it_would_hide(book, text):
    assert told(book(f"{text}{END}")) == []


def test_how_it_is_told(book):
    (problem,) = exposed(book(f"s3cret-1\n\n{REDACT}{END}").runbook)
    assert (problem.severity, problem.message) == (
        "warning",
        "what the `@redact` in line 3 hides stands here, before it, and is seen: put the "
        "`@redact` before this, or its pattern into the front matter's `redact`",
    )


def test_a_redact_in_an_import(book):
    read = book(f"s3cret-1\n\n<!-- @import a.sh -->\n{END}", a_sh="#@redact /s3cret-1/\n")
    (problem,) = exposed(read.runbook)
    assert problem.place.line == 1
    assert problem.message.startswith(f"what the `@redact` in {Path.cwd() / 'a.sh'} hides ")


def test_once_for_a_macro_that_is_used_twice(shell):
    define = "#@macro m\necho s3cret-1\n#@redact /s3cret-1/\n#@end\n"
    assert told(shell(f"{define}#@m\n#@m\nls\n")) == ["2:6 echo •••"]

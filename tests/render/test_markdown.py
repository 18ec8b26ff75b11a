"""Pages -> Markdown, which says the same when it is read as a runbook again."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.book.model import Kind
from runner.book.read import read
from runner.render.build import build
from runner.render.markdown import render
from runner.render.recorded import recorded
from runner.take.model import Verdict
from tests.render.conftest import entries, header

ROOT = Path(__file__).parents[2]
SHIPPED = sorted([*(ROOT / "runbooks").glob("*.md"), ROOT / "docs" / "rehearsal.md"])


def commands(runbook) -> list[str]:
    """What runs, in the order in which it does; scenes are the stage's."""
    found = [
        step
        for step in runbook.steps
        if step.kind is Kind.COMMAND
        and not step.hooks
        and (step.block or step.text.split()[0] not in runbook.hooks)
    ]
    found.sort(key=lambda step: (step.cleanup, step.number))
    return [step.text.strip() for step in found]


def again(text: str, folder: Path):
    """The runbook that a page is."""
    path = folder / "again.md"
    path.write_text(text, encoding="utf-8", errors="surrogatepass")
    found = read(path)
    assert not found.errors, (found.errors, text)
    return found


LIST = """\
# A list

1. One:

   ```bash
   echo one
   ```

   ```text
   one
   ```

   It is said.

2.
   ```bash
   echo two
   ```

   Repeat it until it succeeds, for up to 5s.

   - inner
     ```bash
     cat <<'END'
       as

     it is
     END
     ```
   - more

3. Three, which needs no block.
"""


def test_a_list_is_one_list(page, tmp_path):
    found = page(
        dedent("""\
        # A list

        1. One:

           ```bash
           echo one
           ```

           It is said.

        2. <!-- @until 5s -->

           ```bash
           echo two
           ```

           - inner
             ```bash
             cat <<'END'
               as

             it is
             END
             ```
           - more

        3. <!-- @wait --> Three, which needs no block.
        """),
        {"echo one": "one\n"},
    )
    text = re.sub("> Rehearsed .*\n\n", "", render(found))
    assert text == LIST
    assert render(build(again(LIST, tmp_path))) == LIST
    assert commands(again(LIST, tmp_path))[-1] == "cat <<'END'\n  as\n\nit is\nEND"


def test_output_that_begins_with_an_empty_line_stays_in_its_item(page, tmp_path):
    text = render(page("- a:\n\n  ```bash\n  ls\n  ```\n\n  b\n", {"ls": "\nx\n"}))
    assert "\n  ```text\n\n  x\n  ```\n\n  b\n" in text
    assert render(build(again(text, tmp_path))) == text


def test_below_an_empty_block_in_a_list_a_blank_line_stays(page):
    text = "- a:\n\n  ```text\n  ```\n\n  b"
    assert text in render(page(text + "\n\n```bash\nls\n```\n"))


def test_a_fold_that_is_closed_and_was_not_opened_changes_nothing(page, tmp_path):
    text = render(
        page("```bash\nls\n```\n<!-- @SHOW -->\n\ntext\n</details>\n\n```bash\nls\n```\n")
    )
    assert render(build(again(text, tmp_path))) == text


def test_a_page(page):
    found = page(
        dedent("""\
        ---
        title: Nodes & pods
        description: What *there* is.
        requires: [jq >=1.6 https://jqlang.org/download/]
        env: {STAGE: test}
        ---
        # Nodes

        ```bash
        cd "$(mktemp -d)"
        ```
        <!-- @SHOW -->

        Hello ${NAME}.

        ```bash
        #@until 2m
        kubectl get nodes
        # and
        #@immed
        date
        #$ reboot
        ```

        ```yaml
        a: 1
        ```

        ```bash norun
        halt
        ```

        <!-- @browse https://example.org/ Hi -->
        <!-- @browse ${URL} -->
        <!-- @print 1. <Done> -->
        <!-- @note Smile. -->

        ```bash
        #@cleanup
        rm -rf x
        #@end
        ```
        """),
        {"kubectl": "NAME\r\n```\r\n"},
        values={"NAME": "*you*"},
        environment="sandbox",
        notes=True,
    )
    assert render(found) == dedent("""\
        # Nodes

        What \\*there\\* is.

        > Rehearsed in a simulation (`sandbox`) on 2026-01-31 09:30 +01:00, with cuebook 0.1.0 and bash 5.2.15.

        You need:

        - `jq`, version 1.6 or newer: <https://jqlang.org/download/>
        - the environment variable `STAGE` set to `test`

        <details>
        <summary>Set-up</summary>

        ```bash
        cd "$(mktemp -d)"
        ```

        </details>

        Hello \\*you\\*.

        ```bash
        kubectl get nodes
        ```

        Repeat it until it succeeds, for up to 2m.

        ````text
        NAME
        ```
        ````

        ```bash
        # and
        date
        ```

        ```bash norun
        reboot
        ```

        ```yaml
        a: 1
        ```

        ```bash norun
        halt
        ```

        Open <https://example.org/>: there you find `Hi`.

        Open `${URL}`.

        1\\. &lt;Done>

        > Note: Smile.

        ## Clean up

        ```bash
        rm -rf x
        ```
        """)  # noqa: E501


def test_blank_lines_between_commands_stay_in_a_block(page):
    text = "```bash\none\n\n\ntwo\n# three\n\nthree\nfour\n\n```\n"
    assert render(page(text)) == ("# demo\n\n```bash\none\n\ntwo\n# three\nthree\nfour\n```\n")


def test_a_failure_is_told(page):
    found = page("```bash\none\ntwo\n```\n", {"two": "oh\r\n"}, failed="two")
    assert render(found) == dedent("""\
        # demo

        > Rehearsed on 2026-01-31 09:30 +01:00, with cuebook 0.1.0 and bash 5.2.15. It failed.

        ```bash
        one
        two
        ```

        ```text
        oh
        ```

        This failed: exit status 1.
        """)


def test_a_check_that_did_not_hold_is_told_with_its_difference(page):
    verdict = Verdict(
        rule="@expect *`Ready`*",
        held=False,
        message="no line is like that",
        file="demo.md",
        line=2,
        difference=("- *Ready*", "+ ```"),
    )
    found = page("```bash\none\n```\n", failed="one", verdicts=(verdict,))
    assert render(found).partition("It failed.\n\n")[2] == dedent("""\
        ```bash
        one
        ```

        This failed: exit status 1.

        This failed: ``@expect *`Ready`*``: no line is like that.

        ````diff
        - *Ready*
        + ```
        ````
        """)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
@pytest.mark.parametrize("with_take", [False, True])
def test_what_is_shipped_is_stable_and_has_the_same_commands(
    path, with_take, tmp_path, monkeypatch
):
    monkeypatch.chdir(ROOT)
    runbook = read(path.relative_to(ROOT))
    take = None
    if with_take:
        from runner.take.format import line

        printed = {"": "\x1b[1mout\x1b[0m ```\r\n\r\n# put <b>\r\n"}
        content = map(line, (header(runbook), *entries(runbook, printed, values={"NAME": "a_b"})))
        (tmp_path / "run.jsonl").write_bytes(b"".join(content))
        take = recorded(tmp_path / "run.jsonl")
    text = render(build(runbook, take))
    found = again(text, tmp_path)
    assert render(build(found)) == text
    assert commands(found) == commands(runbook)


PROSE = st.sampled_from(
    [
        "text",
        "two\nlines",
        "- a\n- b",
        "1. a\n\n   b",
        "10) x",
        "> quote",
        "# One",
        "## Two",
        "Set\n===",
        "---",
        "***",
        "    code",
        "| a |\n|--|\n| `b\\|` |",
        "<details>\n<summary>x</summary>",
        "</details>",
        "<div>",
        "<script>x</script>",
        "[x]: y.md",
        "[x](<a b> 'c')",
        "[x](javascript:y)",
        "`code` ${NAME} \\",
        "é \\<b> &lt;",
        "- item\n\n      code",
        "\ttab",
        "~~~yaml `x`\na: ```\n~~~",
        "```text\n~~~\n````\n```",
        "```bash norun\nhalt\n```",
        "```{.a}\nx\n```",
        "~~~\n",
    ]
)
COMMANDS = st.sampled_from(
    [
        "```bash\nls\n```",
        "```bash\nls\n\n\npwd  \n# end\n```",
        "~~~sh\ncat <<'END'\n```\n~~\nEND\n~~~",
        "- a:\n\n  ```bash\n  echo `x`\n  ```\n\n  b\n\n      c\n\n- d",
        "> ```bash\n> ls\n> ```\n> more",
        "```bash\n#@until 2m\n#@expect *x*\nls\n#$ typed `\n#@type y\\n\npwd\n```",
        "```bash\n# remark\n\nls # not\n```\n\n```output\n...\n<b>\n```",
        "```bash\nring\n```",
        "```bash\n#@cleanup\nrm x\n#@end\n```",
        "```bash\n#@edit s/a/b/\nvi x\n#@exit 1\nfalse\n```",
        "    \n```bash\nf() {\n  a\n\n  b\n}\n```",
    ]
)
DIRECTIVES = st.sampled_from(
    [
        "<!-- @SHOW -->",
        "<!-- @HIDE -->",
        "<!-- @wait_clear -->",
        "<!-- @ring -->",
        "<!-- @print # 1. *x* ` -->",
        "<!-- @print 12) <b> -->",
        "<!-- @browse https://example.org/a_b -->",
        "<!-- @browse https://example.org/`a b` c -->",
        "<!-- @show_5 -->",
        "<!-- a comment -->",
        "<!-- broken",
        "<!-- @require jq -->",
    ]
)
RING = "<!-- @macro ring -->\n```bash\necho ding\n```\n<!-- @end -->"


@settings(max_examples=60, deadline=None)
@given(
    parts=st.lists(st.one_of(PROSE, COMMANDS, DIRECTIVES), max_size=12),
    glue=st.sampled_from(["\n\n", "\n"]),
    printed=st.text(st.sampled_from("`~<>&#*\r\n\x1b[mé \udcff|"), max_size=12),
    value=st.text(st.sampled_from("`~<>&#*_[]()\\1.-+= é|"), max_size=8),
)
def test_whatever_a_runbook_says_rendering_it_again_changes_nothing(
    tmp_path_factory, parts, glue, printed, value
):
    from runner.take.format import line

    folder = tmp_path_factory.mktemp("book")
    path = folder / "demo.md"
    path.write_text(glue.join([RING, *parts, "```bash\nlast\n```"]) + "\n")
    runbook = read(path)
    if runbook.errors or not commands(runbook):
        return
    content = map(line, (header(runbook), *entries(runbook, {"": printed}, values={"NAME": value})))
    (folder / "run.jsonl").write_bytes(b"".join(content))
    text = render(build(runbook, recorded(folder / "run.jsonl")))
    found = again(text, folder)
    assert render(build(found)) == text
    assert commands(found) == commands(runbook)


def test_what_stood_in_html_is_never_run(page, tmp_path):
    found = page(
        "```bash\nls\n```\n<script>\n\n```bash\nrm -rf /\n```\n\n<!-- @date -->\n\n</script>\n"
    )
    assert commands(again(render(found), tmp_path)) == ["ls"]


def test_two_thousand_steps(page):
    text = "".join(f"## Part {n}\n\n```bash\necho {n}\n```\n\n" for n in range(1000))
    found = page(text, {"echo": "x\r\n"})
    assert render(found).count("```text\nx\n```") == 1000


def test_front_matter_of_other_programs_stays(page, tmp_path):
    text = """---
# whose is whose
title: Of ours
tags:
  - one  # its comment
  - two

cwd: ..
hide: [navigation]
redact: [s3cr.t]
token: s3cret
---
```bash
one
```
"""
    found = render(page(text))
    others = "tags:\n  - one  # its comment\n  - two\n\nhide: [navigation]\ntoken: •••\n"
    assert found.startswith(f"---\n{others}---\n\n# Of ours\n")
    assert render(build(again(found, tmp_path))) == found


def test_front_matter_that_is_ours_alone_goes(page):
    one = "```bash\none\n```\n"
    assert render(page(f"---\ntitle: A\n---\n{one}")) == f"# A\n\n{one}"

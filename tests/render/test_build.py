"""A runbook's text -> the blocks of its page."""

from __future__ import annotations

import re
from textwrap import dedent

import pytest

from runner.render.content import Commands
from runner.render.page import Need
from tests.render.conftest import outline


def test_what_is_hidden_is_folded_and_what_is_for_readers_before_it_is_not(page):
    found = page(
        dedent("""\
        # A demo

        This is for readers.

        ```bash
        cd /tmp
        ```

        So much for that.

        ---
        <!-- @SHOW -->

        ## Begin

        ```bash
        ls
        ```
        """)
    )
    assert found.heading.text == "# A demo"
    assert found.title == "A demo"
    assert outline(found) == [
        "prose 'This is for readers.'",
        "folded Set-up:",
        "  command 'cd /tmp'",
        "  prose 'So much for that.'",
        "prose '## Begin'",
        "command 'ls'",
    ]


def test_what_is_only_read_is_not_folded_alone(page):
    found = page("Say:\n\n```console\n$ x\n```\n\n<!-- @SHOW -->\n```bash\nls\n```\n")
    assert outline(found) == ["prose 'Say:'", "code '$ x\\n'", "command 'ls'"]


def test_a_heading_that_stands_before_show_stays_open(page):
    found = page("```bash\ncd /tmp\n```\n\n## Begin\n\n<!-- @SHOW -->\n\n```bash\nls\n```\n")
    assert outline(found) == [
        "folded Set-up:",
        "  command 'cd /tmp'",
        "prose '## Begin'",
        "command 'ls'",
    ]


def test_what_shows_nothing_is_shown_whole(page):
    assert outline(page("one\n\n```bash\nls\n```\n")) == ["prose 'one'", "command 'ls'"]


def test_later_set_up_is_behind_the_scenes_and_a_macro_has_its_name(page):
    found = page(
        dedent("""\
        <!-- @macro ring -->
        ```bash
        echo ding
        ```
        <!-- @end -->
        <!-- @SHOW -->
        ```bash
        ls
        ```
        <!-- @ring -->
        ```bash
        ring
        ```
        <!-- @HIDE -->
        ```bash
        pwd
        ```
        """)
    )
    assert outline(found) == [
        "command 'ls'",
        "folded Behind the scenes: ring:",
        "  command 'echo ding'",
        "folded Behind the scenes: ring:",
        "  command 'echo ding'",
        "  command 'pwd'",
    ]


def test_imports_are_folded_in(page):
    found = page(
        "<!-- @import lib.sh -->\n<!-- @SHOW -->\n```bash\nls\n```\n",
        files={"lib.sh": "# what it is for\nf() { :; }\n"},
    )
    assert outline(found) == [
        "folded Set-up:",
        "  remark '# what it is for'",
        "  command 'f() { :; }'",
        "command 'ls'",
    ]


def test_prose_is_put_together_over_waits_so_that_lists_go_on(page):
    found = page("<!-- @SHOW -->\n1. one\n\n   <!-- @wait -->\n\n2. two\n```bash\nls\n```\n")
    assert outline(found) == ["prose '1. one\\n\\n2. two'", "command 'ls'"]


def test_a_block_in_a_list_stays_in_its_item(page):
    found = page(
        dedent("""\
        10. do this

            ```bash
              ls
            ```

            and then

            <!-- @wait -->

            - that

        11. done
        """)
    )
    assert outline(found) == [
        "prose '10. do this\\n\\n    ```cue:1\\n    ```\\n\\n"
        "    and then\\n\\n    - that\\n\\n11. done'",
        "  cue:1: command '  ls'",
    ]


@pytest.mark.parametrize(
    ("text", "outlined"),
    [
        ("- a\n  ```bash\n  ls\n  ```\n- b", "- a\n  HOLD\n- b"),  # a tight list stays one
        ("- a\n\n  - b\n\n    ```bash\n    ls\n    ```", "- a\n\n  - b\n\n    HOLD"),
        ("1. a\n\n   ```bash\n   ls\n   ```\n\nb", "1. a\n\n   HOLD\n\nb"),
        ("1. ```bash\n   ls\n   ```\n2. b", "1.\n   HOLD\n2. b"),
        ("1. <!-- @until 5s -->\n\n   ```bash\n   ls\n   ```", "1.\n   HOLD"),
        ("- `cue:1`\n\n  ```bash\n  ls\n  ```", "- `cue:1`\n\n  HOLD"),  # the name is taken
        ("- <form>\n\n  ```bash\n  ls\n  ```", "- &lt;form>\n\n  HOLD"),
        ("- ${A}\n\n  ```bash\n  ls\n  ```", "- ${A}\n\n  HOLD"),
        ("- a\n\n  ```yaml\n  b: 1\n  ```\n\n  c", "- a\n\n  HOLD\n\n  c"),
        ("- a\n\n  <!-- @browse http://b.c see -->\n\n  d", "- a\n\n  HOLD\n\n  d"),
    ],
)
def test_what_stands_in_a_list(page, text, outlined):
    prose, *inner = outline(page(f"```bash\nfirst\n```\n\n{text}\n"))[1:]
    assert len(inner) == 1
    held = re.sub(r"```cue:\d\\n *```", "HOLD", prose)
    assert held == f"prose {outlined!r}"


@pytest.mark.parametrize("before", ["- a", "> - a", "text", "1. a\n\ntext"])
def test_a_block_below_a_list_is_in_none(page, before):
    assert outline(page(f"{before}\n\n```bash\nls\n```\n"))[1:] == ["command 'ls'"]


def test_a_code_block_after_commands_stays_code(page):
    assert (
        outline(page("```bash\nls\n```\n\n    code\n\ntext\n"))[1] == "prose '    code\\n\\ntext'"
    )


def test_waits_scenes_and_what_only_a_stage_needs_are_left_out(page):
    found = page(
        dedent("""\
        <!-- @start_livecast -->
        <!-- @hook lights LIGHTS -->
        <!-- @SHOW -->
        one
        <!-- @wait_clear -->
        <!-- @show_5 -->
        <!-- @lights -->
        <!-- @browser_then_terminal -->
        <!-- @redact /secret/ -->
        two
        ```bash
        ls
        ```
        """)
    )
    assert outline(found) == ["prose 'one\\n\\ntwo'", "command 'ls'"]


def test_notes_are_there_when_asked_for(page):
    text = "<!-- @SHOW -->\n<!-- @note Smile. -->\n```bash\nls\n```\n"
    assert outline(page(text)) == ["command 'ls'"]
    assert outline(page(text, notes=True)) == ["note 'Smile.'", "command 'ls'"]


def test_a_block_keeps_its_remarks_and_what_is_only_typed(page):
    found = page(
        "```bash\n# first\n# of all\nls\n#$ rm -rf /\n## hidden\n#@immed\npwd\n# end\n```\n"
    )
    assert outline(found) == [
        "remark '# first\\n# of all'",
        "command 'ls'",
        "typed 'rm -rf /'",
        "command 'pwd'",
        "remark '# end'",
    ]


def test_a_command_is_what_is_copied_without_the_blank_lines_after_it(page):
    text = "```bash\n\n  cat <<END\none\n\ntwo\nEND\n\n\nls \\\n  -l\n```\n"
    assert [c.text for c in page(text).commands] == [
        "  cat <<END\none\n\ntwo\nEND",
        "ls \\\n  -l",
    ]


def test_the_clean_up_comes_last_under_a_heading_of_its_own(page):
    found = page(
        dedent("""\
        ## Clean up

        ```bash
        #@cleanup
        rm -rf x
        #@end
        ls
        ```
        """)
    )
    assert outline(found) == [
        "prose '## Clean up'",
        "command 'ls'",
        "prose '## Clean up'",
        "command 'rm -rf x'",
    ]
    assert [h.anchor for h in found.headings] == ["clean-up", "clean-up-1"]


def test_pages_to_look_at_and_texts_that_are_printed(page):
    look = "<!-- @browse https://example.org/ Hello there -->"
    found = page(f"{look}\n<!-- @print Bye. -->\n```bash\nls\n```\n")
    browse, said, _ = found.body
    assert (browse.url, browse.text, said.text) == ("https://example.org/", "Hello there", "Bye.")


def test_expected_output_is_the_example_until_something_came(page):
    text = "```bash\ndate\nls\n```\n\n```output\n<time>\n...\n```\n"
    assert page(text).body[0].example == ("<time>", "...")
    with_take = page(text, {"date": "12:00\r\n"}).body[0]
    assert with_take.example == ()
    assert with_take.commands[0].result.output.text == (("12:00",), ())


def test_needs_and_settings_stand_on_top(page, tmp_path):
    (tmp_path / "sub").mkdir()
    found = page(
        dedent("""\
        ---
        title: The name
        description: What it is.
        requires: [jq, bash >=4.4 https://www.gnu.org/software/bash/]
        env: {STAGE: test}
        cwd: sub
        ---
        # A heading

        ```bash
        ls
        ```
        """)
    )
    assert found.title == "The name"
    assert found.description == "What it is."
    assert found.needs == (
        Need("jq", "", ""),
        Need("bash", "4.4", "https://www.gnu.org/software/bash/"),
    )
    assert found.env == (("STAGE", "test"),)
    assert found.cwd == "sub"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("text\n\n# Not first\n", "demo"),
        ("## Small\n", "demo"),
        ("# `code` and [link](http://x)\n", "code and link"),
        ("Set\n===\n\ntext\n", "Set"),
    ],
)
def test_a_title_is_the_heading_that_it_begins_with_or_the_files_name(page, text, title):
    assert page(f"{text}\n```bash\nls\n```\n").title == title


def test_headings_that_repeat_have_anchors_of_their_own(page):
    found = page("# One\n\n## Two\n\n## Two\n\n## Two 1\n\n## Two\n\n```bash\nls\n```\n")
    anchors = [heading.anchor for heading in found.headings]
    assert anchors == ["one", "two", "two-1", "two-1-1", "two-2"]


def test_a_heading_of_signs_alone_has_an_anchor_too(page):
    assert [h.anchor for h in page("# ???\n\n## Größe, äh!\n\n```bash\nls\n```\n").headings] == [
        "section",
        "größe-äh",
    ]


def test_what_is_redacted_is_on_no_page(page):
    found = page(
        dedent("""\
        ---
        redact: ['t[0-9]+']
        ---
        The token t123 and s3cret.

        <!-- @redact /s3cret/ -->

        Not s3cret any more.

        ```bash
        echo s3cret t55
        ```

        ```output
        s3cret
        ```
        """)
    )
    assert outline(found) == [
        "prose 'The token ••• and s3cret.\\n\\nNot ••• any more.'",
        "command 'echo ••• •••'",
    ]
    assert found.body[1].example == ("•••",)


def test_the_place_of_each_line_is_known(page):
    prose = page("one\n\n<!-- @wait -->\n\ntwo\nthree\n\n```bash\nls\n```\n").body[0]
    lines = zip(prose.places, prose.text.split("\n"), strict=True)
    assert [(place.line, line) for place, line in lines] == [
        (1, "one"),
        (1, ""),
        (5, "two"),
        (6, "three"),
    ]


def test_two_thousand_steps(page):
    text = "".join(f"## Part {n}\n\nText.\n\n```bash\necho {n}\n```\n\n" for n in range(1000))
    found = page(text)
    assert len(found.commands) == 1000
    assert all(isinstance(block, Commands) for block in found.body[1::2])


def test_what_an_author_has_folded_around_commands_is_folded(page):
    found = page(
        dedent("""\
        Try it.

        <details>
        <summary>The <b>solution</b> &amp; more</summary>

        ## How

        So:

        ```bash
        ls
        ```

        </details>

        ## After

        More.
        """)
    )
    assert outline(found) == [
        "prose 'Try it.'",
        "folded The solution & more:",
        "  prose '## How\\n\\nSo:'",
        "  command 'ls'",
        "prose '## After\\n\\nMore.'",
    ]
    assert [heading.anchor for heading in found.headings] == ["how", "after"]


@pytest.mark.parametrize(
    "text",
    [
        "<details>\n<summary>x</summary>\n\nonly prose\n\n</details>\n\nmore",
        "<details>\n<summary>x</summary>\n\nnever closed",
        "</details>\n\nnever opened",
        "- <details>\n  <summary>x</summary>\n\n  in a list\n\n  </details>",
        "<details>\n<summary>a</summary>\n\n<details>\n<summary>b</summary>\n\nx",
    ],
)
def test_details_that_need_no_fold_stay_as_they_are(page, text):
    found = page(f"{text}\n\n```bash\nls\n```\n")
    assert outline(found) == [f"prose {text!r}", "command 'ls'"]
    assert len(found.body[0].places) == text.count("\n") + 1


def test_a_page_is_the_same_page_when_it_is_rendered_again(page):
    from runner.render.markdown import render

    text = "<!-- @SHOW -->\n\n```bash\nls\n```\n<!-- @HIDE -->\n```bash\ncd\n```\n\n## Part\n"
    first = page(text)
    assert outline(page(render(first))) == outline(first)

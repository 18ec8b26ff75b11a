"""A runbook's text and new content for its output blocks -> the text, changed there alone."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.book.model import Kind
from runner.book.read import read
from runner.checks.rewrite import ChangedError, Edit, rewrite


def outputs(text: str) -> list[tuple[int, str]]:
    """Return where the content of each output block begins, and the content."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "demo.md"
        path.write_bytes(text.encode())
        steps = read(path).steps
    return [(s.place.line, s.text) for s in steps if s.kind is Kind.OUTPUT]


def approve(text: str, *contents: str) -> str:
    """Put new content into the output blocks, found by reading the runbook."""
    found = outputs(text)
    edits = [Edit(line, old, new) for (line, old), new in zip(found, contents, strict=True)]
    made = rewrite(text, edits)
    assert [content for _, content in outputs(made)] == list(contents)
    return made


@pytest.mark.parametrize(
    ("text", "new", "made"),
    [
        (
            "```bash\nls\n```\n\n```output\nold\n```\n\nend\n",
            "new\n\nlines\n",
            "```bash\nls\n```\n\n```output\nnew\n\nlines\n```\n\nend\n",
        ),
        ("```sh\nls\n```\n```output\n```\n", "a\n", "```sh\nls\n```\n```output\na\n```\n"),
        ("```sh\nls\n```\n```output\na\n```\n", "", "```sh\nls\n```\n```output\n```\n"),
        ("~~~sh\nls\n~~~\n~~~output x\na\n~~~\n", "b\n", "~~~sh\nls\n~~~\n~~~output x\nb\n~~~\n"),
        (
            "```sh\r\nls\r\n```\r\n```output\r\na\r\n```\r\n",
            "b\nc\n",
            "```sh\r\nls\r\n```\r\n```output\r\nb\r\nc\r\n```\r\n",
        ),
        # In a list and in quotes.
        (
            "- do\n\n  ```sh\n  ls\n  ```\n\n  ```output\n  a\n\n    b\n  ```\n",
            "a\n\nc\n  d\n",
            "- do\n\n  ```sh\n  ls\n  ```\n\n  ```output\n  a\n\n  c\n    d\n  ```\n",
        ),
        (
            "10. ```sh\n    ls\n    ```\n    ```output\n    a\n    ```\n",
            "b\n",
            "10. ```sh\n    ls\n    ```\n    ```output\n    b\n    ```\n",
        ),
        (
            "> ```sh\n> ls\n> ```\n> ```output\n> a\n>b\n>\n> ```\n",
            "b\na\n\nc\n",
            "> ```sh\n> ls\n> ```\n> ```output\n>b\n> a\n>\n> c\n> ```\n",
        ),
        (
            ">```sh\n>ls\n>```\n>```output\n>a\n>```\n",
            " indented\n",
            ">```sh\n>ls\n>```\n>```output\n>  indented\n>```\n",
        ),
        # Content that would end the fence.
        (
            "```sh\nls\n```\n```output\na\n```\n\nend\n",
            "x\n````\n```\n",
            "```sh\nls\n```\n`````output\nx\n````\n```\n`````\n\nend\n",
        ),
        (
            "```sh\nls\n```\n```output\na\n```\n",
            "```sh\n~~~~\n",
            "```sh\nls\n```\n```output\n```sh\n~~~~\n```\n",
        ),
        (
            "> ~~~sh\n> ls\n> ~~~\n> ~~~output\n> a\n> ~~~  \n",
            "  ~~~ \n",
            "> ~~~sh\n> ls\n> ~~~\n> ~~~~output\n>   ~~~ \n> ~~~~  \n",
        ),
        # A fence that ends with its quote, or with the file.
        (
            "> ```sh\n> ls\n> ```\n> ```output\n> a\n\n```\nother\n```\n",
            "```\n",
            "> ```sh\n> ls\n> ```\n> ````output\n> ```\n\n```\nother\n```\n",
        ),
        ("```sh\nls\n```\n```output\na\nb", "a\nc\n", "```sh\nls\n```\n```output\na\nc"),
        ("```sh\nls\n```\n```output\na\n", "", "```sh\nls\n```\n```output\n"),
        ("```sh\nls\n```\n```output", "a\n", "```sh\nls\n```\n```output\na\n"),
        ("```sh\nls\n```\n``` output\n", "a\n", "```sh\nls\n```\n``` output\na\n"),
        # A byte order mark, text in other scripts.
        (
            "\ufeff# é日本\n\n```sh\nls\n```\n```output\nö\n```\nü\n",
            "ß\u2028\x0c\n",
            "\ufeff# é日本\n\n```sh\nls\n```\n```output\nß\u2028\x0c\n```\nü\n",
        ),
    ],
)
def test_one_block(text, new, made):
    assert approve(text, new) == made


def test_several_blocks_in_any_order():
    text = "".join(f"```sh\n{n}\n```\n```output\n{n}\n```\n" for n in range(4))
    edits = [Edit(line, old, f"{old}new\n" * 2) for line, old in outputs(text)]
    made = rewrite(text, [edits[2], edits[0], edits[3]])
    assert [content for _, content in outputs(made)] == [
        edits[0].new,
        "1\n",
        edits[2].new,
        edits[3].new,
    ]


def test_without_a_change_nothing_is_touched():
    text = "> ```output\n>a  \r\n> ```"
    assert rewrite(text, [Edit(2, "a  \n", "a  \n")]) == text
    assert rewrite(text, []) == text


@pytest.mark.parametrize(
    "edit",
    [
        Edit(2, "other\n", "x\n"),
        Edit(2, "a\nb\n", "x\n"),
        Edit(3, "a\n", "x\n"),
        Edit(1, "", "x\n"),
        Edit(9, "a\n", "x\n"),
        Edit(0, "a\n", "x\n"),
    ],
)
def test_a_file_that_has_changed_since(edit):
    with pytest.raises(ChangedError, match=f"line {edit.line}: the output block there has been"):
        rewrite("```output\na\n```\n", [edit])


LINE = st.text(st.sampled_from("ab `~>-é."), max_size=8).map(
    lambda t: t.rstrip(" ")
) | st.sampled_from(
    [
        "",
        "```",
        "~~~",
        "`````",
        "  ```",
        "> a",
        "- b",
        "```output",
        "# h",
        "<!-- @wait -->",
        "    x",
    ]
)
CONTENT = st.lists(LINE, max_size=5).map(lambda lines: "".join(f"{line}\n" for line in lines))
BEFORE = st.sampled_from(
    [
        ("", ""),
        ("> ", "> "),
        (">", "> "),
        ("- ", "  "),
        ("1. ", "   "),
        ("> - ", ">   "),
        ("- > ", "  > "),
    ]
)


def in_fence(content: str, mark: str, info: str) -> list[str]:
    """Return the lines of a fence with that content."""
    lines = content.split("\n")[:-1]
    longest = max((len(line.strip()) for line in lines if set(line.strip()) == {mark}), default=0)
    fence = mark * max(3, longest + 1)
    return [f"{fence}{info}", *lines, fence]


@settings(deadline=None, max_examples=120)
@given(
    st.lists(
        st.tuples(
            BEFORE, st.sampled_from("`~"), CONTENT, CONTENT, st.sampled_from(["", " ", "  "])
        ),
        min_size=1,
        max_size=3,
    ),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["", "# A heading\n\ntext `code`\n\n", "---\ntitle: x\n---\n\n"]),
)
def test_all_outside_stays_and_what_is_read_again_is_what_was_approved(blocks, eol, front):
    text = front
    for (first, others), mark, content, _, indent in blocks:
        opening, *rest = in_fence(content, mark, "output")
        command = [f"{first}```bash", f"{others}ls", f"{others}```", others.rstrip()]
        text += "\n".join(command) + "\n"
        text += "".join(f"{others}{indent}{line}".rstrip() + "\n" for line in [opening, *rest])
        text += "\nbetween\n\n"
    text = text.replace("\n", eol)
    found = outputs(text)
    assert [content for _, content in found] == [b[2] for b in blocks]
    edits = [Edit(line, old, b[3]) for (line, old), b in zip(found, blocks, strict=True)]
    made = rewrite(text, edits)
    assert [content for _, content in outputs(made)] == [b[3] for b in blocks]
    assert without(made, outputs(made)) == without(text, found)
    # And back again, but for fences that are longer now.
    back = rewrite(
        made, [Edit(line, new, e.old) for (line, new), e in zip(outputs(made), edits, strict=True)]
    )
    assert [content for _, content in outputs(back)] == [b[2] for b in blocks]


def without(text: str, found: list[tuple[int, str]]) -> list[str]:
    """Return the file's lines without those blocks' content, their fences as short as can be."""
    lines = text.split("\n")
    for line, content in reversed(found):
        count = content.count("\n")
        for fence in (line - 2, line - 1 + count):
            lines[fence] = lines[fence].replace("~", "`").replace("`" * 3, "\0", 1).replace("`", "")
        del lines[line - 1 : line - 1 + count]
    return lines

"""A file -> what is wrong with it, with line and column."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.localcluster import sma

SMA = """\
metadata:
  name: color
spec:
  subnet: "C1/C"
  provider: kind
  v4Enabled: true
"""


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("", ":1:1: error: there is nothing in it"),
        ("\n# nothing but a comment\n", ":1:1: error: there is nothing in it"),
        ("- a\n- b\n", ":1:1: error: expected keys and values, found a list"),
        ("12\n", ":1:1: error: expected keys and values, found `12`, which YAML reads as a number"),
        ("\n  soup\n", ":2:3: error: expected keys and values, found `soup`"),
        ("null\n", ":1:1: error: expected keys and values, found nothing"),
        (
            SMA.replace("color", "color\n  name: b"),
            ":3:3: error: `name` stands here twice, first in line 2",
        ),
        (f"{SMA}metadata: {{}}\n", ":7:1: error: `metadata` stands here twice, first in line 1"),
        (SMA.replace("kind", "&x kind"), ":5:13: error: anchors are not read here"),
        ("a: *x\n", ":1:4: error: this is not valid YAML: found undefined alias"),
        ("a: " + "[" * 200 + "\n", ":1:13: error: this is nested too deep"),
        ("a: b: c\n", ":1:5: error: this is not valid YAML: mapping values are not allowed"),
        ("metadata:\n\tname: a\n", ":2:1: error: this is not valid YAML: found character that"),
        ("a: 'open\n", ":2:1: error: this is not valid YAML: found unexpected end of stream"),
        (f"{SMA}---\n{SMA}", ":7:1: error: this is not valid YAML: but found another document"),
        ("# ä\na: \x07\n", ":2:4: error: the character U+0007 here may not stand in YAML"),
        ("a: \x00\n", ":1:4: error: the character U+0000 here may not stand in YAML"),
        ("# ü\nä: \udcff\n", ":2:4: error: the byte 0xff here is not UTF-8"),
        ("# " + "x" * 10_000_000, ": error: is larger than 64 KiB"),
    ],
    ids=lambda value: repr(value[:20]),
)
def test_what_is_no_definition(folder, text, wrong):
    assert folder.wrong(text.encode("utf-8", "surrogateescape")).startswith(wrong)


def test_a_bomb_of_anchors_is_not_unfolded(folder):
    levels = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9))
    folder.write("color", f"a0: &a0 [boom]\n{levels}")
    told = [problem for problem in folder.problems() if "anchors are not read" in problem]
    assert len(told) == 9


def test_tags_make_no_objects(folder):
    text = SMA.replace("name: color", "name: !!python/object/apply:os.system [exit 1]")
    assert folder.wrong(text).startswith(":2:9: error: `name` in `metadata`: expected at most 32")


def test_a_byte_order_mark_and_windows_line_ends_are_read(folder):
    assert folder.cluster("\ufeff" + SMA.replace("\n", "\r\n")).name == "color"


def test_a_pipe_is_refused_without_a_wait(folder):
    os.mkfifo(folder.write("color", SMA).with_name("pipe"))
    os.replace("clusters/color/pipe", "clusters/color/sma.yaml")
    assert folder.problem() == "clusters/color/sma.yaml: error: is not a regular file"


def test_a_link_to_nothing(folder):
    folder.write("color", SMA).unlink()
    Path("clusters/color/sma.yaml").symlink_to("gone")
    assert (
        folder.problem()
        == "clusters/color/sma.yaml: error: cannot be read: No such file or directory"
    )


@st.composite
def spoiled(draw) -> bytes:
    """A definition with something else in the place of some of its bytes."""
    text = SMA.encode()
    start = draw(st.integers(0, len(text)))
    end = draw(st.integers(start, min(len(text), start + 20)))
    scraps = [b"\t", b": ", b"- ", b"&a ", b"*a", b"{", b"[", b"'", b"!x ", b"<<: ", b"\xff", b"\n"]
    return text[:start] + draw(st.sampled_from(scraps) | st.binary(max_size=5)) + text[end:]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(spoiled() | st.binary(max_size=50) | st.text(max_size=50).map(str.encode))
def test_whatever_a_file_holds_is_a_definition_or_a_problem_with_its_place(tmp_path, data):
    file = tmp_path / "sma.yaml"
    file.write_bytes(data)
    problems = []
    definition = sma.load(file, problems)
    assert problems or not definition.wrong
    assert definition or problems
    lines = data.decode("utf-8", "replace").replace("\r\n", "\n").split("\n")
    for problem in problems:
        assert problem.place.file == file
        assert 1 <= problem.place.line <= len(lines) + 1, problem
        assert problem.place.column >= 1

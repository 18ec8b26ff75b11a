"""Modifiers to what a command is given: time, keys, edits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.book.read import read
from runner.show.demands import Demands, demands, typed


@pytest.mark.parametrize(
    ("text", "came"),
    [
        ("plain", b"plain"),
        (r"yes\n", b"yes\n"),
        (r"i\e:wq\n", b"i\x1b:wq\n"),
        ("^C", b"\x03"),
        ("^c^D^[^?^@", b"\x03\x04\x1b\x7f\x00"),
        (r"\x41\xff", b"A\xff"),
        (r"a\^C\\n", rb"a^C\n"),
        ("ä^é", "ä^é".encode()),
        ("2^", b"2^"),
        ("tail\\", b"tail\\"),
        ("", b""),
    ],
)
def test_what_is_typed(text, came):
    assert typed(text) == came


@given(st.text(st.characters(exclude_characters="\\^", exclude_categories=("Cs",))))
def test_text_without_signs_is_typed_as_it_is(text):
    assert typed(text) == text.encode()


@given(st.text())
def test_any_text_is_typed(text):
    assert isinstance(typed(text.encode("utf-8", "replace").decode()), bytes)


@pytest.mark.parametrize(
    ("modifiers", "wanted"),
    [
        ("", Demands()),
        ("#@timeout 90s", Demands(timeout=90.0)),
        ("#@until 1m30s", Demands(until=90.0)),
        ("#@for ${T}", Demands(stop=2.0)),
        ("#@exit 1 2\n#@exit 3 4", Demands(exits=frozenset({3, 4}))),
        ("#@type a\\n\n#@type ${N}\\n", Demands(answers=(b"a\n", b"Ann\n"))),
        ("#@edit s/a/b/\n#@edit 3d", Demands(edits=("s/a/b/", "3d"))),
    ],
)
def test_modifiers(tmp_path, modifiers, wanted):
    path = tmp_path / "demo.md"
    path.write_text(f"```bash\n{modifiers}\ntrue\n```\n")
    (step,) = read(path).steps
    values = {"${T}": "2s", "${N}\\n": "Ann\\n"}
    assert demands(step, lambda text: values.get(text, text)) == wanted

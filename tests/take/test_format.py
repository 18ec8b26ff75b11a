"""Entries -> lines -> entries, and lines that are none -> a sentence and a column."""

from __future__ import annotations

import json
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from runner import __version__
from runner.show.events import Outcome
from runner.take import model
from runner.take.format import TYPES, FormatError, line, parse, parse_header, printed
from runner.take.model import Begun, Done, Header, Noted, Printed, Resized, Source, Totals, Verdict

SCHEMA = Draft202012Validator(
    json.loads((Path(model.__file__).with_name("schema.json")).read_text()),
    format_checker=Draft202012Validator.FORMAT_CHECKER,
)

# Text with bytes that are no UTF-8, as Python has them.
TEXT = st.binary(max_size=20).map(lambda data: data.decode("utf-8", "surrogateescape")) | st.text(
    st.characters(exclude_categories=["Cs"]), max_size=20
)
COUNT = st.integers(0, 2**53 - 1)
AMOUNT = st.floats(0, 2**53 - 1)
SOURCES = st.builds(Source, TEXT, TEXT)
VERDICTS = st.builds(Verdict, TEXT, st.booleans(), TEXT, TEXT, COUNT, st.tuples(TEXT, TEXT))
ENTRIES = st.one_of(
    st.builds(Begun, AMOUNT, TEXT, COUNT, TEXT, TEXT, TEXT, TEXT, COUNT, COUNT, st.booleans()),
    st.builds(Printed, AMOUNT, TEXT),
    st.builds(model.Waited, AMOUNT, COUNT, AMOUNT),
    st.builds(
        Done,
        AMOUNT,
        TEXT,
        st.sampled_from(Outcome),
        COUNT,
        AMOUNT,
        COUNT,
        TEXT,
        st.lists(VERDICTS, max_size=2).map(tuple),
    ),
    st.builds(Resized, AMOUNT, COUNT, COUNT),
    st.builds(Noted, AMOUNT, TEXT),
    st.builds(Totals, AMOUNT, COUNT, COUNT, COUNT, COUNT, COUNT, TEXT),
)
HEADERS = st.builds(
    Header,
    st.just(1),
    SOURCES,
    st.lists(SOURCES, max_size=2).map(tuple),
    TEXT,
    st.sampled_from(get_args(model.Mode)),
    TEXT,
    COUNT,
    COUNT,
    st.dictionaries(TEXT, TEXT, max_size=2),
    st.just("2026-01-31T09:30:00.000+01:00"),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=2), inner),
    max_leaves=4,
)


def read(data: bytes):
    text = data.decode("ascii")
    return parse_header(text) if '"take"' in text[:20] else parse(text)


def problem(text: str) -> str:
    """What is wrong with a line, the column first."""
    with pytest.raises(FormatError) as caught:
        parse(text)
    return f"{caught.value.column}: {caught.value}"


@given(ENTRIES | HEADERS)
def test_what_is_written_is_read(entry):
    data = line(entry)
    assert data.endswith(b"\n")
    assert data.count(b"\n") == 1
    assert read(data) == entry


@given(ENTRIES | HEADERS)
def test_what_is_written_is_what_the_schema_says(entry):
    SCHEMA.validate(json.loads(line(entry)))


def test_the_schema_is_one_and_has_every_type():
    Draft202012Validator.check_schema(SCHEMA.schema)
    assert [ref["$ref"].rpartition("/")[2] for ref in SCHEMA.schema["oneOf"]] == list(TYPES)


def whole(value: object) -> object:
    """JSON Schema takes 1.0 for a whole number, and we do not."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


@given(ENTRIES, st.data())
def test_the_schema_and_we_agree_on_what_is_wrong(entry, data):
    fields = json.loads(line(entry))
    name = data.draw(st.sampled_from([*fields, "more"]))
    if data.draw(st.booleans()):
        fields.pop(name, None)
    else:
        fields[name] = whole(data.draw(JSON))
    try:
        parse(json.dumps(fields))
        accepted = True
    except FormatError:
        accepted = False
    assert accepted == (SCHEMA.is_valid(fields) and fields.get("type") != "take")


@given(st.lists(st.binary(max_size=12), max_size=6))
@example([b"\xc3", b"\xa9"])
@example([b"a\r\n", b'"\r', b"\n\\"])
@example([b"a\nb\rc\r\n"])
@example([b"\x0b\x00\x1f\x7f"])
@example([b"\x0b\x00\x1f"])
def test_output_in_pieces_gives_back_its_bytes(pieces):
    rest, found = b"", ""
    for piece in pieces:
        text, rest = printed(1.5, rest + piece)
        if text:
            entry = parse(text.decode("ascii"))
            assert text == line(entry)
            assert entry.at == 1.5
            found += entry.data
    assert len(rest) < 4
    assert found.encode("utf-8", "surrogateescape") + rest == b"".join(pieces)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_character_that_comes_in_two_pieces_is_one(text):
    data = text.encode()
    for cut in range(len(data) + 1):
        first, rest = printed(0.0, data[:cut])
        second, rest = printed(0.0, rest + data[cut:])
        assert rest == b""
        found = "".join(parse(t.decode()).data for t in (first, second) if t)
        assert found == text


NOTED = '{"type": "noted", "at": 1, "text": "x"}'
DONE = (
    '{"type": "done", "at": 1, "id": "a", "result": "passed", "status": 0, "seconds": 1,'
    ' "attempts": 1, "reason": "", "verdicts": [%s]}'
)

FIRST = DONE.index("%s") + 1  # the column of what is put in


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "1: not JSON: Expecting value"),
        ("{", "2: not JSON: Expecting property name enclosed in double quotes"),
        ("[]", "1: a line of a take is a JSON object"),
        ("null", "1: a line of a take is a JSON object"),
        (NOTED + NOTED, "40: not JSON: Extra data"),
        (
            "{}",
            "1: its `type` must be one of begun, printed, waited, done, resized, noted, totals",
        ),
        (
            '{"at": 1, "type": []}',
            "19: its `type` must be one of begun, printed, waited, done, resized, noted, totals",
        ),
        ('{"type": "take"}', "1: a second take begins here; a file holds one"),
        ('{"type": "noted", "at": 1}', "1: noted: `text` is missing"),
        (
            '{"type": "noted", "at": 1, "text": "x", "more": 1}',
            "49: noted: `more`: this format has no `more` here",
        ),
        (
            '{"type": "noted", "at": "1", "text": "x"}',
            "25: noted: `at`: it must be a number from 0 to 2⁵³ - 1, and is the text '1'",
        ),
        (
            '{"type": "noted", "at": true, "text": "x"}',
            "25: noted: `at`: it must be a number from 0 to 2⁵³ - 1, and is true",
        ),
        (
            '{"type": "noted", "at": -1, "text": "x"}',
            "25: noted: `at`: it must be a number from 0 to 2⁵³ - 1, and is -1",
        ),
        (
            '{"type": "noted", "at": 1e999, "text": "x"}',
            "25: noted: `at`: it must be a number from 0 to 2⁵³ - 1, and is inf",
        ),
        (
            '{"type": "noted", "at": NaN, "text": "x"}',
            "1: not JSON that a take has: NaN is no number",
        ),
        (
            '{"type": "noted", "at": 1, "at": 2, "text": "x"}',
            "1: not JSON that a take has: `at` stands there twice",
        ),
        (
            '{"type": "noted", "text": "\\ud800", "at": 1}',
            "27: noted: `text`: the text has half of a surrogate pair in it",
        ),
        (
            '{"type": "resized", "at": 1, "rows": 1.5, "columns": 1}',
            "38: resized: `rows`: it must be a whole number from 0 to 2⁵³ - 1, and is 1.5",
        ),
        (
            DONE.replace("passed", "won") % "",
            "48: done: `result`: it must be one of passed, failed, skipped, simulated, "
            "and is the text 'won'",
        ),
        (DONE % "1", f"{FIRST}: done: `verdicts`: it must be an object, and is 1"),
        (DONE % '{"rule": "x"}', f"{FIRST}: done: `verdicts`: `held` is missing"),
        (
            DONE
            % '{"rule": 1, "held": true, "message": "", "file": "", "line": 1, "difference": []}',
            f"{FIRST + 9}: done: `verdicts`: `rule`: it must be text, and is 1",
        ),
    ],
)
def test_a_line_that_is_no_entry(text, told):
    assert problem(text) == told


def test_json_that_is_meant_to_hurt():
    assert "nested too deep" in problem('{"type": ' + "[" * 100_000)
    digits = '{"type": "noted", "text": "x", "at": ' + "9" * 10_000 + "}"
    assert problem(digits).startswith("1: not JSON that a take has: ")


class TestHeader:
    def told(self, header, **changed) -> str:
        fields = json.loads(line(header)) | changed
        with pytest.raises(FormatError) as caught:
            parse_header(json.dumps(fields))
        return str(caught.value)

    def test_a_newer_format_names_both_and_what_to_do(self, header):
        told = self.told(header, format=2, versions={"cuebook": "9.1"}, more=1)
        assert told == (
            f"this take was written by cuebook 9.1 in format 2, and this cuebook, {__version__},"
            " reads format 1: use a newer cuebook"
        )

    @pytest.mark.parametrize("versions", [None, [], {"cuebook": 1}, {}])
    def test_a_newer_format_may_look_as_it_will(self, header, versions):
        told = self.told(header, format=7, versions=versions)
        assert told.startswith("this take was written in format 7, and")

    @pytest.mark.parametrize("version", [0, -1, "1", None, True, 1.0])
    def test_a_format_that_there_never_was(self, header, version):
        assert "format" in self.told(header, format=version)

    @pytest.mark.parametrize("text", ["{}", '{"type": "begun"}', '{"format": 1}'])
    def test_another_file_in_json(self, text):
        with pytest.raises(FormatError, match="this is no take"):
            parse_header(text)

    @pytest.mark.parametrize("started", ["", "now", "2026-01-31", "2026-01-31T09:30:00"])
    def test_a_start_that_is_no_time(self, header, started):
        assert "`started` must be a time" in self.told(header, started=started)


def test_every_entry_has_a_type():
    assert set(TYPES.values()) == {Header, *get_args(model.Entry)}

"""Redaction: what goes in, in pieces, and what may be seen of it."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.redact import EVERYTHING, HOLD, Redactor, problem, without_secrets
from runner.shell import request

DRIVER = request.__file__.replace("request.py", "driver.bash")

# A rule or more, what comes, what is shown of it at once, what more at the end.
PIECES = {
    "whole": ("hunter2", ["my hunter2!\n"], ["my •••!\n"], ""),
    "no match": ("hunter2", ["my hunter3\n", "x"], ["my hunter3\n", "x"], ""),
    "two writes": ("hunter2", ["my hun", "ter2 is\n"], ["my ", "••• is\n"], ""),
    "each byte": ("hunter2", [*"a hunter2"], ["a", " ", *[""] * 6, "•••"], ""),
    "decided against": ("hunter2", ["hun", "t"], ["", ""], "hunt"),
    "not a match after all": ("hunter2", ["hun", "gry"], ["", "hungry"], ""),
    "begins again": ("aab", ["aa", "a", "b"], ["", "a", "•••"], ""),
    "coloured": (
        "hunter2",
        ["\x1b[1mhun\x1b[31mter\x1b[0m2\x1b[m\n"],
        ["\x1b[1m•••\x1b[31m\x1b[0m\x1b[m\n"],
        "",
    ),
    "escape cut": ("hunter2", ["hunt\x1b[3", "1mer2\n"], ["", "•••\x1b[31m\n"], ""),
    "grep's colours": (
        "hunter2",
        ["\x1b[01;31m\x1b[Khunter\x1b[m\x1b[K2"],
        ["\x1b[01;31m\x1b[K•••\x1b[m\x1b[K"],
        "",
    ),
    "tput sgr0": ("hunter2", ["hun\x1b(B\x1b[mter2"], ["•••\x1b(B\x1b[m"], ""),
    "title between": ("hunter2", ["hun\x1b]0;t\x07ter2"], ["•••\x1b]0;t\x07"], ""),
    "in a title": ("hunter2", ["\x1b]0;on hunter2\x07 ok"], ["\x1b]0;on •••\x07 ok"], ""),
    "in a link": (
        "hunter2",
        ["\x1b]8;;http://u:hun", "ter2@h\x1b\\link\x1b]8;;\x1b\\"],
        ["", "\x1b]8;;http://u:•••@h\x1b\\link\x1b]8;;\x1b\\"],
        "",
    ),
    "title that never ends": ("hunter2", ["\x1b]0;hunter2"], [""], "\x1b]0;•••"),
    "a bell between": ("hunter2", ["hun\x07ter2"], ["•••\x07"], ""),
    "newline ends the line": ("hunter2", ["hun\nter2\n"], ["hun\nter2\n"], ""),
    "cursor move ends the line": ("hunter2", ["hun\x1b[5Hter2"], ["hun\x1b[5Hter2"], ""),
    "full screen": (
        "hunter2",
        ["\x1b[?1049h\x1b[2;1Hhunt", "er2\x1b[7mhun", "ter2\x1b[3;1H~"],
        ["\x1b[?1049h\x1b[2;1H", "•••\x1b[7m", "\x1b[3;1H~"],
        "",
    ),
    "end of line": ("x+$", ["axx", "x\r", "\n"], ["a", "•••\r", "\n"], ""),
    "beginning of line": ("^ab", ["cab\na", "b\n"], ["cab\n", "•••\n"], ""),
    "greedy": ("tok-[a-z]+", ["tok-ab", "cd", ".e"], ["", "", "•••.e"], ""),
    "greedy at the end": ("tok-[a-z]+", ["tok-ab"], [""], "•••"),
    "word's end": (r"\bkey\b", ["key", "s key"], ["", "keys "], "•••"),
    "inside a word": (r"key\B", ["key", "s"], ["", "•••s"], ""),
    "lookahead": ("key(?=ring)", ["key", "ri", "ng keyri"], ["", "", "•••ring "], "keyri"),
    "not followed": ("key(?!ring)", ["keyri", "ng keyri", "p"], ["", "keyring ", "•••rip"], ""),
    "lookbehind": (r"(?<=k=)\w+", ["name k=", "abc", " d"], ["name k=", "", "••• d"], ""),
    "lazy": ('k="(.*?)"', ['k="a', 'b" "c"', "d"], ["", '••• "c"', "d"], ""),
    "first way wins": ("ab|a.*", ["a", "bcd"], ["", "•••cd"], ""),
    "backreference": (r"(['\"])p.*?\1", ["'p\"", "' x", "\n"], ["", "", "••• x\n"], ""),
    "counted": ("[0-9]{4}", ["12345", "67", "8"], ["•••", "", ""], ""),
    "nested repeats": ("k-(?:[a-z0-9]+-?)+", ["k-" + "a" * 50, " x"], ["", "••• x"], ""),
    "case": ("(?i)token=[a-z]+", ["TO", "Ken=Abc;\n"], ["", "•••;\n"], ""),
    "case beyond ASCII": ("(?i)secret", ["\u017fec", "ret"], ["", "•••"], ""),
    "umlauts": ("schlüssel", ["der schl\xfcssel"], ["der •••"], ""),
    "two rules": (["abc", "bcd"], ["xabcdx\n"], ["x•••x\n"], ""),
    "in a row": ("[0-9]", ["a12", "34b"], ["a•••", "b"], ""),
    "traced": ("hunter2", ["+ curl -H 'X: hunter2' h\r\n"], ["+ curl -H 'X: •••' h\r\n"], ""),
}


def redactor(rules):
    made = Redactor()
    for rule in [rules] if isinstance(rules, str) else rules:
        made.add(rule)
    return made


@pytest.mark.parametrize(("rules", "pieces", "shown", "rest"), PIECES.values(), ids=PIECES)
def test_pieces(rules, pieces, shown, rest):
    stream = redactor(rules)
    seen = [stream.feed(piece.encode(), 0.0).decode() for piece in pieces]
    assert seen == shown
    assert stream.close().decode() == rest


def test_a_character_cut_in_two():
    stream = redactor("é+t")
    assert stream.feed(b"caf\xc3", 0.0) == b"caf"
    assert stream.feed(b"\xa9t\n", 0.0) == "•••\n".encode()


def test_without_rules_the_very_bytes_pass():
    data = b"any\xff\x1b["
    assert Redactor().feed(data, 0.0) is data


@given(st.lists(st.binary(max_size=30)))
def test_bytes_of_any_kind_pass_unharmed(pieces):
    stream = redactor(["hunter2", "(?i)key[0-9]{3}"])
    came = b"".join(stream.feed(piece, 0.0) for piece in pieces) + stream.close()
    assert came == b"".join(pieces)


def test_a_rule_holds_from_where_it_is_added():
    stream = redactor("abc")
    assert stream.feed(b"hunter2 hun", 0.0) == b"hunter2 hun"
    stream.add("hunter2")
    assert stream.feed(b"ter2 hunter2", 0.0) == "ter2 •••".encode()


# Time


def test_what_is_held_too_long_is_masked_with_the_rest_of_its_line():
    stream = redactor("hunter2")
    assert stream.due(0.0) is None
    assert stream.feed(b"my hun", 10.0) == b"my "
    assert stream.due(10.0) == pytest.approx(HOLD)
    assert stream.flush(10.1) == b""
    assert stream.due(10.3) == 0
    assert stream.flush(10.3) == "•••".encode()
    assert stream.due(10.3) is None
    assert stream.feed(b"gry \x1b[31mwolf\x1b[m\r\nhi\n", 10.4) == b"\x1b[31m\x1b[m\r\nhi\n"


def test_each_text_has_its_own_time():
    stream = redactor("a+b")
    assert stream.feed(b"aa", 0.0) == b""
    assert stream.feed(b"c aa", 0.15) == b"aac "
    assert stream.due(0.15) == pytest.approx(HOLD)
    assert stream.feed(b"a", 0.2) == b""
    assert stream.due(0.2) == pytest.approx(0.15)
    assert stream.feed(b"a", 0.36) == "•••".encode()


def test_what_is_decided_is_not_held():
    stream = redactor(["hunter2", r"(?<=: )\w+"])
    assert stream.feed(b"Password for bob: ", 0.0) == b"Password for bob: "
    assert stream.due(0.0) is None


def test_an_unfinished_sequence_is_nothing_to_wait_for():
    stream = redactor("hunter2")
    assert stream.feed(b"hi\x1b[3", 0.0) == b"hi"
    assert stream.due(0.0) is None
    assert stream.close() == b"\x1b[3"


# Long lines


def test_a_match_may_stand_anywhere_in_a_long_line():
    line = ("x" * 3000 + "hunter2") * 5
    for size in (1, 4096, 100_000):
        stream = redactor("hunter2")
        shown = b"".join(
            stream.feed(line[i : i + size].encode(), 0.0) for i in range(0, len(line), size)
        )
        assert shown.decode() == ("x" * 3000 + "•••") * 5


@pytest.mark.parametrize("size", [17, 1000, 4096, 50_000])
def test_a_match_without_end_hides_the_rest_of_its_line(size):
    line = "a token=" + "x " * 10_000 + "\nb"
    stream = redactor("token=.*")
    pieces = [line[i : i + size].encode() for i in range(0, len(line), size)]
    assert b"".join(stream.feed(piece, 0.0) for piece in pieces).decode() == "a •••\nb"


@pytest.mark.parametrize("size", [17, 1000, 4096, 50_000])
def test_what_is_longer_than_a_match_may_be_is_none(size):
    line = "<" + "x" * 10_000 + "><" + "x" * 4000 + ">"
    stream = redactor("<[^<>]*>")
    pieces = [line[i : i + size].encode() for i in range(0, len(line), size)]
    shown = b"".join(stream.feed(piece, 0.0) for piece in pieces) + stream.close()
    assert shown.decode() == "<" + "x" * 10_000 + ">•••"


# Rules

BAD = {
    "x*": "nothing at all",
    ".*": "nothing at all",
    "^": "nothing at all",
    r"\b": "nothing at all",
    "(?=a)": "nothing at all",
    "a|": "nothing at all",
    ".": "any text",
    r"\S+|\s": "any text",
    "(": "not valid",
    "a{99999999999}": "not valid",
    "BEGIN\nEND": "more than a line",
}


@pytest.mark.parametrize("pattern", BAD)
def test_bad_rules(pattern):
    assert BAD[pattern] in problem(pattern)
    with pytest.raises(ValueError, match=rf"^The redaction has .*{BAD[pattern]}"):
        Redactor().add(pattern)


def test_good_rule():
    assert problem(r"\bghp_[A-Za-z0-9]{36}\b") is None


# What must hold for every text

RULES = [
    "hunter2",
    "(?i)tok-[a-z]{2,4}",
    r"\bfoo\B",
    r"a(?!b)|abc",
    r"(?<=k=)\w+",
    "x.*y",
    r"(['\"])q.*?\1",
    "abc?d|ab",
    r"(?:ab?){2,3}$",
    "^z+",
    "é+t",
    "(?>ab|a)c",
    "(x)?(?(1)ab|cd)",
    r"\b[0-9]{4}\b",
    "a++b",
    "(?=.*z)[ab]+z",
    "k=.*?c",
    r"(?:q|\bo).*?(?:z|y\b)",
    "(?:b|ab)+?[cd]",
]
TEXTS = [*"abcdfoxyzkqté='\" 0123", "hun", "ter2", "tok-", "foo", "k=", "\n", "\r\n", "\x1b[H"]
STILL = ["\x1b[31m", "\x1b[0m", "\x1b[K", "\x1b(B", "\x1b]0;t\x1b\\", "\x07"]

texts = st.lists(st.sampled_from(TEXTS), max_size=40).map("".join)
some_rules = st.lists(st.sampled_from(RULES), min_size=1, max_size=3)
cuts = st.lists(st.integers(1, 6), max_size=60)


def cut(data, sizes):
    pieces = []
    for size in sizes:
        pieces.append(data[:size])
        data = data[size:]
    return [*pieces, data]


def expected(text, rules):
    """Mask the union of what the rules match in each line."""
    shown = []
    for line in re.split(r"([\r\n]|\x1b\[H)", text):
        hidden = {i for rule in rules for m in re.finditer(rule, line) for i in range(*m.span())}
        shown += [
            ("" if i - 1 in hidden else "•••") if i in hidden else char
            for i, char in enumerate(line)
        ]
    return "".join(shown)


@given(some_rules, texts)
def test_a_text_has_the_matches_of_each_rule_masked(rules, text):
    assert redactor(rules).text(text) == expected(text, rules)


@given(some_rules, st.lists(st.sampled_from([*TEXTS, *STILL]), max_size=40).map("".join), cuts)
def test_it_does_not_matter_where_output_is_cut(rules, text, sizes):
    stream = redactor(rules)
    shown = b"".join(stream.feed(piece, 0.0) for piece in cut(text.encode(), sizes))
    assert (shown + stream.close()).decode() == redactor(rules).text(text)


@given(texts, st.lists(st.tuples(st.integers(0, 300), st.sampled_from(STILL))), cuts)
def test_a_secret_is_never_seen_and_all_else_is(text, escapes, sizes):
    rules = ["hunter2", "tok-[a-z]{2}", r"\b[0-9]{4}\b"]
    units = re.findall(r"\x1b\[H|[^\x1b]", text)
    for place, escape in escapes:
        units.insert(place, escape)
    came = "".join(units)
    stream = redactor(rules)
    shown = b"".join(stream.feed(piece, 0.0) for piece in cut(came.encode(), sizes))
    seen = (shown + stream.close()).decode()
    for escape in STILL:
        seen = seen.replace(escape, "")
    assert seen == expected(text, rules)


@given(texts, cuts, st.lists(st.floats(0, 0.5), min_size=61, max_size=61))
def test_however_late_it_is_no_secret_is_seen(text, sizes, pauses):
    rule = "hunter2"
    stream, now, seen = redactor(rule), 0.0, b""
    for piece, pause in zip(cut(text.encode(), sizes), pauses, strict=False):
        seen += stream.feed(piece, now)
        now += pause
        due = stream.due(now)
        assert due is None or 0 <= due < HOLD + 1e-9
        seen += stream.flush(now)
    seen += stream.close()
    assert rule not in seen.decode()
    assert len(seen.decode().split("\n")) == len(text.split("\n"))


def test_without_a_parse_tree_every_unfinished_line_is_held(monkeypatch):
    monkeypatch.setitem(sys.modules, "re._parser", None)
    stream = redactor("hunter2")
    assert stream.feed(b"hi\nmy hun", 0.0) == b"hi\n"
    assert stream.feed(b"ter2\nand", 0.0) == "my •••\n".encode()
    assert stream.close() == b"and"


# Saved state

SETTING = r"""
TOKEN=hunter2 PLAIN=x QUOTED="hun'\"ter2" LINES2=$'one\nhunter2 \'two\nthree'
SPLIT=$'hun\nter2'
declare -a LIST=(1 "a hunter2" 3); declare -A MAP=([k]=hunter2 [l]="\$x")
readonly FIXED="a 'b"
alias good='echo "it'\''s"' bad='echo hunter2'
quiet() { cat <<X
} it's "
X
}
loud() { echo "hunter""2 hunter2"; }
last() { echo 'x'; }
export -f loud last
trap 'echo hunter2' USR1
set -- a hunter2
"""


def saved(setting, tmp_path):
    """Return what driver.bash saves of a shell."""
    script = (
        f"declare -A __cue=([folder]={tmp_path} [args]=' a hunter2')\n"
        f"source {DRIVER}\n{setting}\n__cue_save"
    )
    argv = ["bash", "--norc", "-c", script]
    env = {"PATH": "/usr/bin:/bin", "HOME": "/nowhere"}
    return subprocess.run(argv, capture_output=True, check=True, env=env, text=True).stdout


def test_saved_state_is_without_secrets(tmp_path):
    state, lost = without_secrets(saved(SETTING, tmp_path), redactor(["hunter2", "hun'\"ter2"]))
    assert set(lost) - {"an option"} == {
        *("TOKEN", "QUOTED", "LINES2", "LIST", "MAP"),
        *("alias bad", "function loud", "the arguments", "a trap"),
    }
    assert "hunter2" not in state
    (tmp_path / "new").write_text(state)
    check = 'declare -p SPLIT PLAIN FIXED; alias; quiet; last; echo "$#"; declare -F loud last'
    argv = ["bash", "--norc", "-c", f"source {tmp_path}/new >{tmp_path}/printed 2>&1; {check}"]
    env = {"PATH": "/usr/bin:/bin"}
    done = subprocess.run(argv, capture_output=True, check=False, env=env, text=True)
    assert done.stdout.splitlines() == [
        r"declare -- SPLIT=$'hun\nter2'",
        'declare -- PLAIN="x"',
        'declare -r FIXED="a \'b"',
        "alias good='echo \"it'\\''s\"'",
        *("} it's \"", "x", "0", "last"),
    ]


def test_saved_state_without_a_match_is_the_same(tmp_path):
    state = saved(SETTING, tmp_path)
    assert without_secrets(state, redactor("hunter3")) == (state, [])


def test_a_state_that_is_not_understood_is_not_kept():
    assert without_secrets("echo hunter2\n", redactor("hunter2")) == ("", [EVERYTHING])
    state = "declare -- A='hunter2\n# whole\n"
    assert without_secrets(state, redactor("hunter2")) == ("", [EVERYTHING])

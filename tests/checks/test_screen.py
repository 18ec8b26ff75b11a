"""What a command printed -> the lines that a terminal shows at the end."""

from __future__ import annotations

import tracemalloc

import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wcwidth import wcwidth

from runner.checks import grid, screen
from runner.checks.screen import Screen, shown

ESC = "\x1b"
CSI = "\x1b["


def pieces(parts: list[bytes], *, rows: int = 24, columns: int = 80, limit: int = 65536):
    """Return the lines, and how many of them were final before the end."""
    lines: list[str] = []
    made = Screen(lines.extend, rows=rows, columns=columns, limit=limit)
    for part in parts:
        made.feed(part)
    early = len(lines)
    made.finish()
    return lines, early


@pytest.mark.parametrize(
    ("printed", "lines"),
    [
        ("", []),
        ("a", ["a"]),
        ("a\r\n", ["a"]),
        ("a\r\n\r\nb\r\n\r\n", ["a", "", "b", ""]),
        ("\r\n", [""]),
        ("a  \r\n  b\t\r\n", ["a", "  b"]),
        # A line feed alone only goes down.
        ("a\nb\r\n", ["a", " b"]),
        ("a\vb\fc\r\n", ["a", " b", "  c"]),
        ("curl\r\r\nwget\r\r\r\n", ["curl", "wget"]),
        # Carriage returns, backspaces, tabs.
        ("10%\r20%\r100%\r\n", ["100%"]),
        ("loading...\rdone\r\n", ["doneing..."]),
        (f"loading...\r{CSI}Kdone\r\n", ["done"]),
        ("abc\b\bX\r\n", ["aXc"]),
        ("\b\ba\r\n", ["a"]),
        ("a\tb\tc\r\n12345678\tx\r\n", ["a       b       c", "12345678        x"]),
        ("abcdefghij\r\tX\r\n", ["abcdefghXj"]),
        # Colours, and what else has no width.
        (f"{CSI}1;31mred{CSI}0m {CSI}38:2::1:2:3mtrue{CSI}m\r\n", ["red true"]),
        (f"{ESC}]0;title\x07a{ESC}]8;;https://x.test{ESC}\\link{ESC}]8;;{ESC}\\\r\n", ["alink"]),
        (f"{ESC}Pq#0;2;0\x07;0{ESC}\\a{ESC}^x{ESC}\\b{ESC}_y{ESC}\\c{ESC}Xz{ESC}\\d", ["abcd"]),
        (f"{ESC}]0;torn{CSI}2Ca", ["  a"]),
        (f"{ESC}]0;cancelled\x18a", ["a"]),
        (f"{ESC}(B{ESC}=a{ESC}>{CSI}?25l{CSI}>4;1mb{CSI}!p{CSI}6n{CSI}?2004h", ["ab"]),
        ("a\x00b\x07c\x7fd\x0e\x0f\r\n", ["abcd"]),
        ("\x9b31mred\x9b0m\x9d0;title\x9c\x84x", ["red", "   x"]),
        # Torn and endless sequences.
        (f"a{ESC}", ["a"]),
        (f"a{CSI}12", ["a"]),
        (f"{CSI}1é{CSI}2\x18b", ["1é2b"]),
        (f"{CSI}2\r\nCa", ["", "  a"]),
        (f"{CSI}{'1' * 256}Da", ["a"]),
        (f"{CSI}{'1' * 300}Da", [f"{'1' * 80}" * 3 + "1" * 60 + "Da"]),
        # Cursor moves.
        (f"one\r\ntwo\r\n{CSI}2A{CSI}K1\r\n{CSI}1B3\r\n", ["1", "two", "3"]),
        (f"{CSI}3;5Hx{CSI}1;1Hy", ["y", "", "    x"]),
        (f"{CSI}2;2fx{CSI}5Ga{CSI}1db{CSI}9`c", ["     b  c", " x  a"]),
        (f"a{CSI}2Cb{CSI}3DX{CSI}Ec{CSI}Fd", ["dX b", "c"]),
        (f"a{CSI}3Ab{CSI}99Bc{CSI}99Cd{CSI}99De", ["ab", *[""] * 22, "e c" + " " * 76 + "d"]),
        (f"a{CSI}2ab{CSI}2ec", ["a  b", "", "    c"]),
        (f"ab{CSI}sc\r\n{CSI}uX", ["abX"]),
        (f"ab{ESC}7c\r\n{ESC}8X", ["abX"]),
        (f"a{ESC}Db{ESC}Ec{ESC}Md", ["a", " d", "c"]),
        # Erasing, inserting, deleting.
        (f"one\r\ntwo{CSI}Jx{CSI}1Jy{CSI}Ha{CSI}J", ["a"]),
        (f"one\r\ntwo{CSI}2J{CSI}Hz\r\n", ["z"]),
        (f"abcdef\r{CSI}2Cx{CSI}1K\r\n", ["    ef"]),
        (f"abcdef{CSI}2Kx\r\n", ["      x"]),
        (f"abcdef\r{CSI}2Pgone{CSI}1P\r\n", ["gone"]),
        (f"abcdef\r{CSI}2@X\r\n", ["X abcdef"]),
        (f"abcdef\r{CSI}3X\r\n", ["   def"]),
        (f"a\r\nb\r\nc\r\n{CSI}2A{CSI}Mx", ["a", "x"]),
        (f"a\r\nb\r\n{CSI}A{CSI}2Lx", ["a", "x", "", "b"]),
        (f"ab{CSI}3b\r\n", ["abbbb"]),
        # A reset; the alternate screen.
        (f"one\r\ntwo{ESC}cthree", ["three"]),
        (f"one\r\n{CSI}?1049h{CSI}H{CSI}2Jfull screen\r\nx{CSI}?1049ltwo\r\n", ["one", "two"]),
        (f"one\r\n{CSI}?47hfull{CSI}?47ltwo\r\n", ["one", "    two"]),
        (f"one\r\n{CSI}?1049hkilled in it", ["one"]),
        (f"one\r\n{CSI}?1049h{CSI}?1049h{ESC}ctwo", ["two"]),
        # Bytes that are no UTF-8 are U+FFFD, and wide characters and marks keep their places.
        ("日本\rx\r\n", ["x 本"]),
        ("日本\b\b\bx\r\n", [" x本"]),
        (f"日本\r{CSI}1Px\r\n", ["x本"]),
        ("e\u0301\u0302x\r\u0301y\r\n", ["yx"]),
        ("👩‍👩‍👧 ok\r\n", ["👩‍👩‍👧 ok"]),
    ],
)
def test_what_is_shown(printed, lines):
    assert shown(printed.encode()) == lines


@pytest.mark.parametrize(
    ("printed", "lines"),
    [
        (b"\xff\xfea\xc3\r\n", ["\ufffd\ufffda\ufffd"]),
        (b"\xc3\xa9\x80\xe6\x97", ["é\ufffd\ufffd"]),
        (bytes(range(0x20)) + b"a", None),
    ],
)
def test_bytes_that_are_no_text(printed, lines):
    found = shown(printed)
    assert lines is None or found == lines
    assert all(c.isprintable() for line in found for c in line)


class TestSmallScreen:
    """A screen of 4 rows and 10 columns."""

    @pytest.mark.parametrize(
        ("printed", "lines"),
        [
            ("0123456789abc\r\nx\r\n", ["0123456789abc", "x"]),
            ("0123456789\r\nx\r\n", ["0123456789", "x"]),
            ("x" * 95, ["x" * 95]),
            ("123456789日本\r\n", ["123456789日本"]),
            ("0123456789\bX\r\n", ["01234567X9"]),
            # A program that moves up by rows meets the rows that a long line has.
            (f"0123456789abc\r\n{CSI}2AX\r\n", ["X123456789abc"]),
            (f"0123456789abc\r{CSI}Kx\r\n", ["0123456789x"]),
            (f"0123456789abc{CSI}A{CSI}2Ky\r\n", ["   y", "abc"]),
            (f"{CSI}?7l0123456789abc\r\n{CSI}?7hx\r\n", ["012345678c", "x"]),
            (f"{CSI}?7l0123456789{CSI}31mabc", ["012345678c"]),
            ("1234567\tx\r\n12345678\tx\r\n", ["1234567 x", "12345678 x"]),
            ("é1234567\tx\r\n", ["é1234567 x"]),
            # Out of reach is out of reach.
            (f"1\r\n2\r\n3\r\n4\r\n5\r\n{CSI}9AX\r\n", ["1", "2", "X", "4", "5"]),
            (f"1\r\n2\r\n3\r\n4\r\n5\r\n{CSI}2J{CSI}3J{CSI}Hx", ["1", "2", "x"]),
            # Margins: the first line stays, the others scroll.
            (f"top{CSI}2;3r{CSI}2Ha\r\nb\r\nc\r\nd", ["top", "c", "d"]),
            (f"1\r\n2\r\n3\r\n4{CSI}1;3r{CSI}3H\n\n{CSI}rx", ["1", "2", "x", "", "", "4"]),
            (f"1\r\n2\r\n3{CSI}Sx", ["1", "2", "3", " x"]),
            (f"1\r\n2\r\n3{CSI}Tx", ["", "1", "2x", "3"]),
            (f"1\r\n2\r\n3{CSI}2;3r{CSI}T{CSI}Hx", ["x", "", "2"]),
            (f"1\r\n2{ESC}M{ESC}M{ESC}Mx", [" x", "", "1", "2"]),
            (f"1{CSI}3;2rx{CSI}9;9ry", ["1xy"]),
            (f"{CSI}2;3r{CSI}4Hend\n\nx{CSI}4Ay", ["", "    y", "", "endx"]),
        ],
    )
    def test_what_is_shown(self, printed, lines):
        assert shown(printed.encode(), rows=4, columns=10) == lines

    def test_a_line_without_an_end_is_handed_on_in_parts(self):
        lines, early = pieces([b"x" * 1000] * 100, rows=4, columns=10, limit=50)
        assert lines == ["x" * 50] * 2000
        assert early > 1000


def test_the_smallest_screen():
    assert shown("ab日\t\r\n\x1b[5;5Hc".encode(), rows=1, columns=1) == ["ab日", "c"]


def test_what_scrolled_out_is_handed_on_before_the_end():
    lines, early = pieces([b"%d\r\n" % n for n in range(100_000)])
    assert lines == [str(n) for n in range(100_000)]
    assert early > 80_000


@pytest.mark.parametrize(
    "flood",
    [
        b"a plain line\r\n",
        b"x",
        b"\x1b[31m",
        b"e\xcc\x81\xcc\x81",
        b"\r10%",
        b"\x1b]0;",
        b"\x1b[1;",
        b"\x1b[?1049hx\r\n",
        b"\x1b[99999;99999Hx\x1b[99999L\x1b[99999@\x1b[99999b",
        b"\xff\x00",
        b"\xcc\x81",
    ],
)
def test_memory_stays_flat(flood):
    part = flood * (16384 // len(flood))
    made = Screen(lambda _: None)
    made.feed(part)
    tracemalloc.start()
    for _ in range(4):
        made.feed(part)
    made.finish()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_500_000  # not the 23 bytes of each that a row of cells would take


# What both we and pyte know and mean the same by. It has slips with NEL, HPA, and inserting and
# deleting rows that it has not seen yet.
PLAIN = st.text(st.sampled_from("ab cé│x"), max_size=12)
NUMBER = st.sampled_from(["", "0", "1", "2", "3", "7", "30"])
MOVES = st.one_of(
    st.sampled_from(["\r\n", "\r\n", "\r\n", "\r", "\n", "\b", "\t", f"{ESC}D", f"{ESC}M"]),
    st.builds(lambda n, f: f"{CSI}{n}{f}", NUMBER, st.sampled_from("ABCDEFGP@Xdae")),
    st.builds(lambda n, m: f"{CSI}{n};{m}H", NUMBER, NUMBER),
    st.builds(
        lambda n, f: f"{CSI}{n}{f}", st.sampled_from(["", "0", "1", "2"]), st.sampled_from("JK")
    ),
    st.sampled_from([f"{CSI}1;31m", f"{CSI}m", f"{ESC}7{CSI}0m"]),
)
STREAM = st.lists(PLAIN | MOVES, max_size=60).map("".join)


def by_pyte(text: str, rows: int, columns: int) -> list[str]:
    """Return what pyte has on its screen and above it, without the blank rows at the end."""
    theirs = pyte.HistoryScreen(columns, rows, history=100_000)
    pyte.Stream(theirs).feed(text)
    above = ["".join(row[x].data for x in range(columns)) for row in theirs.history.top]
    return trimmed([*above, *theirs.display])


def trimmed(lines: list[str]) -> list[str]:
    lines = [line.rstrip(" ") for line in lines]
    while lines and not lines[-1]:
        lines.pop()
    return lines


@settings(deadline=None, max_examples=150)
@given(STREAM, st.sampled_from([3, 8]))
def test_it_is_what_pyte_shows(text, rows):
    assert trimmed(shown(text.encode(), rows=rows, columns=2000)) == by_pyte(text, rows, 2000)


@settings(deadline=None, max_examples=150)
@given(
    st.lists(
        st.text(st.sampled_from("abc"), max_size=25)
        | st.sampled_from(["\r\n", "\r\n", "\r", "\b", f"\r{CSI}A", f"\r{CSI}2B"])
    ).map("".join),
    st.sampled_from([3, 8]),
)
def test_rows_are_pytes_where_lines_are_longer_than_the_screen_is_wide(text, rows):
    found = [
        row
        for line in shown(text.encode(), rows=rows, columns=10)
        for row in ([line[at : at + 10] for at in range(0, len(line), 10)] or [""])
    ]
    assert trimmed(found) == by_pyte(text, rows, 10)


ANYTHING = st.lists(
    st.one_of(
        STREAM,
        st.text(max_size=10),
        st.sampled_from(
            [f"{CSI}?1049h", f"{CSI}?1049l", f"{CSI}?7l", f"{CSI}?7h", f"{CSI}2;3r", f"{CSI}r"]
        ),
        st.sampled_from(
            [f"{ESC}]0;t\x07", f"{ESC}P1", f"{ESC}\\", f"{CSI}3b", f"{CSI}S", f"{CSI}T"]
        ),
        st.sampled_from(["日本", "e\u0301", "👍🏽", "\u200d", "\x9b1m", "x\r\r\n", "a\tb\r\n"]),
        st.builds(lambda n: "".join(f"line {i}\r\n" for i in range(n)), st.integers(0, 30)),
        st.builds(lambda n: "long " * n + "\r\n", st.integers(0, 60)),
    ).map(lambda text: text.encode("utf-8", "replace"))
    | st.binary(max_size=12),
    max_size=12,
)


@settings(deadline=None, max_examples=150)
@given(ANYTHING, st.sampled_from([(1, 1), (4, 10), (24, 80)]), st.sampled_from([1, 2, 7, 64]))
def test_how_it_comes_in_pieces_does_not_matter(parts, size, step):
    """Batches of another size take the fast ways at other places."""
    data = b"".join(parts)
    whole = shown(data, rows=size[0], columns=size[1])
    cut = [data[at : at + 5] for at in range(0, len(data), 5)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(screen, "BATCH", step)
        assert pieces(cut, rows=size[0], columns=size[1])[0] == whole
    assert all(c not in line for line in whole for c in "\r\n\x1b\x07\x00\x9b")


def test_what_goes_fast_has_the_width_that_it_is_taken_to_have():
    every = [chr(code) for code in range(0x20, 0x110000) if not 0xD800 <= code < 0xE000]
    plain = [c for c in every if c != "\t" and not screen.NOT_PLAIN.search(c)]
    assert {wcwidth(c) for c in plain} == {1, 2}
    assert {wcwidth(c) for c in every for run in grid.RUNS.finditer(c) if run[1]} == {1}

"""Prose as Markdown -> screen."""

from __future__ import annotations

import pytest

from runner.stage.look.escapes import SGR
from runner.stage.look.prose import MEASURE, comment, link_targets, prose
from runner.stage.look.themes import THEMES

WIDTHS = pytest.mark.parametrize("width", [40, 80, 300])
LONG = "The sea asks the same question all night and the lamp is the only answer. " * 5


def plainly(markdown, plain, width=80, **more):
    """The lines that the plain theme shows; it has no escapes."""
    return prose(markdown, theme=plain, width=width, **more).splitlines()


@pytest.mark.parametrize(
    ("markdown", "lines"),
    [
        ("one\ntwo", ["one two"]),
        ("one  \ntwo", ["one", "two"]),
        ("one<br>two<BR/>three", ["one", "two", "three"]),
        ("one\n\n\n\ntwo", ["one", "", "two"]),
        ("a *b* _c_ **d** ~~e~~ `f`", ["a *b* *c* **d** ~~e~~ `f`"]),
        ("`a  b`  c   d", ["`a  b` c d"]),
        ("a <!-- no --> b", ["a b"]),
        ("<!-- no\n\nno -->", []),
        ("<!-- set -e >\nseen", ["seen"]),
        ("[x]: y", []),
        ("", []),
        ("a <kbd>Q</kbd>", ["a <kbd>Q</kbd>"]),
        ("<details>\n<summary>s</summary>\n</details>", None),
        ("[text](https://x.org/?a=b&c=%20é)", ["text (https://x.org/?a=b&c=%20é)"]),
        ('[this](tour.md "title")', ["this (tour.md)"]),
        ("[https://x.org](https://x.org)", ["https://x.org"]),
        ("<https://x.org>, <a@b.org>", ["https://x.org, a@b.org"]),
        ("[above](#top)", ["above"]),
        ("[a][b]\n\n[b]: c.md", ["a (c.md)"]),
        ("![a cat](cat.png)", ["a cat (cat.png)"]),
        ("![](cat.png)", ["(cat.png)"]),
        ("[![badge](b.svg)](https://ci)", ["badge (b.svg) (https://ci)"]),
        ("a &amp; b &lt; c &copy;", ["a & b < c ©"]),
        ("10\u00a0km", ["10\u00a0km"]),
        ("***", ["-" * 80]),
        ("    let x\n    y", ["| let x", "| y"]),
        ("~~~\na\n\nb\n~~~", ["| a", "|", "| b"]),
    ],
)
def test_markdown_is_shown_as_lines(markdown, lines, plain):
    expected = markdown.splitlines() if lines is None else lines
    assert plainly(markdown, plain) == expected


@pytest.mark.parametrize(
    ("markdown", "lines"),
    [
        ("- a\n- b", ["* a", "* b"]),
        ("- a\n\n- b", ["* a", "", "* b"]),
        ("1. a\n2. b", ["1. a", "2. b"]),
        ("2. We did it.", ["2. We did it."]),
        ("7) a\n8) b", ["7) a", "8) b"]),
        ("9. a\n9. b", [" 9. a", "10. b"]),
        ("0. a", ["0. a"]),
        ("- a\n  - b\n    - c\n      - d\n- e", ["* a", "  - b", "    + c", "      * d", "* e"]),
        ("1. a\n   - b\n\n   c", ["1. a", "", "   - b", "", "   c"]),
        ("-\n- b", ["*", "* b"]),
        ("- ```\n  x\n  ```", ["* | x"]),
        ("- > q\n  > r", ["* > q r"]),
        ("> a\n>\n> - b", ["> a", ">", "> * b"]),
        ("> # a\n> b", ["> " + "=" * 78, "> a", "> " + "=" * 78, ">", "> b"]),
        ("- # a\n- b", None),
    ],
)
def test_lists_and_quotes_are_set_in(markdown, lines, plain):
    found = plainly(markdown, plain)
    if lines is None:
        lines = ["* " + "=" * 78, "  a", "  " + "=" * 78, "* b"]
    assert found == lines


@pytest.mark.parametrize("start", ["   and so on", "   and\n   so on"])
def test_a_list_goes_on_after_an_interruption(start, plain):
    assert plainly(f"{start}\n\n2. next", plain) == ["and so on", "", "2. next"]


def test_a_chunk_inside_a_list_is_told_how_far_it_is_set_in(plain):
    chunk = "    Then *this*,\n    and\n\n        code\n\n11. next"
    assert plainly(chunk, plain, indent=4) == ["Then *this*, and", "", "| code", "", "11. next"]
    assert plainly("    Then", plain) == ["| Then"]


@pytest.mark.parametrize(
    ("markdown", "lines"),
    [
        ("# A", ["=" * 40, "A", "=" * 40]),
        ("A\n===", ["=" * 40, "A", "=" * 40]),
        ("## A", ["A", "-" * 40]),
        ("### A", ["### A"]),
        ("###### A", ["###### A"]),
        ("#", ["=" * 40, "", "=" * 40]),
    ],
)
def test_plain_headings_are_told_by_signs(markdown, lines, plain):
    assert plainly(markdown, plain, 40) == lines


@WIDTHS
@pytest.mark.parametrize("name", ["dark", "light", "contrast"])
def test_headings_stand_out(name, width, shown):
    theme = THEMES[name]
    measure = min(width, MEASURE)
    text = "# One `code`\n\n## Two **strong**\n\n### Three\n\ntext"
    screen = shown(prose(text, theme=theme, width=width), width)
    assert screen.lines == [
        *("━" * measure, "One code", "━" * measure, ""),
        *("Two strong", "─" * measure, "", "Three", "", "text"),
    ]
    for heading in ("One code", "Two strong", "Three"):
        assert screen.look(heading).bold
        assert screen.look(heading).colour != screen.look("text").colour


@WIDTHS
def test_paragraphs_are_wrapped_at_the_measure(width, shown, dark):
    screen = shown(prose(LONG, theme=dark, width=width), width)
    assert " ".join(screen.lines) == LONG.strip()
    widest = max(map(len, screen.lines))
    assert min(width, MEASURE) - 10 < widest <= min(width, MEASURE)


def test_tables_and_code_may_be_wider_than_the_measure(plain):
    table = "|" + "a" * 120 + "|b|\n|-|-|\n|c|d|"
    assert max(map(len, plainly(table, plain, 300))) == 120 + 4
    assert plainly("    " + "a" * 120, plain, 300) == ["| " + "a" * 120]
    assert max(map(len, plainly(f"- {LONG}\n\n---", plain, 300))) == MEASURE


@WIDTHS
def test_what_is_set_in_stays_set_in_when_wrapped(width, shown, dark):
    screen = shown(prose(f"1. {LONG}\n\n> {LONG}", theme=dark, width=width), width)
    gap = screen.lines.index("")
    assert all(line.startswith("   ") for line in screen.lines[1:gap])
    assert all(line.startswith("▌ ") for line in screen.lines[gap + 1 :])
    assert max(map(len, screen.lines)) <= min(width, MEASURE)


def test_inline_elements_differ_in_more_than_colour(shown, dark):
    text = "plain *emphasis* **strong** ~~gone~~ [link](address) `code`"
    screen = shown(prose(text, theme=dark, width=80))
    assert screen.text == "plain emphasis strong gone link (address) code"
    normal = screen.look("plain")
    assert screen.look("emphasis") == normal._replace(italic=True)
    assert screen.look("strong").bold
    assert screen.look("gone") == normal._replace(struck=True)
    assert screen.look("link") == normal._replace(underlined=True)
    assert screen.look("(address)").colour != normal.colour
    assert screen.look("code").colour != normal.colour


def test_nested_emphasis_adds_up(shown, dark):
    screen = shown(prose("a **b *c* d** e", theme=dark, width=80))
    assert screen.look("c").bold
    assert screen.look("c").italic
    assert not screen.look("d").italic
    assert not screen.look("e").bold


def test_a_bullet_does_not_colour_its_text(shown, dark):
    screen = shown(prose("- item\n  text", theme=dark, width=80))
    assert screen.look("•").bold
    assert not screen.look("item text").bold


@pytest.mark.parametrize("width", [1, 2, 5, 10, 19])
@pytest.mark.parametrize("name", THEMES)
def test_hardly_any_room_loses_nothing(name, width):
    text = "# Head\n\n- one\n  - two\n    1. three\n\n> four\n\n|five|six|\n|-|-|\n|seven|eight|\n"
    shown = SGR.sub("", prose(text, theme=THEMES[name], width=width))
    before, table = "Headonetwothreefour", {"fivesixseveneight", "fivesevensixeight"}
    assert "".join(filter(str.isalpha, shown)) in {before + cells for cells in table}


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("日本語のテキスト", 8, ["日本語の", "テキスト"]),
        ("日本語", 5, ["日本", "語"]),
        ("ab 日本語", 6, ["ab", "日本語"]),
        ("e\u0301" * 6, 4, ["e\u0301" * 4, "e\u0301" * 2]),
        ("👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧", 4, ["👩‍👩‍👧👩‍👩‍👧", "👩‍👩‍👧"]),
        ("🇩🇪🇫🇷🇯🇵", 4, ["🇩🇪🇫🇷", "🇯🇵"]),
        ("👍🏽👍🏽👍🏽", 4, ["👍🏽👍🏽", "👍🏽"]),
        ("שלום עולם", 5, ["שלום", "עולם"]),
        ("10\u00a0km 20\u00a0km", 8, ["10\u00a0km", "20\u00a0km"]),
    ],
)
def test_text_of_all_kinds_is_cut_where_people_would(text, width, lines, plain):
    assert plainly(text, plain, width) == lines


def test_deep_nesting_is_shown(plain):
    depth = 25
    lists = "\n".join("  " * n + "- x" for n in range(depth))
    assert "".join(plainly(lists, plain, 40)).count("x") == depth
    assert "x" in "".join(plainly("> " * depth + "x", plain, 40))


def test_labels_of_other_chunks_are_known(plain):
    links = link_targets(["text", "[Docs]: https://x.org/d 'title'\n", "[docs]: other"])
    assert plainly("See [the docs][docs] and [Docs].", plain, links=links) == [
        "See the docs (https://x.org/d) and Docs (https://x.org/d)."
    ]
    assert plainly("See [the docs][docs].", plain) == ["See [the docs][docs]."]


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("# tons by ship", 80, ["# tons by ship"]),
        ("# a *b*\n#  - c\n", 80, ["# a *b*", "#  - c"]),
        ("  # one two three", 14, ["  # one two", "    three"]),
        ("# one two three", 7, ["# one", "two", "three"]),
        ("#\n# a", 80, ["#", "# a"]),
        ("\t# a", 80, ["        # a"]),
        ("\n", 80, []),
    ],
)
def test_a_comment_stays_as_it_is(text, width, lines, plain):
    assert comment(text, theme=plain, width=width).splitlines() == lines


def test_a_comment_is_coloured(shown, dark):
    screen = shown(comment("# hello", theme=dark, width=80))
    assert screen.look("# hello").colour == "afd7ff"

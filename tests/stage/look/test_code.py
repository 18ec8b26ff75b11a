"""Commands as they are typed, and blocks that are only shown."""

from __future__ import annotations

import pytest

from runner.stage.look.code import block, cells, command
from runner.stage.look.escapes import SGR
from runner.stage.look.graphemes import columns, units

HERE = "cat > f <<'END'\n\tone $two\n  three\nEND\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ls",
        "kubectl get pods -n \"$NS\" | grep ${X} && echo 'done'\n",
        "for i in 1 2; do\n  echo $i\ndone\n\n",
        HERE,
        "  indented \\\n    further",
        "echo 'unfinished",
        'echo "$(',
        "\n\n a\t\n",
        "日本 e\u0301 👩‍👩‍👧 שלום",
    ],
)
def test_a_command_is_shown_to_the_letter(text, dark):
    assert "".join(part for _, part in command(text, theme=dark)) == text
    typed = cells(text, theme=dark)
    assert SGR.sub("", "".join(typed)) == text
    assert [SGR.sub("", cell) for cell in typed] == units(text)


def test_each_cell_leaves_the_terminal_as_it_was(dark):
    for cell in cells("echo \"$HOME\" 'a b' | wc -l # why\n", theme=dark):
        bare = SGR.sub("", cell)
        assert cell == bare or cell.endswith("\x1b[0m")
        assert len(SGR.findall(cell)) in {0, 2}


def test_tabs_and_newlines_are_cells_without_colours(dark):
    typed = cells(HERE, theme=dark)
    assert typed.count("\n") == 4
    assert typed.count("\t") == 1


def test_typing_half_of_it_shows_half_of_it_as_it_will_be(shown, dark):
    typed = cells('echo "$HOME" | sort', theme=dark)
    whole, half = shown("".join(typed)), shown("".join(typed[:9]))
    assert half.text == 'echo "$HO'
    assert half.look("$HO") == whole.look("$HO")
    assert whole.look("echo").colour != whole.look("sort").colour
    assert whole.look("sort").bold
    assert half.screen.cursor.attrs.fg == "default"


def test_numbers_of_a_command_are_ordinary_text(shown, dark):
    screen = shown("".join(cells("sleep 0.3", theme=dark)))
    screen.look("sleep 0.3")


def test_a_plain_command_has_no_escapes(plain):
    assert cells("echo hi", theme=plain) == list("echo hi")
    assert command("echo hi", theme=plain) == [("", "echo hi")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ab", ["a", "b"]),
        ("e\u0301x", ["e\u0301", "x"]),
        ("👩‍👩‍👧!", ["👩‍👩‍👧", "!"]),
        ("❤\ufe0f‍🔥", ["❤\ufe0f‍🔥"]),
        ("🙂‍↔\ufe0f", ["🙂‍↔\ufe0f"]),
        ("👍🏽👍", ["👍🏽", "👍"]),
        ("🇩🇪🇫🇷", ["🇩🇪", "🇫🇷"]),
        ("🏴\U000e0067\U000e0062\U000e007f.", ["🏴\U000e0067\U000e0062\U000e007f", "."]),
        ("\u1112\u1161\u11ab", ["\u1112\u1161\u11ab"]),
        ("1\ufe0f\u20e3", ["1\ufe0f\u20e3"]),
        ("\n\u0301", ["\n", "\u0301"]),
        ("a\u200db", ["a\u200d", "b"]),
        ("\u0301", ["\u0301"]),
        ("a\u200d\u200db", ["a\u200d\u200d", "b"]),
        ("\u200d👧", ["\u200d", "👧"]),
    ],
)
def test_what_combines_is_one_unit(text, expected):
    assert units(text) == expected


@pytest.mark.parametrize(("text", "wide"), [("abc", 3), ("日本", 4), ("👩‍👩‍👧", 2), ("e\u0301", 1)])
def test_columns_of_a_text(text, wide):
    assert columns(text) == wide


@pytest.mark.parametrize("width", [40, 80, 300])
def test_a_block_is_highlighted_behind_a_gutter(width, shown, dark):
    text = "notice:\n  light: Gull Point\n\n  fog: [1, 2]\n"
    screen = shown(block(text, "yaml", theme=dark, width=width), width)
    assert screen.lines == ["│ notice:", "│   light: Gull Point", "│", "│   fog: [1, 2]"]
    assert screen.look("notice").bold
    assert screen.look("light").colour != screen.look("Gull Point").colour


def test_a_long_line_goes_on_behind_a_mark(plain, shown, dark):
    text = "x = " + "a" * 30 + "\ny"
    assert block(text, "python", theme=plain, width=20).splitlines() == [
        "| x = aaaaaaaaaaaa",
        "| \\ aaaaaaaaaaaaaaaa",
        "| \\ aa",
        "| y",
    ]
    assert shown(block(text, "python", theme=dark, width=20), 20).lines[1] == "│ ↪ " + "a" * 16


def test_a_line_is_cut_at_a_space_if_one_is_near(plain):
    found = block("some words that are long", "", theme=plain, width=18).splitlines()
    assert found == ["| some words", "| \\ that are long"]


def test_a_tab_stands_at_its_stop(plain):
    assert block("all:\n\tcc x\n", "make", theme=plain, width=40) == "| all:\n|         cc x\n"


@pytest.mark.parametrize(
    "language", ["", "nothing-that-exists", "output", "yaml", "python-console"]
)
@pytest.mark.parametrize("width", [1, 3, 19])
def test_any_language_and_no_room_lose_nothing(language, width, plain):
    found = block(">>> print( 'héllo wörld' )\n- a: [\n", language, theme=plain, width=width)
    assert "".join(filter(str.isalpha, found)) == "printhéllowörlda"


def test_a_huge_block_is_shown_in_one_colour(shown, dark):
    text = f"name: {'x' * 93}\n" * 600
    screen = shown(block(text, "yaml", theme=dark, width=120), 120)
    assert len(screen.lines) == 600
    assert not screen.look("name: xxx").bold


def test_an_empty_block_is_nothing(dark):
    assert block("\n  \n", "yaml", theme=dark, width=40) == ""

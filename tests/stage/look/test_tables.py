"""Tables as Markdown -> screen."""

from __future__ import annotations

import pytest

from runner.stage.look.prose import prose

LIGHTS = """\
| light       | rhythm              | means            |
|-------------|:-------------------:|-----------------:|
| Gull Point  | two short, one long | keep to the west |
| Otter Rock  | one long            | do **not** come  |
"""


@pytest.mark.parametrize("width", [80, 300])
def test_a_table_with_room_has_columns(width, shown, dark):
    screen = shown(prose(LIGHTS, theme=dark, width=width), width)
    assert screen.lines == [
        "light      │       rhythm        │            means",
        "───────────┼─────────────────────┼─────────────────",
        "Gull Point │ two short, one long │ keep to the west",
        "Otter Rock │      one long       │      do not come",
    ]
    assert screen.look("rhythm").bold
    assert screen.look("not").bold
    assert not screen.look("Gull Point").bold


def test_a_narrow_table_wraps_its_cells_with_rules_between_rows(shown, dark):
    screen = shown(prose(LIGHTS, theme=dark, width=40), 40)
    assert screen.lines == [
        "light      │    rhythm    │        means",
        "───────────┼──────────────┼─────────────",
        "Gull Point │  two short,  │  keep to the",
        "           │   one long   │         west",
        "───────────┼──────────────┼─────────────",
        "Otter Rock │   one long   │  do not come",
    ]


def test_a_table_without_room_becomes_records(plain):
    text = prose(LIGHTS, theme=plain, width=20)
    assert text.splitlines() == [
        *("light: Gull Point", "rhythm: two short,", "one long", "means: keep to the", "west"),
        "",
        *("light: Otter Rock", "rhythm: one long", "means: do **not**", "come"),
    ]


def test_a_plain_table_is_drawn_in_ascii(plain):
    assert prose("|a|b|\n|-|-|\n|1|22|\n", theme=plain, width=40).splitlines() == [
        "a | b",
        "--+---",
        "1 | 22",
    ]


@pytest.mark.parametrize(
    ("table", "lines"),
    [
        ("|a|b|\n|-|-|", ["a | b"]),
        ("|a|b|\n|-|-|\n|1|\n|1|2|3|", ["a | b", "--+--", "1 |", "1 | 2"]),
        ("|a|\n|-|\n|x\\|y|\n|`p\\|q`|", ["a", "-----", "x|y", "`p|q`"]),
        ("|||\n|-|-|\n|日本|b|", ["     |", "-----+--", "日本 | b"]),
        ("|a|\n|-|\n|x<br>yy|", ["a", "--", "x", "yy"]),
    ],
)
def test_odd_tables(table, lines, plain):
    assert prose(table, theme=plain, width=40).splitlines() == lines


def test_columns_share_what_room_there_is(plain):
    long = "word " * 30
    table = f"|short|{long}|{long}|\n|-|-|-|\n|a|{long}|{long}|"
    lines = prose(table, theme=plain, width=61).splitlines()
    assert lines[-2].index("|") == len("short ")
    assert max(map(len, lines)) <= 61
    assert " ".join(" ".join(lines).replace("|", " ").split()).count("word") == 120

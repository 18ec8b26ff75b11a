"""Filled-in values: their colours get through, and nothing else that a terminal would obey."""

from __future__ import annotations

import pytest

from runner.show.fill import fill
from runner.stage.look.code import block, cells
from runner.stage.look.paint import paint
from runner.stage.look.prose import comment, prose

RED = "cc0000"  # never in a theme
VALUES = {
    "KEEPER": "\x1b[1;38;2;204;0;0mMarit\x1b[0m",
    "BARE": "\x1b[31mred",
    "COLONS": "\x1b[38:2::204:0:0mMarit\x1b[m",
    "EVIL": "\x1b]0;title\x07\x1b[2J\x1b[Hx\x9b31m\r\b",
}


@pytest.mark.parametrize(
    "markdown",
    [
        "so ${KEEPER} came",
        "so **${KEEPER}** came",
        "so *${KEEPER}* came",
        "so `${KEEPER}` came",
        "so [${KEEPER}](to) came",
        "so [there](http://${KEEPER}/) came",
        "# so ${KEEPER} came",
        "- so ${KEEPER} came",
        "> so ${KEEPER} came",
        "so ${COLONS} came",
        "| so | a |\n|-|-|\n| ${KEEPER} | came |",
        "<b>\nso ${KEEPER} came",
        "```\nso ${KEEPER} came\n```",
        "    so ${KEEPER} came",
    ],
)
def test_a_value_keeps_its_colour_wherever_it_stands(markdown, shown, dark):
    screen = shown(prose(fill(markdown, VALUES), theme=dark, width=80))
    assert screen.look("Marit").colour == RED
    assert screen.look("so").colour != RED
    assert screen.look("came" if "came" in screen.text else "so").colour != RED


def test_a_value_keeps_its_colour_when_it_is_wrapped(shown, dark):
    text = "word " * 6 + "\x1b[38;2;204;0;0mred and red\x1b[0m after"
    screen = shown(prose(text, theme=dark, width=40), 40)
    assert screen.lines == ["word " * 6 + "red and", "red after"]
    assert screen.look("red and").colour == RED
    assert screen.look("after").colour != RED


def test_an_open_colour_goes_on_to_the_end_of_its_paragraph(shown, dark):
    screen = shown(prose(fill("${BARE} **here** too\n\nnot there", VALUES), theme=dark, width=80))
    assert screen.look("red").colour == "red"
    assert screen.look("too").colour == "red"
    assert screen.look("here").bold
    assert screen.look("not there").colour != "red"


def test_a_default_colour_is_given_back(shown, dark):
    screen = shown(prose("\x1b[31mred\x1b[39mdefault\x1b[0mtheme", theme=dark, width=80))
    looks = [screen.look(word).colour for word in ("red", "default", "theme")]
    assert looks == ["red", "default", "afd7ff"]


def test_colours_in_comments_commands_blocks_and_notices(shown, dark):
    value = VALUES["KEEPER"]
    for text in (
        comment(f"# so {value} came", theme=dark, width=80),
        "".join(cells(f"echo {value}; true", theme=dark)),
        block(f"name: {value}", "yaml", theme=dark, width=80),
        paint(f"no {value} there", dark.failure, theme=dark),
    ):
        assert shown(text).look("Marit").colour == RED


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("a\x1b]0;title\x07b", "a]0;titleb"),
        ("a\x1b[2Jb", "a[2Jb"),
        ("a\x9b31mb", "a31mb"),
        ("a\x08\x00\x7f\x0eb", "ab"),
        ("a &#27;[2J &#x9b;b", "a \ufffd[2J \ufffdb"),
        ("a\u2028b", "a b"),
        ("a\udcffb", "a\ufffdb"),
        ("a\r\nb\rc", "a b c"),
        ("`a\x1bb`", "`ab`"),
        ("[x](a\x1bb)", "x (ab)"),
    ],
)
def test_control_characters_stay_out_of_prose(text, seen, plain):
    assert prose(text, theme=plain, width=80) == seen + "\n"


def test_a_command_shows_a_sign_for_each(plain):
    command = "printf '\x1b]0;t\x07\x7f'\r\n"
    assert "".join(cells(command, theme=plain)) == "printf '␛]0;t␇␡'␍\n"


def test_private_use_characters_of_the_text_are_its_own(plain, dark, shown):
    icon = "\U00100000"
    assert prose(f"{icon} \x1b[31mx\x1b[0m &#x100000;", theme=plain, width=80) == (
        f"{icon} x {icon}\n"
    )


def test_reset_in_a_link_address_does_not_break_the_link(plain):
    assert prose("[a](http://\x1b[1mh\x1b[0m/)", theme=plain, width=80) == "a (http://h/)\n"
    assert prose("<http://\x1b[1mh\x1b[0m/>", theme=plain, width=80) == "http://h/\n"

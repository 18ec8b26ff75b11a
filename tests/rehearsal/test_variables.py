"""Variables on show: `${NAME}`, and only that form, is filled in with the live shell's value."""

from __future__ import annotations

import pytest

SET = "n=5\nempty=\nlist=(a b)\n"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("${n}", "5"),
        ("a${n}b${n}", "a5b5"),
        ("${list}", "a"),
        ("<${empty}>", "<>"),
        ("${unset}", "${unset}"),
        ("$n", "$n"),
        ("${n:-x}", "${n:-x}"),
        ("${#n}", "${#n}"),
        ("${!n}", "${!n}"),
        ("${list[1]}", "${list[1]}"),
        ("${ n}", "${ n}"),
        ("${x:-$(touch ran)}", "${x:-$(touch ran)}"),
        ("$(touch ran) `touch ran`", "$(touch ran) `touch ran`"),
        ("${$(touch ran)}", "${$(touch ran)}"),
        ("${n${n}}", "${n5}"),
        ("${n ${n}", "${n 5"),
    ],
)
def test_what_is_filled_in_and_nothing_is_executed_for_it(run, stage, text, shown):
    result = run(f"{SET}#@print {text}\ntrue\n")
    assert (result.printed, result.status) == ([shown], 0), result
    assert not (stage.work / "ran").exists()


def test_a_value_is_data(run, stage):
    result = run("v='$(touch ran) `touch ran` ${n}'\nn=1\n#@print ${v}\n: ${v}\n")
    assert result.printed == ["$(touch ran) `touch ran` ${n}"]
    assert result.commands[-1] == ": $(touch ran) `touch ran` ${n}"
    assert not (stage.work / "ran").exists()


def test_the_command_that_runs_is_the_source_text(run):
    result = run("n=1\nn=2; echo ${n} '${n}' \\${n}\n")
    assert result.commands == ["n=1", "n=2; echo 1 '1' \\1"]
    assert result.printed == ["2 ${n} ${n}"]


def test_the_value_is_that_of_the_moment(run):
    text = "n=1\n#@print ${n}\nn=2\n#@print ${n}\nunset n\n#@print ${n}\ntrue\n"
    assert run(text).printed == ["1", "2", "${n}"]


def test_values_that_are_not_exported_and_those_of_functions_gone(run):
    text = "set +a\nn=local\nf() { local n=inner; }; f\n#@print ${n}\ntrue\n"
    assert run(text).printed == ["local"]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (r"\e[31mred\e[0m", "\x1b[31mred\x1b[0m"),
        (r"\e[1;38;5;200mx\e[m", "\x1b[1;38;5;200mx\x1b[m"),
        (r"\e[38:2::1:2:3mx", "\x1b[38:2::1:2:3mx"),
        (r"a\ab\bc\x7fd\x0ee", "abcde"),
        (r"\e[2Jx\e[Hy", "[2Jx[Hy"),
        (r"\e]0;title\ax", "]0;titlex"),
        (r"a\rb", "ab"),
        (r"\ec\eP", "cP"),
        (r"a\u009b31mb", "a31mb"),
        ("é🎉", "é🎉"),
    ],
)
def test_colour_escapes_are_kept_and_no_other_control_character(run, value, shown):
    result = run(f"v=$'{value}'\n#@print <${{v}}>\n: '${{v}}'\n")
    assert result.printed == [f"<{shown}>"]
    assert result.commands[-1] == f": '{shown}'"


def test_bytes_that_are_no_text_do_not_end_the_rehearsal(run):
    result = run("v=$'a\\xff\\x9bb'\n#@print <${v}>\n: ${v}\necho end\n")
    assert (result.printed[-1], result.status) == ("end", 0), result
    assert result.printed[0].startswith("<a")


def test_a_value_of_a_million_characters(run):
    result = run('printf -v v "%01000000d" 7\n#@print ${v}\ntrue\n')
    assert result.printed == ["7".rjust(1_000_000, "0")]


def test_a_heading_is_prose_too(rehearse, fence):
    run = rehearse(f"{fence('who=Ada')}# Hello, ${{who}}\n{fence('true')}")
    assert run.printed == ["Hello, Ada"]


@pytest.mark.parametrize("setting", ["set -u", "set -eu", "set -x", "IFS=n", "shopt -s extglob"])
def test_asking_for_values_does_not_trip_over_the_shells_options(run, setting):
    result = run(f"v=on\n{setting}\n#@print ${{v}} ${{nope}}\nset +x; echo end\n")
    assert "on ${nope}" in result.printed, result
    assert (result.printed[-1], result.status) == ("end", 0), result


def test_asking_for_values_changes_nothing(run):
    text = "v=1\nfalse || true\n(exit 3) | true\n: ${v}\n#@print ${v}\n"
    result = run(f"{text}trap 'echo err' ERR\necho ${{v}} $_\n: a b\necho ${{v}} $_\n")
    assert result.printed[-2:] == ["1 ERR", "1 b"], result

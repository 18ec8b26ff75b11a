"""Every directive of both tables -> steps, and every wrong argument -> an error."""

from __future__ import annotations

import pytest

from runner.book import arguments
from runner.book.directives import DIRECTIVES, Role

STEPS = {
    "@wait": "wait|-",
    "@clear": "clear|-",
    "@print  some  text": "print|-|some  text",
    "@note ask them": "note|-|ask them",
    "@require kubectl >=1.30 https://k8s.io": "require|-|kubectl >=1.30 https://k8s.io",
    "@require jq": "require|-|jq",
    "@require jq https://jq.org": "require|-|jq https://jq.org",
    "@browse https://a.b/c some text": "browse|-|https://a.b/c some text",
    "@browse ${URL}": "browse|-|${URL}",
    "@redact /s3cr.t/": "redact|-|/s3cr.t/",
}

MODIFIERS = [
    "@waitafter",
    "@nowaitbefore",
    "@noshow",
    "@notypeout",
    "@immed",
    "@timeout 90s",
    "@timeout ${T}",
    "@until 1m30s",
    "@for 500ms",
    "@exit 0 1 255",
    "@expect some * text",
    "@expect /a[bc]/",
    "@expect ! nothing",
    "@expect ! /x/",
    "@edit s/a/b/",
    "@type yes\\n",
    "@live",
    "@rehearsal",
]

WRONG = {
    "@wait now": "`@wait` takes no argument, but has `now`",
    "@immed foo": "`@immed` takes no argument, but has `foo`",
    "@SHOW x": "`@SHOW` takes no argument, but has `x`",
    "@print": "`@print` needs a text after it",
    "@note": "`@note` needs a text after it",
    "@edit": "`@edit` needs a text after it",
    "@type": "`@type` needs a text after it",
    "@import": "`@import` needs a file's path",
    "@import a b": "`@import` needs a file's path, but has `a b`",
    "@import 'a": "`@import` has a quote that never closes: 'a",
    "@hook a": "`@hook` needs a name and a variable, but has `a`",
    "@hook a b-c": "`@hook` needs the end of a variable's name, DEMO_HOOK_…, but has `b-c`",
    "@hook a/b C": "`@hook` needs a name of letters, digits, _ and -, but has `a/b`",
    "@hook wait C": "`@hook` cannot define `wait`: that is a directive",
    "@timeout": "`@timeout` needs a duration such as 90s, 5m, 1m30s or 500ms",
    "@timeout 90": "`@timeout` needs a duration such as 90s, 5m, 1m30s or 500ms, but has `90`",
    "@until 0s": "`@until` needs a duration such as 90s, 5m, 1m30s or 500ms, but has `0s`",
    "@for s5": "`@for` needs a duration such as 90s, 5m, 1m30s or 500ms, but has `s5`",
    "@exit": "`@exit` needs exit statuses, numbers from 0 to 255",
    "@exit 256": "`@exit` needs exit statuses, numbers from 0 to 255, but has `256`",
    "@exit -1": "`@exit` needs exit statuses, numbers from 0 to 255, but has `-1`",
    "@expect": "`@expect` needs a rule: text, /regex/, or ! before either",
    "@expect !": "`@expect` needs a rule: text, /regex/, or ! before either",
    "@expect /(/": "`@expect` has a pattern that is not valid, /(/: "
    "missing ), unterminated subpattern at position 0",
    "@redact secret": "`@redact` needs a pattern between slashes, /regex/, but has `secret`",
    "@redact /x*/": "`@redact` has a pattern that matches nothing at all, so everywhere: /x*/",
    "@redact /[/": "`@redact` has a pattern that is not valid, /[/: "
    "unterminated character set at position 0",
    "@require": "`@require` needs a program, perhaps >=VERSION and a URL",
    "@require a b": "`@require` needs >=VERSION, then an http or https URL, but has `a b`",
    "@require a >=x": "`@require` needs a version such as >=1.2, but has `a >=x`",
    "@browse": "`@browse` needs an http or https URL",
    "@browse ftp://a": "`@browse` needs an http or https URL, but has `ftp://a`",
    "@live x": "`@live` takes no argument, but has `x`",
}


@pytest.mark.parametrize(("text", "step"), STEPS.items())
def test_steps(book, shell, text, step):
    assert book(f"<!-- {text} -->\n```sh\nls\n```\n").steps == [step, "command|-|ls"]
    assert shell(f"#{text}\nls\n").steps == [step, "command|-|ls"]


@pytest.mark.parametrize("text", MODIFIERS)
def test_modifiers(book, shell, text):
    for read in (book(f"<!-- {text} -->\n```sh\nls\n```\n"), shell(f"#{text}\nls\n")):
        assert read.steps == [f"command|-|ls|{text}"]
        assert read.problems == []


def test_immediate_is_another_spelling(shell):
    assert shell("#@immediate\nls\n").steps == ["command|-|ls|@immed"]


@pytest.mark.parametrize(("text", "message"), WRONG.items())
def test_wrong_arguments(book, shell, text, message):
    read = book(f"a\n<!-- {text} -->\n```sh\nls\n```\n")
    assert read.errors == [f"demo.md:2:6: error: {message}"]
    assert shell(f"#{text}\nls\n").errors == [f"demo.sh:1:2: error: {message}"]


def test_every_directive_is_tested_here():
    here = {text.split()[0][1:] for text in [*STEPS, *MODIFIERS]}
    elsewhere = {
        "SHOW",
        "HIDE",
        "SKIP",
        "import",
        "hook",
        "immediate",
        "macro",
        "ifhook",
        "cleanup",
    }
    assert here | elsewhere | {"end", "endif"} == set(DIRECTIVES)


def test_openers_have_closers():
    for known in DIRECTIVES.values():
        assert bool(known.closer) == (known.role is Role.OPENER)
        assert not known.closer or DIRECTIVES[known.closer].role is Role.CLOSER


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90s", 90),
        ("5m", 300),
        ("1m30s", 90),
        ("2h", 7200),
        ("500ms", 0.5),
        ("1.5s", 1.5),
        ("1h1m1s1ms", 3661.001),
    ],
)
def test_durations(text, seconds):
    assert arguments.seconds(text) == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["", "5", "m", "-5s", "5 s", "1s1m", "٣s", "0s"])
def test_no_durations(text):
    assert arguments.seconds(text) is None


def test_modifiers_wait_for_the_next_command(book):
    read = book(
        "<!-- @noshow -->\nprose\n<!-- @wait -->\n<!-- @clear -->\n<!-- @print x -->\n"
        "```yaml\na: b\n```\n```bash\n# prose\n#$ typed\n#@notypeout\nls\npwd\n```\n"
    )
    assert read.steps[-2:] == ["command|-|ls|@noshow @notypeout", "command|-|pwd"]


def test_show_hide_skip(shell):
    read = shell("a\n#@SHOW\nb\n#@HIDE\nc\n#@SKIP\nd\n#@wait\n# e\n#@HIDE\nf\n#@SHOW\ng\n")
    assert read.steps == ["command|-|a", "command|+|b", "command|-|c", "command|+|g"]


def test_a_modifier_in_a_skipped_part_is_spent_there(shell):
    assert shell("#@SKIP\n#@immed\na\n#@SHOW\nb\n").steps == ["command|+|b"]


def test_cleanup(shell):
    read = shell("a\n#@SHOW\n#@cleanup\nb\n#@HIDE\nc\n#@end\nd\n")
    assert read.steps == [
        "command|-|a",
        "command|+|b||cleanup",
        "command|-|c||cleanup",
        "command|+|d",
    ]


@pytest.mark.parametrize(
    ("text", "at", "name"),
    [
        ("ls\n#@immed\n", "2:2", "immed"),
        ("#@macro m\n#@noshow\n#@end\n#@m\nls\n", "2:2", "noshow"),
        ("#@ifhook show_1\nls\n#@waitafter\n#@endif\nls\n", "3:2", "waitafter"),
        ("#@cleanup\n#@exit 1\n#@end\nls\n", "2:2", "exit"),
        ("#@SKIP\nls\n#@live\n", "3:2", "live"),
    ],
)
def test_a_modifier_with_nothing_to_modify(shell, text, at, name):
    assert f"demo.sh:{at}: error: `@{name}` has no command after it that it could change" in (
        shell(text).errors
    )


@pytest.mark.parametrize(
    ("text", "at", "message"),
    [
        ("#@macro m\nls\n", "1:2", "`@macro` has no `@end` after it in this file"),
        ("ls\n#@ifhook show_1\nls\n", "2:2", "`@ifhook` has no `@endif` after it in this file"),
        ("ls\n#@cleanup\nls\n", "2:2", "`@cleanup` has no `@end` after it in this file"),
        ("ls\n#@end\n", "2:2", "`@end` ends nothing: no `@macro` or `@cleanup` is open here"),
        ("ls\n#@endif\n", "2:2", "`@endif` ends nothing: no `@ifhook` is open here"),
        (
            "ls\n#@cleanup\nls\n#@endif\n#@end\n",
            "4:2",
            "`@endif` does not end `@cleanup` of line 2: expected `@end`",
        ),
        (
            "#@macro a\n#@macro b\n#@end\n#@end\nls\n",
            "2:2",
            "`@macro` cannot stand inside another one",
        ),
        ("#@macro wait\n#@end\nls\n", "1:2", "`@macro` cannot define `wait`: that is a directive"),
    ],
)
def test_openers_and_closers(shell, text, at, message):
    assert f"demo.sh:{at}: error: {message}" in shell(text).errors

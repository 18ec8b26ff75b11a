"""Imports, macros, hooks and words that are no directives."""

from __future__ import annotations

import pytest


def test_a_macro_by_its_directive_and_by_its_name(shell):
    read = shell("#@macro hi\necho hi\n#@wait\n#@SHOW\necho ho\n#@end\n#@SHOW\n#@hi\nhi\nls\n")
    body = ["command|-|echo hi", "wait|-", "command|+|echo ho"]
    assert read.steps == [*body, "macro|+|hi", *body, "command|+|ls"]
    places = [(s.place.line, *(p.line for p in s.within)) for s in read.runbook.steps]
    assert places == [(2, 8), (3, 8), (5, 8), (9,), (2, 9), (3, 9), (5, 9), (10,)]


def test_a_hidden_macro_name_is_not_shown(shell):
    assert shell("#@macro hi\nls\n#@end\nhi\n").steps == ["command|-|ls"]


def test_a_macro_name_within_a_command_is_none(shell):
    assert shell("#@macro hi\nls\n#@end\nhi there\n").steps == ["command|-|hi there"]


def test_a_macro_over_several_comments_and_blocks(book):
    read = book(
        "<!-- @macro m -->\n# Heading\n\n```sh\na\n```\n<!-- @wait -->\n"
        "```sh\nb\n```\n<!-- @end -->\n"
        "# Real\n\n```sh\nc\n```\n<!-- @m -->\n```sh\nd\n```\n"
    )
    assert [(s.kind, s.text.strip(), s.heading, s.block) for s in read.runbook.steps] == [
        ("prose", "# Real", "Real", 0),
        ("command", "c", "Real", 1),
        ("prose", "# Heading", "Heading", 0),
        ("command", "a", "Heading", 2),
        ("wait", "", "Heading", 0),
        ("command", "b", "Heading", 3),
        ("command", "d", "Real", 4),
    ]


def test_skip_inside_a_macro_ends_with_it(shell):
    assert shell("#@macro m\na\n#@SKIP\nb\n#@end\n#@SHOW\n#@m\nc\n").steps == [
        "command|-|a",
        "command|+|c",
    ]


def test_definitions_in_a_skipped_part_count(shell):
    read = shell("#@SKIP\n#@macro m\na\n#@end\n#@hook h H\n#@m\n#@SHOW\n#@m\n#@h\n")
    assert read.steps == ["command|-|a", "command|+|h|@immed"]
    assert read.runbook.hooks["h"] == "DEMO_HOOK_H"


def test_modifiers_and_macros(shell):
    define = "#@macro m\na\n#@end\n#@macro quiet\n#@wait\n#@end\n#@SHOW\n#@noshow\n"
    assert shell(f"{define}m\nb\n").steps == ["macro|+|m|@noshow", "command|-|a", "command|+|b"]
    assert shell(f"{define}#@m\nb\n").steps == ["command|-|a|@noshow", "command|+|b"]
    assert shell(f"{define}#@quiet\nb\n").steps == ["wait|-", "command|+|b|@noshow"]


def test_a_check_of_a_macro_that_is_shown_is_its_first_commands(shell):
    define = "#@macro m\na\nb\n#@end\n#@SHOW\n#@expect x\n#@notypeout\n#@exit 1\n"
    body = ["command|-|a|@expect x @exit 1", "command|-|b"]
    assert shell(f"{define}m\n").steps == ["macro|+|m|@notypeout", *body]


@pytest.mark.parametrize("curtain", ["#@SHOW\n", "#@HIDE\n"])
@pytest.mark.parametrize("body", ["#@wait\n", "#@ifhook show_1\na\n#@endif\n"])
def test_a_check_of_a_macro_without_a_command_of_its_own_is_an_error(shell, curtain, body):
    define = f"#@macro m\n{body}#@end\n{curtain}"
    line = define.count("\n") + 1
    assert shell(f"{define}#@expect x\n#@noshow\nm\nb\n").errors == [
        f"demo.sh:{line}:2: error: `@expect` has no command in the macro `m` that it could change"
    ]


@pytest.mark.parametrize("name", ["live", "rehearsal"])
def test_whom_a_macro_is_for_holds_for_all_of_it(shell, name):
    define = f"#@macro m\na\n#@wait\n#@n\n#@end\n#@macro n\nb\n#@end\n#@{name}\n"
    body = [f"command|-|a|@{name}", f"wait|-||@{name}", f"command|-|b|@{name}"]
    assert shell(f"{define}#@m\nc\n").steps == [*body, "command|-|c"]
    assert shell(f"{define}m\nc\n").steps == [*body, "command|-|c"]
    named = f"macro|+|m|@{name}"
    assert shell(f"{define}#@SHOW\nm\nc\n").steps == [named, *body, "command|+|c"]


def test_a_modifier_goes_past_a_hook_that_may_do_nothing(shell):
    read = shell("#@noshow\n#@ifhook show_1\na\n#@endif\nb\n")
    assert read.steps == ["command|-|a|if show_1", "command|-|b|@noshow"]


@pytest.mark.parametrize(
    ("text", "at", "chain"),
    [
        ("#@macro m\n#@m\n#@end\n#@m\nls\n", "2:2", "m → m"),
        ("#@macro m\nm\n#@end\nls\n", "2:1", "m → m"),
        ("#@macro a\n#@b\n#@end\n#@macro b\n#@a\n#@end\n#@b\nls\n", "2:2", "b → a → b"),
    ],
)
def test_recursion_is_an_error(shell, text, at, chain):
    name = chain[-1]
    message = f"error: the macro `{name}` would run itself without end: {chain}"
    assert f"demo.sh:{at}: {message}" in shell(text).errors


def test_a_macro_takes_no_argument(shell):
    read = shell("ls\n#@wait_clear now\n")
    assert read.errors == ["demo.sh:2:2: error: the macro `wait_clear` takes no argument"]


def test_a_macro_must_come_before_its_use(shell):
    read = shell("#@later\n#@macro later\nls\n#@end\nls\n")
    assert read.errors == [
        "demo.sh:1:2: error: the macro `later` is defined only further down, in line 2"
    ]


def test_what_is_wrong_in_an_unused_macro_is_found(shell):
    assert (
        "demo.sh:2:2: error: `@waitt` is no directive"
        in shell("#@macro m\n#@waitt\n#@end\nls\n").errors[0]
    )


def test_hooks(shell):
    read = shell("#@hook greet GREETING\n#@SHOW\n#@greet\n#@noshow\n#@show_5 x\ngreet\n")
    assert read.steps == [
        "command|+|greet|@immed",
        "command|+|show_5 x|@noshow @immed",
        "command|+|greet",
    ]
    hooks = read.runbook.hooks
    assert hooks["greet"] == "DEMO_HOOK_GREETING"
    assert hooks["show_terminal"] == "DEMO_HOOK_TERMINAL"
    assert hooks["show_5"] == "DEMO_HOOK_SCENE_5"
    assert hooks["show_browser_3"] == "DEMO_HOOK_BROWSER3"


def test_ifhook(shell):
    read = shell("#@SHOW\n#@ifhook show_1\na\n#@ifhook show_2\nb\n#@endif\nc\n#@endif\nd\n")
    assert read.steps == [
        "command|-|a|if show_1",
        "command|-|b|if show_1 if show_2",
        "command|-|c|if show_1",
        "command|+|d",
    ]


def test_ifhook_of_no_hook_is_a_warning(shell):
    read = shell("#@ifhook nobody\nls\n#@endif\nls\n")
    assert read.problems == [
        "demo.sh:1:2: warning: no `@hook` defines `nobody`, so this never happens"
    ]


def test_the_built_in_macros(shell):
    assert shell("#@SHOW\n#@wait_clear\nls\n").steps == ["wait|-", "clear|-", "command|+|ls"]
    both = "if show_slides if show_terminal"
    assert shell("#@start_livecast\n").steps == [
        f"command|-|show_slides|@immed {both}",
        f"clear|-||{both}",
        f"print|-|Waiting…|{both}",
        f"wait|-||{both}",
        f"clear|-||{both}",
        f"command|-|show_terminal|@immed {both}",
    ]
    for name, hook in (("browser", "show_browser"), ("slides", "show_slides")):
        assert shell(f"#@{name}_then_terminal\n").steps == [
            "wait|-",
            f"command|-|{hook}|@immed if {hook}",
            f"wait|-||if {hook}",
            "clear|-",
            "command|-|show_terminal|@immed if show_terminal",
        ]


def test_a_runbook_may_define_its_own(shell):
    assert shell("#@macro wait_clear\nls\n#@end\n#@wait_clear\n").steps == ["command|-|ls"]
    own = shell("wait_clear() { ls; }\n#@wait_clear\n").steps
    assert own == ["command|-|wait_clear() { ls; }", "command|-|wait_clear|@immed"]


def test_imports(book):
    read = book(
        "# Main\n<!-- @import lib.sh -->\n<!-- @SHOW -->\n"
        "<!-- @import sub/more.md -->\n```sh\nd\n```\n",
        lib_sh="#@macro m\na\n#@end\nb\n",
        **{"sub/more_md": "x\n\n# More\n<!-- @m -->\n```sh\nc\n```\n<!-- @HIDE -->\n"},
    )
    assert [(s.text.strip(), s.shown, s.heading, s.block) for s in read.runbook.steps] == [
        ("# Main", False, "Main", 0),
        ("b", False, "Main", 1),
        ("x", True, "Main", 0),
        ("# More", True, "More", 0),
        ("a", False, "More", 2),
        ("c", True, "More", 3),
        ("d", False, "Main", 4),
    ]
    assert [p.name for p in read.runbook.files] == ["demo.md", "lib.sh", "more.md"]
    assert [[p.line for p in s.within] for s in read.runbook.steps] == [
        [],
        [2],
        [4],
        [4],
        [4, 4],
        [4],
        [],
    ]


def test_an_import_from_the_working_directory(book, tmp_path):
    (tmp_path / "here.sh").write_text("a\n")
    read = book("<!-- @import here.sh -->\n", "deep/demo.md")
    assert read.commands == ["a\n"]


def test_beside_comes_before_the_working_directory(book, tmp_path):
    (tmp_path / "x.sh").write_text("wrong\n")
    assert book("<!-- @import x.sh -->\n", "deep/demo.md", **{"deep/x_sh": "right\n"}).commands == [
        "right\n"
    ]


def test_a_modifier_at_an_imports_end_changes_the_command_after_it(book):
    text = "<!-- @import a.sh -->\nprose\n```sh\nls\n```\n"
    read = book(text, a_sh="#@import b.sh\n", b_sh="#@exit 1\n")
    assert read.steps == ["prose|-|prose", "command|-|ls|@exit 1"]


def test_imported_twice(book):
    read = book("<!-- @import x.sh -->\n<!-- @import './x.sh' -->\n", x_sh="a\n")
    assert [(s.text, s.block) for s in read.runbook.steps] == [("a\n", 1), ("a\n", 2)]


AS_WRITTEN = (
    "does not exist: imports are read before there is a shell, so no variable and no `~` is filled "
    "in: write the path as it is, from this file's folder or from /"
)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("none.sh", "does not exist: looked for beside demo.md and in the working directory"),
        ("dir", "is a directory, not a runbook"),
        ("dir/bin.sh", "is a binary file: line 2 has a NUL byte"),
        ("dir/latin.sh", "is not UTF-8 text: see line 1"),
        ("/dev/null", "is not a file with text in it"),
        ("x" * 300, "does not exist: looked for beside demo.md and in the working directory"),
        ("${HOME}/x.md", AS_WRITTEN),
        ("$D/x.md", AS_WRITTEN),
        ("~/x.md", AS_WRITTEN),
        ("'a b'", "does not exist: looked for beside demo.md and in the working directory"),
    ],
)
def test_bad_imports(book, tmp_path, name, reason):
    (tmp_path / "dir").mkdir()
    (tmp_path / "dir/bin.sh").write_bytes(b"ls\n\0\n")
    (tmp_path / "dir/latin.sh").write_bytes(b"echo \xe9\n")
    read = book(f"```sh\nls\n```\n\n<!-- @import {name} -->\n")
    bare = name.strip("'")
    assert read.errors == [f"demo.md:5:6: error: `{bare}` {reason}"]


def test_import_cycles(book):
    read = book("<!-- @import a.sh -->\n", a_sh="ls\n#@import b.sh\n", b_sh="#@import a.sh\n")
    assert read.errors == [
        "b.sh:1:2: error: `a.sh` would import itself without end: a.sh → b.sh → a.sh"
    ]
    assert [p.line for p in read.runbook.problems[0].within] == [1, 2]
    own = book("```sh\nls\n```\n<!-- @import demo.md -->\n")
    assert "`demo.md` would import itself without end: demo.md → demo.md" in own.errors[0]


def test_problems_in_an_import_say_how_they_came_in(book):
    read = book("```sh\nls\n```\n<!-- @import a.sh -->\n", a_sh="#@wait now\n")
    assert read.errors == ["a.sh:1:2: error: `@wait` takes no argument, but has `now`"]
    assert [p.line for p in read.runbook.problems[0].within] == [4]
    assert read.runbook.problems[0].line == "#@wait now"


def test_a_region_does_not_leave_its_file(book):
    read = book("<!-- @import a.sh -->\n```sh\nls\n```\n<!-- @end -->\n", a_sh="#@macro m\n")
    assert read.errors == [
        "a.sh:1:2: error: `@macro` has no `@end` after it in this file",
        "demo.md:5:6: error: `@end` ends nothing: no `@macro` or `@cleanup` is open here",
    ]


def test_start_up_files_come_first(book):
    read = book(
        "# Main\n```sh\n#@m\n```\n",
        init=(".demoshrc", ".demoshrc.md"),
        **{
            "_demoshrc": "#@macro m\na\n#@end\nb\n#@SHOW\n",
            ".demoshrc_md": "# Rc\n```sh\nc\n```\n",
        },
    )
    assert [(s.text.strip(), s.shown, s.heading) for s in read.runbook.steps] == [
        ("b", False, ""),
        ("# Rc", True, "Rc"),
        ("c", True, "Rc"),
        ("# Main", True, "Main"),
        ("a", False, "Main"),
    ]
    assert read.runbook.files[0].name == "demo.md"


@pytest.mark.parametrize(
    "word",
    [
        "$SHELL CREATE.md",
        "./run.sh",
        "cat a | wc -l",
        "X=1 env",
        '"$PROGRAM" x',
        "cd /tmp",
        "if true; then ls; fi",
        "ls",
    ],
)
def test_words_that_run(shell, word):
    read = shell(f"#@SHOW\n#@{word}\n")
    assert read.steps == [f"command|+|{word}|@immed"]
    assert read.problems == []


def test_functions_and_aliases_anywhere_are_known(book):
    read = book(
        "<!-- @greet you -->\n<!-- @ll -->\n<!-- @part -->\n<!-- @import a.sh -->\n",
        a_sh="greet() {\n  echo $1\n}\nalias ll='ls -l' x=y\n"
        "if true; then\n function part { ls; }\nfi\n",
    )
    assert read.errors == []
    assert read.steps[:3] == [
        "command|-|greet you|@immed",
        "command|-|ll|@immed",
        "command|-|part|@immed",
    ]


def test_invalid_bash_as_a_word(shell):
    assert shell("#@echo (\nls\n").errors == [
        "demo.sh:1:2: error: this is not valid bash: syntax error near unexpected token `newline'"
    ]


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("waitt", "wait"),
        ("show", "SHOW"),
        ("wait_claer", "wait_clear"),
        ("show_51", "show_5"),
        ("nowait", "nowaitbefore"),
        ("immedi", "immediate"),
        ("wait_c", "wait_clear"),
        ("Clea", "clear"),
        ("qqqqq", None),
    ],
)
def test_unknown_words(book, word, near, monkeypatch):
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    guess = f": did you mean `@{near}`?" if near else ""
    read = book(f"a\n\n<!-- @{word} -->\n```sh\nls\n```\n")
    assert read.errors == [
        f"demo.md:3:6: error: `@{word}` is no directive, macro, hook, function of this runbook "
        f"or program on PATH{guess}"
    ]
    assert read.runbook.problems[0].line == f"<!-- @{word} -->"


def test_a_word_is_looked_for_on_the_runbooks_own_path(book, tmp_path, monkeypatch):
    program = tmp_path / "bin" / "greet"
    program.parent.mkdir()
    program.touch(0o755)
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    its = f"---\nenv: {{PATH: {program.parent}}}\n---\n"
    assert book(f"{its}```sh\n#@greet\n```\n").errors == []
    for text in ("```sh\n#@greet\n```\n", f"{its}```sh\n#@ls\n```\n"):
        assert "or program on PATH" in book(text).errors[0]


@pytest.mark.parametrize("text", ["source x.sh", ". x.sh", 'eval "$(x)"'])
def test_unknown_words_are_looked_up_live_where_files_are_sourced(shell, text):
    read = shell(f"{text}\n#@immed\n#@mystery 1\nls\n")
    assert read.steps[1] == "command|-|mystery 1|@immed @immed|looked up"
    assert read.problems == []


@pytest.mark.parametrize("directive", ["source x.sh", ". x.sh", 'eval "$(x)"'])
def test_a_directive_may_source_too(shell, directive):
    read = shell(f"#@{directive}\n#@mystery\nls\n")
    assert read.steps[1] == "command|-|mystery|@immed|looked up"
    assert read.problems == []


def test_the_macro_that_a_step_stands_in(book):
    read = book(
        "<!-- @macro a -->\n<!-- @wait -->\n<!-- @import lib.sh -->\n<!-- @end -->\n"
        "<!-- @macro b -->\n<!-- @a -->\n<!-- @clear -->\n<!-- @end -->\n"
        "<!-- @b -->\n<!-- @import lib.sh -->\n<!-- @SHOW -->\n"
        "```sh\na\n```\n<!-- @wait_clear -->\n",
        lib_sh="ls\n",
    )
    assert [(s.kind, s.macro) for s in read.runbook.steps] == [
        ("wait", "a"),
        ("command", "a"),
        ("clear", "b"),
        ("command", ""),
        ("macro", ""),
        ("wait", "a"),
        ("command", "a"),
        ("wait", "wait_clear"),
        ("clear", "wait_clear"),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "#@greet\nls\ngreet() { ls; }\n",
            "1:2: warning: `greet` is not defined yet here: its definition comes only in demo.sh:3",
        ),
        (
            "#@ifhook show_1\n#@ll x\n#@endif\nalias ll='ls -l'\n",
            "2:2: warning: `ll` is not defined yet here: its definition comes only in demo.sh:4",
        ),
        (
            "#@macro m\n#@greet\n#@end\n#@m\ngreet() { ls; }\n#@m\n",
            "2:2: warning: `greet` is not defined yet here: its definition comes only in demo.sh:5",
        ),
        (
            "#@greet\nls\n#@SKIP\ngreet() { ls; }\n",
            "1:2: warning: `greet` is not defined here: what defines it is never run",
        ),
        (
            "#@greet\ngreet() { ls; }\nsource x\n",
            "1:2: warning: `greet` is not defined yet here: its definition comes only in demo.sh:2",
        ),
    ],
)
def test_a_function_before_its_definition(shell, text, message):
    assert shell(text).problems == [f"demo.sh:{message}"]


def test_a_function_before_the_import_that_defines_it(book):
    read = book("<!-- @greet -->\n<!-- @import a.sh -->\n", a_sh="ls\n\ngreet() { ls; }\n")
    assert read.problems == [
        "demo.md:1:6: warning: `greet` is not defined yet here: its definition comes only in a.sh:3"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "greet() { ls; }\n#@greet\n",
        "if true; then\n  greet() { ls; }\nfi\n#@greet\n",
        "source x\n#@greet\ngreet() { ls; }\n",
        "#@source x\n#@greet\ngreet() { ls; }\n",
        "#@ls\nls() { command ls -l; }\n",
        "#@hook greet G\n#@greet\ngreet() { ls; }\n",
        "#@SKIP\n#@greet\n#@SHOW\ngreet() { ls; }\n",
    ],
)
def test_a_word_that_is_known_where_it_stands(shell, text):
    assert shell(text).problems == []


def test_bombs_end_in_one_error(shell):
    text = "#@macro m0\nls\n#@end\n"
    text += "".join(f"#@macro m{i}\n#@m{i - 1}\n#@m{i - 1}\n#@end\n" for i in range(1, 40))
    assert shell(f"{text}#@m39\n").errors == [
        "demo.sh: error: it has more than 100,000 steps, with imports and macros"
    ]


def test_a_long_chain_is_an_error(shell):
    text = "#@macro m0\nls\n#@end\n"
    text += "".join(f"#@macro m{i}\n#@m{i - 1}\n#@end\n" for i in range(1, 300))
    assert any("stand in each other here" in e for e in shell(f"ls\n{text}#@m299\n").errors)
    text = "#@ifhook show_1\n" * 500 + "ls\n" + "#@endif\n" * 500
    assert any("regions stand in each other here" in e for e in shell(text).errors)

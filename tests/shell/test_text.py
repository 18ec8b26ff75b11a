"""Any text that is bash, and some that is not, runs as bash would run it from a file."""

from __future__ import annotations

import pytest

LARGE = "\n".join(f"x=$((x+1))  # {i:05d} {'padding ' * 10}" for i in range(10_000))

AS_IN_BASH = {
    "several lines": ["for i in 1 2\ndo\n  echo $i\ndone"],
    "several commands": ["echo a\necho b; echo c\n(echo d)"],
    "a function": ["f() {\n  echo in\n}\nf"],
    "case": ["case x in\n  x) echo yes ;;\nesac"],
    "a here-document": ["cat <<EOF\n  a $((1 + 1))\nEOF"],
    "a here-document, nothing after": ["cat <<'EOF'\na $x\nEOF", "echo next"],
    "<<- and tabs": ["cat <<-EOF\n\ta\n\t\tb\n\tEOF"],
    "tabs in a here-document": ["cat <<EOF\n\ta\n\t\tb\nEOF"],
    "two here-documents": ["cat <<A - <<B\na\nA\nb\nB"],
    "a here-document with a quote": ["cat <<EOF\nit's \"half\nEOF", "echo next"],
    "a here-document in a substitution": ['x=$(cat <<EOF\na\nEOF\n)\necho "$x"'],
    "a here-document without its end": ["cat <<EOF\na"],
    "a here-string": ["cat <<<'a  b'"],
    "<< that is no here-document": ["echo $((1 << 3))", "echo '<<EOF'"],
    "a continued line": ["echo a \\\n  b"],
    "a backslash at the end": ["echo hi \\"],
    "two backslashes at the end": ["echo hi \\\\"],
    "a comment at the end": ["echo hi # comment"],
    "only a comment": ["# comment", "echo next"],
    "a comment with a quote": ["echo a # it's", "echo b"],
    "a brace at the end": ["{ echo a; }", "echo }"],
    "words of the shell": ["echo done fi esac } ) ;".replace(" ) ;", "")],
    "semicolon at the end": ["echo a;", "echo b &\nwait"],
    "!": ["echo \"hi!\" !! !x '!$' a!b", "echo !$"],
    "quotes over lines": ["echo 'a\nb' \"c\nd\""],
    "$'...'": ["echo $'tab\\there'"],
    "UTF-8": ["echo 'größe 日本 🎬'", "x='ü'; echo ${#x} é$x"],
    "control bytes": ["printf %s 'a\x01\x02\x03\x04\x08\x1a\x1b\x1c\x7fb' | od -An -c"],
    "a carriage return in quotes": ["printf %s 'a\rb' | od -An -c"],
    "trailing spaces": ["printf '%s|' a   ; echo"],
    "tabs": ["\techo\ta\t"],
    "a line of 5,000 bytes": [f"echo {'x' * 5000} | wc -c"],
    "a line of 100,000 bytes": [f"echo {'x' * 100_000} | wc -c"],
    "a line of 2,000,000 bytes": [f"x={'x' * 2_000_000}; echo ${{#x}}"],
    "1 MB in 10,000 lines": ["x=0\n" + LARGE + "\necho $x", "echo $x"],
    "a here-document of 1 MB": ["cat <<EOF | cksum\n" + LARGE.replace("$", "%") + "\nEOF"],
    "arithmetic": ["((x = 1 + 1)); echo $x; ((0))", "echo $?"],
    "conditions": ["[[ a < b && -d / ]] && echo yes"],
    "process substitution": ["cat <(echo a) <(echo b)", "echo c > >(cat); wait $!"],
    "a group in the background": ["{ echo a; echo b; } & wait $!"],
    "time": ["TIMEFORMAT=; time true", "echo a"],
    "select": ["select x in a b; do echo $x; break; done <<<2 2>/dev/null"],
    "return at the top": ["return 5; echo still", "echo next"],
    "return at the end": ["return 5", 'echo "$?"'],
    "break out of too many loops": ["for i in 1 2; do echo $i; break 99; done", "echo next"],
    "sourcing returns": ["echo 'return 4; echo no' >f", ". ./f", 'echo "$?"'],
    "an error in a function": ["f() { nosuch; echo $?; }", "f"],
    "a failing redirection": ["echo a >/nonexistent/x; echo $?", "echo b"],
    "a failing redirection of a group": ["{ echo a; } </nonexistent; echo $?", "echo b"],
    "unknown command": ["nosuchcommand x; echo $?"],
    "division by zero": ["echo $((1 / 0)) 2>/dev/null; true", "echo next"],
    "bad substitution in a subshell": ["(echo ${x!}) 2>/dev/null; echo $?", "echo next"],
    "read-only in a subshell": ["readonly r=1; (r=2) 2>/dev/null; echo $?"],
}


@pytest.mark.parametrize("commands", AS_IN_BASH.values(), ids=AS_IN_BASH)
def test_text_runs_as_in_a_script(as_in_bash, session, commands):
    as_in_bash(*commands)
    session.healthy()


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("echo )", "syntax error near unexpected token `)'"),
        ("if true; then", "syntax error: unexpected end of file"),
        ("for x in a; do echo $x", "syntax error: unexpected end of file"),
        ("f() {", "syntax error: unexpected end of file"),
        ("{ echo a", "syntax error: unexpected end of file"),
        ("(echo a", "syntax error: unexpected end of file"),
        ('echo "abc', "unexpected EOF while looking for matching `\"'"),
        ("echo 'abc", "unexpected EOF while looking for matching `''"),
        ("echo $(abc", "unexpected EOF while looking for matching `)'"),
        ("echo `abc", "unexpected EOF while looking for matching ``'"),
        ("}", "syntax error near unexpected token `}'"),
        ("fi", "syntax error near unexpected token `fi'"),
        ("done; echo no", "syntax error near unexpected token `done'"),
        ("); echo no; (", "syntax error near unexpected token `)'"),
        ("'; echo no; '\"", "unexpected EOF while looking for matching"),
        ("a=(", "unexpected EOF while looking for matching `)'"),
        ("[[ a", "unexpected token `newline', conditional binary operator expected"),
        ("case x in", "syntax error: unexpected end of file"),
        ("cat <<", "syntax error near unexpected token `newline'"),
        ("| cat", "syntax error near unexpected token `|'"),
        ("true &&", "syntax error: unexpected end of file"),
        ("true ||", "syntax error: unexpected end of file"),
        ("true |", "syntax error: unexpected end of file"),
        ("if true; then echo no; fi &&", "syntax error: unexpected end of file"),
        ("while true; do", "syntax error: unexpected end of file"),
        ("f()", "syntax error"),
    ],
)
def test_text_that_is_not_bash_is_told_and_runs_nothing(session, plain, command, message):
    expected, status_in_a_script = plain(command)
    assert message in expected, "the expectation is wrong"
    session.out("true")
    text, status = session.run(command)
    assert status == status_in_a_script
    assert message in text
    assert "no\n" not in text, "a part of it ran"
    for word in ("__cue", str(session.shell.folder)):
        assert word not in text, f"the engine's own text shows: {text}"
    assert session.run('builtin echo "$?"') == (f"{status}\n", 0)
    session.healthy()


def test_output_that_is_not_utf_8_passes_unchanged(session):
    session.run("printf 'a\\377\\376\\200b\\n'")
    assert session.last == b"a\xff\xfe\x80b\r\n"


def test_nul_bytes_pass_unchanged(session):
    session.run("printf 'a\\0\\0b\\n'; printf '\\0'")
    assert session.last == b"a\0\0b\r\n\0"


def test_every_byte_passes_unchanged(session):
    session.run(r"stty -opost; for i in {0..255}; do printf \\$(printf %o $i); done; stty opost")
    assert session.last == bytes(range(256))


def test_a_command_that_is_not_utf_8_runs_unchanged(session):
    session.run("printf %s 'a\udcff\udcfe'")  # as Python reads bytes that are no UTF-8
    assert session.last == b"a\xff\xfe"


@pytest.mark.parametrize(
    ("command", "printed"),
    [
        ("printf abc", b"abc"),
        ("printf 'a\\n\\nb'", b"a\r\n\r\nb"),
        ("printf '\\n'", b"\r\n"),
        ("true", b""),
        (":", b""),
        ("", b""),
        ("printf '\\r'", b"\r"),
        ("printf 'a\\033[31mb'", b"a\x1b[31mb"),
        ("printf x >&2", b"x"),
        ("printf a; printf b >&2; printf c", b"abc"),
    ],
)
def test_output_is_passed_byte_for_byte(session, command, printed):
    session.run("echo before")
    session.run(command)
    assert session.last == printed
    session.healthy()

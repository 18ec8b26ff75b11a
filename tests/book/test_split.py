"""A block's text -> its commands, in the words of the block."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.book import blocks, split
from runner.book.elements import Block
from runner.book.gate import Gate

CASES = {
    "one": ["ls -l\n"],
    "blank lines belong to the command before": ["a\n\n\n", "b\n"],
    "same line stays together": ["a; b && c || d &\n", "e\n"],
    "trailing comment": ["a # not a step\n", "b\n"],
    "pipeline over lines": ["a |\n  b |\n  c\n", "d\n"],
    "comment inside a pipeline": ["a |\n# why\n  b\n", "c\n"],
    "and-or over lines": ["a &&\n  b\n", "c ||\n\n  d\n"],
    "line continuation": ["helm install \\\n  --set a=b \\\n  --set c=d\n", "ls\n"],
    "semicolon, then continuation": ["echo a ;\\\necho b\n", "ls\n"],
    "here-document": ["cat <<EOF\n# no comment\n#@immed\n$x\nEOF\n", "ls\n"],
    "here-document quoted": ["cat <<'EOF'\n$(not run\nEOF\n", "ls\n"],
    "here-document with tabs": ["cat <<-EOF\n\ta\n\tEOF\n", "ls\n"],
    "here-document in a pipe": ["cat <<EOF | grep x > out\nx\nEOF\n", "ls\n"],
    "two here-documents": ["cat <<A <<B\na\nA\nb\nB\n", "ls\n"],
    "two commands, two here-documents": ["a <<A; b <<B\na\nA\nb\nB\n", "ls\n"],
    "here-document, then more": ["cat <<EOF &&\nhi\nEOF\necho b\n", "ls\n"],
    "here-document, then a pipe": ["cat <<EOF |\nhi\nEOF\ngrep b\n", "ls\n"],
    "here-string": ['cat <<< "a b"\n', "ls\n"],
    "if": ["if true; then # why\n#@immed\n  ls\nelse\n  pwd\nfi\n", "ls\n"],
    "for": ["for i in 1 2; do\n  echo $i\n\ndone\n", "ls\n"],
    "arithmetic for": ["for ((i = 0; i < 3; i++)); do\n  echo $i\ndone\n", "ls\n"],
    "while with a redirection": ["while read -r a; do\n  echo $a\ndone < f\n", "ls\n"],
    "until": ["until false\ndo break\ndone\n", "ls\n"],
    "case": ["case $x in\n  a) ls ;;\n  #@wait\n  b|c) pwd ;&\n  *) ;;\nesac\n", "ls\n"],
    "select": ["select x in a b; do\n  break\ndone\n", "ls\n"],
    "function": ["f() {\n  ls\n}\n", "f\n"],
    "function by keyword": ["function f {\n  ls\n}\n", "f\n"],
    "function in a subshell": ["f() (\n  ls\n)\n", "f\n"],
    "function, brace below": ["f()\n{\n  ls\n}\n", "f\n"],
    "function on one line": ["f() { ls; }; f\n", "g\n"],
    "subshell": ["(cd /\n ls)\n", "ls\n"],
    "group": ["{\n  ls\n} > out 2>&1\n", "ls\n"],
    "array": ["a=(one # two\n  three)\n", "a+=(four)\n", "ls\n"],
    "test": ["[[ $a =~ ^(x|y)+$ && -f b ]]\n", "ls\n"],
    "arithmetic": ["((a = 1 << 2))\n", "b=$((a +\n 1))\n", "ls\n"],
    "command substitution": ['x="$(ls |\n  grep "a b")"\n', "ls\n"],
    "process substitution": ["diff <(ls a) \\\n  <(ls b)\n", "ls\n"],
    "strings over lines": ["echo 'a\n# b\n#@wait'\n", 'echo "c\n# d"\n', "ls\n"],
    "dollar quote": ["echo $'a\\'b\n'\n", "ls\n"],
    "hash in a word": ["echo a#b ${#x} $#\n", "ls\n"],
    "nested quotes": ['a "$(b "$(c \'d"e\')")"\n', "ls\n"],
    "time and not": ["time ls\n", "! ls\n", "time -p { ls; }\n"],
    "coproc": ["coproc X { cat; }\n", "ls\n"],
    "coproc over lines": ["coproc X {\n  cat\n}\n", "ls\n"],
    "coproc alone": ["coproc cat\n", "ls\n"],
    "extglob": ["shopt -s extglob\n", "ls !(a|b)\n", "rm +(x)\n"],
    "extglob in a function": ["f() {\n  ls @(a|b)\n  pwd\n}\n", "f\n"],
    "background": ["sleep 1 &\n", "wait\n"],
    "redirections": ["ls > out 2>&1 < in\n", "exec 3<> f\n"],
    "alias and history words": ["alias ll='ls -l'\n", "ll !x\n"],
    "no end of line": ["ls\n", "pwd\n"],
    "unicode": ["echo 'é€🎉'\n", "echo ü # ö\n", "ls\n"],
    "backslash at the end of a comment": ["ls # a \\\n", "pwd\n"],
    "backslashes that cancel": ["echo a\\\\\n", "ls\n"],
}


def settled(text: str) -> tuple[list[str], list[str]]:
    """Return a block's pieces: all of them, and the commands alone."""
    draft = blocks.draft(Block(1, text, Path("x")))
    list(Gate("bash").settle([draft]))
    own = text.split("\n")[:-1]
    every = split.pieces(own, draft.cuts)
    return every, [t for t, c in zip(every, draft.cuts, strict=True) if not c.comment]


@pytest.mark.parametrize("commands", CASES.values(), ids=CASES.keys())
def test_commands(commands):
    text = "".join(commands)
    assert settled(text) == (commands, commands)


@pytest.mark.parametrize("commands", CASES.values(), ids=CASES.keys())
def test_commands_between_comments(commands):
    text = "\n# first\n" + "".join(commands) + "# last\n\n"
    every, found = settled(text)
    assert "".join(every) == text
    assert found == commands


def test_invalid_block_keeps_its_text():
    text = "ls\nif true\n  ls )\nfi\n"
    assert "".join(settled(text)[0]) == text


def test_all_cases_in_one_block():
    text = "".join(line for commands in CASES.values() for line in commands)
    every, found = settled(text)
    assert "".join(every) == text
    assert found == [command for commands in CASES.values() for command in commands]


LINES = st.sampled_from(
    [
        *(
            "a |",
            "b &&",
            "c",
            "  d e",
            "# f",
            "#@wait \\",
            "",
            "if x; then",
            "fi",
            "{",
            "}",
            "(",
            ")",
        ),
        *(
            "echo 'a",
            "b'",
            "cat <<E",
            "E",
            "h \\",
            "case x in",
            "a) b;;",
            "esac",
            "k; l",
            "x=(1",
            "2)",
        ),
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(LINES, max_size=10))
def test_pieces_are_the_block(lines):
    text = "".join(f"{line}\n" for line in lines)
    every, _ = settled(text)
    assert "".join(every) == text or (every == [] and not text.strip())


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(list(CASES.values())), min_size=1, max_size=8))
def test_commands_are_found_whatever_stands_around(picked):
    commands = [command for case in picked for command in case]
    assert settled("".join(commands)) == (commands, commands)

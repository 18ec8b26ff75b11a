"""Lines of a plan: words -> text that bash runs as they are meant."""

from __future__ import annotations

import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.localcluster.plan import Given, Plan, Shell, line
from helpers.localcluster.show import lines

WORDS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)


def bash(text, **options):
    argv = ["bash", "-o", "pipefail", "-c", str(text)]
    return subprocess.run(argv, check=False, capture_output=True, text=True, **options)


@settings(max_examples=40, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=4))
def test_bash_gives_a_command_the_words_that_it_was_made_of(words):
    argv = ["bash", "-c", str(line("printf", r"%s\0", *words))]
    done = subprocess.run(argv, check=True, stdout=subprocess.PIPE)
    assert done.stdout.decode().split("\0")[:-1] == words


def test_shell_text_stands_as_it_is():
    assert str(line("echo", Shell('"$HOME"'), "a b")) == """echo "$HOME" 'a b'"""


def test_a_here_document_is_what_the_command_reads():
    text = "a: $HOME\nb: `date` \\\n"
    assert bash(line("cat", stdin=text)).stdout == text


def test_both_commands_of_a_pair_must_end_with_0():  # defect 28
    assert bash(line("false", into=("cat",))).returncode == 1
    assert bash(line("echo", into=("false",))).returncode == 1
    assert bash(line("echo", into=("cat",))).returncode == 0


def test_a_path_with_a_blank_stays_one_word():  # defect 28
    pair = line("printf", "<%s>", "my certs/root.crt", into=("cat", "-"))
    assert bash(pair).stdout == "<my certs/root.crt>"


def test_a_given_variable_is_known_to_the_command_and_its_failure_is_the_line_s():
    shown = line("echo", Shell('"[$NODE]"'), given=Given("NODE", ("echo", "fd00::1")))
    assert bash(shown).stdout == "[fd00::1]\n"
    failed = bash(line("echo", Shell('"$NODE"'), given=Given("NODE", ("sh", "-c", "exit 4"))))
    assert (failed.returncode, failed.stdout) == (4, "")


@pytest.mark.parametrize(("succeeds_at", "status", "tried"), [(1, 0, 1), (3, 0, 3), (9, 1, 3)])
def test_a_line_is_tried_until_it_succeeds_or_its_tries_are_spent(
    tmp_path, succeeds_at, status, tried
):
    count = 'echo "$IN" >>tries; read -r IN; [ $(wc -l <tries) -ge "$1" ] && [ "$IN" = hello ]'
    command = line("sh", "-c", count, "sh", str(succeeds_at), stdin="hello\n", tries=3)
    no_pause = f"sleep() {{ :; }}\n{command}"
    assert bash(no_pause, cwd=tmp_path).returncode == status
    assert len((tmp_path / "tries").read_text().splitlines()) == tried


def test_a_shown_plan_is_a_script_with_the_reasons_as_comments():
    plan = Plan(notes=["Nothing is known."])
    first = plan.add("", "the network", line("docker", "network", "create", "kind"))
    plan.add("b", "the install", line("a", into=("b",)), first, None)
    assert list(lines(plan)) == [
        "# Nothing is known.",
        "set -o pipefail  # a pair A | B has failed where either of them has",
        "",
        "# the network",
        "docker network create kind",
        "",
        "# b: the install",
        "a | b",
    ]
    assert plan.actions[1].after == (first,)

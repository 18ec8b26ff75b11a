"""What runner/shell/shell.py names as limits: where we differ from a script, and how."""

from __future__ import annotations


def test_trap_p_shows_our_part_of_the_exit_trap(session):
    session.out("trap 'echo bye' EXIT")
    shown = session.out("trap -p EXIT")
    assert "__cue_exit" in shown
    assert "echo bye" in shown


def test_the_command_that_sets_a_debug_trap_is_followed_by_three_of_ours(session):
    session.out("n=0; trap '((++n))' DEBUG")
    assert session.out("trap - DEBUG; echo $n") == "4\n"


def test_a_trace_in_another_file_has_our_words(session, work):
    session.out("exec 7>trace; BASH_XTRACEFD=7; set -x")
    assert session.out("echo one") == "one\n"
    session.out("set +x; unset BASH_XTRACEFD; true")
    assert "__cue" in (work / "trace").read_text()


def test_break_outside_a_loop_says_nothing_and_ends_the_command(session):
    assert session.run("break; echo still") == ("", 0)
    session.healthy()


def test_descriptor_10_is_taken(session):
    session.run("exec 10>ten")
    assert "Bad file descriptor" in session.run("echo hi >&10")[0]
    session.healthy()


def test_a_background_job_that_reads_the_terminal_is_stopped(session):
    assert session.run("cat & wait $!; echo $?") == ("149\n", 0)
    session.run("kill %1")

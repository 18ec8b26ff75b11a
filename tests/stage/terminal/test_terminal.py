"""The terminal's settings, size, reading and writing, on a real pty."""

from __future__ import annotations

import fcntl
import os
import pathlib
import re
import select
import signal
import termios
import time

import pytest

from runner.stage.terminal.terminal import Terminal, TerminalGone


class Stop(Exception):  # noqa: N818
    pass


def stop(*_):
    raise Stop


def read(terminal, upto: bytes) -> bytes:
    """What is typed, up to these bytes."""
    data = b""
    while not data.endswith(upto):
        terminal.wait(None)
        data += terminal.read()
    return data


# Whatever ends it, the settings are what they were


def modes(terminal):
    return {
        "no mode": lambda: terminal.on_resize(lambda: None),
        "listening": terminal.listening,
        "passing": terminal.passing,
        "full screen": terminal.full_screen,
    }


MODES = ["no mode", "listening", "passing", "full screen"]
SIGNALS = [signal.SIGTERM, signal.SIGHUP, signal.SIGINT]


@pytest.fixture
def ends(stage):
    """Play a program that ends in some way; the settings must be as before."""

    def ends(program):
        def outer(terminal, _keyboard):
            for number in SIGNALS:
                signal.signal(number, stop)
            before = termios.tcgetattr(0)
            try:
                with terminal:
                    program(terminal)
            except Stop:
                pass
            return before == termios.tcgetattr(0)

        stage.play(outer, entered=False)

    return ends


@pytest.mark.parametrize("mode", MODES)
def test_a_normal_end(stage, ends, mode):
    def program(terminal):
        with modes(terminal)[mode]():
            terminal.write("READY")

    ends(program)
    assert stage.result() is True
    assert stage.settings() == stage.usual


@pytest.mark.parametrize("mode", MODES)
def test_an_exception(stage, ends, mode):
    def program(terminal):
        with modes(terminal)[mode]():
            raise Stop

    ends(program)
    assert stage.result() is True


def until_asleep(pid):
    """Wait until a process waits: a signal just before that is another case."""
    deadline = time.monotonic() + 5
    while pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "S":
        assert time.monotonic() < deadline, "it does not wait"


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_that_raises(stage, ends, mode, number):
    def program(terminal):
        with modes(terminal)[mode]():
            terminal.write("READY")
            terminal.wait(None)

    ends(program)
    stage.until("READY")
    if mode in ("listening", "passing"):
        assert stage.settings() != stage.usual
    until_asleep(stage.pid)
    os.kill(stage.pid, number)
    assert stage.result() is True
    assert stage.settings() == stage.usual


def test_settings_that_somebody_else_changed(stage, ends):
    def program(_terminal):
        settings = termios.tcgetattr(0)
        settings[3] &= ~termios.ECHO
        termios.tcsetattr(0, termios.TCSANOW, settings)

    ends(program)
    assert stage.result() is True
    assert stage.settings() == stage.usual


def test_a_signal_while_it_is_put_back_acts_afterwards(stage, ends):
    def program(terminal):
        terminal.write("\x1b[?25l")
        terminal.write_erasably("status", lambda: os.kill(os.getpid(), signal.SIGTERM) or "gone")

    ends(program)
    assert stage.result() is True
    assert not stage.screen.cursor.hidden


def test_a_signal_while_a_long_text_is_written(stage, ends):
    def program(terminal):
        with terminal.listening(), terminal.full_screen():
            terminal.write("x" * 5_000_000)

    ends(program)
    stage.until("xxxx")
    os.kill(stage.pid, signal.SIGTERM)
    assert stage.result() is True


def test_a_terminal_that_takes_no_output_does_not_hold_up_the_end(stage):
    def outer(terminal, _keyboard):
        signal.signal(signal.SIGTERM, stop)
        before = termios.tcgetattr(0)
        try:
            with terminal, terminal.listening():
                os.write(0, b"READY")
                while True:
                    terminal.write("\x1b[1mx" * 10_000)  # nobody reads it
        except Stop:
            return before == termios.tcgetattr(0)

    stage.play(outer, entered=False)
    stage.until("READY")
    while select.select([], [stage.slave], [], 0)[1]:
        pass  # until the terminal is full
    os.kill(stage.pid, signal.SIGTERM)
    answer = select.select([stage._answer], [], [], 20)[0]  # without reading the screen
    assert answer
    assert stage.result() is True


def test_what_a_killed_program_left_on_is_turned_off(stage):
    def program(terminal, _keyboard):
        terminal.write("before\r\n")
        with terminal.passing():
            terminal.write(b"\x1b[?1049h\x1b[?25l\x1b[31mgarbage\x1b[3")
        terminal.write("after\r\n")
        terminal.write(b"\x1b[?1049h\x1b[?1000h\x1b[?25lmore garbage")

    stage.play(program)
    stage.result()
    assert stage.lines[:3] == ["before", "after", ""]
    assert not stage.screen.cursor.hidden
    assert stage.screen.cursor.attrs.fg == "default"
    assert b"\x1b[?1000l" in stage.written.rpartition(b"more garbage")[2]


def test_nothing_is_turned_off_twice(stage):
    def program(terminal, _keyboard):
        with terminal.passing():
            terminal.write("\x1b[31mred")
        terminal.write("<")
        with terminal.passing():
            terminal.write("-")
        terminal.write(">")

    stage.play(program)
    stage.result()
    assert b"<->" in stage.written


def test_a_plain_terminal_gets_no_escapes(stage):
    def program(terminal, _keyboard):
        with terminal.listening():
            terminal.write("one\n")
            with terminal.passing():
                terminal.write("two\r\n")

    stage.play(program, plain=True)
    stage.result()
    assert stage.written == b"one\r\ntwo\r\n"


def test_the_terminal_of_another_job_is_left_alone(stage):
    def outer(terminal, _keyboard):
        signal.signal(signal.SIGTTOU, signal.SIG_IGN)
        with terminal:
            terminal.write("\x1b[1mours")
            other = os.fork()
            if not other:
                os.setpgid(0, 0)
                os.tcsetpgrp(0, os.getpgrp())
                os._exit(0)
            os.waitpid(other, 0)
            theirs = termios.tcgetattr(0)
            theirs[3] |= termios.NOFLSH
            termios.tcsetattr(0, termios.TCSANOW, theirs)
        return termios.tcgetattr(0) == theirs

    stage.play(outer, entered=False)
    assert stage.result() is True
    assert stage.written == b"\x1b[1mours"


def test_no_terminal_at_all():
    out, into = os.pipe()
    with pytest.raises(TerminalGone, match="not a terminal"), Terminal(out, into):
        pass
    os.close(out)
    os.close(into)


# Modes


def test_while_listening_keys_come_as_they_are_and_nothing_is_echoed(stage):
    def program(terminal, _keyboard):
        with terminal.listening():
            terminal.write("one\ntwo\n")
            return read(terminal, b"\n")

    stage.play(program)
    stage.until("two")
    stage.type(b"a\x03\x1a\x1c\x13\x11\x04\x16\x7f\r\n")
    assert stage.result() == b"a\x03\x1a\x1c\x13\x11\x04\x16\x7f\r\n"
    assert stage.lines[:3] == ["one", "two", ""]


def test_while_passing_bytes_pass_both_ways(stage):
    def program(terminal, _keyboard):
        with terminal.passing():
            terminal.write("one\ntwo")
            return read(terminal, b"\n")

    stage.play(program)
    stage.until("two")
    stage.type(b"a\x03\x1a\x1c\x13\x11\x04\x16\x7f\r\n")
    assert stage.result() == b"a\x03\x1a\x1c\x13\x11\x04\x16\x7f\r\n"
    assert stage.lines[:3] == ["one", "   two", ""]


def test_each_mode_goes_back_to_the_one_before(stage):
    def program(terminal, _keyboard):
        seen = [termios.tcgetattr(0)]
        with terminal.listening():
            seen.append(termios.tcgetattr(0))
            with terminal.passing():
                seen.append(termios.tcgetattr(0))
                with terminal.listening():
                    seen.append(termios.tcgetattr(0))
                seen.append(termios.tcgetattr(0))
            seen.append(termios.tcgetattr(0))
        seen.append(termios.tcgetattr(0))
        return seen

    stage.play(program)
    usual, listening, passing, *others = stage.result()
    assert usual != listening != passing != usual
    assert others == [listening, passing, listening, usual]


def test_pasted_text_comes_in_brackets_only_while_we_listen(stage):
    def program(terminal, _keyboard):
        with terminal.listening():
            terminal.write("<1>")
            with terminal.passing():
                terminal.write("<2>")
            terminal.write("<3>")
            with terminal.listening():
                terminal.write("<4>")
            terminal.write("<5>")
        terminal.write("<6>")

    stage.play(program)
    stage.result()
    state, seen = b"l", {}
    for switch, shown in re.findall(rb"\x1b\[\?2004([hl])|<(\d)>", stage.written):
        state = switch or state
        if shown:
            seen[int(shown)] = state
    assert seen == {1: b"h", 2: b"l", 3: b"h", 4: b"h", 5: b"h", 6: b"l"}


def test_type_ahead_outlives_a_change_of_modes(stage):
    def program(terminal, _keyboard):
        with terminal.listening():
            terminal.write("READY")
            terminal.wait(None)
            with terminal.passing():
                pass
            return read(terminal, b"\r")

    stage.play(program)
    stage.until("READY")
    stage.type(b"typed\x1b[Aahead\r")
    assert stage.result() == b"typed\x1b[Aahead\r"


@pytest.mark.parametrize(("raises", "left"), [(False, b"typed ahead\r"), (True, b"")])
def test_keys_that_nobody_read_reach_the_next_shell_only_after_a_normal_end(stage, raises, left):
    def outer(terminal, _keyboard):
        with Terminal(0, 1) as around, around.passing():
            try:
                with terminal, terminal.listening():
                    terminal.write("READY")
                    read_nothing_until(terminal, b"typed ahead\r")
                    if raises:
                        raise Stop
            except Stop:
                pass
            return around.read() if around.wait(0) else b""

    def read_nothing_until(terminal, data):
        waiting = bytearray(4)
        while int.from_bytes(waiting, "little") < len(data):
            terminal.wait(None)
            fcntl.ioctl(0, termios.FIONREAD, waiting)

    stage.play(outer, entered=False)
    stage.until("READY")
    stage.type(b"typed ahead\r")
    assert stage.result() == left


# Size


@pytest.mark.parametrize(
    ("rows", "columns", "size"), [(31, 97, (31, 97)), (0, 0, (24, 80)), (0, 97, (24, 97))]
)
def test_the_size(stage, rows, columns, size):
    stage.play(lambda terminal, _: terminal.size(), rows=rows, columns=columns)
    assert stage.result() == size


def test_a_resize_wakes_who_waits(stage):
    def program(terminal, keyboard):
        sizes = []

        def draw():
            sizes.append(terminal.size())
            terminal.write(f"{sizes[-1]}\n")

        with terminal.listening(), terminal.on_resize(draw):
            terminal.write("READY\n")
            return keyboard.next(None), sizes

    stage.play(program)
    stage.until("READY")
    stage.resize(40, 100)
    stage.until("(40, 100)")
    stage.resize(10, 40)
    stage.until("(10, 40)")
    stage.type("-")
    assert stage.result() == ("-", [(40, 100), (10, 40)])


def test_only_the_innermost_draws_and_the_one_outside_it_afterwards(stage):
    def program(terminal, keyboard):
        drawn = []
        with terminal.listening(), terminal.on_resize(lambda: drawn.append("outer")):
            with terminal.on_resize(lambda: terminal.write(drawn.append("inner") or "DRAWN")):
                terminal.write("READY")
                keyboard.next(None)
            terminal.wait(0)
            terminal.wait(0)
        return drawn

    stage.play(program)
    stage.until("READY")
    stage.resize(40, 100)
    stage.until("DRAWN")
    stage.type("-")
    assert stage.result() == ["inner", "outer"]


def test_a_resize_is_passed_on_at_once_while_something_else_waits(stage):
    def program(terminal, _keyboard):
        sizes = []
        later = []
        with (
            terminal.passing(),
            terminal.on_resize(lambda: sizes.append(terminal.size()), at_once=True),
            terminal.on_resize(lambda: later.append(terminal.size())),
        ):
            terminal.write("READY")
            end = time.monotonic() + 20
            while not sizes and time.monotonic() < end:
                select.select([0], [], [], 0.05)  # as the shell waits for its command
            before = list(later)
            terminal.wait(0)
        return sizes, before, later

    stage.play(program)
    stage.until("READY")
    stage.resize(40, 100)
    assert stage.result() == ([(40, 100)], [], [(40, 100)])


def test_afterwards_the_signal_means_what_it_did_before(stage):
    def outer(terminal, _keyboard):
        def handler(*_):
            pass

        signal.signal(signal.SIGWINCH, handler)
        with terminal:
            pass
        return signal.getsignal(signal.SIGWINCH) is handler

    stage.play(outer, entered=False)
    assert stage.result() is True


# Writing and reading


@pytest.mark.parametrize("blocking", [True, False])
def test_all_is_written_however_slow_the_terminal(stage, blocking):
    text = "".join(f"{i:07}\n" for i in range(50_000))

    def program(terminal, _keyboard):
        os.set_blocking(1, blocking)
        with terminal.listening():
            terminal.write(text)

    stage.play(program, plain=True)
    stage.screen.reset()
    stage._stream.feed = lambda data: None  # 400 KB take pyte seconds
    stage.result()
    assert stage.written == text.replace("\n", "\r\n").encode()


def test_any_text_can_be_written(stage):
    stage.play(lambda terminal, _: terminal.write("é世🚀 \udcff \ud800"), plain=True)
    stage.result()
    assert stage.written in ("é世🚀 ".encode() + b"\xff ?", "é世🚀 ? ?".encode())


@pytest.mark.parametrize("what", ["read", "write"])
def test_a_terminal_that_is_gone_is_told(stage, what):
    def program(terminal, keyboard):
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        told = ""
        with terminal, terminal.listening():
            terminal.write("READY")
            try:
                while True:
                    if what == "read":
                        keyboard.next(None)
                    else:
                        terminal.wait(None)  # the end wakes
                        terminal.write("x")
            except TerminalGone as gone:
                told = str(gone)
        return told

    stage.play(program, entered=False)
    stage.until("READY")
    stage.hang_up()
    answer = os.read(stage._answer, 65536)
    assert b"the terminal is gone" in answer

"""Typing: the rhythm, and what keys do to it."""

from __future__ import annotations

import math
from itertools import pairwise
from random import Random
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runner.stage.terminal import typist
from runner.stage.terminal.keys import Key
from runner.stage.terminal.typist import schedule, type_out

COMMAND = "kubectl --context west get pods -l app=frontend | grep -v Completed\n"
CELL = st.sampled_from([*"abcABC019 -|;'\"/\n世é🚀", "\x1b[1mk", "s\x1b[0m", "\x1b[0m", "e\u0301"])
CELLS = st.lists(CELL, max_size=60)
SPEED = st.floats(0.05, 50)
SEED = st.integers(0, 1000)

# The rhythm


@given(CELLS, SPEED, SEED)
def test_each_cell_has_its_time_and_times_never_go_back(cells, speed, seed):
    times = schedule(cells, speed, Random(seed))
    assert len(times) == len(cells)
    assert times == sorted(times)
    assert times[:1] in ([], [0.0])


@given(CELLS, SPEED, SEED)
def test_the_rhythm_is_the_same_at_any_speed(cells, speed, seed):
    usual = schedule(cells, 1, Random(seed))
    assert schedule(cells, speed, Random(seed)) == pytest.approx([t / speed for t in usual])


@given(CELLS, CELLS, SEED)
def test_what_follows_does_not_change_what_is_before(cells, more, seed):
    assert schedule(cells + more, 1, Random(seed))[: len(cells)] == schedule(cells, 1, Random(seed))


@given(SEED)
def test_a_person_could_type_like_this(seed):
    times = schedule(COMMAND * 5, 1, Random(seed))
    assert 0.03 < times[-1] / len(times) < 0.1
    pauses = [b - a for a, b in pairwise(times)]
    assert min(pauses) >= 0.015
    assert max(pauses) < 0.5


def mean(*pairs: str) -> float:
    """The mean pause between the two characters of each pair."""
    return sum(schedule(pair, 1, Random(seed))[1] for pair in pairs for seed in range(200))


def test_words_are_faster_and_lines_are_slower():
    assert mean("ab") < mean("a ") < mean("a|") < mean("; ") < mean("\na")


def test_an_indentation_stands_at_once():
    times = schedule("if x\n    y", 1, Random(1))
    assert times[5] > times[4]
    assert times[5:9] == [times[5]] * 4
    assert times[9] > times[8]


def test_escapes_take_no_time():
    plain = schedule("ab", 1, Random(1))
    assert schedule(["\x1b[32ma", "\x1b[1mb\x1b[0m"], 1, Random(1)) == plain
    assert schedule(["a", "\x1b[0m"], 1, Random(1)) == [0, 0]


def test_at_once():
    assert set(schedule(COMMAND, math.inf, Random(1))) == {0.0}


@pytest.mark.parametrize("speed", [0, -1, math.nan])
def test_a_speed_that_is_none(speed):
    with pytest.raises(ValueError, match="above 0"):
        schedule("ab", speed, Random(1))


# Deadlines, with a clock that only moves when somebody waits


class Clock:
    def __init__(self, monkeypatch, *, late=0.0, stalls=()):
        self.now, self.late, self.stalls, self.written = 100.0, late, dict(stalls), []
        monkeypatch.setattr(typist, "time", SimpleNamespace(monotonic=lambda: self.now))

    def next(self, timeout):
        self.now += timeout + (self.late if timeout else 0) + 1e-9  # a clock never stands

    def write(self, text):
        self.written += [(self.now - 100.0, cell) for cell in text]
        self.now += self.stalls.get(len(self.written), 0.0)


def played(clock: Clock) -> list[float]:
    assert type_out(COMMAND, terminal=clock, keyboard=clock, speed=1, random=Random(7)) is None
    assert "".join(cell for _, cell in clock.written) == COMMAND
    return [at for at, _ in clock.written]


def test_a_machine_that_is_always_late_does_not_fall_behind(monkeypatch):
    times = schedule(COMMAND, 1, Random(7))
    done = played(Clock(monkeypatch, late=0.003))
    assert all(0 <= b - a <= 0.0031 for a, b in zip(times, done, strict=True))


def test_a_short_delay_is_made_up_for(monkeypatch):
    times = schedule(COMMAND, 1, Random(7))
    done = played(Clock(monkeypatch, stalls={10: 0.2}))
    assert done[-1] == pytest.approx(times[-1])


def test_after_a_long_one_typing_goes_on_in_its_rhythm(monkeypatch):
    times = schedule(COMMAND, 1, Random(7))
    done = played(Clock(monkeypatch, stalls={10: 5.0}))
    assert done[-1] - done[10] == pytest.approx(times[-1] - times[10])


# Keys


@pytest.mark.parametrize(
    ("typed", "returned", "whole"),
    [
        (" ", None, True),
        ("\r", Key.RUN, True),
        ("\x1b[6~", Key.RUN, True),
        ("?", Key.HELP, True),
        ("n", Key.NOTES, True),
        ("g", Key.GO, True),
        ("!", Key.PROMPT, True),
        ("+", Key.SKIP, False),
        ("-", Key.REPEAT, False),
        ("\x1b[5~", Key.REPEAT, False),
        ("Q", Key.QUIT, False),
        ("\x03", Key.INTERRUPT, False),
        ("qx\x1b[A\x1b[200~Q\r\x1b[201~ ", None, True),
    ],
)
def test_a_key_acts_at_once(stage, typed, returned, whole):
    cells = ["\x1b[1mk", *"ubectl get", "\n", *"  pods\x1b[0m"]

    def program(terminal, keyboard):
        with terminal.listening():
            options = {"speed": 0.0001, "random": Random(1)}  # minutes between the characters
            key = type_out(cells, terminal=terminal, keyboard=keyboard, **options)
            terminal.write("|")
            return key

    stage.play(program)
    stage.until("k")
    stage.type(typed)
    assert stage.result() == returned
    assert stage.lines[:2] == (["kubectl get", "  pods|"] if whole else ["k|", ""])
    assert stage.screen.buffer[0][0].bold
    assert not any(
        cell.bold
        for row in stage.screen.buffer.values()
        for cell in row.values()
        if cell.data == "|"
    )


def test_keys_after_the_one_that_ends_it_stay(stage):
    def program(terminal, keyboard):
        with terminal.listening():
            options = {"speed": 0.0001, "random": Random(1)}
            key = type_out("kubectl", terminal=terminal, keyboard=keyboard, **options)
            return key, keyboard.next(None), keyboard.pending()

    stage.play(program)
    stage.until("k")
    stage.type(" \ryes\r")
    assert stage.result() == (None, Key.RUN, b"yes\r")


def test_without_keys_it_is_typed_to_its_end(stage):
    def program(terminal, keyboard):
        with terminal.listening():
            options = {"speed": 20, "random": Random(1)}
            return type_out(COMMAND, terminal=terminal, keyboard=keyboard, **options)

    stage.play(program)
    assert stage.result() is None
    assert stage.lines[0] == COMMAND.strip()


def test_a_resize_does_not_disturb_it(stage):
    def program(terminal, keyboard):
        with terminal.listening():
            options = {"speed": 1, "random": Random(1)}
            return type_out(COMMAND, terminal=terminal, keyboard=keyboard, **options)

    stage.play(program, columns=90)
    stage.until("kub")
    stage.resize(30, 100)
    stage.type(" ")
    assert stage.result() is None
    assert stage.lines[0] == COMMAND.strip()

"""A limit and a body -> the body is interrupted, or not."""

from __future__ import annotations

import re
import signal
import time

import pytest

from runner.checks.limit import TooSlowError, processor_time


def work(seconds: float) -> None:
    began = time.process_time()
    while time.process_time() - began < seconds:
        pass


def hostile() -> None:
    re.search("(a+)+$", "a" * 64 + "!")


@pytest.fixture(autouse=True)
def _nothing_is_left():
    yield
    assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0.0, 0.0)
    assert signal.getsignal(signal.SIGVTALRM) is signal.SIG_DFL


@pytest.mark.parametrize("body", [hostile, lambda: work(60)])
def test_what_takes_too_long_is_interrupted(body):
    with pytest.raises(TooSlowError), processor_time(0.05):
        body()


def test_what_does_not_is_not():
    with processor_time(60):
        work(0.05)


def test_waiting_takes_no_processor_time():
    with processor_time(0.05):
        time.sleep(0.3)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_interruption_that_gets_lost_is_tried_again():
    class Slow:
        def __del__(self):
            work(0.2)

    def lost_then_hostile() -> None:
        Slow()
        hostile()

    with pytest.raises(TooSlowError), processor_time(0.05):
        lost_then_hostile()


def test_it_is_off_after_an_error():
    with pytest.raises(KeyError), processor_time(0.05):
        raise KeyError
    work(0.2)


def test_no_time_at_all():
    with pytest.raises(TooSlowError), processor_time(-1):
        work(60)

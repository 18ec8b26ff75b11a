"""Changes of size, one inside the other, and signals that come at the worst moment."""

from __future__ import annotations

import os
import select
import signal

from runner.stage.terminal.resize import Resizes


def test_a_change_during_a_change_is_told_last():
    sizes = [(24, 80), (10, 40), (30, 100)]
    told = []
    resizes = Resizes()

    def tell():
        size = sizes[0]
        if len(sizes) > 1:  # the window changes while this one is told
            sizes.pop(0)
            os.kill(os.getpid(), signal.SIGWINCH)
        told.append(size)

    resizes.start()
    try:
        with resizes.calling(tell, at_once=True):
            os.kill(os.getpid(), signal.SIGWINCH)
    finally:
        resizes.stop()
    assert told[-1] == (30, 100)
    assert told == [(24, 80), (10, 40), (30, 100)]


def test_a_signal_wakes_a_wait_that_begins_after_it():
    """What is handled has left a byte, however late the `select` begins."""
    resizes = Resizes()
    before = signal.signal(signal.SIGUSR1, lambda *_: None)
    resizes.start()
    try:
        os.kill(os.getpid(), signal.SIGUSR1)
        ready, _, _ = select.select([resizes.fd], [], [], 0)
        assert ready == [resizes.fd]
    finally:
        resizes.stop()
        signal.signal(signal.SIGUSR1, before)

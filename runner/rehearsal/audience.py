"""Everybody who is told what happens in a rehearsal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.book.watching import TIME
from runner.show.events import Notice, PerformanceError, Started

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from runner.rehearsal.printer import Printer
    from runner.show.events import Event, Sink
    from runner.take.writer import Writer

_WATCHED = f"`{{}}` goes on for ever, so it is interrupted after {TIME}, as by `@for {TIME}`"


class Audience:
    """A sink that passes on what it is told to others, in order.

    One that fails is told no more, so that the others are told of the clean-up that follows.
    """

    def __init__(
        self, printer: Printer, others: Iterable[Sink], watched: Mapping[int, str]
    ) -> None:
        """Tell the printer, then the others.

        Args:
            printer: Prints the rehearsal.
            others: Who else is told.
            watched: The numbers of the steps that go on for ever, and the program of each.
        """
        self._idling: list[Printer | Writer] = [printer]
        self._sinks: list[Sink] = [printer, *others]
        self._watched = watched

    def record(self, writer: Writer) -> None:
        """Tell what writes the take before all others."""
        self._sinks.insert(0, writer)
        self._idling.insert(0, writer)

    def __call__(self, event: Event) -> None:
        """Take an event.

        Raises:
            PerformanceError: As raised by one of them.
        """
        for sink in tuple(self._sinks):
            try:
                sink(event)
            except PerformanceError:
                self._sinks.remove(sink)
                raise
        if isinstance(event, Started) and event.step.number in self._watched:
            self(Notice(_WATCHED.format(self._watched[event.step.number]), event.step))

    def idle(self) -> None:
        """Give time to those that do something while a command runs. To be called now and then.

        Raises:
            PerformanceError: As raised by one of them.
        """
        for one in self._idling:
            if one in self._sinks:
                try:
                    one.idle()
                except PerformanceError:
                    self._sinks.remove(one)
                    raise

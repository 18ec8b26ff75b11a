"""What of a program's output may be shown, line by line.

A line is what lies between two places where the cursor goes elsewhere: line feeds, carriage
returns, cursor moves, switches to the alternate screen. So in a full-screen program each run of
text is one. Escape sequences that leave the cursor where it is are no part of the text, but stay in
the output.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from runner.redact.escapes import BROKEN, CONTROL, TOKEN, bare, is_plain
from runner.redact.rule import MASK, MOST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from runner.redact.rule import Rule


def masked(text: str, rules: Sequence[Rule]) -> str:
    """Return a whole text with its matches masked."""
    lines = Lines(rules)
    return lines.feed(text) + lines.close()


class Lines:
    """Masks matches in text that comes in pieces.

    What the pieces come to does not depend on where they were cut. At each MOST characters of a
    long line it is decided what began more than MOST characters before: what matches to this very
    place hides the rest of the line, and what does not match so far is none.

    Attributes:
        taken: How many characters of text have come.
        given: How many of them have gone out, or were masked; the others are held.
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        """Mask what these rules match; more of them may come."""
        self.taken = 0
        self.given = 0
        self._rules = rules
        self._unfinished = ""  # an escape sequence
        self._begin()

    def _begin(self) -> None:
        """Begin a line."""
        self._before = ""  # the text of the line that has gone out, the last of it
        self._length = 0  # of all its text
        self._held = ""
        self._escapes: list[tuple[int, str]] = []  # amid what is held, and where
        self._masked = False  # whether what went out last was
        self._hiding = False  # the rest of the line

    def feed(self, text: str) -> str:
        """Take a piece and return what may be shown now."""
        if self._unfinished:
            text, self._unfinished = self._unfinished + text, ""
        if not (self._held or self._hiding):
            return self._glance(text)
        end = text.find("\n") + 1
        if not end:
            return self._take(text)
        return self._take(text[:end]) + self._glance(text[end:])

    def hide(self) -> str:
        """Return what is held, masked; the rest of its line will be too."""
        if not self._held:
            return ""
        escapes = [escape for _, escape in self._escapes]
        shown = "".join([*self._mask(), *escapes])
        self.given += len(self._held)
        self._held, self._escapes, self._hiding = "", [], True
        return shown

    def close(self) -> str:
        """Return what is held, as at the end of a line."""
        text, self._unfinished = self._unfinished, ""
        return self._take(text, final=True)

    def _glance(self, text: str) -> str:
        """Take a piece while nothing is held; most often it can be seen at once to be harmless."""
        line = self._before + text
        plain = bare(line)
        end = text.rfind("\n") + 1
        if plain is None or not self._absent(plain):
            first = text.find("\n") + 1
            if first in (0, len(text)):
                return self._take(text)
            lines = [f"{line}\n" for line in text[:end].split("\n")]
            lines[-1] = text[end:]
            return "".join(map(self._glance, lines))
        last = text[end:]
        if end:
            self.taken += end
            self.given += end
            self._begin()
            line = last
        if not last:
            return text
        if is_plain(last) and self._decided(line):
            self.taken += len(last)
            self._length += len(last)
            self._went(last)
            self._masked = False
            return text
        return text[:end] + self._take(last)

    def _absent(self, text: str) -> bool:
        return all(rule.absent(text) for rule in self._rules)

    def _decided(self, line: str) -> bool:
        start, end = len(self._before), len(line)
        return all(rule.begins(line, start) == end for rule in self._rules)

    def _take(self, text: str, *, final: bool = False) -> str:
        """Take a piece, token by token."""
        shown: list[str] = []
        place = 0
        while place < len(text):
            control = CONTROL.search(text, place)
            token = control and TOKEN.match(text, control.start())
            stop = token.start() if token else len(text)
            shown += self._add(text[place:stop])
            if not token:
                break
            kind = token.lastgroup
            if kind == "open" and not final:
                self._unfinished = token[0]
                break
            token = token if kind != "open" else BROKEN.match(text, stop) or token
            place = token.end()
            if kind == "string":
                body, tail = token["body"], text[token.end("body") : place]
                shown += self._escape(token[0][:2] + masked(body, self._rules) + tail)
            elif kind == "still":
                shown += self._escape(token[0])
            else:
                shown += [*self._settle(final=True), token[0]]
                self._begin()
        shown += self._settle(final=final)
        if final:
            self._begin()
        return "".join(shown)

    def _add(self, text: str) -> list[str]:
        """Take text of the line."""
        self.taken += len(text)
        shown: list[str] = []
        place = 0
        while place < len(text) and not self._hiding:
            piece = text[place : place + MOST - self._length % MOST]
            place += len(piece)
            self._held += piece
            self._length += len(piece)
            if self._length % MOST == 0:
                shown += self._settle(long=True)
        self.given += len(text) - place
        return shown

    def _escape(self, sequence: str) -> list[str]:
        if not self._held:
            return [sequence]
        self._escapes.append((len(self._held), sequence))
        return []

    def _settle(self, *, final: bool = False, long: bool = False) -> list[str]:
        """Give out what is decided, all of it at the end of the line.

        Args:
            final: The line ends here.
            long: It is time to give up what has been open for too long.
        """
        if not self._held:
            return []
        line, start = self._before + self._held, len(self._before)
        end = len(line)
        late = max(start, end - MOST) if long else start
        spans: list[tuple[int, int]] = []
        until = end  # which all is decided
        hidden = end  # from where on the line is
        for rule in self._rules:
            undecided = end if final else rule.begins(line, late)
            for first, last in rule.matches(line, start):
                if first > undecided or (first == undecided and not rule.settles(line, first)):
                    break
                if first < late and last == end:
                    hidden = min(hidden, first)
                spans.append((first, last))
                if last > undecided:
                    undecided = rule.begins(line, max(last, late))
            until = min(until, undecided)
        spans = _united(spans)
        until = min(until, hidden)
        for first, last in spans:
            if first < until < last:
                until = first
        shown = self._give([(a - start, b - start) for a, b in spans if b <= until], until - start)
        if hidden < end:
            shown.append(self.hide())
        return shown

    def _give(self, spans: list[tuple[int, int]], until: int) -> list[str]:
        """Give out what is held up to a place, the spans in it masked."""
        shown: list[str] = []
        place = count = 0
        for first, last in [*spans, (until, until)]:
            while count < len(self._escapes) and self._escapes[count][0] <= first:
                stop = max(place, self._escapes[count][0])
                shown += [*self._plain(place, stop), self._escapes[count][1]]
                place = stop
                count += 1
            shown += self._plain(place, first)
            if first < last:
                shown += self._mask()
            place = last
        self._escapes = [(at - until, escape) for at, escape in self._escapes[count:]]
        self._went(self._held[:until])
        self._held = self._held[until:]
        return shown

    def _plain(self, start: int, stop: int) -> list[str]:
        if start == stop:
            return []
        self._masked = False
        return [self._held[start:stop]]

    def _mask(self) -> list[str]:
        """One mask stands for all that is masked in a row."""
        if self._masked:
            return []
        self._masked = True
        return [MASK]

    def _went(self, text: str) -> None:
        self.given += len(text)
        self._before = (self._before + text)[-MOST:]


def _united(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans in order, those that overlap as one."""
    united: list[tuple[int, int]] = []
    for first, last in sorted(spans):
        if united and first < united[-1][1]:
            united[-1] = united[-1][0], max(united[-1][1], last)
        else:
            united.append((first, last))
    return united

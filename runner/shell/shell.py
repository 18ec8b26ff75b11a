"""One live bash behind a pty: commands go in and statuses come back on a side channel.

What a person would see goes through the terminal and nothing else does, so type-ahead, CTRL-C,
CTRL-Z and full-screen programs are as in any terminal. driver.bash says how a command runs.

Limits, each because bash offers nothing better:
- `TMOUT`, `SHELLOPTS` and `BASHOPTS` are taken out of the environment; `LINES` and `COLUMNS` are
  not set, since `set -a` would export them to programs that are told of another size.
- `trap -p EXIT` shows our part of the trap, `set -x` shows `+++` for `+`, and with BASH_XTRACEFD
  the driver's words too. The command that sets a DEBUG trap is followed by three more of ours.
- A `break` outside any loop says nothing; a program that dies by a signal is told by its status.
- File descriptor 10 is bash's own while a command runs; `alias '{=…'` breaks what follows one.
- A background job that reads the terminal is stopped, as at a prompt; a script gives it /dev/null.
  Where a trap on INT is set there is no job control, so CTRL-Z is of no use.
- After CTRL-C, `PIPESTATUS` and `$_` are the interruption's; under `set -v` they are `eval`'s.
"""

from __future__ import annotations

import dataclasses
import os
import re
import shlex
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING, Self

from runner.shell import state
from runner.shell.bash import Bash
from runner.shell.ending import End, Ending, signal_of
from runner.shell.find import ShellError, find_bash

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from runner.shell.state import State

__all__ = ["End", "Ending", "Shell", "ShellError"]

_PROMPT = 10.0  # seconds that bash has to answer what runs no command
_NAME = re.compile(r"[A-Za-z_]\w*|\d+", re.ASCII)
# What would log the shell out, be out of date after a change of size, or set up the shell.
_UNWANTED = ("TMOUT", "LINES", "COLUMNS", "PROMPT_COMMAND", "SHELLOPTS", "BASHOPTS")
_REASONS = {
    End.EXITED: "the shell exited with status {status}",
    End.REPLACED: "the shell is gone: the command put another program in its place",
    End.KILLED: "the shell was killed by signal {signal}",
    End.LOST: "the shell does not answer any more: the command took away what it answers with",
    End.TIMED_OUT: "the time was up: {timeout:g} s",
    End.WAITING: "it waits for the terminal, and there is nothing to type",
}


class Shell:
    """A live bash. A context manager: it starts on entry and leaves nothing behind on exit."""

    def __init__(
        self,
        *,
        output: Callable[[bytes], None],
        idle: Callable[[], None] = lambda: None,
        name: str = "bash",
        args: Sequence[str] = (),
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
        rows: int = 24,
        columns: int = 80,
        export: bool = True,
        definitions: str = "",
        portable: bool = False,
    ) -> None:
        """Say what shell is wanted.

        Args:
            output: Gets every byte that the terminal shows, as it comes. It may call `type`,
                `resize` and `interrupt`.
            idle: Called while a command runs, at least every 50 ms.
            name: `$0`.
            args: `$1` and on.
            cwd: The directory it starts in; ours by default.
            env: Its whole environment; ours by default.
            rows: Height of its terminal.
            columns: Width of its terminal.
            export: Start with `set -a`.
            definitions: Bash that is run first, before `set -a`: functions that stay unexported.
            portable: Use only what every Unix has.
        """
        self._output = output
        self._idle = idle
        self._name = name
        self._args = tuple(args)
        self._cwd = cwd or Path.cwd()
        self._env = dict(os.environ if env is None else env)
        for variable in _UNWANTED:
            self._env.pop(variable, None)
        self._size = (max(rows, 1), max(columns, 1))
        self._export = export
        self._definitions = definitions
        self._portable = portable
        self._saved: State | None = None
        self._saved_at = 0.0
        self._gone = False
        self._bash: Bash | None = None

    def __enter__(self) -> Self:
        """Start bash.

        Raises:
            ShellError: There is no bash, it is too old, or it does not start.
        """
        try:
            self._start(export=self._export)
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """The process ID of the bash that runs now."""
        return self._live.process.pid

    @property
    def folder(self) -> Path:
        """The private folder of its side channel."""
        return self._live.channel.folder

    @property
    def cwd(self) -> str:
        """The shell's directory after the last command."""
        return self._live.last.cwd

    @property
    def fd(self) -> int:
        """The pty's master: readable when there is something for `pump`."""
        return self._live.process.fd

    @property
    def alive(self) -> bool:
        """Whether it can run a command, so that it need not be restarted."""
        return self._bash is not None and not self._gone and not self._bash.process.dead()

    def run(
        self,
        command: str,
        *,
        timeout: float | None = None,
        valid: bool = False,
        keyboard: int | None = None,
        answers: Sequence[bytes] | None = None,
    ) -> Ending:
        """Run one piece of bash text and return how it ended.

        Args:
            command: Complete commands, of any size. Text that is not valid bash fails with
                bash's own message and status.
            timeout: Seconds until the command is interrupted by SIGINT; two seconds later its
                process group, or the shell where that runs the command itself, is killed.
            valid: `bash -n` has accepted the text without a word, so it is not asked again; that
                saves 1.5 ms.
            keyboard: A file descriptor whose bytes are typed to the command while it runs.
            answers: What is typed where nobody is at the keys, one each time that the command
                waits for the terminal. A command that waits once more is ended, as when its
                time is up, as soon as it is known (see `answers.Answers`). None: nobody looks.

        Returns:
            How it ended. Where `alive` is False, call `restart` before the next command.
        """
        if state.risky(command) or time.monotonic() - self._saved_at > state.INTERVAL:
            self.save()
        ending = self._live.run(command, timeout, valid=valid, keyboard=keyboard, answers=answers)
        self._gone = not ending.alive
        reason = _REASONS.get(ending.how, "").format(
            status=ending.status, signal=signal_of(ending.status), timeout=timeout
        )
        if ending.how is End.WAITING and answers and not answers[-1].endswith(b"\n"):
            reason = r"it waits for the terminal: all is typed, the last `@type` ends without \n"
        if ending.how is End.EXITED and "e" in self._live.last.flags:
            reason += "; `set -e` was on"
        return dataclasses.replace(ending, reason=reason)

    def finish(self, *, timeout: float | None = None, keyboard: int | None = None) -> Ending:
        """Let the shell exit as a script does at its end: its EXIT trap runs, with its output.

        It exits with the last command's status, unless the trap says otherwise. See `run` for
        the arguments.
        """
        before = self._live.last.status
        # Said outright: `$?` is another one in a shell that has just taken up another's state.
        ending = self._live.run(rf"\builtin exit {before}", timeout, valid=True, keyboard=keyboard)
        reason = ""
        if ending.how is End.TIMED_OUT:
            reason = f"the EXIT trap took longer than {timeout:g} s"
        elif ending.how is End.EXITED and ending.status not in (0, before):
            reason = f"the EXIT trap ended with status {ending.status}"
        return dataclasses.replace(ending, reason=reason)

    def type(self, data: bytes) -> None:
        """Send bytes as if they were typed at the terminal's keyboard."""
        self._live.type(data)

    def stop(self) -> None:
        """End the command that `run` was called for, when an exception has ended that call.

        SIGINT first, SIGKILL after two seconds. The shell may be gone with it.
        """
        self._live.stop()

    def interrupt(self) -> None:
        """Send SIGINT to what runs in the terminal's foreground."""
        self._live.process.signal_front(signal.SIGINT)

    def resize(self, rows: int, columns: int) -> None:
        """Give the terminal another size, in character cells."""
        self._size = (max(rows, 1), max(columns, 1))
        if self._bash is not None:  # else it is about to start, with the new size
            self._bash.process.resize(*self._size)

    def values(self, names: Iterable[str]) -> dict[str, str]:
        """Return the values of those shell variables that are set.

        Names that are no variable names are left out. Of an array it is the first element.
        """
        wanted = " ".join(n for n in dict.fromkeys(names) if _NAME.fullmatch(n))
        if not wanted or not self._live.ask("values", _PROMPT, names=wanted):
            return {}
        text = (self.folder / "values").read_bytes().decode("utf-8", "surrogateescape")
        fields = text.split("\0")
        return dict(zip(fields[::2], fields[1::2], strict=False))

    def save(self) -> State | None:
        """Save the state that `restart` and `restore` bring back, and return what was saved last.

        None where nothing could ever be saved.
        """
        self._saved_at = time.monotonic()
        if self._live.ask("save", _PROMPT):
            self._saved = state.read(self.folder, self._live.last) or self._saved
        return self._saved

    def fileno(self) -> int:
        """Return what can be read from once background jobs have printed; see `pump`."""
        return self._live.process.fd

    def pump(self) -> bool:
        """Pass on what background jobs have printed since the last command.

        Returns:
            Whether there may be more, ever.
        """
        return self._live.drain()

    def restart(self) -> str:
        """Start a new bash with the old one's state, after an ending that is not `alive`.

        The state is that at the exit, where the shell exited by itself, else the last that was
        saved: before the command that it was lost with, or at most a tenth of a second earlier.

        Returns:
            A sentence on what could not be brought back, "" where there is nothing to say.

        Raises:
            ShellError: No new bash can be started.
        """
        before = self._live.last
        saved = state.read(self.folder, before) or self._saved
        self.close()
        places = (self._cwd, Path(before.cwd or "/"), Path("/"))
        self._cwd = next((place for place in places if os.access(place, os.X_OK)), self._cwd)
        live = self._start(export=self._export and saved is None)
        if saved is None:
            return "The shell's state had not been saved: it starts anew."
        lost = self.restore(saved)
        live.last = dataclasses.replace(
            live.last, status=before.status, statuses=before.statuses, last=before.last
        )
        return lost

    def restore(self, saved: State) -> str:
        """Bring a state back to this shell, which has run nothing yet.

        Args:
            saved: That of another shell, perhaps of another process.

        Returns:
            What could not be brought back, as for `restart`.
        """
        live = self._live
        script = self.folder / "restore"
        script.write_bytes(saved.script())
        live.run(rf"\builtin source {shlex.quote(str(script))} &>/dev/null", _PROMPT, valid=True)
        lost = saved.lost(live.last.cwd)
        live.last = saved.completed(live.last)
        self._saved = saved
        return lost

    def detach(self) -> State | None:
        """End the shell so that another can go on: its EXIT trap is left to that one.

        What runs is interrupted. Returns the state for `restore`, None where none could be saved.
        """
        if self._bash is None:
            return self._saved
        self.stop()
        if self.alive:
            self.save()
            self._live.run(r"\builtin trap - EXIT", _PROMPT, valid=True)
        saved = state.read(self.folder, self._live.last) or self._saved
        self.close()
        return saved

    def close(self) -> None:
        """End the shell, its jobs and the side channel. Idempotent."""
        if self._bash is not None:
            self._bash.close()
            self._bash = None

    @property
    def _live(self) -> Bash:
        if self._bash is None:
            raise ShellError("the shell is closed")
        return self._bash

    def _start(self, *, export: bool) -> Bash:
        program = find_bash(self._env)
        try:
            live = self._bash = Bash(
                program,
                name=self._name,
                args=self._args,
                cwd=self._cwd,
                env=self._env,
                size=self._size,
                portable=self._portable,
                output=self._output,
                idle=self._idle,
            )
            self._gone = False
            ready = live.set_up(self._definitions, export=export, timeout=_PROMPT)
        except OSError as error:
            raise ShellError(f"the shell cannot be started: {error}") from error
        self._saved_at = time.monotonic()
        if ready.how is not End.FINISHED:
            self.close()
            raise ShellError(f"{program} does not start as an interactive shell ({ready.how})")
        return live

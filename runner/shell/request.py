"""What the engine and driver.bash say to each other: requests, and the reports that come back."""

from __future__ import annotations

import functools
import re
import shlex
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

PIPEFAIL = "|"
"""Stands among a report's flags where `set -o pipefail` is on, which `$-` does not show."""

WAKE = b"\n"
"""What wakes a bash that waits for a request."""
REARM = b'\\builtin eval "${__cue[arm]}"\n'
"""The same, and brings back a PROMPT_COMMAND that the user has changed."""

_BLANK = dict.fromkeys(("number", "begun", "ran", "taken", "status"), "0") | dict.fromkeys(
    ("entered", "stdin", "last", "pipe", "flags"), ""
)
_DRIVER = Path(__file__).with_name("driver.bash")
_HOOK = "if { __cue_exit; } 2>/dev/null; then\n"
_GUARDS = {
    "DEBUG": "case $BASH_COMMAND in *__cue* | '\\builtin trap '*) ;; *)\n",
    "RETURN": "case ${FUNCNAME-} in __cue*) ;; *)\n",
}
_GUARD_END = "\n;; esac"
_INTERRUPT = re.compile(
    r"(^|[;&|({]|\b(then|do|else)\s)\s*(\\?builtin\s+)?trap\s.*\s(SIG)?(INT|2)\b",
    re.DOTALL | re.MULTILINE,
)
_VERBOSE = re.compile(r"\bset\s+-(\w*v|o\s+verbose)|\bverbose\b")
_TRAP = re.compile(r"trap -- '((?:[^']|'\\'')*)' (\w+)\n")


@dataclass(frozen=True, slots=True)
class Report:
    """What bash said, on its own accord or when asked.

    Attributes:
        what: "ended" (a command did), "answered" (a request was met, maybe told of before; the
            traps DEBUG, ERR and RETURN are not told) or "exited" (the EXIT trap runs).
        number: The request's number.
        status: `$?`, 0 to 255.
        statuses: `PIPESTATUS`.
        last: `$_`.
        flags: `$-`, and PIPEFAIL.
        stdin: The file descriptor that keeps a standard input set by `exec <FILE`, or "".
        cwd: `$PWD`.
        jobs: The process IDs of all jobs, ended ones too.
        running: Those that run or are stopped.
        traps: The actions of INT, EXIT, DEBUG, ERR and RETURN, where they are set.
    """

    what: str
    number: int
    status: int = 0
    statuses: tuple[int, ...] = ()
    last: str = ""
    flags: str = ""
    stdin: str = ""
    cwd: str = ""
    jobs: tuple[str, ...] = ()
    running: tuple[str, ...] = ()
    traps: dict[str, str] = field(default_factory=dict)


class Reports:
    """Turns the FIFO's bytes into reports. Holds back what is not complete yet."""

    def __init__(self, nonce: str) -> None:
        self._begin = f"\0{nonce}<\0".encode()
        self._end = f"\0{nonce}>\0".encode()
        self._kept = b""

    def feed(self, data: bytes) -> Iterator[Report]:
        """Yield the reports that `data` completes.

        Between reports there may be anything: a user's DEBUG trap prints there while ours
        are taken off.
        """
        self._kept += data
        while (end := self._kept.find(self._end)) >= 0:
            # CTRL-C may cut a report off; the whole one follows.
            before, _, body = self._kept[:end].rpartition(self._begin)
            self._kept = self._kept[end + len(self._end) :]
            text = body.decode("utf-8", "surrogateescape")
            what, number, status, statuses, last, flags, stdin, cwd, tail = text.split("\0", 8)
            jobs, running, traps = tail.split("\0")
            yield Report(
                what=what,
                number=int(number),
                status=int(status or 0),
                statuses=tuple(int(s) for s in statuses.split()),
                last=last,
                flags=flags,
                stdin=stdin,
                cwd=cwd,
                jobs=tuple(jobs.split()),
                running=tuple(running.split()),
                traps=_traps(before.decode("utf-8", "surrogateescape")) | _traps(traps),
            )


def _traps(text: str) -> dict[str, str]:
    if not text:
        return {}
    found = {name.removeprefix("SIG"): action for action, name in _TRAP.findall(text)}
    return {name: _unguarded(name, action.replace(r"'\''", "'")) for name, action in found.items()}


def _guarded(name: str, action: str) -> str:
    """A trap's action that does nothing for what the driver does."""
    return f"{_GUARDS[name]}{action}{_GUARD_END}"


def _unguarded(name: str, action: str) -> str:
    guard = _GUARDS.get(name)
    if guard is None or not action.startswith(guard):
        return action
    return action.removeprefix(guard).removesuffix(_GUARD_END)


def assignments(**values: str) -> str:
    """Return bash that puts the values into the array `__cue`."""
    return "".join(f"__cue[{name}]={shlex.quote(value)}\n" for name, value in values.items())


def setup(folder: Path, *, program: str, nonce: str, definitions: str, export: bool) -> str:
    """Return what a new bash sources first.

    Args:
        folder: The side channel's.
        program: The bash that runs, for `$BASH`: it takes that from `$0`, which is the runbook's.
        nonce: What marks a report's ends.
        definitions: Bash of the caller's, run before `set -a`.
        export: Whether to `set -a`.
    """
    lines = [
        r"\builtin unset -v PS1 PS2 HISTFILE LINES COLUMNS",
        f"BASH={shlex.quote(program)}",
        r"\builtin set +o history +o histexpand",
        r"\builtin shopt -u checkwinsize",
        r"\builtin declare -A __cue",
        assignments(folder=str(folder), nonce=nonce, arm=_arm(folder), **_BLANK),
        f"\\builtin source {shlex.quote(str(_DRIVER))}",
        _exit_trap(""),
        definitions,
        r"\builtin set -a" if export else "",
        r'\builtin eval "${__cue[arm]}"',
    ]
    return "\n".join(lines) + "\n"


def _arm(folder: Path) -> str:
    # Under `set -a` an assignment exports, so that goes away after it.
    command = shlex.quote(prompt_command(folder))
    name = "PROMPT_COMMAND"
    return rf"\builtin unset -v {name}; {name}={command}; \builtin declare +x {name}"


def prompt_command(folder: Path) -> str:
    """Return what PROMPT_COMMAND must be: report an abort, then run commands until told."""
    top = _report(folder, "top", before="__cue[entered]=1; ")
    run = r'\builtin eval "${__cue[text]}" <"${__cue[terminal]}"'
    # `case` leaves $? as it is, for the report that was not made yet.
    # Where the text was not even begun, silence lets the engine find that out.
    late = (
        f'case ${{__cue[taken]}}:${{__cue[ran]}} in "${{__cue[number]}}":*) ;; '
        f'*:"${{__cue[number]}}") {_report(folder, "top")} ;; esac'
    )
    late = f"{{ {late}; }} &>/dev/null"
    return f'{top}; while __cue_next "$@"; do {run}; {late}; done; {top}'


def run(
    command: str,
    before: Report,
    *,
    number: int,
    folder: Path,
    terminal: str,
    apart: bool,
    job_control: bool,
    reaped: Collection[str],
) -> str:
    """Return the request that runs `command` as if it followed the one that `before` tells of.

    `command` is evaluated at the top level with the terminal as its standard input. The report
    follows in the same evaluation, so that `PIPESTATUS`, `$_` and the ERR trap are as in a
    script. Where the text would take it in (`apart`: it is not complete) or show it (`set -v`),
    it follows outside, and those three are as after an `eval`. `job_control` says whether the
    command has it, as a prompt would, or not, as a script. `reaped` are the process IDs of
    foreground jobs that have ended.
    """
    text = command
    if not (apart or "v" in before.flags or _VERBOSE.search(command)):
        text += f"\n\n{_report(folder, 'run')}\n"
    return assignments(
        kind="run",
        number=str(number),
        terminal=terminal,
        text=_resume(text, before),
        prepare=_prepare(before, job_control=job_control, reaped=reaped),
    )


@functools.cache
def _report(folder: Path, where: str, before: str = "") -> str:
    """The line that takes down how the command before it ended, and tells it."""
    # Assignments are one command, so that all three are taken before any of them changes. The
    # traps that would see the driver work go before it does, and come back in _resume.
    return (
        '{ __cue[status]=$? __cue[last]=${_-} __cue[pipe]="${PIPESTATUS[@]}" '
        "__cue[taken]=${__cue[number]}; "
        rf"{{ \builtin trap -p DEBUG ERR RETURN; \builtin trap - DEBUG RETURN; {before}"
        f"__cue_report {where}; }} >{shlex.quote(str(folder / 'reports'))}; }} &>/dev/null"
    )


def _resume(text: str, before: Report) -> str:
    """Put before `text` what makes it find the shell as the last command left it."""
    parts = []
    if before.stdin:
        parts.append(rf"\exec <&{before.stdin}")
    parts += [
        rf"\builtin trap -- {shlex.quote(_guarded(name, action))} {name}"
        for name in ("RETURN", "DEBUG")
        if (action := before.traps.get(name))
    ]
    if flags := "".join(f for f in "xv" if f in before.flags):
        parts.append(rf"\builtin set -{flags}")
    restore = _restore(before)
    if before.status and ("e" in before.flags or "ERR" in before.traps):
        # A plain command that fails would trip them; a condition does not.
        again = f"\\builtin eval {shlex.quote(text)}"
        prefix = f"{{ {'; '.join(parts)}; }} &>/dev/null; " if parts else ""
        return f"{prefix}if {restore}; then {again}; else {again}; fi"
    if not parts:
        return f"{restore}\n{text}"
    return f"{{ {'; '.join([*parts, restore])}; }} &>/dev/null\n{text}"


def _restore(before: Report) -> str:
    """Commands that leave `$?`, `$_` and PIPESTATUS as they were."""
    back = f"__cue_back {before.status} {shlex.quote(before.last)}"
    if before.statuses == (before.status,) or not before.statuses:
        return back
    # PIPESTATUS of several cannot be assigned: the assignment itself would set it.
    failed = [s for s in before.statuses if s]
    natural = failed[-1] if failed and PIPEFAIL in before.flags else before.statuses[-1]
    negate = "! " if bool(natural) != bool(before.status) else ""
    return f"{back}; {negate}" + " | ".join(rf"(\builtin exit {s})" for s in before.statuses)


def _prepare(before: Report, *, job_control: bool, reaped: Collection[str]) -> str:
    """What __cue_next does before the text is evaluated, inside a function and unseen."""
    parts = []
    action = before.traps.get("EXIT", "")
    if not action.startswith(_HOOK):
        parts.append(_exit_trap(action))
    if job_control != ("m" in before.flags):
        parts.append(rf"\builtin set {'-' if job_control else '+'}m")
    if reaped:
        # Nothing tells bash at a prompt that they ended; `jobs` would list them for ever.
        parts.append(rf"\builtin disown {' '.join(reaped)}")
    return "; ".join(parts)


def _exit_trap(action: str) -> str:
    """The command that sets an EXIT trap which saves the state, then does the user's action."""
    # In a condition, because the status that the action finds in $? must not trip `set -e`.
    hooked = f"{_HOOK}{action or ':'}\nelse\n{action or ':'}\nfi"
    return rf"\builtin trap -- {shlex.quote(hooked)} EXIT"


def may_trap_interrupt(command: str) -> bool:
    """Whether the text sets a trap on INT, as far as a look at it tells."""
    return "trap" in command and _INTERRUPT.search(command) is not None

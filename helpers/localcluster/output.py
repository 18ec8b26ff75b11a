"""What a run shows: lines with their cluster before them, and on a terminal how far each one is."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from helpers.localcluster.failures import explain
from helpers.localcluster.run import Fate

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import RenderableType
    from rich.progress import Progress, Task, TaskID

    from helpers.localcluster.failures import Failure
    from helpers.localcluster.plan import Action, Plan
    from helpers.localcluster.run import Result

_ALL = "all"  # the name for what all clusters share


def _plainly(text: str, _style: str) -> None:
    click.echo(text)


class Lines:
    """Prints each line at once: `smiley | $ kind create cluster …`, then what it prints."""

    def __init__(self, plan: Plan, write: Callable[[str, str], None] = _plainly) -> None:
        """Begin.

        Args:
            plan: What is run.
            write: Writes a line of text, in a style of rich's where it can.
        """
        self._write = write
        self._width = max((len(_name(action)) for action in plan.actions), default=0)
        self.meanings: dict[Action, Failure] = {}

    def began(self, action: Action) -> None:
        """Print the line that is run, as it can be pasted."""
        self._print(action, f"# {action.why}", "dim")
        first, *rest = str(action.line).split("\n")
        self._print(action, f"$ {first}", "bold")
        for text in rest:
            self._print(action, text)

    def said(self, action: Action, text: str) -> None:
        """Print what it prints, and remember what that may mean."""
        self._print(action, text)
        if known := explain(text):
            self.meanings[action] = known

    def ended(self, result: Result) -> None:
        """Print that it failed; success speaks for itself."""
        if result.fate in {Fate.FAILED, Fate.INTERRUPTED}:
            self._print(result.action, f"✗ {ending(result)}", "red")

    def _print(self, action: Action, text: str, style: str = "") -> None:
        self._write(f"{_name(action):{self._width}} | {text}", style)


class Bars(Lines):
    """The same above a line a cluster that says how far it is and for how long."""

    def __init__(self, plan: Plan, progress: Progress) -> None:
        from rich.text import Text

        def write(text: str, style: str) -> None:
            progress.console.print(Text(text, style), soft_wrap=True)

        super().__init__(plan, write)
        self._progress = progress
        counts = Counter(_name(action) for action in plan.actions)
        self._tasks: dict[str, TaskID] = {
            name: progress.add_task(name, total=total, start=False, now="", failed=False)
            for name, total in counts.items()
        }

    def began(self, action: Action) -> None:
        """Show what is being done."""
        super().began(action)
        task = self._tasks[_name(action)]
        self._progress.start_task(task)
        self._progress.update(task, now=action.why)

    def ended(self, result: Result) -> None:
        """Count it, and leave a failure on show."""
        super().ended(result)
        task = self._tasks[_name(result.action)]
        if result.fate is Fate.DONE:
            self._progress.update(task, advance=1)
        elif result.fate is Fate.SKIPPED:
            # What a cluster cannot have because of another one is not its failure.
            self._progress.update(task, total=(self._progress.tasks[task].total or 1) - 1)
        else:
            why = f"{result.fate.value}: {result.action.why}"
            self._progress.update(task, now=why, failed=True)
            self._progress.stop_task(task)


def progress() -> Progress:
    """Return the display for `Bars`."""
    from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn
    from rich.progress import TimeElapsedColumn as Elapsed
    from rich.text import Text

    class Sign(SpinnerColumn):
        """Turns while a cluster is worked on, and says how that ended."""

        def render(self, task: Task) -> RenderableType:
            return Text("✗", "red") if task.fields["failed"] else super().render(task)

    return Progress(
        Sign(finished_text=Text("✓", "green")),
        TextColumn("{task.description}"),
        MofNCompleteColumn(),
        Elapsed(),
        TextColumn("{task.fields[now]}", markup=False),
    )


def ending(result: Result) -> str:
    """Return how an action ended: its command, or the two of a pair, with their statuses."""
    line = result.action.line
    if result.fate is Fate.INTERRUPTED:
        return f"interrupted: {_command(result.action)}"
    if len(result.statuses) == 2 and line.into:
        first, second = (line.words[0], line.into[0])
        return (
            f"{first} | {second}: {first} ended with {result.statuses[0]}, "
            f"{second} with {result.statuses[1]}"
        )
    status = next((s for s in result.statuses if s), 0)
    return f"{_command(result.action)} ended with {status}"


def why(result: Result) -> str:
    """Return why an action failed, in its own last words; "" where there are none."""
    if not result.said and result.fate is Fate.FAILED and result.action.line.given:
        return "its node has no address, so it does not run; localcluster repair starts it"
    return result.said


def _command(action: Action) -> str:
    return str(replace(action.line, stdin="", given=None, tries=1))


def _name(action: Action) -> str:
    return action.about or _ALL

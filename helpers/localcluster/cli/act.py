"""From a command to what it does: what is there, the plan, a question, the run, and its end."""

from __future__ import annotations

import shlex
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from helpers.localcluster.cli.commands import COMMANDS
from helpers.localcluster.run import Fate

if TYPE_CHECKING:
    from collections.abc import Callable

    from helpers.localcluster.definitions import Definitions
    from helpers.localcluster.output import Lines
    from helpers.localcluster.plan import Plan
    from helpers.localcluster.run import Result
    from helpers.localcluster.task import Task


def act(
    name: str,
    planned: Callable[[str, Task], Plan],
    task: Task,
    definitions: Definitions,
    jobs: int,
) -> None:
    """Do what a command says, and exit.

    Args:
        name: The command's name.
        planned: What makes its plan.
        task: What it is asked to do, still without a state.
        definitions: The definitions, to be put on the network that there is.
        jobs: How many lines run at a time.
    """
    task = _with_state(name, task, definitions)
    plan = planned(name, task)
    for note in plan.notes:
        click.echo(f"# {note}")
    if not plan.actions:
        wanted = ", ".join(cluster.name for cluster in task.wanted)
        click.echo(f"{wanted}: nothing to do")
        return
    _ask(plan, task)
    results, stopped, lines = _run(plan, jobs)
    _tell(results, lines, task)
    if stopped:
        sys.exit(128 + stopped)
    if any(result.fate is not Fate.DONE for result in results):
        sys.exit(1)


def _with_state(name: str, task: Task, definitions: Definitions) -> Task:
    """Return a task that knows what is there, its clusters on the network that there is."""
    from helpers.localcluster import state

    there = state.read(task.network.name)
    if there.network:
        placed = definitions.on(there.network, there.taken)
        by_name = {cluster.name: cluster for cluster in placed.clusters}
        task = replace(
            task,
            every=placed.clusters,
            wanted=tuple(by_name[cluster.name] for cluster in task.wanted),
            network=there.network,
        )
    if COMMANDS[name].inside and any(there.of(cluster) for cluster in task.wanted):
        from helpers.localcluster import inside

        there = replace(there, inside=inside.read(task.wanted, there))
    return replace(task, state=there)


def _ask(plan: Plan, task: Task) -> None:
    """Ask before something is destroyed."""
    if not plan.destroys or task.force:
        return
    for sentence in plan.destroys:
        click.echo(f"{sentence}.", err=True)
    if not sys.stdin.isatty():
        raise click.UsageError(
            "that destroys something, and there is no terminal to ask at; with --force it is done"
        )
    click.confirm("Shall that be done?", abort=True, err=True)


def _run(plan: Plan, jobs: int) -> tuple[tuple[Result, ...], int, Lines]:
    """Run a plan, shown as fits where it is shown; return the signal that ended it too, or 0."""
    from helpers.localcluster.output import Bars, Lines, progress
    from helpers.localcluster.run import run

    if not sys.stdout.isatty():
        lines = Lines(plan, click.echo)
        return (*run(plan, jobs=jobs, watcher=lines), lines)
    with progress() as display:
        bars = Bars(plan, display)
        return (*run(plan, jobs=jobs, watcher=bars), bars)


def _tell(results: tuple[Result, ...], lines: Lines, task: Task) -> None:
    """Say where it stands: what failed, what that may mean, what was left undone, how to go on."""
    from helpers.localcluster.output import ending

    lost = [r for r in results if r.fate in {Fate.FAILED, Fate.INTERRUPTED}]
    skipped = [r for r in results if r.fate is Fate.SKIPPED]
    if not lost and not skipped:
        click.echo(f"✓ {len(results)} lines run, all is well")
        return
    click.echo("", err=True)
    for result in lost:
        click.echo(f"✗ {result.action.about or 'all'}: {ending(result)}", err=True)
        if result.said:
            click.echo(f"    {result.said}", err=True)
        if known := lines.meanings.get(result.action):
            click.echo(f"  That may mean: {known.meaning}.", err=True)
            click.echo(f"  What helps: {known.mend}", err=True)
    if skipped:
        whose = dict.fromkeys(result.action.about or "all" for result in skipped)
        click.echo(f"Not run: {len(skipped)} lines, for {', '.join(whose)}.", err=True)
    again = shlex.join([task.program, *sys.argv[1:]])
    click.echo(f"To go on, once that is mended; what is done stays:\n    {again}", err=True)

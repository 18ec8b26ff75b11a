"""From a command to what it does: what is there, the plan, a question, the run, and its end."""

from __future__ import annotations

import importlib
import shlex
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from helpers.localcluster.cli.commands import COMMANDS
from helpers.localcluster.errors import RefusedError

if TYPE_CHECKING:
    from helpers.localcluster.definitions import Definitions
    from helpers.localcluster.output import Lines
    from helpers.localcluster.plan import Plan
    from helpers.localcluster.run import Result
    from helpers.localcluster.task import Task


def planned(name: str, task: Task) -> Plan:
    """Return a command's plan."""
    module = importlib.import_module(f"helpers.localcluster.{COMMANDS[name].module}")
    plan: Plan = module.plan(task)
    return plan


def act(name: str, task: Task, definitions: Definitions, jobs: int) -> int:
    """Do what a command says.

    Args:
        name: The command's name.
        task: What it is asked to do, still without a state.
        definitions: The definitions, to be put on the network that there is.
        jobs: How many lines run at a time.

    Returns:
        The exit status.

    Raises:
        RefusedError: It would destroy something, and nobody can be asked.
    """
    if name == "delete" and not (task.named or task.force or sys.stdin.isatty()):
        click.echo("Without names, all clusters of the definitions are deleted.", err=True)
        raise _nobody_to_ask()
    now = with_state(name, task, definitions)
    plan = planned(name, now)
    for note in plan.notes:
        click.echo(f"# {note}")
    if not plan.actions:
        click.echo(f"{', '.join(c.name for c in now.wanted)}: nothing to do")
        return 0
    _ask(plan, now)
    status = _run(plan, now, jobs)
    if status == 0 and plan.again:
        now = with_state(name, task, definitions)
        status = _run(planned(name, now), now, jobs)
    return status


def with_state(name: str, task: Task, definitions: Definitions) -> Task:
    """Return a task that knows what is there, its clusters on the network that there is.

    Raises:
        StateError: Docker cannot be asked.
        DefinitionError: The clusters have no place on the network that there is.
    """
    from helpers.localcluster import state

    command = COMMANDS[name]
    if not command.docker:
        return replace(task, state=state.NOTHING)
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
    asked = task.every if command.inside == "every" else task.wanted if command.inside else ()
    if any(there.of(cluster) for cluster in asked):
        from helpers.localcluster import inside

        there = replace(there, inside=inside.read(asked, there))
    if command.linkerd:
        from helpers.localcluster import linkerd

        task = replace(task, link_gen=linkerd.has_link_gen())
    return replace(task, state=there)


def _ask(plan: Plan, task: Task) -> None:
    """Ask before something is destroyed."""
    if not plan.destroys or task.force:
        return
    for sentence in plan.destroys:
        click.echo(f"{sentence}.", err=True)
    if not sys.stdin.isatty():
        raise _nobody_to_ask()
    click.confirm("Shall that be done?", abort=True, err=True)


def _nobody_to_ask() -> RefusedError:
    text = "nothing was done: that destroys something, and there is no terminal to ask at"
    return RefusedError(f"{text}; with --force it is done")


def _run(plan: Plan, task: Task, jobs: int) -> int:
    """Run a plan, shown as fits where it is shown, and return the exit status."""
    from helpers.localcluster.output import Bars, Lines, progress
    from helpers.localcluster.run import Fate, run

    if sys.stdout.isatty():
        with progress() as display:
            lines: Lines = Bars(plan, display)
            results, stopped = run(plan, jobs=jobs, watcher=lines)
    else:
        lines = Lines(plan)
        results, stopped = run(plan, jobs=jobs, watcher=lines)
    if all(result.fate is Fate.DONE for result in results):
        click.echo(f"✓ {len(results)} {'line' if len(results) == 1 else 'lines'} ended well")
        return 0
    _tell(results, lines, task)
    return 128 + stopped if stopped else 1


def _tell(results: tuple[Result, ...], lines: Lines, task: Task) -> None:
    """Say where it stands: what failed, what that may mean, what was left undone, how to go on."""
    from helpers.localcluster.output import ending, why
    from helpers.localcluster.run import Fate

    click.echo("", err=True)
    for result in results:
        if result.fate in {Fate.FAILED, Fate.INTERRUPTED}:
            click.echo(f"✗ {result.action.about or 'all'}: {ending(result)}", err=True)
            if said := why(result):
                click.echo(f"    {said}", err=True)
            if known := lines.meanings.get(result.action):
                click.echo(f"  That may mean: {known.meaning}.", err=True)
                click.echo(f"  What helps: {known.mend}", err=True)
    skipped = [result.action for result in results if result.fate is Fate.SKIPPED]
    if skipped:
        whose = dict.fromkeys(action.about or "all" for action in skipped)
        click.echo(f"Not run: {len(skipped)} lines, for {', '.join(whose)}.", err=True)
    again = shlex.join([task.program, *sys.argv[1:]])
    click.echo(f"To go on, once that is mended; what is done stays:\n    {again}", err=True)

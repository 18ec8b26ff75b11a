"""The commands that only tell something: `info` and `doctor`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from helpers.localcluster.task import Task


def info(task: Task, form: str) -> None:
    """Print what there is to know of clusters."""
    from helpers.localcluster import info

    facts = info.facts(task)
    if form == "json":
        click.echo(json.dumps(facts, indent=2))
    else:
        for text in info.table(facts):
            click.echo(text)


def doctor(folders: str | None, form: str, *, dryrun: bool) -> int:
    """Print what was looked at and what would fail; return the exit status.

    Raises:
        DefinitionError: Something is wrong with the definitions in `folders`.
    """
    from helpers.localcluster import doctor, network

    name = network.DEFAULT.name
    if folders:
        from helpers.localcluster.definitions import load

        name = load([Path(folder) for folder in folders.split(",")]).network.name

    if dryrun:
        looks = {
            about: (check.__doc__ or "").splitlines()[0] for about, check in doctor.CHECKS.items()
        }
        if form == "json":
            told = [{"about": about, "looks": sentence} for about, sentence in looks.items()]
            click.echo(json.dumps(told, indent=2))
        else:
            for about, sentence in looks.items():
                click.echo(f"{about}: {sentence}")
        return 0
    findings = doctor.examine(doctor.look(name))
    if form == "json":
        click.echo(json.dumps([finding.facts() for finding in findings], indent=2))
    else:
        for finding in findings:
            click.echo(str(finding))
    return 1 if any(finding.grade is doctor.Grade.BAD for finding in findings) else 0

"""`localcluster kubeconfig`: the step of a plan that changes the kubeconfig that all share."""

from __future__ import annotations

from pathlib import Path

import click


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def kubeconfig() -> None:
    """Put clusters into your kubeconfig, or take them out. Plans have it as a step.

    The file is locked meanwhile, waiting for kubectl and kind, and written whole; all else in it
    stays as it is.
    """


@kubeconfig.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def add(file: Path) -> None:
    """Put all that is in FILE into your kubeconfig, and remove FILE."""
    from helpers.localcluster.kubeconfig import add

    add(file)


@kubeconfig.command()
@click.argument("names", nargs=-1, required=True)
def drop(names: tuple[str, ...]) -> None:
    """Take contexts out of your kubeconfig, with the clusters and users that only they use."""
    from helpers.localcluster.kubeconfig import drop

    drop(names)

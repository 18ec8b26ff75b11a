"""`localcluster issue`: the step of a plan that makes certificates."""

from __future__ import annotations

from pathlib import Path

import click


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("folders", metavar="DIR[,DIR…]")
@click.argument("names", nargs=-1)
@click.option("--trust-dir", "trust", type=click.Path(path_type=Path), default=Path("certs"))
@click.option("--renew", is_flag=True, help="Make all of them anew.")
def issue(folders: str, names: tuple[str, ...], trust: Path, renew: bool) -> None:
    """Make the trust anchor and the issuers of NAMEs, where they are missing. Plans have it so."""
    from helpers.localcluster import certs
    from helpers.localcluster.definitions import load

    definitions = load([Path(folder) for folder in folders.split(",")], names)
    for order in certs.issue(trust, definitions.wanted, definitions.clusters, renew=renew):
        click.echo(f"{order.files.certificate}: made ({order.reason})")

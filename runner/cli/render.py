"""`cuebook render`: runbooks as documentation."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from runner.cli.takes import reading
from runner.cli.wanted import found, refuse, without_start_up

if TYPE_CHECKING:
    from collections.abc import Mapping

    from runner.render.collect import Collected
    from runner.render.page import Page

_ENDINGS = {"markdown": ".md"}


@click.command("render", epilog="Example:  cuebook render --take latest workshop.md -o out.md")
@click.argument("files", nargs=-1, required=True, metavar="FILE|FOLDER...")
@click.option(
    "-o",
    "out",
    required=True,
    type=click.Path(path_type=Path),
    metavar="OUT",
    help="Where pages go: a folder, or for one FILE a file.",
)
@click.option(
    "--take",
    metavar="TAKE|latest",
    help="Show what came of a performance: a take, or each runbook's last rehearsal that passed.",
)
@click.option("--format", "form", type=click.Choice(sorted(_ENDINGS)), help="What pages are.")
@click.option("--notes", is_flag=True, help="Show the speaker's notes, too.")
@click.option("--trust", is_flag=True, help="Leave a runbook's own HTML and links as they are.")
@without_start_up
def command(
    *,
    files: tuple[str, ...],
    out: Path,
    take: str | None,
    form: str | None,
    notes: bool,
    trust: bool,
    no_init: bool,
) -> None:
    """Make a page of each FILE, without running any of it.

    A FOLDER stands for the runbooks in it and below, as for `cuebook rehearse`. Without --take,
    pages show no output but that which runbooks expect.

    Exits with 2, and writes nothing, if a runbook has errors or a link leads nowhere.
    """
    from runner.book.startup import startup_files
    from runner.render.collect import Options, collect
    from runner.render.places import NoPlaceError, places
    from runner.render.steps import OtherTakeError

    runbooks, names = found(files), [Path(name) for name in files]
    if take not in (None, "latest") and len(runbooks) > 1:
        raise click.UsageError("--take TAKE is for one runbook; --take latest is for each its own")
    options = Options(
        take="latest" if take == "latest" else Path(take) if take else None,
        notes=notes,
        trust=trust,
        init=() if no_init else startup_files(),
    )
    try:
        where = places(runbooks, names, out, _ENDINGS[form or "markdown"])
        with reading():
            collected = collect(where, options)
    except (NoPlaceError, OtherTakeError) as error:
        raise click.UsageError(str(error)) from error
    refuse(collected.problems)
    _tell(collected)
    _write(collected.pages)


def _tell(collected: Collected) -> None:
    """Say which pages have no output; end with 2 where none has, though that was asked for."""
    lines = [
        f"{path}: no rehearsal that passed is kept: its page has no output"
        for path in collected.without
    ]
    if lines and len(lines) == len(collected.pages):
        raise click.UsageError(
            f"no rehearsal that passed is kept of {collected.without[0]}"
            f"{' and the others' if len(lines) > 1 else ''}; cuebook rehearse keeps one"
        )
    for line in lines:
        click.echo(line, err=True)


def _write(pages: Mapping[Path, Page]) -> None:
    """Write each page whole.

    Raises:
        PerformanceError: One cannot be written.
    """
    from runner.render import markdown
    from runner.show.events import PerformanceError
    from runner.show.files import usual_mode, write_whole

    for place, page in pages.items():
        text = markdown.render(page)
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            write_whole(place, text, mode=usual_mode(place))
        except OSError as error:
            message = f"the page cannot be written: {place}: {error.strerror}"
            raise PerformanceError(message) from error

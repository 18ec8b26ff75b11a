"""`cuebook render`: runbooks as documentation."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from runner.cli.takes import reading
from runner.cli.wanted import found, refuse, without_start_up

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from runner.render.collect import Collected, Options
    from runner.render.html import Manner
    from runner.render.page import Page

_ENDINGS = {"html": ".html", "markdown": ".md"}


@click.command(
    "render", epilog="Example:  cuebook render --take latest workshop.md -o workshop.html"
)
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
    help="Show what came of a performance: a take, or each runbook's last good rehearsal.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(sorted(_ENDINGS)),
    help="What pages are; html, unless OUT ends in .md.",
)
@click.option(
    "--templates",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="FOLDER",
    help="Take templates of HTML pages from here, and those that are not there from cuebook.",
)
@click.option(
    "--watch",
    is_flag=True,
    help="Show the pages to a browser on this machine, and anew whenever a runbook changes.",
)
@click.option("--notes", is_flag=True, help="Show the speaker's notes, too.")
@click.option("--trust", is_flag=True, help="Leave a runbook's own HTML and links as they are.")
@without_start_up
def command(
    *,
    files: tuple[str, ...],
    out: Path,
    take: str | None,
    form: str | None,
    templates: Path | None,
    notes: bool,
    trust: bool,
    watch: bool,
    no_init: bool,
) -> None:
    """Make a page of each FILE, without running any of it.

    A FOLDER stands for the runbooks in it and below, as for `cuebook rehearse`. Without --take,
    pages show no output but that which runbooks expect.

    HTML pages load nothing and need nothing beside them. For a FOLDER, and for several FILEs, there
    is a start page with a search, too.

    Exits with 2, and writes nothing, if a runbook has errors or a link leads nowhere.
    """
    from runner.book.startup import startup_files
    from runner.render.collect import Options
    from runner.render.html import Manner

    form = form or ("markdown" if out.suffix == ".md" else "html")
    if templates and form != "html":
        raise click.UsageError("--templates is for HTML")
    if watch and form != "html":
        raise click.UsageError("--watch is for HTML")
    options = Options(
        take="latest" if take == "latest" else Path(take) if take else None,
        notes=notes,
        trust=trust,
        init=() if no_init else startup_files(),
    )
    if templates:
        _tell_unused(templates)
    began = time.time_ns()
    rendering = _Rendering(files, out, form, options, Manner(templates, trust=trust))
    made, read = rendering.render()
    if watch:
        _watch(made[-1], out, read, lambda: rendering.render()[1], since=began)


def _tell_unused(templates: Path) -> None:
    """Say which files among the user's templates do nothing, as they have a wrong name."""
    from runner.render.replaced import unused

    for path, why in unused(templates):
        click.echo(f"{path}: warning: {why}", err=True)


class _Rendering:
    """Pages that are made once, or again and again: then only what has changed since."""

    def __init__(
        self, files: Sequence[str], out: Path, form: str, options: Options, manner: Manner
    ) -> None:
        from runner.render.collect import Collector
        from runner.render.site import Done

        self._files = files
        self._out = out
        self._form = form
        self._options = options
        self._manner = manner
        self._collector = Collector(options)
        self._done = Done()

    def render(self) -> tuple[list[Path], list[Path]]:
        """Make and write pages; return their files, and the files that all pages are made of.

        Raises:
            UsageError: Something that was asked for cannot be.
            Wrong: Runbooks have errors.
            PerformanceError: A page cannot be written.
        """
        from runner.render.places import NoPlaceError, places
        from runner.render.steps import OtherTakeError

        runbooks, names = found(self._files), [Path(name) for name in self._files]
        if isinstance(self._options.take, Path) and len(runbooks) > 1:
            message = "--take TAKE is for one runbook; --take latest is for each its own"
            raise click.UsageError(message)
        try:
            where = places(runbooks, names, self._out, _ENDINGS[self._form])
            with reading():
                collected = self._collector.collect(where)
        except (NoPlaceError, OtherTakeError) as error:
            raise click.UsageError(str(error)) from error
        refuse(collected.problems)
        _tell(collected)
        pages = collected.pages
        made = _markdown(pages) if self._form == "markdown" else self._html(pages, names)
        folders = [*_folders(names), *_folders([self._manner.templates])]
        return _write(made), [*collected.files, *folders]

    def _html(
        self, pages: Mapping[Path, Page], names: Sequence[Path]
    ) -> Iterator[tuple[Path, str]]:
        """Yield the files of a site, or the one page of a runbook that was named alone.

        Raises:
            UsageError: A template of the user's is wrong.
        """
        from jinja2 import TemplateError

        from runner.render import html, site
        from runner.render.gone import gone, mark
        from runner.render.places import NoPlaceError, start

        out, manner = self._out, self._manner
        try:
            if list(pages) == [out]:
                yield out, html.render(pages[out], out, manner=manner)
            else:
                named = site.named(names[0] if len(names) == 1 else out)
                ours = mark(names, out)
                _remove(gone(out, ours, {*pages, start(out, pages)}))
                yield from site.pages(
                    pages, out, title=named, mark=ours, manner=manner, done=self._done
                )
        except NoPlaceError as error:
            raise click.UsageError(str(error)) from error
        except TemplateError as error:
            file = getattr(error, "filename", None) or manner.templates
            line = getattr(error, "lineno", None)
            where = f"{file}:{line}" if line else f"{file}"
            raise click.UsageError(f"{where}: {error}") from error


def _folders(names: Iterable[Path | None]) -> Iterator[Path]:
    """Yield the folders among names, and what is in them."""
    for name in names:
        if name and name.is_dir():
            yield name
            yield from name.rglob("*")


def _watch(
    first: Path,
    out: Path,
    read: Iterable[Path],
    again: Callable[[], Iterable[Path]],
    *,
    since: int,
) -> NoReturn:
    """Serve pages until interrupted, made again when a file changes.

    What is wrong is told on the terminal and on the pages that are open.
    """
    from runner.render.serve import Server, watch

    server = Server(out if out.is_dir() else out.parent, first)
    click.echo(f"{server.address} shows what changes; CTRL-C ends it", err=True)
    known = list(read)

    def changed() -> Iterable[Path]:
        nonlocal known
        try:
            known = list(again())
        except click.ClickException as error:
            error.show()
            server.tell(error.format_message())
        else:
            server.tell()
        return known

    try:
        watch(known, changed, since=since)
    finally:
        server.close()


def _tell(collected: Collected) -> None:
    """Say which pages have no output; end with 2 where none has, though that was asked for."""
    lines = [f"{path}: {why}; its page has no output" for path, why in collected.without.items()]
    if lines and len(lines) == len(collected.pages):
        path, why = next(iter(collected.without.items()))
        more = f"; so it is with the {len(lines) - 1} others" if len(lines) > 1 else ""
        raise click.UsageError(f"{path}: {why}; cuebook rehearse keeps one{more}")
    for line in lines:
        click.echo(line, err=True)


def _markdown(pages: Mapping[Path, Page]) -> Iterator[tuple[Path, str]]:
    from runner.render import markdown

    return ((place, markdown.render(page)) for place, page in pages.items())


def _remove(pages: Iterable[Path]) -> None:
    """Remove pages, and say so.

    Raises:
        PerformanceError: One cannot be removed.
    """
    from runner.show.events import PerformanceError

    for page in pages:
        try:
            page.unlink()
        except OSError as error:
            message = f"the page cannot be removed: {page}: {error.strerror}"
            raise PerformanceError(message) from error
        click.echo(f"{page}: removed, as no runbook becomes this page any more", err=True)


def _write(files: Iterable[tuple[Path, str]]) -> list[Path]:
    """Write each file whole, and return them.

    Raises:
        PerformanceError: One cannot be written.
    """
    from runner.show.events import PerformanceError
    from runner.show.files import usual_mode, write_whole

    written = []
    for place, text in files:
        written.append(place)
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            write_whole(place, text, mode=usual_mode(place))
        except OSError as error:
            message = f"the page cannot be written: {place}: {error.strerror}"
            raise PerformanceError(message) from error
    return written

"""From parsed files to steps: imports, macros, hooks, visibility and modifiers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from runner.book import arguments, words
from runner.book.directives import DIRECTIVES, Role
from runner.book.elements import Item
from runner.book.imports import NoImportError, imported
from runner.book.model import Directive, Kind, Place, Problem, Severity, Step
from runner.book.nest import Region
from runner.book.pending import Pending
from runner.book.scope import Scope, View

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from runner.book.library import Library
    from runner.book.nest import Node
    from runner.book.parse import Parsed

MAX_ELEMENTS = 100_000
MAX_DEPTH = 100

_AUDIENCE = frozenset({"live", "rehearsal"})
_PACING = frozenset({"waitafter", "nowaitbefore", "noshow", "notypeout", "immed"})
"""What is done with a macro's name where it is shown; the rest is for its first command."""


class TooMuchError(Exception):
    """Imports and macros make more of the runbook than `MAX_ELEMENTS`."""


class Assembly:
    """A runbook in the making.

    Attributes:
        steps: What happens, in order.
        problems: What is wrong, by its place and message.
        files: The files read so far, in order.
        hooks: The variable that each hook runs.
        macros: The body of each macro.
        unknown: Directives that the registry does not know, each with the scope of its use and
            its step's index, None where it makes no step.
        conditions: The hooks that `@ifhook` asks for.
    """

    def __init__(self, library: Library) -> None:
        """Make an empty runbook.

        Args:
            library: Where files come from.
        """
        self.steps: list[Step] = []
        self.problems: dict[tuple[Place, str], Problem] = {}
        self.files: dict[Path, Parsed] = {}
        self.hooks: dict[str, str] = {}
        self.macros: dict[str, Region] = {}
        self.unknown: list[tuple[Directive, Scope, int | None]] = []
        self.conditions: list[tuple[Directive, Scope]] = []
        self._library = library
        self._builtin: set[str] = set()
        self._unused: dict[Directive, tuple[Region, Scope]] = {}
        self._pending = Pending()
        self._blocks = self._elements = 0

    def define_builtins(self, prelude: Parsed) -> None:
        """Take over the macros and hooks of a file that is not part of the runbook."""
        self._walk(prelude.nodes, Scope({}), View())
        self._builtin = set(self.macros)
        self._unused.clear()

    def add_file(self, parsed: Parsed, view: View, scope: Scope) -> None:
        """Put a file's steps at the end.

        Args:
            parsed: The file.
            view: What was said before it; what the file says is added to it.
            scope: What brings the file in.

        Raises:
            TooMuchError: The runbook has become too long.
        """
        path = parsed.source.path
        if path not in self.files:
            self.files[path] = parsed
            for problem in parsed.problems:
                key = (problem.place, problem.message)
                self.problems[key] = replace(problem, within=scope.within)
            self._give_way_to(parsed)
            if parsed.front.lines and scope.within:
                message = "front matter counts only at the top of the runbook itself"
                self.report(Severity.WARNING, parsed.source.place(1), message, scope)
        heading = view.heading
        inner = scope._replace(files=(*scope.files, path.resolve()), numbers={})
        self._walk(parsed.nodes, inner, view)
        view.heading = heading
        if not scope.within:
            # After a file that is imported, a command of the importing one may come.
            self._end_of_modifiers([], scope)

    def walk_unused(self) -> None:
        """Go through the macros that nothing uses, for what is wrong with them.

        Raises:
            TooMuchError: The runbook has become too long.
        """
        while self._unused:
            _, (macro, scope) = self._unused.popitem()
            self._run(macro, scope._replace(dead=True), View())

    def report(self, severity: Severity, place: Place, message: str, scope: Scope) -> None:
        """Add a problem; the same one found again in another use is left out."""
        problem = self._library.parsed(place.file).source.problem(severity, place, message)
        self.problems.setdefault((place, message), replace(problem, within=scope.within))

    def _give_way_to(self, parsed: Parsed) -> None:
        """Forget the built-in macros that a file has functions of its own for."""
        texts = [t for t in parsed.blocks if any(name in t for name in self._builtin)]
        for name in self._builtin & words.definitions(texts).names:
            self._builtin.remove(name)
            del self.macros[name]

    def _walk(self, nodes: Sequence[Node], scope: Scope, view: View) -> None:
        for node in nodes:
            self._elements += 1
            if self._elements > MAX_ELEMENTS:
                raise TooMuchError
            if isinstance(node, Item):
                self._item(node, scope, view)
            elif isinstance(node, Region):
                self._region(node, scope, view)
            elif (known := DIRECTIVES.get(node.name)) is None:
                self._word(node, scope, view)
            elif known.role is Role.MODIFIER:
                self._pending.add(node)
            elif known.step is not None:
                self._emit(Item(known.step, node.argument, node.place), scope, view)
            elif known.check(node.argument) is None:
                self._act(node, scope, view)

    def _emit(
        self, item: Item, scope: Scope, view: View, modifiers: tuple[Directive, ...] = ()
    ) -> int | None:
        """Put a step at the end and return its index; None where nothing happens."""
        if scope.dead or view.skipping:
            return None
        self.steps.append(
            Step(
                number=len(self.steps) + 1,
                kind=item.kind,
                text=item.text,
                place=item.place,
                heading=view.heading.text,
                level=view.heading.level,
                shown=view.shown,
                modifiers=(*modifiers, *scope.audience),
                hooks=scope.hooks,
                cleanup=scope.cleanup,
                block=self._number(item, scope),
                language=item.language,
                within=scope.within,
                macro=scope.macros[-1] if scope.macros else "",
            )
        )
        return len(self.steps) - 1

    def _item(self, item: Item, scope: Scope, view: View) -> None:
        if item.heading is not None:
            view.heading = item.heading
        if item.kind is not Kind.COMMAND:
            self._emit(item, scope, view)
            return
        macro = self.macros.get(item.text.strip())
        if macro is None:
            self._emit(item, scope, view, self._pending.spend())
        else:
            self._named(macro, item, scope, view)

    def _number(self, item: Item, scope: Scope) -> int:
        if not item.block:
            return 0
        key = (item.place.file, item.block)
        if key not in scope.numbers:
            self._blocks += 1
            scope.numbers[key] = self._blocks
        return scope.numbers[key]

    def _named(self, macro: Region, item: Item, scope: Scope, view: View) -> None:
        """Run a macro whose name stands as a command."""
        scope = self._of_a_macro(scope)
        if view.shown:
            named = Item(Kind.MACRO, item.text.strip(), item.place)
            self._emit(named, scope, view, self._pending.take(_PACING))
        self._use(macro, item.place, scope, view)
        # Those that no command of the body took were the macro's all the same.
        for directive in self._pending.spend():
            if directive.name not in _PACING:
                body = f"no command in the macro `{macro.opener.argument}`"
                message = f"`@{directive.name}` has {body} that it could change"
                self.report(Severity.ERROR, directive.place, message, scope)

    def _of_a_macro(self, scope: Scope) -> Scope:
        """Return the scope of the macro that comes now: whom it is for holds for all of it."""
        return scope._replace(audience=(*scope.audience, *self._pending.take(_AUDIENCE)))

    def _use(self, macro: Region, place: Place, scope: Scope, view: View) -> None:
        """Put a macro's body here."""
        name = macro.opener.argument
        self._unused.pop(macro.opener, None)
        if name in scope.macros:
            chain = " → ".join([*scope.macros[scope.macros.index(name) :], name])
            message = f"the macro `{name}` would run itself without end: {chain}"
            self.report(Severity.ERROR, place, message, scope)
            return
        inner = scope._replace(
            within=(*scope.within, place),
            dead=scope.dead or view.skipping,
            numbers={},
        )
        self._run(macro, inner, View(heading=view.heading))

    def _run(self, macro: Region, scope: Scope, view: View) -> None:
        before = self._pending.now()
        macros = (*scope.macros, macro.opener.argument)
        inner = self._deeper(scope._replace(macros=macros), macro.opener)
        if inner is not None:
            self._walk(macro.body, inner, view)
        self._end_of_modifiers(before, scope)

    def _deeper(self, scope: Scope, opener: Directive) -> Scope | None:
        if scope.depth < MAX_DEPTH:
            return scope._replace(depth=scope.depth + 1)
        message = f"more than {MAX_DEPTH} imports, macros and regions stand in each other here"
        self.report(Severity.ERROR, opener.place, message, scope)
        return None

    def _end_of_modifiers(self, before: Sequence[Directive], scope: Scope) -> None:
        """Complain about the modifiers that came since `before` and changed nothing."""
        for directive in self._pending.left_over(before):
            message = f"`@{directive.name}` has no command after it that it could change"
            self.report(Severity.ERROR, directive.place, message, scope)

    def _region(self, region: Region, scope: Scope, view: View) -> None:
        opener = region.opener
        if opener.name == "macro":
            self._define(region, scope)
            return
        if opener.name == "ifhook":
            self.conditions.append((opener, scope))
            scope = scope._replace(hooks=(*scope.hooks, opener.argument))
            own = View(heading=view.heading)
        else:
            scope = scope._replace(cleanup=True)
            own = replace(view)
        inner = self._deeper(scope._replace(dead=scope.dead or view.skipping), opener)
        # It may happen never or elsewhere, so what stands before it is not for its commands.
        before, self._pending = self._pending, Pending()
        if inner is not None:
            self._walk(region.body, inner, own)
        self._end_of_modifiers([], scope)
        self._pending = before

    def _define(self, macro: Region, scope: Scope) -> None:
        name = macro.opener.argument
        self._builtin.discard(name)
        self.macros[name] = macro
        self._unused[macro.opener] = (macro, scope)

    def _act(self, directive: Directive, scope: Scope, view: View) -> None:
        """Do what a directive that makes no step does."""
        match directive.name:
            case "SHOW":
                view.shown, view.skipping = True, False
            case "HIDE":
                view.shown = False
            case "SKIP":
                view.skipping = True
            case "hook":
                name, variable = arguments.words(directive.argument)
                self.hooks[name] = f"DEMO_HOOK_{variable}"
            case "import":
                self._import(directive, scope, view)
            case _:
                raise AssertionError(f"@{directive.name} is in the registry and does nothing")

    def _word(self, directive: Directive, scope: Scope, view: View) -> None:
        """A directive that is not in the registry: a macro, or a command to run at once."""
        if not directive.name:
            return
        macro = self.macros.get(directive.name)
        if macro is not None:
            if directive.argument:
                message = f"the macro `{directive.name}` takes no argument"
                self.report(Severity.ERROR, directive.place, message, scope)
            self._use(macro, directive.place, self._of_a_macro(scope), view)
            return
        modifiers = (*self._pending.spend(), Directive("immed", "", directive.place))
        text = str(directive).removeprefix("@")
        step = self._emit(Item(Kind.COMMAND, text, directive.place), scope, view, modifiers)
        self.unknown.append((directive, scope, step))

    def _import(self, directive: Directive, scope: Scope, view: View) -> None:
        try:
            parsed = imported(directive, scope, self._library)
        except NoImportError as error:
            self.report(Severity.ERROR, directive.place, str(error), scope)
            return
        inner = self._deeper(scope, directive)
        if inner is not None:
            within = (*scope.within, directive.place)
            self.add_file(parsed, view, inner._replace(within=within))

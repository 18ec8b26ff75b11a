"""A runbook and a take of what it was -> which commands are stale."""

from __future__ import annotations

from dataclasses import replace

import pytest

from runner.render import words
from runner.render.build import build
from runner.render.markdown import told
from runner.render.page import About
from runner.render.recorded import recorded
from runner.render.steps import OtherTakeError

BEFORE = "# A\n\n```bash\none\ntwo\nthree\n```\n"


@pytest.fixture
def after(book, write_take):
    """Return a function: a runbook's text -> its page, with the take of what it was before."""

    def after(text: str, *, name: str = "demo.md", **of):
        take = recorded(write_take(book(BEFORE), {"two": "2\r\n"}, **of))
        return build(book(text, name), take)

    return after


def about(page) -> str:
    return " ".join(map(told, words.about(page)))


def states(page) -> list[tuple[str, str]]:
    return [(command.text, command.state) for command in page.commands]


def test_the_same_runbook(after):
    found = after(BEFORE)
    assert not found.about.changed
    assert states(found) == [("one", "performed"), ("two", "performed"), ("three", "performed")]
    assert about(found) == (
        "Rehearsed on 2026-01-31 09:30 +01:00, with cuebook 0.1.0 and bash 5.2.15."
    )


def test_a_command_that_has_changed_and_one_that_has_come(after):
    found = after("# A\n\nNew text.\n\n```bash\none\nTWO\nthree\nfour\n```\n")
    assert states(found) == [
        ("one", "performed"),
        ("TWO", "changed"),
        ("three", "performed"),
        ("four", "changed"),
    ]
    assert [command.text for command in found.stale] == ["TWO", "four"]
    assert "The runbook has changed since then: 2 commands are new or changed." in about(found)


def test_prose_that_has_changed(after):
    found = after("# A\n\nText.\n\n```bash\none\ntwo\nthree\n```\n")
    assert not found.stale
    assert "The runbook has changed since then, but not its commands." in about(found)


def test_what_was_not_reached_is_not_called_changed(after):
    found = after("# A\n\n```bash\nONE\ntwo\nthree\nfour\n```\n", failed="two")
    assert states(found) == [
        ("ONE", "changed"),
        ("two", "performed"),
        ("three", "left out"),
        ("four", "left out"),
    ]


def test_a_change_of_an_import_is_a_change(book, write_take):
    text = "<!-- @import lib.sh -->\n```bash\none\n```\n"
    take = recorded(write_take(book(text, files={"lib.sh": "f() { :; }\n"})))
    found = build(book(text, files={"lib.sh": "f() { true; }\n"}), take)
    assert found.about.changed
    assert [command.text for command in found.stale] == ["f() { true; }"]


def test_a_take_of_another_runbook_is_refused(after):
    with pytest.raises(OtherTakeError) as error:
        after("# A\n\n```bash\nother\nthings\n```\n", name="other.md")
    assert str(error.value).endswith("run.jsonl is a take of demo.md, and not of other.md")


def test_a_runbook_that_was_moved_is_the_same(after):
    assert [command.state for command in after(BEFORE, name="moved to/é.md").commands] == [
        "performed"
    ] * 3


def test_a_runbook_rewritten_from_end_to_end_is_still_that_runbook(after):
    assert {command.state for command in after("```bash\nall\nnew\n```\n").commands} == {"changed"}


def test_of_a_command_that_is_not_for_a_rehearsal_nothing_is_known(page):
    found = page("```bash\none\n#@live\ntwo\n```\n", {}, before="two")
    assert states(found) == [("one", "performed"), ("two", "unknown")]


def test_what_stood_in_is_told(after):
    assert about(after(BEFORE, environment="sandbox")).startswith(
        "Rehearsed in a simulation (`sandbox`) on 2026-01-31"
    )


def test_that_a_newer_one_failed_is_told(after):
    page = after(BEFORE)
    later = replace(page.about, newer="2026-02-01T09:30:00.000+01:00", newer_outcome="failed")
    assert isinstance(later, About)
    assert about(replace(page, about=later)).endswith(
        "This is the last one that passed: the newest, on 2026-02-01 09:30 +01:00, failed."
    )


def test_variables_are_what_they_were(page):
    text = (
        "Hello ${NAME}, `${NAME}`, [x](http://h/${NAME}) ${NONE}.\n\n```bash\necho ${NAME}\n```\n"
    )
    prose, commands = page(text, {}, values={"NAME": "a*b <i> \x1b[1mc"}).body
    assert prose.text == (
        "Hello a\\*b &lt;i> c, `a*b <i> c`, [x](http://h/a*b%20%3Ci%3E%20c) ${NONE}."
    )
    assert commands.commands[0].text == "echo ${NAME}"

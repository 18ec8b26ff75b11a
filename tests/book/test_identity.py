"""Steps -> what each is known by, whatever is done elsewhere in the runbook."""

from __future__ import annotations

import re
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from runner.book.identity import identities
from runner.book.model import Kind, Place, Step
from runner.book.read import read

HEADINGS = ["", "Set up", "Set up!", "Clean up", "Top"]
TEXTS = ["ls", "ls\n", " ls", "kubectl get pods", "kubectl get pods -A", "x", ""]
KINDS = [Kind.COMMAND, Kind.PROSE, Kind.TYPED]
WHAT = st.tuples(st.sampled_from(HEADINGS), st.sampled_from(KINDS), st.sampled_from(TEXTS))


def ids(whats) -> list[str]:
    """The ids of steps that are (heading, kind, text)."""
    return identities(
        Step(number, kind, text, Place(Path("demo.md"), number), heading)
        for number, (heading, kind, text) in enumerate(whats, 1)
    )


def test_an_id_is_readable():
    heading, kind, text = "Set up: a cluster, nicely", Kind.COMMAND, "kind create cluster\n"
    assert re.fullmatch(r"set-up-a-cluster-nicely:[0-9a-f]{10}", ids([(heading, kind, text)])[0])


def test_equal_steps_under_a_heading_are_counted():
    first, second, third = ids([("H", Kind.COMMAND, text) for text in ("ls", "ls\n\n", "ls")])
    assert (second, third) == (f"{first}:2", f"{first}:3")


def test_another_text_kind_or_heading_is_another_step():
    whats = [("H", Kind.COMMAND, "ls"), ("H", Kind.COMMAND, "ls -l"), ("H", Kind.TYPED, "ls")]
    digests = {i.split(":")[1] for i in ids([*whats, ("H!", Kind.COMMAND, "ls")])}
    assert len(digests) == 4


@given(st.lists(WHAT, max_size=30))
def test_no_two_are_the_same(whats):
    assert len(set(ids(whats))) == len(whats)


@given(st.lists(WHAT, max_size=15), st.lists(WHAT, max_size=15), st.randoms(use_true_random=False))
def test_what_comes_and_goes_elsewhere_does_not_matter(whats, others, random):
    """Elsewhere: under another heading, or another text or kind under the same one."""

    def same(what):
        return what[0], what[1], what[2].strip()

    known = {same(what) for what in whats}
    mixed = [(what, True) for what in whats]
    for other in others:
        if same(other) not in known:
            mixed.insert(random.randint(0, len(mixed)), (other, False))
    after = ids([what for what, _ in mixed])
    kept = [i for i, (_, stays) in zip(after, mixed, strict=True) if stays]
    assert kept == ids(whats)


@given(st.lists(WHAT, max_size=15), st.text(max_size=30), st.text(max_size=30))
def test_any_text_has_an_id(whats, heading, text):
    assert len(ids([*whats, (heading, Kind.COMMAND, text)])) == len(whats) + 1


COMMANDS = st.lists(
    st.sampled_from([f"run {n}" for n in range(30)] + ["for x in 1 2; do\n  echo $x\ndone"]),
    unique=True,
    min_size=1,
    max_size=4,
)
SECTIONS = st.dictionaries(
    st.sampled_from(["Set up", "Clean up", "Über", "Deploy!", "Deploy?", "x" * 60, "x" * 61]),
    COMMANDS,
    min_size=1,
    max_size=5,
)


def read_ids(folder: Path, sections: list[tuple[str, list[str]]], prose: str = "") -> dict:
    """A runbook of these sections -> (heading, command) to id."""
    blocks = (
        f"## {heading}\n\n{prose}```bash\n{command}\n```\n\n"
        for heading, commands in sections
        for command in commands
    )
    path = folder / "demo.md"
    path.write_text("<!-- @SHOW -->\n" + "".join(blocks))
    runbook = read(path)
    found = zip(runbook.steps, identities(runbook.steps), strict=True)
    return {(s.heading, s.text.strip()): i for s, i in found if s.kind is Kind.COMMAND}


@given(SECTIONS, SECTIONS, st.data())
@settings(max_examples=40, deadline=None)
def test_a_runbook_that_is_edited_elsewhere(tmp_path_factory, sections, others, data):
    """Sections and steps come, go and move; prose is written: whoever stays keeps the id."""
    folder = tmp_path_factory.mktemp("books")
    before = read_ids(folder, list(sections.items()))
    edited = []
    for heading, commands in data.draw(st.permutations(list(sections.items()))):
        kept = list(data.draw(st.permutations(commands)))
        kept = kept[: data.draw(st.integers(0, len(kept)))]
        for new in data.draw(st.lists(st.sampled_from(["new 1", "new 2"]), unique=True)):
            kept.insert(data.draw(st.integers(0, len(kept))), new)
        edited.append((heading, kept))
    edited += [(f"New {heading}", commands) for heading, commands in others.items()]
    after = read_ids(folder, data.draw(st.permutations(edited)), prose="Some *prose*.\n\n")
    stays = before.keys() & after.keys()
    assert {key: after[key] for key in stays} == {key: before[key] for key in stays}
    assert len(set(after.values())) == len(after)

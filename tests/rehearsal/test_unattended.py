"""Programs that would wait for a person, the real ones: they end, and do what they are told."""

from __future__ import annotations

import shutil

import pytest

# As `kubectl edit` does: a copy in a file of its own, opened again and again until it is valid,
# with what was wrong in a comment above.
KEDIT = """#!/bin/bash
copy=$(mktemp "$TMPDIR/kedit-XXXXXX.yaml"); trap 'rm "$copy"' EXIT
cp object.yaml "$copy"
while :; do
  before=$(<"$copy")
  ${KUBE_EDITOR:-$EDITOR} "$copy" || exit 1
  [[ $before != "$(<"$copy")" ]] || { echo "Edit cancelled, no changes made."; exit 0; }
  grep -q '^weight: [0-9]*$' "$copy" && break
  { echo "# weight: must be a number"; cat "$copy"; } >"$copy.new" && mv "$copy.new" "$copy"
done
grep -v '^#' "$copy" >object.yaml; echo edited
"""


@pytest.fixture
def kedit(stage, run):
    """Return a function that rehearses a shell runbook with a `kedit` on PATH."""
    stage.write({"bin/kedit": KEDIT, "object.yaml": "kind: Route\nweight: 10\n"})
    (stage.work / "bin/kedit").chmod(0o755)
    path = f"{stage.work}/bin:{stage.env['PATH']}"
    return lambda text: run(text, env={"PATH": path})


class TestAnEditorThatIsOpenedAgainAndAgain:
    def test_each_time_the_next_script_is_applied(self, kedit, stage):
        result = kedit(
            "#@edit s/weight: .*/weight: ten/\n#@edit s/weight: .*/weight: 50/\n"
            "#@expect edited\nkedit\n#@expect weight: 50\ncat object.yaml\n"
        )
        assert result.status == 0, result
        assert list(stage.work.parent.glob("kedit-*")) == []

    def test_a_command_that_is_tried_again_begins_with_the_first_script(self, kedit):
        result = kedit("#@until 9s\n#@edit s/weight: .*/weight: 50/\nkedit; ((++n > 1))\n")
        # The second time nothing is left to change, so the editor is opened in vain, but opened.
        assert result.status == 0, result

    def test_without_a_script_the_file_stays_and_that_is_said(self, kedit):
        result = kedit("kedit\n")
        assert result.status == 0, result
        assert result.printed[0].startswith("cuebook: the editor would open ")
        assert result.printed[1] == "Edit cancelled, no changes made."

    def test_a_script_too_many_is_a_failure(self, kedit):
        result = kedit("#@edit s/weight: .*/weight: 50/\n#@edit s/50/60/\nkedit\n")
        assert result.status == 1
        assert (
            "@edit s/50/60/: it was not applied: the command opened the editor once"
            in (result.summary[0])
        )

    def test_a_script_too_few_changes_nothing_any_more(self, kedit):
        result = kedit("#@edit s/weight: .*/weight: ten/\nkedit\n")
        assert "Edit cancelled, no changes made." in result.printed, result

    @pytest.mark.parametrize("script", ["s/(/", "k", "s/a/b/;{", "r"])
    def test_what_sed_refuses_is_told_in_its_words(self, kedit, script):
        result = kedit(f"#@edit {script}\nkedit; true\n")
        assert result.status == 1, result
        assert result.summary[0].startswith(f"demo.sh:2:1: @edit {script}: sed refused it: ")

    def test_nobody_sees_the_name_of_our_own_file(self, kedit):
        result = kedit("#@edit s/a/b\nkedit; true\n")
        assert result.printed[0].startswith("sed: file demo.sh:1 line 1: ")
        assert "/cuebook-" not in result.stdout


needs_git = pytest.mark.skipif(not shutil.which("git"), reason="git is not there")
GIT = "git init -q; git config user.name x; git config user.email x@x.org\n"


@needs_git
@pytest.mark.parametrize("config", ["true", "git config core.editor 'vim'"])
def test_git_opens_no_other_editor(run, config):
    result = run(
        f"{GIT}{config}\n#@edit 1i A message\ngit commit --allow-empty -q\n"
        "#@expect A message\ngit log --format=%s\n",
        env={"GIT_EDITOR": "vim"},
    )
    assert result.status == 0, result


@needs_git
def test_git_opens_no_pager(run):
    result = run(
        f"{GIT}git config core.pager less\nfor n in {{1..60}}; do git commit -qm $n --allow-empty; "
        "done\n#@timeout 9s\n#@expect *60\ngit log --oneline\n"
    )
    assert result.status == 0, result


@pytest.mark.parametrize(
    ("command", "program"),
    [
        ("man bash | head -3", "man"),
        ("systemctl --version", "systemctl"),
        ("git help -a", "git"),
    ],
)
def test_what_has_a_pager_prints(run, command, program):
    if not shutil.which(program):
        pytest.skip(f"{program} is not there")
    assert run(f"#@timeout 9s\n{command}\n").status == 0


@pytest.mark.parametrize("command", ["vi f", "less /etc/passwd", "python3 -q", "cat", "read x"])
def test_what_waits_for_a_person_ends(run, command):
    program = command.split()[0]
    if program != "read" and not shutil.which(program):
        pytest.skip(f"{program} is not there")
    result = run(f"#@timeout 2s\n{command}\necho no\n")
    assert (result.status, "no" in result.printed) == (1, False), result
    assert result.summary[0].startswith("demo.sh:2:1: ")


def test_the_secret_of_a_prompt_is_not_shown(run):
    result = run("#@type hunter2\\n\nread -rs -p 'Password: ' P\n#@expect 7\necho ${#P}\n")
    assert (result.status, "hunter2" in result.stdout) == (0, False), result

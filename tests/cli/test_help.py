"""What `cuebook` says of itself."""

from __future__ import annotations

import importlib.metadata
import re
import subprocess
import sys

import pytest

COMMANDS = ("check", "present", "rehearse", "render", "report", "sandbox", "steps", "take")


@pytest.mark.parametrize("option", ["-h", "--help"])
@pytest.mark.parametrize("command", [(), *((name,) for name in COMMANDS)])
def test_help_has_an_example_that_begins_with_cuebook(cuebook, command, option):
    run = cuebook(*command, option)
    assert (run.status, run.stderr) == (0, "")
    assert run.stdout.startswith(f"Usage: {' '.join(['cuebook', *command])} ")
    examples = re.findall(r"^ +.*(?:Example|Start).*: +(cuebook .+)", run.stdout, re.MULTILINE)
    assert examples, f"no example in\n{run.stdout}"
    assert examples[0].split()[1] in (command or COMMANDS)


def test_help_lists_every_command(cuebook):
    run = cuebook("--help")
    listed = re.findall(r"^  (\w+)  ", run.stdout.partition("Commands:")[2], re.MULTILINE)
    assert tuple(listed) == COMMANDS


@pytest.mark.parametrize("command", [(), ("steps",), ("rehearse",)])
def test_help_is_a_command_too(cuebook, command):
    assert cuebook("help", *command) == cuebook(*command, "--help")


def test_help_names_no_file_that_only_a_clone_has(cuebook):
    assert "runbooks/" not in cuebook("--help").stdout


def test_every_option_of_rehearse_is_explained(cuebook):
    told = cuebook("rehearse", "--help").stdout
    for option in ("keep-going", "no-init", "timeout", "from", "to", "no-setup", "hooks", "cwd"):
        assert re.search(rf"--{option}\b.*\s+\S+", told), f"--{option} is not in\n{told}"
    assert "--nested" not in told, "that is for the engine itself"


def test_version(cuebook):
    run = cuebook("--version")
    assert run.stdout == f"cuebook {importlib.metadata.version('cuebook')}\n"
    assert run.status == 0


def test_without_a_command(cuebook):
    run = cuebook()
    assert run.status == 2
    assert "Usage: cuebook" in run.stdout + run.stderr


@pytest.mark.parametrize(
    ("argv", "heavy"),
    [
        (
            ["--version"],
            ("runner.book", "runner.shell.shell", "yaml", "markdown_it", "tree_sitter"),
        ),
        (["check", "x.sh"], ("runner.rehearsal", "pexpect", "markdown_it", "rich")),
        (["steps", "x.sh"], ("runner.rehearsal", "pexpect", "markdown_it")),
        (["rehearse", "x.sh"], ("yaml", "markdown_it", "rich", "pygments")),
        (["rehearse", "--no-take", "x.sh"], ("json",)),
    ],
)
def test_nothing_is_imported_that_a_command_does_not_use(cuebook, argv, heavy):
    """Start-up is a feature."""
    script = (
        "import sys; from runner.cli.main import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print('imported:', *sys.modules, file=sys.stderr)"
    )
    (cuebook.work / "x.sh").write_text("true\n")
    done = subprocess.run(
        [sys.executable, "-P", "-c", script, *argv], capture_output=True, text=True,
        cwd=cuebook.work, stdin=subprocess.DEVNULL, timeout=30, check=True,
    )  # fmt: skip
    modules = done.stderr.rpartition("imported: ")[2].split()
    used = [m for m in modules if any(m == h or m.startswith(f"{h}.") for h in heavy)]
    assert used == []


def test_a_command_of_another_package_is_one_of_ours(cuebook):
    run = cuebook("sandbox", "run", "--help")
    assert run.stdout.startswith("Usage: cuebook sandbox run [OPTIONS] COMMAND...")

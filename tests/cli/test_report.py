"""`cuebook report`, and `--report` of a rehearsal: real runs, and the reports that they leave."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from junitparser import JUnitXml

from runner.report.kinds import KINDS

if TYPE_CHECKING:
    from pathlib import Path

PASSES = "<!-- @SHOW -->\n# One\n```bash\necho one\n```\n"
FAILS = (
    "<!-- @SHOW -->\n# Two\n```bash\necho two\n```\n<!-- @expect *Ready* -->\n"
    "```bash\nprintf 'web \\e[31mPending\\e[0m\\n::error::no\\n'\n```\n```bash\necho never\n```\n"
)
KINDS_TOLD = "there are github, html, json, junit and markdown"


@pytest.fixture
def report(cuebook):
    """Return a function that reads a report which a call has left."""

    def report(name: str):
        text = (cuebook.work / name).read_text()
        return json.loads(text) if name.endswith(".json") else text

    return report


@pytest.fixture
def small_disk(cuebook):
    """A folder `small` on a disk of 256 KiB."""
    folder = cuebook.work / "small"
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=256k", "cuebook-test", str(folder)]
    if os.geteuid() or subprocess.call(words, stderr=subprocess.DEVNULL):
        pytest.skip("a small disk can only be mounted by root, and not in every container")
    yield folder
    subprocess.call(["umount", "-l", str(folder)])


def takes(cuebook) -> list[Path]:
    """All takes, and whatever else was left where takes are."""
    return list((cuebook.work.parent / "home").rglob("*.jsonl"))


@pytest.mark.parametrize("command", [["report", "--report", "json=-"], ["take", "show"]])
def test_a_folder_is_no_take(cuebook, command):
    run = cuebook(*command, "docs", files={"docs/x": ""})
    told = "docs is a folder: name a runbook, whose newest take is meant, or a take"
    assert run == (2, "", f"cuebook: {told}\n")


class TestRehearse:
    def test_one_report_for_all_runbooks_also_where_one_fails(self, cuebook, report):
        run = cuebook(
            *("rehearse", "--report", "json=r.json", "--report", "junit=r.xml", "a.md", "b.md"),
            files={"a.md": FAILS, "b.md": PASSES},
        )
        assert run.status == 1
        value = report("r.json")
        told = [(p["take"]["runbook"]["path"], p["result"]) for p in value["performances"]]
        assert told == [("a.md", "failed"), ("b.md", "passed")]
        suites = JUnitXml.fromfile(str(cuebook.work / "r.xml"))
        assert [(s.name, s.tests, s.failures) for s in suites] == [("a.md", 2, 1), ("b.md", 1, 0)]

    @pytest.mark.parametrize(
        ("text", "args", "status", "place", "message"),
        [
            ("# A\n<!-- @wiat -->\n", [], 2, ("a.md", 2, 6), "`@wiat` is no directive"),
            (
                "<!-- @import lib.md -->\n```bash\ntrue\n```\n",
                [],
                2,
                ("lib.md", 1, 6),
                "`@wat` is no directive",
            ),
            (
                "<!-- @require nosuch https://a.b -->\n```bash\ntrue\n```\n",
                [],
                1,
                ("a.md", 1, 6),
                "`nosuch` is not on PATH; see https://a.b",
            ),
            (PASSES, ["--to", "99"], 2, ("", 0, 0), "b.md: there is no step 99"),
        ],
    )
    def test_what_never_began_is_an_error_in_each_report(
        self, cuebook, report, text, args, status, place, message
    ):
        names = ("r.json", "r.xml", "r.md", "r.html")
        kinds = zip(("json", "junit", "markdown", "html"), names, strict=True)
        wanted = [word for kind, name in kinds for word in ("--report", f"{kind}={name}")]
        files = {"a.md": text, "b.md": PASSES, "lib.md": "<!-- @wat -->\n"}
        run = cuebook(
            *("rehearse", "b.md", "a.md", *args, *wanted, "--report", "github"), files=files
        )
        assert run.status == status
        value = report("r.json")
        assert (value["result"], value["performances"]) == ("refused", [])
        (refusal,) = value["refusals"]
        assert (refusal["file"], refusal["line"], refusal["column"]) == place
        assert refusal["message"].startswith(message)
        file, line, column = place
        told = refusal["message"]
        (case,) = ET.parse(cuebook.work / "r.xml").iter("testcase")
        assert case.find("error").get("message") == told
        assert (case.get("file"), case.get("line")) == ((file, str(line)) if file else (None, None))
        assert report("r.md").startswith("## ✗ refused: nothing was performed\n")
        assert told in report("r.md")
        assert "refused" in report("r.html")
        annotation = run.stdout.splitlines()[-1]
        assert annotation.startswith(
            f"::error file={file},line={line},col={column}," if file else "::error title"
        )
        assert annotation.endswith(f"::{told}")
        run = cuebook("report", "a.md", "--report", "json=-")
        assert (run.status, run.stdout) == (2, ""), "what did not happen has no take"
        assert "no take of a.md is kept" in run.stderr

    @pytest.mark.parametrize("jobs", ["-j1", "-j2"])
    @pytest.mark.parametrize(
        ("text", "args"),
        [
            ("true\n", []),
            ("false\n", []),
            ("false\ntrue\n", ["--keep-going"]),
            ("trap 'exit 3' EXIT\n", []),
            ("kill -TERM $PPID; sleep 9\n", []),
            ("sleep 9\n", ["--timeout", "0.3s"]),
            ("sleep 9\n", ["--budget", "0.9s"]),
            ("#@redact /${NONE}/\ntrue\n", []),
            ("#@browse http://127.0.0.1:1/\ntrue\n", ["--timeout", "0.3s"]),
            ("exit 0\n", []),
        ],
    )
    def test_no_report_says_passed_where_the_exit_status_does_not(
        self, cuebook, report, jobs, text, args
    ):
        wanted = ("--report", "json=r.json", "--report", "junit=r.xml")
        files = {"a.sh": text, "b.sh": "true\n"}
        run = cuebook("rehearse", jobs, *args, *wanted, "a.sh", "b.sh", files=files)
        assert (report("r.json")["result"] == "passed") is (run.status == 0), run
        counted = ET.parse(cuebook.work / "r.xml").getroot()
        bad = int(counted.get("failures")) + int(counted.get("errors"))
        assert (bad == 0) is (run.status == 0), run

    @pytest.mark.parametrize("jobs", ["-j1", "-j2"])
    def test_what_a_command_prints_is_no_instruction_for_github(self, cuebook, jobs):
        """The runner obeys nothing between the two lines (`ActionCommandManager.cs`)."""
        files = {"a.md": FAILS, "b.md": PASSES}
        run = cuebook("rehearse", jobs, "--report", "github", "a.md", "b.md", files=files)
        first, *lines = run.lines
        token = first.removeprefix("::stop-commands::")
        assert len(token) == 32
        end = lines.index(f"::{token}::")
        assert "::error::no" in lines[:end]
        assert [line[:23] for line in lines[end + 1 :]] == ["::error file=a.md,line="]
        again = cuebook("rehearse", jobs, "--report", "github", "a.md", "b.md").lines[0]
        assert again != first

    @pytest.mark.parametrize("jobs", ["-j1", "-j2"])
    def test_a_rehearsal_that_cannot_be_recorded_is_in_the_report_all_the_same(
        self, cuebook, report, jobs
    ):
        """`a` puts a file where the folder of `c`'s takes is; `b` ends only then."""
        place = "~/.local/state/cuebook/takes/c-*"
        files = {
            "a.sh": f"for d in {place}; do rm -r $d; : >$d; done; touch done\n",
            "b.sh": "until test -e done; do sleep 0.05; done\n",
            "c.sh": "true\n",
        }
        wanted = ("--report", "json=r.json")
        run = cuebook("rehearse", jobs, *wanted, "a.sh", "b.sh", "c.sh", files=files)
        value = report("r.json")
        assert (run.status, value["result"]) == (3, "refused"), run
        assert [p["result"] for p in value["performances"]] == ["passed", "passed"]
        assert len(value["refusals"]) == 1

    def test_a_take_makes_the_same_bytes_later(self, cuebook):
        wanted = [word for kind in KINDS for word in ("--report", f"{kind}={{}}.{kind}")]
        files = {"a.md": FAILS, "b.md": PASSES}
        cuebook("rehearse", "a.md", "b.md", *(w.format("first") for w in wanted), files=files)
        run = cuebook("report", "a.md", "b.md", *(w.format("second") for w in wanted))
        assert run == (0, "", "")
        for kind in KINDS:
            first, second = (cuebook.work / f"{name}.{kind}" for name in ("first", "second"))
            assert first.read_bytes() == second.read_bytes()
            assert first.read_bytes()

    def test_without_a_take_there_is_one_for_as_long_as_it_is_needed(self, cuebook, report):
        temporary = cuebook.work.parent / "tmp"
        temporary.mkdir()
        run = cuebook(
            *("rehearse", "--no-take", "--report", "json=r.json", "a.md", "b.md"),
            files={"a.md": FAILS, "b.md": PASSES},
            env={"TMPDIR": str(temporary)},
        )
        assert run.status == 1
        assert len(report("r.json")["performances"]) == 2
        assert list(temporary.iterdir()) == []
        assert takes(cuebook) == []

    def test_nothing_that_can_be_written_is_found_out_before_the_run(self, cuebook):
        run = cuebook(
            *("rehearse", "a.md", "--report", "json=ok.json", "--report", "html=gone/r.html"),
            files={"a.md": "```bash\ntouch ran\n```\n"},
        )
        told = "the report cannot be written: gone/r.html: No such file or directory"
        assert run == (3, "", f"cuebook: {told}\n")
        assert os.listdir(cuebook.work) == ["a.md"]

    @pytest.mark.parametrize("name", ["a.md", "lib.sh", "take.jsonl"])
    def test_no_report_replaces_what_is_read(self, cuebook, name):
        text = "<!-- @import lib.sh -->\n```bash\ntouch ran\n```\n"
        run = cuebook(
            *("rehearse", "a.md", "--take", "take.jsonl", "--report", f"json={name}"),
            files={"a.md": text, "lib.sh": "true\n"},
        )
        told = f"{name}: that is a file which is read; name another one"
        assert run == (3, "", f"cuebook: the report cannot be written: {told}\n")
        assert (cuebook.work / "a.md").read_text() == text

    @pytest.mark.parametrize(
        ("asked", "told"),
        [("pdf=x", f"there is no report 'pdf'; {KINDS_TOLD}"), ("json", "'json' needs a file")],
    )
    def test_a_kind_that_there_is_not(self, cuebook, asked, told):
        run = cuebook("rehearse", "a.md", "--report", asked, files={"a.md": PASSES})
        assert run.status == 2
        assert told in run.stderr
        assert "Traceback" not in run.stderr

    def test_a_step_that_takes_too_long(self, cuebook, report):
        run = cuebook(
            *("rehearse", "--timeout", "0.2s", "a.sh", "--report", "json=r.json"),
            files={"a.sh": "echo before; sleep 100\n"},
        )
        assert run.status == 1
        (step,) = report("r.json")["performances"][0]["steps"]
        assert "0.2" in step["done"]["reason"]
        assert step["output"]["lines"][:1] == ["before"]

    def test_an_exit_trap_that_fails_is_no_step_and_shows_all_the_same(self, cuebook, report):
        run = cuebook(
            *("rehearse", "a.sh", "--report", "junit=r.xml", "--report", "markdown=r.md"),
            files={"a.sh": "trap 'echo oh no; exit 3' EXIT\necho fine\n"},
        )
        assert run.status == 1
        root = ET.fromstring(report("r.xml"))
        assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("3", "0", "1")
        assert "EXIT trap" in root.find(".//error").get("message")
        assert "oh no" in report("r.md")

    def test_a_disk_that_fills_up_ends_it_with_3_and_the_report_says_so(
        self, cuebook, report, small_disk
    ):
        """The take is on that disk, the report on another one."""
        run = cuebook(
            *("rehearse", "a.sh", "--take", "small/take.jsonl", "--report", "json=r.json"),
            files={"a.sh": "echo one\nseq 200000\n"},
            stdout=subprocess.DEVNULL,
        )
        told = "the take cannot be written: small/take.jsonl: No space left on device"
        assert (run.status, run.stderr) == (3, f"cuebook: {told}\n")
        (performance,) = report("r.json")["performances"]
        assert performance["result"] == "broke off"
        assert [step["result"] for step in performance["steps"]] == ["passed", "unfinished"]

    def test_a_take_and_a_report_that_cannot_be_written_are_both_told(self, cuebook, small_disk):
        run = cuebook(
            *("rehearse", "a.sh", "--take", "small/take.jsonl", "--report", "json=small/r.json"),
            files={"a.sh": "echo one\nseq 200000\n"},
            stdout=subprocess.DEVNULL,
        )
        why = "No space left on device"
        assert run.status == 3
        assert run.stderr.splitlines() == [
            f"cuebook: the report cannot be written: small/r.json: {why}",
            f"cuebook: the take cannot be written: small/take.jsonl: {why}",
        ]
        assert os.listdir(small_disk) == ["take.jsonl"]

    def test_what_is_redacted_is_in_no_report(self, cuebook):
        secret = "hunter2secret"
        text = (
            "<!-- @SHOW -->\n<!-- @redact /hunter2\\w+/ -->\n# A\n```bash\n"
            "WORD=hunter2; WORD+=secret\n```\n<!-- @expect *nothing* -->\n"
            '```bash\nprintf \'%s\\n\' "$WORD"; echo "${WORD:0:4}\\e[1m${WORD:4}"\n```\n'
        )
        wanted = [word for kind in KINDS for word in ("--report", f"{kind}=r.{kind}")]
        run = cuebook("rehearse", "a.md", *wanted, files={"a.md": text})
        assert run.status == 1, run
        for path in cuebook.work.glob("r.*"):
            assert secret not in path.read_text(), path.name
        assert "•••" in (cuebook.work / "r.markdown").read_text()


def test_the_id_of_a_case_stays_the_same_from_run_to_run(cuebook, report):
    def ids(name: str) -> list[str]:
        return [
            p.get("value") for p in ET.fromstring(report(name)).iterfind(".//testcase//property")
        ]

    cuebook("rehearse", "a.md", "--report", "junit=1.xml", files={"a.md": FAILS})
    more = FAILS.replace("# Two", "# Before\n```bash\ntrue\n```\n# Two")
    cuebook("rehearse", "a.md", "--report", "junit=2.xml", files={"a.md": more})
    assert ids("2.xml")[1:] == ids("1.xml")
    assert len(set(ids("1.xml"))) == 2


class TestGitHub:
    def test_annotations_in_the_log_and_a_job_summary(self, cuebook, report):
        (cuebook.work / "docs").mkdir()
        run = cuebook(
            *("rehearse", "docs/a.md", "--report", "github"),
            files={"docs/a.md": FAILS, "summary.md": ""},
            env={
                "GITHUB_STEP_SUMMARY": str(cuebook.work / "summary.md"),
                "GITHUB_WORKSPACE": str(cuebook.work),
            },
        )
        assert run.lines[-1].startswith(
            "::error file=docs/a.md,line=6,title=docs/a.md%2C step 3%3A printf "
        )
        assert "%0A+ ::error::no" in run.lines[-1]
        assert report("summary.md").startswith("## ✗ failed: 1 step passed, 1 failed\n")
        log = cuebook("report", "docs/a.md", "--report", "github").lines
        assert log == run.lines[-1:], "what was printed stands in no line of its own"


class TestReport:
    def test_the_newest_take_of_all(self, cuebook):
        cuebook("rehearse", "a.md", files={"a.md": PASSES})
        run = cuebook("report", "--report", "markdown=-")
        assert run.lines[0] == "## ✓ passed: 1 step passed"
        assert run.status == 0

    def test_a_failed_one_ends_well_too(self, cuebook):
        cuebook("rehearse", "--take", "t.jsonl", "a.md", files={"a.md": FAILS})
        assert cuebook("report", "t.jsonl", "--report", "json=-").status == 0

    def test_one_that_was_cut_off(self, cuebook):
        cuebook("rehearse", "--take", "t.jsonl", "a.md", files={"a.md": PASSES})
        take = cuebook.work / "t.jsonl"
        take.write_bytes(take.read_bytes()[:-20])
        run = cuebook("report", "t.jsonl", "--report", "markdown=-")
        assert run.lines[0] == "## ✗ broke off: 1 step passed"
        assert "the take breaks off within line" in run.stdout

    def test_a_newer_one(self, cuebook):
        cuebook("rehearse", "--take", "t.jsonl", "a.md", files={"a.md": PASSES})
        take = cuebook.work / "t.jsonl"
        take.write_text(take.read_text().replace('"format": 1', '"format": 9', 1))
        run = cuebook("report", "t.jsonl", "--report", "json=r.json")
        assert run.status == 2
        assert "in format 9, and this cuebook" in run.stderr
        assert not (cuebook.work / "r.json").exists()

    def test_it_does_not_replace_its_take(self, cuebook):
        cuebook("rehearse", "--take", "t.jsonl", "a.md", files={"a.md": PASSES})
        run = cuebook("report", "t.jsonl", "--report", "json=./t.jsonl")
        assert run.status == 3
        assert "that is a file which is read" in run.stderr

    def test_there_is_no_take(self, cuebook):
        run = cuebook("report", "--report", "json=-")
        assert run == (2, "", "cuebook: no take is kept; name one, or perform a runbook\n")

    def test_no_report_is_wanted(self, cuebook):
        run = cuebook("report")
        assert run.status == 2
        assert "--report" in run.stderr

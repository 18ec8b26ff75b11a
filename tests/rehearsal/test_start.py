"""Where a rehearsal starts: start-up files, front matter, the directory, many runbooks."""

from __future__ import annotations

import re

import pytest

START_UP = {
    "~/.demoshrc": "rc=1; f() { echo f $rc $md $init; }\n",
    "~/.demoshrc.md": "<!-- @macro m -->\n```sh\nf\n```\n<!-- @end -->\n```sh\nmd=${rc}2\n```\n",
    "~/.config/cuebook/init.md": "```bash\ninit=${md}3\necho start-up of $0\n```\n",
}


def test_start_up_files_are_performed_first_in_their_order(rehearse, fence):
    run = rehearse(f"<!-- @m -->\n<!-- @f -->\n{fence('f', 'm')}", files=START_UP)
    assert run.printed == ["start-up of demo.md", *["f 1 12 123"] * 4]
    assert run.status == 0


def test_no_init_leaves_them_out(run):
    result = run("echo ${rc-unset}\n", "--no-init", files=START_UP)
    assert (result.printed, result.status) == (["unset"], 0)


def test_what_only_they_define_is_an_error_without_them(rehearse, fence):
    run = rehearse(f"<!-- @m -->\n{fence('true')}", "--no-init", files=START_UP)
    assert run.status == 2
    assert run.stderr.startswith("demo.md:1:6: error: `@m` is no directive")


def test_an_error_in_a_start_up_file_has_its_place_and_nothing_runs(run, stage):
    result = run("touch ran\n", files={"~/.demoshrc": "true\n#@wat\n"})
    assert result.status == 2
    assert result.stderr.startswith(f"{stage.home}/.demoshrc:2:2: error: `@wat`"), result
    assert not (stage.work / "ran").exists()


def test_a_failing_start_up_file_is_a_failed_step_with_its_place(run, stage):
    result = run("touch ran\n", files={"~/.demoshrc": "true\nfalse\n"})
    assert result.status == 1
    assert result.summary[0] == f"{stage.home}/.demoshrc:2:1: failed with exit status 1"
    assert not (stage.work / "ran").exists()


def test_from_a_step_they_are_performed_all_the_same(rehearse, fence):
    run = rehearse(
        f"<!-- @SHOW -->\n{fence('echo a')}# B\n{fence('f')}", "--from=B", files=START_UP
    )
    assert run.printed == ["start-up of demo.md", "B", "f 1 12 123"]


def test_xdg_config_home(run, stage):
    files = {"~/else/cuebook/init.md": "```sh\necho elsewhere\n```\n"}
    result = run("true\n", files=files, env={"XDG_CONFIG_HOME": str(stage.home / "else")})
    assert result.printed == ["elsewhere"]


class TestFrontMatter:
    def test_its_environment(self, rehearse, fence):
        text = f"---\nenv:\n  A: one\n  B: two words\n---\n{fence('env | grep ^[AB]= | sort')}"
        assert rehearse(text, env={"A": "from outside"}).printed == ["A=one", "B=two words"]

    def test_its_cwd_is_relative_to_the_runbook(self, rehearse, fence, stage):
        stage.write({"there/file": ""})
        text = f"---\ncwd: ../there\n---\n{fence('pwd; ls')}"
        run = rehearse(text, name="books/demo.md")
        assert (run.printed, run.status) == ([f"{stage.work}/there", "file"], 0), run

    def test_without_it_commands_run_where_the_caller_is(self, rehearse, fence, stage):
        run = rehearse(fence("pwd"), name="books/demo.md")
        assert run.printed == [str(stage.work)]

    def test_the_option_goes_before_it(self, rehearse, fence, stage):
        stage.write({"here/file": ""})
        run = rehearse(f"---\ncwd: nowhere\n---\n{fence('pwd')}", "--cwd", "here")
        assert run.printed == [f"{stage.work}/here"]

    def test_its_time_out(self, rehearse, fence):
        run = rehearse(f"---\ntimeout: 0.3\n---\n{fence('sleep 60')}")
        assert (run.status, run.summary[0]) == (1, "demo.md:5:1: the time was up: 0.3 s"), run

    def test_the_option_goes_before_its_time_out(self, rehearse, fence):
        text = f"---\ntimeout: 1ms\n---\n{fence('sleep 0.2; echo done')}"
        assert rehearse(text, "--timeout=20s").printed == ["done"]

    def test_a_cwd_that_does_not_exist_is_an_error_with_its_place(self, rehearse, stage, fence):
        stage.write({"first.sh": "touch ran\n"})
        run = rehearse(f"---\ntitle: T\ncwd: nowhere\n---\n{fence('touch ran')}")
        assert run.status == 2, run
        assert run.stderr.startswith("demo.md:3:6: error: "), run
        assert run.stderr.endswith("\n    cwd: nowhere\n"), run
        assert stage.cuebook("rehearse", "first.sh", "demo.md").status == 2
        assert not (stage.work / "ran").exists()


class TestManyRunbooks:
    def test_each_starts_in_the_same_place_with_a_shell_of_its_own(self, stage):
        stage.write({"sub/a.sh": "x=1; cd /; set -u; f() { :; }\necho a $0\n"})
        stage.write({"b.sh": "echo ${x-unset} ${PWD##*/} $0; type -t f\n#@print b ${x}\n"})
        run = stage.cuebook("rehearse", "--keep-going", "sub/a.sh", "b.sh", "sub/a.sh")
        said = [line for line in run.stdout.splitlines() if line.split()[:1] in (["a"], ["unset"])]
        assert said == ["a sub/a.sh", "unset work b.sh", "a sub/a.sh"], run
        assert "b ${x}" in run.stdout
        found = re.findall(r"^([✓✗] \S+): \d", run.stdout, re.MULTILINE)
        assert found == ["✓ sub/a.sh", "✗ b.sh", "✓ sub/a.sh"]
        assert run.status == 1

    def test_an_error_in_the_last_keeps_the_first_from_running(self, stage):
        stage.write({"a.sh": "touch ran\n", "b.sh": "#@wat\nls\n"})
        run = stage.cuebook("rehearse", "a.sh", "b.sh", "none.sh")
        assert run.status == 2
        assert not (stage.work / "ran").exists()
        lines = run.stderr.splitlines()
        places = [line.split(" error:")[0] for line in lines if line[0] != " "]
        assert places == ["b.sh:1:2:", "none.sh:"], "every file's errors, in one go"

    def test_a_step_that_the_last_does_not_have_keeps_the_first_from_running(self, stage):
        stage.write({"a.sh": "touch ran\ntouch ran\n", "b.sh": "ls\n"})
        run = stage.cuebook("rehearse", "a.sh", "b.sh", "--from", "2")
        assert (run.status, (stage.work / "ran").exists()) == (2, False), run
        assert "b.sh" in run.stderr


@pytest.mark.parametrize("name", ["a b.md", "-x.md", "é🎉.md", "$(touch ran).md", "a'b\"c.md"])
def test_names_of_files(stage, fence, name):
    block = fence('echo "$0"')
    stage.write({name: f"<!-- @import part.sh -->\n{block}", "part.sh": "true\n"})
    run = stage.cuebook("rehearse", "--", name)
    assert (run.printed, run.status) == ([name], 0), run
    assert not (stage.work / "ran").exists()


def test_a_directory_with_a_name_that_is_hard(stage, fence):
    folder = "d 'e\" $(touch ran)\n*"
    stage.write({f"{folder}/demo.md": fence('echo "${PWD##*/}" ok')})
    run = stage.cuebook("rehearse", "demo.md", cwd=stage.work / folder)
    assert (run.printed[-1], run.status) == ("* ok", 0), run

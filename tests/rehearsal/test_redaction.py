"""A secret appears in nothing that is shown and in no file that a rehearsal writes."""

from __future__ import annotations

import pytest

SECRET = "s3cret-4711"
MASK = "•••"


def files(stage):
    """The text of every file that the calls have left, but for the runbooks themselves."""
    return {
        str(path): path.read_text(errors="replace")
        for path in stage.work.parent.rglob("*")
        if path.is_file() and path.suffix not in {".md", ".sh"}
    }


@pytest.mark.parametrize(
    ("commands", "seen"),
    [
        ('echo "it is $PASS"', f"it is {MASK}"),
        ("printf %s s3cr; sleep 0.05; echo et-4711", MASK),
        (r"printf 's3c\e[31mret\e[0m-4711\n'", MASK),
        ("set -x; : $PASS; set +x", f"+++ : {MASK}"),
        ("#@type $(never)\\n\nread -p 'pw? ' x; echo $PASS", MASK),
        ("echo ${PASS}a$PASS", f"{MASK}a{MASK}"),
        ("#@expect no $(never)\necho $PASS", MASK),
        ("(exit 3) # ${PASS}", MASK),
    ],
)
@pytest.mark.parametrize("way", ["front matter", "directive"])
def test_it_is_nowhere(rehearse, stage, commands, seen, way):
    commands = commands.replace("$(never)", SECRET)
    front = "---\nredact: ['s3cret-[0-9]+']\n---\n" if way == "front matter" else ""
    directive = "" if front else "<!-- @redact /s3cret-[0-9]+/ -->\n\n"
    setup = "```bash\nPASS=$(printf %s-%s s3cret 4711)\n```\n\n"
    text = (
        f"{front}{setup}{directive}<!-- @SHOW -->\n\nProse ${{PASS}}.\n\n```bash\n{commands}\n```\n"
    )
    result = rehearse(text, env={"XDG_STATE_HOME": str(stage.work / "state")})
    assert seen in result.stdout, result
    assert SECRET not in result.stdout + result.stderr
    kept = files(stage)
    assert any("takes" in name for name in kept), kept.keys()
    assert [name for name, content in kept.items() if SECRET in content] == []


def test_the_summary_hides_what_was_no_secret_yet(rehearse):
    """It is printed when the `@redact` is in force."""
    text = f"```bash\necho {SECRET}; false # {SECRET}\n```\n\n<!-- @redact /s3cret-[0-9]+/ -->\n"
    result = rehearse(text, "--keep-going")
    assert SECRET in "\n".join(result.lines)
    assert result.summary[:3] == [
        "demo.md:2:1: failed with exit status 1",
        f"  $ echo {MASK}; false # {MASK}",
        f"  | {MASK}",
    ]


def test_a_clean_up_may_redact_too(rehearse, stage):
    secret = f"```bash\necho $(printf %s-%s {SECRET.replace('-', ' ')})\n```\n"
    text = f"<!-- @cleanup -->\n<!-- @redact /s3cret-[0-9]+/ -->\n{secret}<!-- @end -->\n"
    result = rehearse(f"{text}```bash\ntrue\n```\n")
    assert (result.status, result.printed[-1]) == (0, MASK), result
    assert [name for name, content in files(stage).items() if SECRET in content] == []


def test_a_clean_up_shows_nothing_after_a_redact_that_cannot_be_done(rehearse, stage):
    setup = f"```bash\nPASS=$(printf '%s\\nx' {SECRET})\n```\n"
    cleanup = "<!-- @redact /${PASS}/ -->\n```bash\necho $PASS | tee f\nfalse $PASS\n```\n"
    text = f"{setup}<!-- @cleanup -->\n{cleanup}<!-- @end -->\n"
    result = rehearse(text.replace(SECRET, "$(printf s3cret)-4711"))
    assert SECRET in (stage.work / "f").read_text()
    assert (result.status, SECRET in result.stdout) == (1, False), result
    (stage.work / "f").unlink()
    assert [name for name, content in files(stage).items() if SECRET in content] == []
    assert (
        "! nothing that comes is shown, as it may have in it what was to be hidden" in result.lines
    )


def test_nothing_is_approved_after_a_redact_that_cannot_be_done(rehearse, stage):
    """Of what the clean-up printed, nothing was seen."""
    block = "```bash\necho came\n```\n\n```output\nold\n```\n"
    text = f"{block}<!-- @redact /${{NONE}}/ -->\n<!-- @cleanup -->\n{block}<!-- @end -->\n"
    result = rehearse(text, "--approve")
    assert (result.status, result.lines[-1]) == (
        1,
        "! nothing is approved, as a `@redact` could not be done",
    )
    assert (stage.work / "demo.md").read_text() == text


def test_a_secret_that_a_variable_holds_is_taken_literally(rehearse):
    setup = "```bash\nPASS='a.b'\n```\n\n<!-- @redact /${PASS}/ -->\n\n"
    result = rehearse(f"{setup}```bash\nprintf '%s\\n' a.b axb\n```\n")
    assert result.printed[-2:] == [MASK, "axb"]


def test_what_is_held_back_for_too_long_is_masked(rehearse):
    result = rehearse(
        "<!-- @redact /tok[a-z]+/ -->\n\n```bash\nprintf to; sleep 1; printf 'k%s\\n' en\n```\n"
    )
    assert "token" not in result.stdout.replace("printf", "")


@pytest.mark.parametrize("pattern", [".*", "x*", "^", ".", ""])
def test_what_would_mask_everything_is_refused(rehearse, pattern):
    result = rehearse(f"<!-- @redact /{pattern}/ -->\n\n```bash\necho a\n```\n")
    assert result.status == 2
    assert "demo.md:1:6: error: `@redact` " in result.stderr


@pytest.mark.parametrize("pattern", [".*", "(", "a?", ""])
def test_front_matter_that_would_mask_everything_or_is_no_pattern_is_refused(rehearse, pattern):
    result = rehearse(f"---\nredact: ['{pattern}']\n---\n\n```bash\necho a\n```\n")
    assert (result.status, result.stdout) == (2, ""), result
    assert result.stderr.startswith("demo.md:2"), result


@pytest.mark.parametrize(
    ("value", "pattern", "told"),
    [
        ("", "${PASS}", "@redact cannot hide `PASS`, which is empty: give it its value before"),
        ("x", "${NONE}", "@redact cannot hide `NONE`, which is not set: give it its value before"),
        (
            "x",
            "a|${PASS}*",
            "@redact cannot be done with these values, as its pattern then matches",
        ),
        ("s3c\\nret", "${PASS}", "@redact cannot hide `PASS`, which has more than one line,"),
    ],
)
def test_a_value_that_cannot_be_hidden_ends_it(rehearse, stage, value, pattern, told):
    """Even where failures do not: what comes after might show it."""
    setup = f"```bash\nPASS=$(printf '{value}')\n```\n\n<!-- @redact /{pattern}/ -->\n\n"
    cleanup = "```bash\necho $PASS >bye\ncat bye\n```\n"
    rest = f"```bash\ntouch no\n```\n\n<!-- @cleanup -->\n{cleanup}<!-- @end -->\n"
    result = rehearse(setup + rest, "--keep-going")
    assert (result.status, result.stderr) == (1, ""), result
    assert result.summary[0].startswith(f"demo.md:5:6: {told}")
    assert result.summary[1] == f"  @redact /{pattern}/"
    assert result.lines[-2:] == ["4 $ (hidden)", "5 $ (hidden)"]
    assert ((stage.work / "bye").exists(), (stage.work / "no").exists()) == (True, False)


def test_a_value_with_what_is_special_in_patterns_and_controls(rehearse):
    setup = "```bash\nPASS=$'a.\\tb${c}'\n```\n\n<!-- @redact /${PASS}/ -->\n\n"
    result = rehearse(f"{setup}```bash\nprintf '%s\\n' \"$PASS\" 'a.b'\n```\n")
    assert result.printed[-2:] == [MASK, "a.b"], result


@pytest.mark.parametrize("options", ["--from=Two", "--from=Two --no-setup"])
def test_it_is_hidden_wherever_one_begins(rehearse, stage, options):
    text = (
        "<!-- @SHOW -->\n# One\n<!-- @redact /s3cret-[0-9]+/ -->\n```bash\ntrue\n```\n"
        "# Two\n```bash\nprintf '%s-%s\\n' s3cret 4711\n```\n"
    )
    result = rehearse(text, *options.split())
    assert (result.status, result.printed[-1]) == (0, MASK), result
    assert [name for name, content in files(stage).items() if SECRET in content] == []


def test_where_the_value_is_left_out_nothing_is_performed(rehearse):
    text = (
        "<!-- @SHOW -->\n# One\n```bash\nPASS=x\n```\n<!-- @redact /${PASS}/ -->\n"
        "# Two\n```bash\necho no\n```\n"
    )
    result = rehearse(text, "--from=Two")
    assert (result.status, result.commands) == (1, []), result
    assert "`PASS`, which is not set" in result.summary[0]


REPORTS = ("junit=r.xml", "json=r.json", "html=r.html", "markdown=r.markdown", "github=r.github")
EVERYWHERE = """---
redact: ['s3cret-[0-9]+']
---

<!-- @SHOW -->

# It is ${PASS}

```bash
PASS=$(printf %s-%s s3cret 4711)
printf s3cret; sleep 0.1; echo -4711
printf 's3c\\e[31mret\\e[0m-47''11\\n'
set -x; : $PASS; set +x
#@type s3cret''-4711\\n
read -p 'pw? ' x; [[ $x == *4711 ]]
#@expect no $PASS ${PASS}
echo $PASS
#@until 1s
(echo ${PASS} >&2; false)
cat <(echo $PASS)
printf "\\e]0;$PASS\\a\\r$PASS\\b\\b$PASS\\n"
echo ${PASS}; exit 3 # ${PASS}
```

```output
other
```

<!-- @cleanup -->
```bash
echo cleaning $PASS
mkdir d-$PASS; cd d-$PASS; pwd
```
<!-- @end -->
"""


def test_it_is_in_no_report_no_take_no_cast_and_on_no_screen(stage):
    """Shown, failed, tried again, typed, traced, in names of folders: all in one rehearsal."""
    stage.write({"demo.md": EVERYWHERE.replace("s3cret''-4711", SECRET)})
    where = stage.work / "written"
    where.mkdir()
    reports = [f"--report={kind.replace('=', f'={where}/')}" for kind in REPORTS]
    env = {"GITHUB_STEP_SUMMARY": str(where / "summary"), "XDG_STATE_HOME": str(where / "state")}
    run = stage.cuebook("rehearse", "demo.md", "--keep-going", *reports, env=env)
    assert run.status == 1, run
    take = next((where / "state").rglob("*.jsonl"))
    shown = [
        stage.on_terminal("rehearse", "demo.md", "--keep-going"),
        stage.cuebook("take", "show", take),
        stage.cuebook("take", "diff", take, take),
        stage.cuebook("take", "cast", take, "-o", where / "a.cast"),
        stage.cuebook("report", take, *[report.replace("/r.", "/s.") for report in reports]),
    ]
    kept = {
        path.name: path.read_text(errors="replace") for path in where.rglob("*") if path.is_file()
    }
    kept |= {f"screen {n}": r.stdout + r.stderr for n, r in enumerate([run, *shown])}
    assert len(kept) >= 2 * len(REPORTS) + 3
    assert [name for name, text in kept.items() if SECRET in text] == []
    for text in (kept["r.xml"], kept["r.json"], kept["a.cast"], kept[take.name], run.stdout):
        assert MASK in text or "\\u2022" in text


def test_a_pattern_that_takes_for_ever_ends_it_and_the_clean_up_runs(rehearse, stage):
    text = (
        "<!-- @cleanup -->\n```bash\ntouch cleaned\n```\n<!-- @end -->\n"
        "<!-- @redact /(a+)+$/ -->\n```bash\nprintf 'a%.0s' {1..60}; echo b\necho no\n```\n"
    )
    result = rehearse(text)
    told = "cuebook: a pattern of @redact takes too long to search for, so nothing can be shown"
    assert (result.status, result.stderr.startswith(told)) == (3, True), result
    assert "aaab" not in result.stdout
    assert (stage.work / "cleaned").exists()


@pytest.mark.parametrize("pattern", ["${PASS}", "s3cret-4711", "s3cret-[0-9]+"])
def test_a_redact_itself_tells_no_secret_and_passes_in_every_report(rehearse, stage, pattern):
    kinds = ("json", "junit", "markdown", "github", "html")
    reports = [word for kind in kinds for word in ("--report", f"{kind}=r.{kind}")]
    setup = "```bash\nPASS=$(printf %s-%s s3cret 4711)\n```\n\n"
    text = f"{setup}<!-- @SHOW -->\n\n```bash\n#@redact /{pattern}/\necho $PASS\n```\n"
    result = rehearse(text, "--take", "t.jsonl", *reports)
    assert (result.status, result.printed[-1]) == (0, MASK), result
    shown = stage.cuebook("take", "show", "t.jsonl")
    assert SECRET not in result.stdout + result.stderr + shown.stdout + shown.stderr
    kept = files(stage)
    assert [name for name, content in kept.items() if SECRET in content] == []
    assert [name for name, content in kept.items() if "it did not end" in content] == []
    take = next(content for name, content in kept.items() if name.endswith("t.jsonl"))
    assert take.count('"type": "begun"') == take.count('"type": "done"'), take

"""Why a goal is not met, for the page: the name of a row (see `Row.name`) and what was found."""

REASONS: dict[str, str] = {
    "captured": (
        "four runs on 2026-11-22 on this machine, which is shared, gave 0.92, 0.70, 0.81 and 0.72, "
        "and single rounds 0.63 to 1.16. A pty gives at most 4 KiB at a time; that and making LF "
        "of CR LF takes Python 0.8 s of processor time for 200 MB, while `yes`, `head` and the "
        "kernel keep both cores busy"
    ),
    "start": (
        "on 2026-11-22 it took 108 ms more in one run and 185 to 238 ms in the others, in which "
        "`python -c pass` (17 ms, not 12) and the parsing of a megabyte (0.95 s, not 0.56) were "
        "slower too. Imports take the most: markdown-it-py about 25 ms, click 10 ms"
    ),
    "take: 2,000 commands": (
        "each step is flushed as it begins: 18 µs a step where nothing else runs, more in a "
        "rehearsal; and the start's imports"
    ),
    "take: 200 MB of output": (
        "a take holds every byte that was printed, as JSON: 209 MB are written beside what is read"
    ),
}

"""Why a goal is not met, for the page: the name of a row (see `Row.name`) and what was found."""

REASONS: dict[str, str] = {
    "captured": (
        "runs on this machine, which is shared, gave 0.70 to 0.93. A pty gives at most 4 KiB at a "
        "time; that and making LF of CR LF takes Python 0.8 s of processor time for 200 MB, while "
        "`yes`, `head` and the kernel keep both cores busy"
    ),
    "start": (
        "runs on this machine gave 108 to 142 ms more, and over 185 where all else was slower too. "
        "Nearly all of it is imports: markdown-it-py about 21 ms, click 8 ms, and what it takes "
        "to make 37 dataclasses"
    ),
    "take: 2,000 commands": (
        "what a step comes to is made JSON while the next one waits; its writing is done while a "
        "command runs"
    ),
    "take: 200 MB of output": (
        "a take holds every byte that was printed, as JSON: 209 MB are escaped, which takes 0.3 s "
        "a GB, and written, which takes 0.5 s a GB"
    ),
    "matching 40 rules": (
        "in one run alone, whose rounds lie between 0.84 and 2.43; other runs gave 0.96 to 0.98: "
        "something else ran on this machine, which is shared"
    ),
    "sandbox: kubectl": (
        "runs come to 1.18 to 1.21. With a server in Go that gives the same answer at once it was "
        "1.15, since kubectl reads what it knows of the server three times, shakes hands, and "
        "makes a table"
    ),
}

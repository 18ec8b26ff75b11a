"""Much output against expectations, a redaction and a take: memory stays flat.

`make bench` has more of it, and shows that the time is in proportion.
"""

from __future__ import annotations

import sys

# Prints the peak of the memory, in MiB, of what it runs; what that prints goes nowhere.
MEASURE = """
import resource, subprocess, sys
run = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(run.returncode, peak // (1024 if sys.platform != "darwin" else 1024**2))
"""
BOOK = """<!-- @redact /never[0-9]+/ -->
```bash
#@expect *of 50*
#@expect /^the .nd$/
#@expect ! *fatal*
yes 'a line of 50 bytes, as the logs of programs have it' | head -n {lines}; echo the end
```

```output
a line of <bytes>, as the logs of programs have it
...
the end
```
"""


def test_memory_stays_flat(stage):
    peaks = []
    for megabytes in (2, 40):
        stage.write({"demo.md": BOOK.format(lines=megabytes * 20_000)})
        argv = stage.argv("rehearse", "demo.md", "--take", "a.take")
        run = stage.call(sys.executable, "-c", MEASURE, *argv, seconds=120)
        status, peak = map(int, run.stdout.split())
        assert status == 0, run
        peaks.append(peak)
    assert peaks[1] < peaks[0] + 8, f"MiB for 2 and for 40 MB of output: {peaks}"

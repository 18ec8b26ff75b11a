# SPDX-License-Identifier: Apache-2.0
"""Installs the programs of `pins`, or those that are named; ends with 1 if one cannot be had."""

import sys

from tests.tools.install import cache_folder, install
from tests.tools.pins import BY_NAME, PROGRAMS

names = sys.argv[1:] or [program.name for program in PROGRAMS]
problems = install(tuple(BY_NAME[name] for name in names))
if problems:
    sys.exit("tools: not all of them could be had:\n" + "\n".join(problems))
print(f"tools: {', '.join(names)}: in {cache_folder()}")

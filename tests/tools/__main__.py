# SPDX-License-Identifier: Apache-2.0
"""Installs the programs of `pins` and says where they are; ends with 1 if one is missing."""

import sys

from tests.tools.install import cache_folder, install

problems = install()
if problems:
    sys.exit("tools: not all of them could be had:\n" + "\n".join(problems))
print(f"tools: all of them are in {cache_folder()}")

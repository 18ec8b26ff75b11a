# SPDX-License-Identifier: Apache-2.0
"""Says what keeps a Docker engine of our own from running here; ends with 1 if something does."""

import sys

from tests.docker.engine import objections

if told := objections():
    sys.exit("docker: cannot be tested here: " + "; ".join(told))

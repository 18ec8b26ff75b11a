# SPDX-License-Identifier: Apache-2.0
"""`python -m tests.apiserver COMMAND…`: start a control plane, run a command on it, end both.

The command finds the kubeconfig in $CUEBOOK_CONTRACT_KUBECONFIG and $KUBECONFIG.
"""

import os
import subprocess
import sys

from tests.apiserver.plane import control_plane

with control_plane() as kubeconfig:
    env = os.environ | dict.fromkeys(("CUEBOOK_CONTRACT_KUBECONFIG", "KUBECONFIG"), str(kubeconfig))
    # Should we be killed, nothing is left for it to do.
    command = ["setpriv", "--pdeathsig", "TERM", *sys.argv[1:]]
    status = subprocess.run(command, env=env, check=False).returncode
sys.exit(status if status >= 0 else 128 - status)

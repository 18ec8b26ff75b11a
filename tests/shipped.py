"""Copies of the shipped cluster definitions, without what localcluster has made beside them."""

import shutil

MADE = shutil.ignore_patterns("*.crt", "*.key", "kubeconfig", ".*.lock")
"""For `shutil.copytree`: a demo may have run in this checkout before."""

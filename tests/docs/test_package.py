"""What is installed: every file of the packages, also those that are no Python."""

from __future__ import annotations

import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OTHERS = [
    path.relative_to(ROOT)
    for package in ("runner", "helpers")
    for path in sorted((ROOT / package).rglob("*"))
    if path.is_file() and path.suffix not in (".py", ".pyc")
]


@pytest.mark.parametrize("path", OTHERS, ids=str)
def test_a_file_that_is_no_python_is_installed_too(path):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    patterns = project["tool"]["setuptools"]["package-data"]["*"]
    assert any(fnmatch(path.name, pattern) for pattern in patterns), (
        f"{path} would not be installed: name it in pyproject.toml, [tool.setuptools.package-data]"
    )

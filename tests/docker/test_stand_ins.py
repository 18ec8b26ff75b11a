# SPDX-License-Identifier: Apache-2.0
"""What the stand-ins of docker, kind and k3d promise, the real ones do: the same transcripts."""

from __future__ import annotations

import pytest

from tests.sandbox.programs.transcript import WITH_DOCKER, perform, sections

SECTIONS = [section for section in sections() if section.real == WITH_DOCKER]


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.name)
def test_the_real_one(section, machine):
    if wrong := perform(section, machine.environment(), machine.folder, machine.engine.inside()):
        pytest.fail(f"# {section.name}\n{wrong}", pytrace=False)

# SPDX-License-Identifier: Apache-2.0
"""What the sandbox's stand-ins promise, the real programs do: the same transcripts."""

from __future__ import annotations

import pytest

from helpers.sandbox.pytest import sandbox_clusters, sandbox_session
from tests.sandbox.programs.transcript import WITHOUT_DOCKER, perform, sections

__all__ = ["sandbox_clusters", "sandbox_session"]

SECTIONS = [section for section in sections() if section.real == WITHOUT_DOCKER]


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.name)
def test_the_real_one(section, tools, sandbox_clusters, tmp_path):
    (cluster,) = sandbox_clusters("west")
    config = tmp_path / "kubeconfig"
    config.write_text(cluster.kubeconfig)
    # A chart of this name in the working directory is taken for the one of the transcripts.
    assert tools.run("helm", "create", "metallb").returncode == 0
    env = {**tools.environment(), "KUBECONFIG": str(config)}
    if wrong := perform(section, env, tmp_path):
        pytest.fail(f"# {section.name}\n{wrong}", pytrace=False)

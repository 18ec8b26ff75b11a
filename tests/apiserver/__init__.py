# SPDX-License-Identifier: Apache-2.0
"""A real Kubernetes control plane that tests can be pointed at, with nodes that are none."""

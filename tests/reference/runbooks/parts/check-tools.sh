#!/usr/bin/env bash
## SPDX-License-Identifier: Apache-2.0
## Is everything here that the workshop needs?

set -e
#@immed
for tool in kubectl helm kind k3d linkerd docker bat curl jq; do
  command -v "$tool" > /dev/null || { echo "missing: $tool"; exit 1; }
done
set +e

kubectl version --client
docker info --format '{{json .ServerVersion}}'

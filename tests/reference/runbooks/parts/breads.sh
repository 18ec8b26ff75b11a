#!/usr/bin/env bash
## SPDX-License-Identifier: Apache-2.0
## Breads, for the runbooks that import them.

# These are the breads.
breads=(rye oat spelt)

#@immed
bake() {
  call bake "$@"
  feed recipe <<END
# $1
END
}

bake "${breads[0]}"

## SPDX-License-Identifier: Apache-2.0
till=open
call till "$till"

sell() {
  call sell "$1" \
    --till "$till"
}

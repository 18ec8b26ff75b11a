# SPDX-License-Identifier: Apache-2.0
open_shop() { opened=$((opened + 1)); call open "$opened"; }
open_shop
call "the first block"
open_shop
open_shop
open_shop
call between
open_shop
call "after the hooks"
call "shown again"
call "hidden"
final "$(declare -p opened)"

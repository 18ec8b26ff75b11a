#!/usr/bin/env bash
## SPDX-License-Identifier: Apache-2.0
##
## Colours and a picture for ../tour.md, which imports this file.

gold=$'\e[1;33m' sea=$'\e[36m' red=$'\e[31m' dim=$'\e[2m' plain=$'\e[0m'

## lighthouse lit|dark: draw it.
lighthouse() {
  local lamp="${dim}o${plain}" left='            ' right=''
  if [ "$1" = lit ]; then
    lamp="${gold}@${plain}"
    left="${gold}-  -- ----- ${plain}"
    right="${gold} ----- --  -${plain}"
  fi
  cat <<END

                  ___
                 /___\\
    ${left}|${lamp} ${lamp} ${lamp}|${right}
               |=====|
                |   |        ${dim}v${plain}
                | ${red}#${plain} |   ${dim}v${plain}
               |  ${red}#${plain}  |
               |  _  |
            ___|_| |_|___
   ${sea}~~  ~~~${plain}  /             \\  ${sea}~~ ~~~  ~~${plain}
  ${sea}~~~~ ~~ ~~~~~~~ ~~~ ~~~~~~~~~ ~~~~ ~~${plain}

END
}

## strike_bells N: as on a ship, in pairs.
strike_bells() {
  local pairs=$(($1 / 2)) odd=$(($1 % 2)) rung=''
  for ((; pairs > 0; pairs--)); do rung+='ding-ding  '; done
  if ((odd)); then rung+='ding'; fi
  printf '%s(the bell: %s)%s\n' "$dim" "${rung%  }" "$plain"
}

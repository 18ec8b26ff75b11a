# The part of cuebook that lives inside the shell. The engine starts bash as
#   bash --norc --noediting -i
# and has it source a file that sets the array __cue, sources this one and sets
# PROMPT_COMMAND.
#
# How a command runs: the engine writes a request (assignments to __cue) to a
# file and a line to bash's standard input, a pipe that no command ever sees.
# __cue_next wakes up and sources the request; the loop in PROMPT_COMMAND then
# evaluates ${__cue[text]}, which ends with a report on a FIFO. Nothing travels
# through the terminal. All that needs the shell's top level (where `declare`
# makes globals and `$?` is the user's) stands in strings that the engine
# writes; see request.py.
#
# Rules for this file. Builtins are called as \builtin NAME, so that aliases
# and functions of the same names do not matter. Nothing is assigned but
# elements of __cue: an associative array is never exported, even by `set -a`.
# Nothing forks, except to save the state: a huge environment must not matter.
# No simple command may fail outside a condition: `set -e` may be on.

# __cue_next ARGUMENTS...: wait for the next command to run; the arguments are
# the shell's own, so that ${1} can be asked for. Succeeds when ${__cue[text]} is
# to be evaluated; fails when it cannot go on here. (No `return`: where the user
# has a function called `builtin`, the loop must end all the same.)
__cue_next() {
  __cue[go]= __cue[args]=
  (($# == 0)) || \builtin printf -v '__cue[args]' ' %q' "$@"
  until [[ ${__cue[go]} ]]; do
    __cue_listen
    if [[ ${__cue[line]} == none ]] || ! \builtin source "${__cue[folder]}/request"; then
      __cue[go]=no
    elif [[ ${__cue[number]} == "${__cue[begun]}" ]]; then
      # Woken for nothing, or the report was lost. Silence where it was not even begun.
      [[ ${__cue[ran]} != "${__cue[number]}" ]] || __cue_answer
    else
      __cue[begun]=${__cue[number]}
      __cue_meet "$@"
    fi
  done
  [[ ${__cue[go]} == yes ]]
} 2>/dev/null

# __cue_listen: wait for a line. Leaves "none" in ${__cue[line]} where there is no more.
__cue_listen() {
  # A command may have closed the descriptor that kept our standard input for us.
  [[ -p /dev/fd/0 ]] || \exec 0<"${__cue[folder]}/wake"
  __cue[line]=none
  if [[ ${__cue[entered]} ]]; then
    __cue[entered]= __cue[line]= # after an abort, the line that wakes us may be spent
  else # over 128: the user's TMOUT, not the end
    \builtin read -r '__cue[line]' || (($? > 128)) || __cue[line]=none
  fi
}

# __cue_meet ARGUMENTS...: begin to meet a new request.
__cue_meet() {
  case ${__cue[kind]} in
    run)
      \builtin eval "${__cue[prepare]}"
      __cue[go]=yes
      ;;
    values)
      __cue[ran]=${__cue[number]}
      __cue_values "$@" >"${__cue[folder]}/values" && __cue_answer
      ;;
    save)
      __cue[ran]=${__cue[number]}
      __cue_save >"${__cue[folder]}/state" && __cue_answer
      ;;
  esac
}

# __cue_back STATUS LAST: gives the next command STATUS as $? and LAST as $_, and
# notes that it has begun.
__cue_back() {
  __cue[ran]=${__cue[number]}
  (($1 == 0)) || \builtin return "$1" 2>/dev/null
}

# __cue_report WHERE: tells the engine how a command ended, from what the line
# before it put into __cue. WHERE is "run" where standard input is still the
# command's, "top" elsewhere. Standard output is the FIFO.
__cue_report() {
  __cue[flags]=$-
  [[ ! -o pipefail ]] || __cue[flags]+='|'
  \builtin set +xv
  if [[ $1 == run ]]; then
    # `exec <FILE` is to last, although the redirection around the command ends.
    if [[ -t 0 ]]; then __cue[stdin]=; else __cue[stdin]=199 && \exec 199<&0; fi
  fi
  # Away from a prompt, bash may say only later that CTRL-Z has stopped a job.
  ((${__cue[status]} <= 128)) || \builtin jobs -ns >"${__cue[terminal]}"
  __cue_tell ended
}

__cue_tell() {
  \builtin printf '\0%s' "${__cue[nonce]}<" "$1" "${__cue[number]}" "${__cue[status]}" \
    "${__cue[pipe]}" "${__cue[last]}" "${__cue[flags]}" "${__cue[stdin]}" "$PWD" ''
  \builtin jobs -p
  \builtin printf '\0'
  \builtin jobs -pr
  \builtin jobs -ps
  \builtin printf '\0'
  \builtin trap -p INT EXIT
  \builtin printf '\0%s\0' "${__cue[nonce]}>"
}

# __cue_answer: a report from inside a function, where the traps of the top level
# are not to be seen.
__cue_answer() { __cue_tell answered >"${__cue[folder]}/reports"; }

# __cue_values ARGUMENTS...: prints those of the variables in ${__cue[names]} that are set.
__cue_values() {
  \builtin local IFS=' ' __cue_name
  for __cue_name in ${__cue[names]}; do
    [[ -z ${!__cue_name+set} ]] || \builtin printf '%s\0%s\0' "$__cue_name" "${!__cue_name}"
  done
}

# __cue_save: prints what brings this shell's state back when it is
# sourced at the top level of a new one. The last line shows that it is whole.
__cue_save() {
  \builtin jobs -pr >"${__cue[folder]}/jobs"
  \builtin shopt -p
  # Functions come last, since they may have the names of what is used before.
  # While they are read, no alias must change them.
  \builtin printf 'shopt -u expand_aliases\n'
  # The end of this child is not for the user's trap.
  if \builtin trap -p CHLD >|"${__cue[folder]}/chld" && [[ -s ${__cue[folder]}/chld ]]; then
    \builtin trap - CHLD
  fi
  \builtin printf '%s\n' "$(
    \builtin unset -v __cue
    \builtin declare -p
    \builtin alias -p
    \builtin umask -p
  )"
  [[ ! -s ${__cue[folder]}/chld ]] || \builtin source "${__cue[folder]}/chld"
  \builtin printf 'cd -- %q\nset --%s\n' "$PWD" "${__cue[args]}"
  \builtin trap -p
  \builtin set +o
  \builtin declare -f
  \builtin declare -F
  ! \builtin shopt -q expand_aliases || \builtin printf '\\builtin shopt -s expand_aliases\n'
  \builtin printf '# whole\n'
}

# __cue_exit: what the EXIT trap runs before the user's own. Keeps $?.
__cue_exit() {
  __cue[status]=$? __cue[flags]=$-
  \builtin set +xv
  __cue_save >"${__cue[folder]}/state"
  # Where the engine was killed nobody reads: to open the FIFO for writing would wait for ever.
  __cue_tell exited 9<>"${__cue[folder]}/reports" >"${__cue[folder]}/reports"
  # A terminal that nobody holds any more: the engine was killed. bash would leave our jobs.
  \builtin : <"${__cue[terminal]}" || __cue_hang_up
  [[ ${__cue[flags]} != *x* ]] || \builtin set -x
  \builtin return "${__cue[status]}"
} 2>/dev/null

# __cue_hang_up: end the background jobs, as a shell does that is hung up.
__cue_hang_up() {
  while \builtin read -r '__cue[job]'; do
    \builtin kill -HUP -- "-${__cue[job]}"
    \builtin kill -CONT -- "-${__cue[job]}"
  done < <(\builtin jobs -p)
}

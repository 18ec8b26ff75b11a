#!/bin/sh
# The $SHELL of a performance. Given a file it performs that runbook, on the
# same terminal and in the same mode; else it is bash, for the editors and
# pagers that call `$SHELL -c`.
case ${1-} in
  '' | -* | +*) exec bash "$@" ;;
esac
# -I: a folder called `runner` where the runbook stands, or on PYTHONPATH, is not ours.
# shellcheck disable=SC2086  # options, as words
exec "$CUEBOOK_PYTHON" -I -m runner.cli.main $CUEBOOK_NESTED -- "$@"

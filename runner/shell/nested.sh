#!/bin/sh
# The $SHELL of a performance. Given a file it performs that runbook, on the
# same terminal and in the same mode; else it is bash, for the editors and
# pagers that call `$SHELL -c`.
case ${1-} in
  '' | -* | +*) exec bash "$@" ;;
esac
# -I: a folder called `runner` where the runbook stands, or on PYTHONPATH, is not ours.
# The words in CUEBOOK_NESTED are quoted for a shell: a prompt may have spaces.
eval 'exec "$CUEBOOK_PYTHON" -I -m runner.cli.main '"$CUEBOOK_NESTED"' -- "$@"'

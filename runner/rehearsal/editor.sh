#!/bin/sh
# The $EDITOR of a rehearsal: it leaves every file as it is, and says so.
for file in "$@"; do
  case $file in -* | +*) ;; *) printf 'cuebook: the editor would open %s; it stays as it is\n' "$file" >&2 ;; esac
done

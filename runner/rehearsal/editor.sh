#!/bin/sh
# The $EDITOR of a rehearsal. The n-th time that a command opens it, the command's n-th @edit, a
# sed script, is applied to the file; without one the file stays as it is. See edits.py.
folder=$CUEBOOK_EDITS # empty where there is no @edit in the whole runbook
script=
if [ -n "$folder" ]; then
  opened=$(($(cat "$folder/opened" 2>/dev/null || echo 0) + 1))
  echo "$opened" >"$folder/opened"
  script=$folder/$opened.sed
fi
for file in "$@"; do
  case $file in -* | +*) continue ;; esac
  if [ ! -e "$script" ]; then
    printf 'cuebook: the editor would open %s; it stays as it is\n' "$file" >&2
  elif sed -f "$script" "$file" >"$folder/edited" 2>"$folder/refused"; then
    # Not by renaming: the file keeps its owner, its mode and its links.
    cat "$folder/edited" >"$file" && rm "$folder/refused"
  else
    # Whoever reads that knows the runbook, and not our file.
    told=$(cat "$folder/refused")
    case $told in *"$script"*)
      told=${told%%"$script"*}$(cat "$folder/$opened.place")${told#*"$script"} ;;
    esac
    printf '%s\n' "$told" | tee "$folder/refused" >&2
    exit 1
  fi
done

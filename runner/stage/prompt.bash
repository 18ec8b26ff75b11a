# The prompt that the key ! opens in the live shell. CTRL-D comes back.
while \builtin read -r -e -p "cuebook> " '__cue[line]'; do
  \builtin history -s -- "${__cue[line]}"
  \builtin eval "${__cue[line]}"
done
\builtin echo

"""What a rehearsal expects of a command, and whether it came: rules and expected output."""

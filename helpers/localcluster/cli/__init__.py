"""The command line of localcluster."""
